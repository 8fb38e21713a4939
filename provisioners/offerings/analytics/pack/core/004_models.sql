-- How facts are made: models in the order of their dependencies, from watermark to watermark, and tests that stand between a
-- model and its readers. Names are close to dbt: model, depends on, test, severity, run.

CREATE SCHEMA dq;

CREATE TABLE dwh.model (
  model text PRIMARY KEY CHECK (model ~ '^[a-z][a-z0-9_]{0,62}$'),
  kind text NOT NULL CHECK (kind IN ('incremental', 'table')),
  relation regclass NOT NULL,
  builder regprocedure NOT NULL,   -- takes the numbers (after, upto] of events to load, returns rows written
  depends_on text[] NOT NULL DEFAULT '{}',
  description text NOT NULL
);

-- The number of the last event that each model has taken in.
CREATE TABLE dwh.watermark (
  model text PRIMARY KEY REFERENCES dwh.model,
  upto bigint NOT NULL DEFAULT 0,
  moved_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE dwh.run (
  run_id uuid PRIMARY KEY DEFAULT uuidv7(),
  refresh_id uuid NOT NULL,        -- runs of one refresh
  model text NOT NULL REFERENCES dwh.model,
  started_at timestamptz NOT NULL,
  ended_at timestamptz NOT NULL,
  rows bigint NOT NULL,
  state text NOT NULL CHECK (state IN ('ok', 'failed', 'blocked')),
  failed_test text,
  blocked_by text,
  error text
);
CREATE INDEX run_by_model ON dwh.run (model, started_at DESC);
CREATE INDEX run_by_age ON dwh.run (started_at);

-- Kinds of tests. The template is of the pack: %1$s relation, %2$I column, %3$L argument; it counts failures.
CREATE TABLE dq.kind (
  kind text PRIMARY KEY,
  needs_column boolean NOT NULL,
  needs_argument boolean NOT NULL,
  template text NOT NULL
);
INSERT INTO dq.kind (kind, needs_column, needs_argument, template) VALUES
  ('not_null', true, false, 'SELECT count(*) FROM %1$s WHERE %2$I IS NULL'),
  ('unique', true, false, 'SELECT count(*) FROM (SELECT FROM %1$s WHERE %2$I IS NOT NULL GROUP BY %2$I HAVING count(*) > 1) AS twice'),
  ('accepted_values', true, true, 'SELECT count(*) FROM %1$s WHERE NOT (%3$L::jsonb ? (%2$I)::text)');

CREATE TABLE dq.test (
  test text PRIMARY KEY CHECK (test ~ '^[a-z][a-z0-9-]{0,62}$'),
  model text NOT NULL REFERENCES dwh.model,
  kind text NOT NULL REFERENCES dq.kind,
  on_column text,
  argument jsonb,
  severity text NOT NULL CHECK (severity IN ('warn', 'error')),
  owner text,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE dq.result (
  run_id uuid NOT NULL REFERENCES dwh.run ON DELETE CASCADE,
  test text NOT NULL REFERENCES dq.test ON DELETE CASCADE,
  failures bigint NOT NULL,
  PRIMARY KEY (run_id, test)
);
CREATE INDEX result_by_test ON dq.result (test, run_id);

-- ── Builders ───────────────────────────────────────────────────────────────────────────────────────────────────────

/* Products: described by sales, changed by events product.changed. */
CREATE FUNCTION dwh.build_dim_product(p_after bigint, p_upto bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  v_rows bigint;
  v_change record;
BEGIN
  v_rows := dwh.describe('product', ARRAY(
    SELECT DISTINCT ON (line ->> 'sku')
      ROW(line ->> 'sku', jsonb_strip_nulls(jsonb_build_object('name', line -> 'name', 'category', line -> 'category')),
        time, concat_ws(' ', source, id, ordinality))::dwh.evidence
    FROM ingest.event, jsonb_array_elements(data -> 'lines') WITH ORDINALITY AS l (line, ordinality)
    WHERE type = 'order.paid' AND seq > p_after AND seq <= p_upto
    ORDER BY line ->> 'sku', time, concat_ws(' ', source, id, ordinality)));
  FOR v_change IN
    SELECT subject, data, time, concat_ws(' ', source, id) AS told FROM ingest.event
    WHERE type = 'product.changed' AND seq > p_after AND seq <= p_upto ORDER BY seq
  LOOP
    PERFORM dwh.change_member('product', v_change.subject, v_change.data, v_change.time, v_change.told);
    v_rows := v_rows + 1;
  END LOOP;
  RETURN v_rows;
END $$;

/* Customers, by pseudonym: described by sales, changed by events customer.changed. */
CREATE FUNCTION dwh.build_dim_customer(p_after bigint, p_upto bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  v_rows bigint;
  v_change record;
BEGIN
  v_rows := dwh.describe('customer', ARRAY(
    SELECT ROW(dwh.pseudonym(subject), attributes, time, by)::dwh.evidence
    FROM (
      SELECT DISTINCT ON (subject) subject, time, concat_ws(' ', source, id) AS by,
        jsonb_strip_nulls(jsonb_build_object('region', data -> 'region', 'segment', data -> 'segment')) AS attributes
      FROM ingest.event
      WHERE type = 'order.paid' AND subject IS NOT NULL AND seq > p_after AND seq <= p_upto
      ORDER BY subject, time, concat_ws(' ', source, id)) AS earliest));
  FOR v_change IN
    SELECT dwh.pseudonym(subject) AS id, data, time, concat_ws(' ', source, id) AS told FROM ingest.event
    WHERE type = 'customer.changed' AND seq > p_after AND seq <= p_upto ORDER BY seq
  LOOP
    PERFORM dwh.change_member('customer', v_change.id, v_change.data, v_change.time, v_change.told);
    v_rows := v_rows + 1;
  END LOOP;
  RETURN v_rows;
END $$;

/* A row for each line of a paid order, with the versions that held when it was sold. */
CREATE FUNCTION dwh.build_fact_sales(p_after bigint, p_upto bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  v_rows bigint;
BEGIN
  INSERT INTO dwh.dim_date (date_key, d)
  SELECT DISTINCT to_char(day, 'YYYYMMDD')::int, day FROM (
    SELECT (time AT TIME ZONE 'UTC')::date AS day FROM ingest.event
    WHERE type = 'order.paid' AND seq > p_after AND seq <= p_upto) AS sold
  ON CONFLICT DO NOTHING;
  WITH paid AS MATERIALIZED (
    SELECT seq, source, id, time, to_char(time AT TIME ZONE 'UTC', 'YYYYMMDD')::int AS date_key, data, dwh.pseudonym(subject) AS customer
    FROM ingest.event WHERE type = 'order.paid' AND seq > p_after AND seq <= p_upto
  ), written AS (
    INSERT INTO dwh.fact_sales (source, event_id, line, seq, date_key, product_key, customer_key, qty, revenue_minor, currency, sold_at)
    SELECT paid.source, paid.id, l.ordinality, paid.seq, paid.date_key, p.member_key, c.member_key, (line ->> 'qty')::int,
      (line ->> 'qty')::bigint * (line ->> 'unitMinor')::bigint, paid.data ->> 'currency', paid.time
    FROM paid
    CROSS JOIN jsonb_array_elements(paid.data -> 'lines') WITH ORDINALITY AS l (line, ordinality)
    JOIN dwh.member p ON p.dimension = 'product' AND p.id = line ->> 'sku' AND p.during @> paid.time
    LEFT JOIN dwh.member c ON c.dimension = 'customer' AND c.id = paid.customer AND c.during @> paid.time
    RETURNING date_key
  ), stale AS (
    INSERT INTO dwh.stale_day (date_key) SELECT DISTINCT date_key FROM written ON CONFLICT DO NOTHING
  )
  SELECT count(*) INTO v_rows FROM written;
  RETURN v_rows;
END $$;

/* Days that changed, added up anew. */
CREATE FUNCTION dwh.build_sales_daily(p_after bigint, p_upto bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  v_days int[] := ARRAY(SELECT date_key FROM dwh.stale_day ORDER BY date_key);
  v_rows bigint;
BEGIN
  DELETE FROM dwh.sales_daily WHERE date_key = ANY (v_days);
  INSERT INTO dwh.sales_daily (date_key, source, currency, category, region, lines, qty, revenue_minor)
  SELECT f.date_key, f.source, f.currency, coalesce(p.attributes ->> 'category', 'unknown'), coalesce(c.attributes ->> 'region', 'unknown'),
    count(*), sum(f.qty), sum(f.revenue_minor)
  FROM dwh.fact_sales f
  JOIN dwh.member p ON p.member_key = f.product_key
  LEFT JOIN dwh.member c ON c.member_key = f.customer_key
  WHERE f.date_key = ANY (v_days)
  GROUP BY 1, 2, 3, 4, 5;
  GET DIAGNOSTICS v_rows = ROW_COUNT;
  DELETE FROM dwh.stale_day WHERE date_key = ANY (v_days);
  RETURN v_rows;
END $$;

INSERT INTO dwh.model (model, kind, relation, builder, depends_on, description) VALUES
  ('dim_product', 'incremental', 'dwh.dim_product', 'dwh.build_dim_product(bigint, bigint)', '{}', 'Products, each version in time'),
  ('dim_customer', 'incremental', 'dwh.dim_customer', 'dwh.build_dim_customer(bigint, bigint)', '{}', 'Customers by pseudonym, each version in time'),
  ('fact_sales', 'incremental', 'dwh.fact_sales', 'dwh.build_fact_sales(bigint, bigint)', '{dim_product,dim_customer}', 'Lines of paid orders'),
  ('sales_daily', 'table', 'dwh.sales_daily', 'dwh.build_sales_daily(bigint, bigint)', '{fact_sales}', 'Sales by day, category and region');
INSERT INTO dwh.watermark (model) SELECT model FROM dwh.model;

-- ── Running them ───────────────────────────────────────────────────────────────────────────────────────────────────

/* How many rows fail a test now. */
CREATE FUNCTION dq.failures(p_test dq.test) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  v_failures bigint;
BEGIN
  EXECUTE (SELECT format(k.template, m.relation, coalesce(p_test.on_column, ''), p_test.argument)
    FROM dq.kind k, dwh.model m WHERE k.kind = p_test.kind AND m.model = p_test.model) INTO v_failures;
  RETURN v_failures;
END $$;

CREATE TYPE dq.finding AS (test text, severity text, failures bigint);

/* Builds a model and tests it. A failed test of severity error takes back all that was built and leaves the watermark where it
   was: what is not sound is seen by nobody, and the next refresh tries it again. */
CREATE FUNCTION dwh.run_model(p_model dwh.model, p_upto bigint, p_refresh uuid) RETURNS dwh.run LANGUAGE plpgsql AS $$
DECLARE
  v_run dwh.run;
  v_findings dq.finding[] := '{}';
  v_failed text;
  v_error text;
  v_after bigint;
  v_rows bigint := 0;
  v_started timestamptz := clock_timestamp();
BEGIN
  SELECT upto INTO v_after FROM dwh.watermark WHERE model = p_model.model FOR UPDATE;
  BEGIN
    EXECUTE format('SELECT %s($1, $2)', p_model.builder::regproc) INTO v_rows USING v_after, p_upto;
    SELECT coalesce(array_agg(ROW(t.test, t.severity, dq.failures(t))::dq.finding ORDER BY t.test), '{}') INTO v_findings
    FROM dq.test t WHERE t.model = p_model.model;
    SELECT test INTO v_failed FROM unnest(v_findings) WHERE severity = 'error' AND failures > 0 LIMIT 1;
    IF FOUND THEN
      RAISE EXCEPTION 'test % failed', v_failed USING ERRCODE = 'ICA99';
    END IF;
    UPDATE dwh.watermark SET upto = greatest(upto, p_upto), moved_at = clock_timestamp() WHERE model = p_model.model;
  EXCEPTION
    WHEN SQLSTATE 'ICA99' THEN
      v_rows := 0;
    WHEN OTHERS THEN
      v_rows := 0;
      v_error := left(SQLERRM, 500);
  END;
  INSERT INTO dwh.run (refresh_id, model, started_at, ended_at, rows, state, failed_test, error)
  VALUES (p_refresh, p_model.model, v_started, clock_timestamp(), v_rows,
    CASE WHEN coalesce(v_failed, v_error) IS NULL THEN 'ok' ELSE 'failed' END, v_failed, v_error)
  RETURNING * INTO v_run;
  INSERT INTO dq.result (run_id, test, failures) SELECT v_run.run_id, test, failures FROM unnest(v_findings);
  RETURN v_run;
END $$;

/* Models so that each comes after those it depends on. */
CREATE FUNCTION dwh.in_order() RETURNS SETOF dwh.model LANGUAGE sql STABLE AS $$
  WITH RECURSIVE depth AS (
    SELECT model, 0 AS at FROM dwh.model WHERE depends_on = '{}'
    UNION ALL SELECT m.model, depth.at + 1 FROM dwh.model m JOIN depth ON depth.model = ANY (m.depends_on)
  )
  SELECT m.* FROM dwh.model m JOIN (SELECT model, max(at) AS at FROM depth GROUP BY model) AS deepest USING (model) ORDER BY at, model
$$;

/* How many events one refresh takes in at most: a call has a time limit, and a backlog must get shorter with each. */
CREATE FUNCTION dwh.events_per_refresh() RETURNS bigint LANGUAGE sql IMMUTABLE AS $$ SELECT 10000 $$;

/* Do events wait that the models have not taken in? */
CREATE FUNCTION dwh.behind(p_by bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM ingest.event WHERE seq > (SELECT min(upto) FROM dwh.watermark JOIN dwh.model USING (model) WHERE kind = 'incremental') + p_by)
$$;

/* Runs all models up to what has settled, or as far as one refresh goes. A model that depends on one that did not make it is
   blocked, and keeps what it had. */
CREATE FUNCTION dwh.refresh() RETURNS SETOF dwh.run LANGUAGE plpgsql AS $$
DECLARE
  v_upto bigint;
  v_refresh uuid := uuidv7();
  v_model dwh.model;
  v_run dwh.run;
  v_failed text[] := '{}';
BEGIN
  PERFORM dwh.lock_star();
  SELECT least(ingest.settled(), min(upto) + dwh.events_per_refresh()) INTO v_upto
  FROM dwh.watermark JOIN dwh.model USING (model) WHERE kind = 'incremental';
  FOR v_model IN SELECT * FROM dwh.in_order() LOOP
    IF v_model.depends_on && v_failed THEN
      INSERT INTO dwh.run (refresh_id, model, started_at, ended_at, rows, state, blocked_by)
      SELECT v_refresh, v_model.model, clock_timestamp(), clock_timestamp(), 0, 'blocked', dependency
      FROM unnest(v_model.depends_on) AS dependency WHERE dependency = ANY (v_failed) ORDER BY dependency LIMIT 1
      RETURNING * INTO v_run;
    ELSE
      v_run := dwh.run_model(v_model, v_upto, v_refresh);
    END IF;
    IF v_run.state <> 'ok' THEN
      v_failed := v_failed || v_model.model;
    END IF;
    RETURN NEXT v_run;
  END LOOP;
END $$;
