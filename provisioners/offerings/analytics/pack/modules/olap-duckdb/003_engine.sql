-- What the engine may do here, and what is told of it.

/* Questions that a predecessor had begun: once more, and then no more. */
CREATE FUNCTION olap.resume() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT olap.pass_gate();
  UPDATE olap.query SET state = CASE WHEN attempts < 2 THEN 'queued' ELSE 'failed' END,
    ended_at = CASE WHEN attempts < 2 THEN NULL ELSE clock_timestamp() END,
    error = CASE WHEN attempts < 2 THEN NULL ELSE 'ICA25' END,
    facts = CASE WHEN attempts < 2 THEN NULL ELSE jsonb_build_object('attempts', attempts) END
  WHERE state = 'running'
$$;

/* The question that has waited longest; NULL when none waits. → {id, plan, fresh} */
CREATE FUNCTION olap.take() RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_taken jsonb;
BEGIN
  PERFORM olap.pass_gate();
  PERFORM olap.tidy();
  UPDATE olap.query SET state = 'running', attempts = attempts + 1, started_at = clock_timestamp()
  WHERE query_id = (SELECT query_id FROM olap.query WHERE state = 'queued' ORDER BY query_id LIMIT 1 FOR UPDATE)
  RETURNING jsonb_build_object('id', query_id, 'plan', plan, 'fresh', fresh) INTO v_taken;
  RETURN v_taken;
END $$;

