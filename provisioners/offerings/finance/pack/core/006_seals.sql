-- Proof that nothing was altered: journals are sealed in batches, each seal's root contains the one before.
--
-- A seal takes what is committed and not sealed yet, journal by journal, not a range of ids: ids are drawn before commits, so a
-- transaction that commits late carries a lower id than its neighbours. It comes into a later seal; none is left out, and no
-- waiting time has to be guessed.
--
--   leaf = sha256(line of the journal, UTF-8)          root = sha256(previous root ‖ leaf 1 ‖ … ‖ leaf n)
--
-- The root before the first is 32 zero bytes. A line is the JSON array that export_seal shows.

CREATE TABLE ledger.unsealed (
  journal_id uuid PRIMARY KEY REFERENCES ledger.journal
);

CREATE TABLE ledger.seal (
  seal_no bigint PRIMARY KEY,
  journals int NOT NULL CHECK (journals > 0),
  prev_root bytea NOT NULL CHECK (length(prev_root) = 32),
  root bytea NOT NULL UNIQUE CHECK (length(root) = 32),
  sealed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  sealed_by text NOT NULL
);

CREATE TABLE ledger.sealed (
  seal_no bigint NOT NULL REFERENCES ledger.seal,
  journal_id uuid NOT NULL UNIQUE REFERENCES ledger.journal,
  PRIMARY KEY (seal_no, journal_id)
);

