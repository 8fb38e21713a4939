-- The copy that is scanned: facts by day and members by span, one Parquet file for each part. Which file holds a part stands here and
-- nowhere else, so a file that was written but never settled is no part of the copy, and one that is settled is never changed.

CREATE SCHEMA olap;

CREATE SEQUENCE olap.change_no;

-- A part is behind while `copied` < `changed`. Rows of facts change under dwh.lock_star, and whoever changes a part updates its row here
-- in the same transaction: a snapshot that shows the number of a change shows all that was changed up to it.
CREATE TABLE olap.part (
  dataset text NOT NULL CHECK (dataset IN ('sales', 'member')),
  part int NOT NULL,                    -- the day as 20261122; of members their key over 65536
  changed bigint NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp(), -- the first change since the part was last up to date
  copied bigint NOT NULL DEFAULT 0,     -- the last change that the file holds
  copied_at timestamptz,
  file text,                            -- NULL: nothing to hold, or not copied yet
  rows bigint NOT NULL DEFAULT 0,       -- as counted in the file
  bytes bigint NOT NULL DEFAULT 0,
  revenue_minor numeric NOT NULL DEFAULT 0,
  PRIMARY KEY (dataset, part)
);

CREATE FUNCTION olap.span_of(p_member bigint) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT (p_member >> 16)::int $$;

/* These parts have changed. In one order, so that two who change them cannot wait for each other. */
CREATE FUNCTION olap.note(p_dataset text, p_parts int[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF p_parts = '{}' THEN
    RETURN;
  END IF;
  INSERT INTO olap.part (dataset, part, changed)
  SELECT p_dataset, part, nextval('olap.change_no') FROM (SELECT DISTINCT unnest(p_parts) AS part ORDER BY part) AS parts
  ON CONFLICT (dataset, part) DO UPDATE SET changed = excluded.changed,
    changed_at = CASE WHEN part.copied = part.changed THEN excluded.changed_at ELSE part.changed_at END;
  PERFORM pg_notify('olap', '');
END $$;

/* A fact keeps its day and a member its key for ever, so the new rows of an update name the same parts as the old ones. */
CREATE FUNCTION olap.note_sales() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM olap.note('sales', ARRAY(SELECT DISTINCT date_key FROM touched));
  RETURN NULL;
END $$;

CREATE FUNCTION olap.note_members() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM olap.note('member', ARRAY(SELECT DISTINCT olap.span_of(member_key) FROM touched));
  RETURN NULL;
END $$;

CREATE TRIGGER olap_sales_come AFTER INSERT ON dwh.fact_sales REFERENCING NEW TABLE AS touched
  FOR EACH STATEMENT EXECUTE FUNCTION olap.note_sales();
CREATE TRIGGER olap_sales_change AFTER UPDATE ON dwh.fact_sales REFERENCING NEW TABLE AS touched
  FOR EACH STATEMENT EXECUTE FUNCTION olap.note_sales();
CREATE TRIGGER olap_sales_go AFTER DELETE ON dwh.fact_sales REFERENCING OLD TABLE AS touched
  FOR EACH STATEMENT EXECUTE FUNCTION olap.note_sales();
CREATE TRIGGER olap_members_come AFTER INSERT ON dwh.member REFERENCING NEW TABLE AS touched
  FOR EACH STATEMENT EXECUTE FUNCTION olap.note_members();
CREATE TRIGGER olap_members_change AFTER UPDATE ON dwh.member REFERENCING NEW TABLE AS touched
  FOR EACH STATEMENT EXECUTE FUNCTION olap.note_members();
CREATE TRIGGER olap_members_go AFTER DELETE ON dwh.member REFERENCING OLD TABLE AS touched
  FOR EACH STATEMENT EXECUTE FUNCTION olap.note_members();

-- What was there before the triggers, which had to wait for everybody who was writing.
SELECT olap.note('sales', ARRAY(SELECT DISTINCT date_key FROM dwh.fact_sales));
SELECT olap.note('member', ARRAY(SELECT DISTINCT olap.span_of(member_key) FROM dwh.member));

/* What the engine writes passes where every write of the API passes: while the tenant moves to another place nothing does. */
CREATE FUNCTION olap.pass_gate() RETURNS void LANGUAGE sql AS $$ DELETE FROM pack.idempotency WHERE false $$;

/* [{dataset, part, copied, file, rows, bytes, revenueMinor}]: these files are the copy now. The engine holds a lock of its session while it
   calls, so one that was replaced meanwhile settles nothing. */
CREATE FUNCTION olap.settle(p_parts jsonb) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT olap.pass_gate();
  UPDATE olap.part p SET copied = s.copied, copied_at = clock_timestamp(), file = s.file, rows = s.rows, bytes = s.bytes,
    revenue_minor = s.revenue
  FROM (SELECT e ->> 'dataset' AS dataset, (e ->> 'part')::int AS part, (e ->> 'copied')::bigint AS copied, e ->> 'file' AS file,
      (e ->> 'rows')::bigint AS rows, (e ->> 'bytes')::bigint AS bytes, (e ->> 'revenueMinor')::numeric AS revenue
    FROM jsonb_array_elements(p_parts) AS e) AS s
  WHERE p.dataset = s.dataset AND p.part = s.part
$$;

/* Names of files that are not where they should be: their parts are to be copied anew. */
CREATE FUNCTION olap.lose(p_files text[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT olap.pass_gate();
  UPDATE olap.part SET copied = 0, file = NULL, rows = 0, bytes = 0, revenue_minor = 0 WHERE file = ANY (p_files)
$$;