/* p_cells: [[key, series, {metric: "integer"}, lines, people], …] in any order. Values, order and limit are made here, as query_metric does. */
CREATE FUNCTION olap.finish(p_id uuid, p_cells jsonb, p_scanned bigint, p_copied_at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_query olap.query;
  v_money boolean;
BEGIN
  PERFORM olap.pass_gate();
  SELECT * INTO v_query FROM olap.query WHERE query_id = p_id AND state = 'running' FOR UPDATE;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  v_money := (v_query.plan -> 'metric' -> 'money')::boolean;
  UPDATE olap.query SET state = 'done', ended_at = clock_timestamp(), scanned = p_scanned, answer = (
    SELECT jsonb_build_object('metric', plan #> '{metric,metric}', 'unit', plan -> 'unit', 'money', v_money, 'additive', plan -> 'additive',
      'by', coalesce(question -> 'by', '[]'), 'more', count(*) > (plan ->> 'limit')::int,
      'rows', coalesce(jsonb_agg(jsonb_build_object('key', key, 'series', series, 'value', semantic.shown(value, v_money), 'lines', lines,
        'people', people) ORDER BY key, series) FILTER (WHERE position <= (plan ->> 'limit')::int), '[]'),
      'ms', round(1000 * extract(epoch FROM clock_timestamp() - started_at)), 'scanned', p_scanned, 'copiedAt', p_copied_at)
    FROM (
      SELECT e ->> 0 AS key, e ->> 1 AS series, olap.value_of(v_query.plan -> 'metric', e -> 2) AS value, (e ->> 3)::bigint AS lines,
        (e ->> 4)::bigint AS people, row_number() OVER (ORDER BY e ->> 0, e ->> 1) AS position
      FROM jsonb_array_elements(p_cells) AS e) AS cells)
  WHERE query_id = p_id;
  PERFORM pg_notify('olap_done', p_id::text);
END $$;

/* @p_code one of those that are promised */
CREATE FUNCTION olap.fail(p_id uuid, p_code text, p_facts jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF p_code NOT IN ('ICA23', 'ICA24', 'ICA25') THEN
    RAISE EXCEPTION 'no promised code: %', p_code USING ERRCODE = 'invalid_parameter_value';
  END IF;
  PERFORM olap.pass_gate();
  UPDATE olap.query SET state = 'failed', ended_at = clock_timestamp(), error = p_code, facts = p_facts WHERE query_id = p_id AND state = 'running';
END $$;

/* Lets the engine's role in: it reads what it copies, and hands back answers. */
CREATE FUNCTION olap.admit(p_role name) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('GRANT USAGE ON SCHEMA dwh, olap TO %I', p_role);
  EXECUTE format('GRANT SELECT (source, event_id, date_key, product_key, customer_key, qty, revenue_minor, currency) ON dwh.fact_sales TO %I', p_role);
  EXECUTE format('GRANT SELECT (member_key, dimension, id, attributes) ON dwh.member TO %I', p_role);
  EXECUTE format('GRANT SELECT ON olap.part TO %I', p_role);
  EXECUTE format('GRANT EXECUTE ON FUNCTION olap.settle(jsonb), olap.lose(text[]), olap.resume(), olap.take(),
    olap.finish(uuid, jsonb, bigint, timestamptz), olap.fail(uuid, text, jsonb), olap.span_of(bigint) TO %I', p_role);
END $$;

-- ── What is told ───────────────────────────────────────────────────────────────────────────────────────────────────

-- key: query_id
CREATE VIEW api.olap_queries AS
SELECT q.query_id, q.asked_at, q.asked_by, q.question ->> 'metric' AS metric, coalesce(q.question -> 'by', '[]') AS "by", q.state,
  (1000 * extract(epoch FROM coalesce(q.started_at, q.ended_at, clock_timestamp()) - q.asked_at))::int AS waited_ms,
  (1000 * extract(epoch FROM q.ended_at - q.started_at))::int AS took_ms, q.scanned, jsonb_array_length(q.answer -> 'rows') AS rows, q.error
FROM olap.query q;

-- key: dataset
CREATE VIEW api.olap_datasets AS
SELECT dataset, count(file)::int AS files, sum(rows)::bigint AS rows, sum(bytes)::bigint AS bytes,
  (count(*) FILTER (WHERE copied < changed))::int AS parts_behind, max(copied_at) AS copied_at
FROM olap.part GROUP BY dataset;

-- Every part that is not behind holds what its table holds: the file's own rows against the facts of its day.
CREATE VIEW olap.invariants AS
WITH facts AS (
  SELECT 'sales' AS dataset, date_key AS part, count(*) AS rows, sum(revenue_minor) AS revenue_minor FROM dwh.fact_sales GROUP BY date_key
  UNION ALL SELECT 'member', (member_key >> 16)::int, count(*), 0 FROM dwh.member GROUP BY 2
)
SELECT 'copy_matches_facts' AS rule, count(*) AS violations
FROM facts FULL JOIN olap.part USING (dataset, part)
WHERE coalesce(part.copied = part.changed, true)
  AND (coalesce(facts.rows, 0), coalesce(facts.revenue_minor, 0)) IS DISTINCT FROM (part.rows, part.revenue_minor);

SELECT pack.add_view_part('invariants', 'olap.invariants');

CREATE VIEW olap.kpis AS
WITH asked AS (
  SELECT percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM ended_at - asked_at)) FILTER (WHERE state = 'done') AS p95,
    sum(scanned) AS scanned, count(*) FILTER (WHERE state = 'failed') AS failed
  FROM olap.query WHERE ended_at > now() - interval '1 day' AND question ->> 'source' IS DISTINCT FROM 'smoke'
), copy AS (
  SELECT count(file) AS files, coalesce(sum(bytes), 0) AS bytes, min(changed_at) FILTER (WHERE copied < changed) AS since FROM olap.part
)
SELECT 'scan_p95_ms' AS name, (1000 * p95)::double precision AS value, 'ms' AS unit FROM asked
UNION ALL SELECT 'rows_scanned_today', coalesce(scanned, 0), '1' FROM asked
UNION ALL SELECT 'scans_failed_today', failed, '1' FROM asked
UNION ALL SELECT 'copy_freshness_ms', coalesce(1000 * extract(epoch FROM clock_timestamp() - since), 0), 'ms' FROM copy
UNION ALL SELECT 'copy_files', files, '1' FROM copy
UNION ALL SELECT 'copy_bytes', bytes, 'bytes' FROM copy;

SELECT pack.add_view_part('kpis', 'olap.kpis');