-- What the last look at each seal found.
CREATE TABLE ledger.seal_check (
  seal_no bigint PRIMARY KEY REFERENCES ledger.seal,
  holds boolean NOT NULL,
  checked_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.seal
  FOR EACH STATEMENT EXECUTE FUNCTION ledger.deny_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.sealed
  FOR EACH STATEMENT EXECUTE FUNCTION ledger.deny_change();

CREATE FUNCTION ledger.queue_for_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO ledger.unsealed (journal_id) SELECT journal_id FROM new_journals;
  RETURN NULL;
END $$;
CREATE TRIGGER queue_for_seal AFTER INSERT ON ledger.journal REFERENCING NEW TABLE AS new_journals
  FOR EACH STATEMENT EXECUTE FUNCTION ledger.queue_for_seal();

/* What is sealed of a journal, as one line. */
CREATE FUNCTION ledger.seal_line(p_journal uuid) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_array(j.journal_id, j.book, j.kind, j.business_date,
    to_char(j.posted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), j.reverses, j.link_id, j.actor, j.description,
    (SELECT jsonb_agg(jsonb_build_array(p.line_no, a.code, p.side, p.amount_minor::text, p.currency) ORDER BY p.line_no)
     FROM ledger.posting p JOIN ledger.account a USING (account_id) WHERE p.journal_id = j.journal_id))::text
  FROM ledger.journal j WHERE j.journal_id = p_journal
$$;

/* The root over these journals, in ascending order of their id, on top of p_prev. */
CREATE FUNCTION ledger.root_of(p_prev bytea, p_journals uuid[]) RETURNS bytea LANGUAGE sql STABLE AS $$
  SELECT sha256(p_prev || coalesce(string_agg(sha256(convert_to(ledger.seal_line(id), 'UTF8')), '' ORDER BY id), ''))
  FROM unnest(p_journals) AS id
$$;

CREATE FUNCTION ledger.seal_summary(p_seal bigint) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('sealNo', seal_no, 'journals', journals, 'root', encode(root, 'hex'), 'prevRoot', encode(prev_root, 'hex'),
    'sealedAt', sealed_at)
  FROM ledger.seal WHERE seal_no = p_seal
$$;

/* {onlyWhenDue?, limit?}: seals what is not sealed yet. Answers {sealNo: null} when there is nothing, or it is not due. */
CREATE FUNCTION api.seal_journals(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_interval interval := make_interval(secs => (pack.params() -> 'seal_interval_s')::int);
  v_limit int := pack.opt_int(p, 'limit', 5000, 1, 50000);
  v_last ledger.seal;
  v_prev bytea := decode(repeat('00', 32), 'hex');
  v_journals uuid[];
  v_no bigint := 1;
BEGIN
  LOCK TABLE ledger.seal IN EXCLUSIVE MODE; -- one seal after the other; readers go on
  SELECT * INTO v_last FROM ledger.seal ORDER BY seal_no DESC LIMIT 1;
  IF FOUND THEN
    v_prev := v_last.root;
    v_no := v_last.seal_no + 1;
  END IF;
  IF pack.opt_bool(p, 'onlyWhenDue', false) AND v_last.sealed_at > now() - v_interval THEN
    RETURN jsonb_build_object('sealNo', NULL, 'dueAt', v_last.sealed_at + v_interval);
  END IF;
  WITH taken AS (
    DELETE FROM ledger.unsealed WHERE journal_id IN (SELECT journal_id FROM ledger.unsealed ORDER BY journal_id LIMIT v_limit)
    RETURNING journal_id
  )
  SELECT array_agg(journal_id ORDER BY journal_id) INTO v_journals FROM taken;
  IF v_journals IS NULL THEN
    RETURN jsonb_build_object('sealNo', NULL);
  END IF;
  INSERT INTO ledger.seal (seal_no, journals, prev_root, root, sealed_by)
  VALUES (v_no, cardinality(v_journals), v_prev, ledger.root_of(v_prev, v_journals), ledger.actor());
  INSERT INTO ledger.sealed (seal_no, journal_id) SELECT v_no, id FROM unnest(v_journals) AS id;
  RETURN ledger.seal_summary(v_no);
END $$;
SELECT pack.declare_function('seal_journals', true);

/* {limit?}: computes roots anew from the books, the longest unchecked first, and notes what it found. */
CREATE FUNCTION api.verify_seals(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_answer jsonb;
BEGIN
  WITH due AS (
    SELECT s.* FROM ledger.seal s LEFT JOIN ledger.seal_check c USING (seal_no)
    ORDER BY c.checked_at NULLS FIRST, s.seal_no LIMIT pack.opt_int(p, 'limit', 50, 1, 1000)
  ), looked AS (
    INSERT INTO ledger.seal_check (seal_no, holds)
    SELECT d.seal_no, d.journals = cardinality(m.ids) AND d.root = ledger.root_of(d.prev_root, m.ids)
      AND d.prev_root = coalesce(before.root, decode(repeat('00', 32), 'hex'))
    FROM due d
    LEFT JOIN ledger.seal before ON before.seal_no = d.seal_no - 1
    CROSS JOIN LATERAL (SELECT array_agg(journal_id) AS ids FROM ledger.sealed WHERE seal_no = d.seal_no) AS m
    ON CONFLICT (seal_no) DO UPDATE SET holds = excluded.holds, checked_at = excluded.checked_at
    RETURNING seal_no, holds
  )
  SELECT jsonb_build_object('checked', count(*), 'broken', coalesce(jsonb_agg(seal_no ORDER BY seal_no) FILTER (WHERE NOT holds), '[]'))
  INTO v_answer FROM looked;
  RETURN v_answer;
END $$;
SELECT pack.declare_function('verify_seals', true, true);

/* {sealNo}: all that somebody without access needs to compute the root. */
CREATE FUNCTION api.export_seal(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_no int := pack.need_int(p, 'sealNo', 1, 999999999);
BEGIN
  IF NOT EXISTS (SELECT FROM ledger.seal WHERE seal_no = v_no) THEN
    PERFORM ledger.fail_missing('seal', v_no::text);
  END IF;
  RETURN ledger.seal_summary(v_no) || jsonb_build_object('residency', pack.params() ->> 'data_residency', 'lines',
    (SELECT jsonb_agg(ledger.seal_line(journal_id) ORDER BY journal_id) FROM ledger.sealed WHERE seal_no = v_no));
END $$;
SELECT pack.declare_function('export_seal', false);
