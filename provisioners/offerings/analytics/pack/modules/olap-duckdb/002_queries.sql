-- Questions for the engine. They are asked in the words of query_metric and compiled here to definitions, never to text: the engine gets
-- what a metric and a dimension are, and makes its own SQL of them.
--
-- Errors of this module:
--   ICA21 the copy has no such dimension      {dimension}
--   ICA22 too many questions wait             {waiting, max}
--   ICA23 too large for the engine            {reason, max?}
--   ICA24 it took too long, or waited too long {reason, seconds}
--   ICA25 the engine did not survive it       {attempts}

CREATE TABLE olap.query (
  query_id uuid PRIMARY KEY DEFAULT uuidv7(),
  asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  asked_by text,
  question jsonb NOT NULL,
  plan jsonb NOT NULL,
  fresh boolean NOT NULL,
  state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'done', 'failed')),
  attempts smallint NOT NULL DEFAULT 0,
  started_at timestamptz,
  ended_at timestamptz,
  scanned bigint,          -- rows of facts in the files that were read
  answer jsonb,
  error text,
  facts jsonb,
  CHECK ((state = 'done') = (answer IS NOT NULL)),
  CHECK ((state = 'failed') = (error IS NOT NULL))
);
CREATE INDEX query_waiting ON olap.query (query_id) WHERE state IN ('queued', 'running');
CREATE INDEX query_by_end ON olap.query (ended_at);

CREATE FUNCTION olap.waiting_max() RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT 20 $$;
CREATE FUNCTION olap.wait_seconds_max() RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT 60 $$;

/* What a metric is made of, down to what is counted. */
CREATE FUNCTION olap.metric_tree(p semantic.metric) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN jsonb_strip_nulls(jsonb_build_object('metric', p.metric, 'kind', p.kind, 'measure', p.measure, 'money', p.money)
    || CASE WHEN p.kind = 'ratio' THEN jsonb_build_object(
      'numerator', olap.metric_tree(semantic.need_metric(p.numerator)), 'denominator', olap.metric_tree(semantic.need_metric(p.denominator)))
      ELSE '{}' END);
END $$;

/* The value of a metric from the counts below it: the same arithmetic as in semantic.metric_sql, so both come to the same figure. */
CREATE FUNCTION olap.value_of(p_tree jsonb, p_counts jsonb) RETURNS numeric LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF p_tree ->> 'kind' <> 'ratio' THEN
    RETURN (p_counts ->> (p_tree ->> 'metric'))::numeric;
  END IF;
  RETURN round(olap.value_of(p_tree -> 'numerator', p_counts) / nullif(olap.value_of(p_tree -> 'denominator', p_counts), 0),
    CASE WHEN (p_tree -> 'money')::boolean THEN 0 ELSE 4 END);
END $$;

/* ICA02 when there is none, ICA21 when what it is made of is not copied. */
CREATE FUNCTION olap.dimension_plan(p_name text) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_dimension semantic.dimension := semantic.need_dimension(p_name);
BEGIN
  IF v_dimension.of = 'module' THEN
    PERFORM pack.fail('ICA21', 'the copy has no such dimension', jsonb_build_object('dimension', p_name));
  END IF;
  RETURN jsonb_build_object('of', v_dimension.of, 'attribute', v_dimension.attribute);
END $$;

/* A question as the engine gets it. */
CREATE FUNCTION olap.plan_of(p semantic.question) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_metric semantic.metric := semantic.need_metric(p.metric);
  v_currency boolean := v_metric.money AND NOT 'currency' = ANY (p.dims || ARRAY(SELECT jsonb_object_keys(p.filters)));
BEGIN
  RETURN jsonb_build_object('metric', olap.metric_tree(v_metric),
    'dims', ARRAY(SELECT olap.dimension_plan(d) FROM unnest(p.dims) WITH ORDINALITY AS u (d, o) ORDER BY o),
    'filters', ARRAY(SELECT olap.dimension_plan(key) || jsonb_build_object('values', value) FROM jsonb_each(p.filters) ORDER BY key),
    'since', to_char(p.since, 'YYYYMMDD')::int, 'until', to_char(p.until, 'YYYYMMDD')::int,
    'source', p.source, 'currency', CASE WHEN v_currency THEN p.currency END,
    'weekStart', (SELECT value FROM pack.param WHERE key = 'week_start'));
END $$;

/* Ends what has waited too long, and forgets answers after a day, or when there are many newer ones. */
CREATE FUNCTION olap.tidy() RETURNS void LANGUAGE sql AS $$
  UPDATE olap.query SET state = 'failed', ended_at = clock_timestamp(), error = 'ICA24',
    facts = jsonb_build_object('reason', 'waited', 'seconds', olap.wait_seconds_max())
  WHERE state = 'queued' AND asked_at < now() - make_interval(secs => olap.wait_seconds_max());
  DELETE FROM olap.query WHERE state IN ('done', 'failed') AND (ended_at < now() - interval '1 day'
    OR query_id NOT IN (SELECT query_id FROM olap.query ORDER BY query_id DESC LIMIT 500));
$$;

/* {metric, by?, from?, to?, where?, source?, currency?, limit?, fresh?}: puts a question to the engine; the answer is fetched with
   olap_result. `fresh`: answered from a copy that holds all that is loaded now. → {queryId, state, waiting} */
CREATE FUNCTION api.olap_query(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_question semantic.question := semantic.question_of(p);
  v_metric semantic.metric := semantic.need_metric(v_question.metric);
  v_fresh boolean := pack.opt_bool(p, 'fresh', false);
  v_plan jsonb := olap.plan_of(v_question) || jsonb_build_object('limit', pack.opt_int(p, 'limit', 500, 1, 5000),
    'unit', CASE WHEN v_metric.money THEN v_question.currency ELSE v_metric.unit END, 'additive', v_metric.additive);
  v_waiting int;
  v_id uuid;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('analytics.olap.ask', 0));
  PERFORM olap.tidy();
  SELECT count(*) INTO v_waiting FROM olap.query WHERE state IN ('queued', 'running');
  IF v_waiting >= olap.waiting_max() THEN
    PERFORM pack.fail('ICA22', 'too many questions wait', jsonb_build_object('waiting', v_waiting, 'max', olap.waiting_max()));
  END IF;
  INSERT INTO olap.query (asked_by, question, plan, fresh)
  VALUES (nullif(current_setting('app.caller', true), ''), p, v_plan, v_fresh) RETURNING query_id INTO v_id;
  PERFORM pg_notify('olap', '');
  RETURN jsonb_build_object('queryId', v_id, 'state', 'queued', 'waiting', v_waiting + 1);
END $$;
SELECT pack.declare_function('olap_query', true, true);

/* {queryId, waitMs?}: the answer, as query_metric gives it, with how it was come by; or that there is none yet. Two callers at a time may
   wait, so that waiting takes no more than two connections of the API. → {queryId, state, ms, scanned, copiedAt, metric, …, rows} */
CREATE FUNCTION api.olap_result(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_id uuid := pack.need_uuid(p, 'queryId');
  v_until timestamptz := clock_timestamp() + make_interval(secs => pack.opt_int(p, 'waitMs', 0, 0, 2000) / 1000.0);
  v_may_wait boolean;
  v_query olap.query;
BEGIN
  LOOP
    SELECT * INTO v_query FROM olap.query WHERE query_id = v_id;
    IF NOT FOUND THEN
      PERFORM pack.fail('ICA04', 'there is no such question', jsonb_build_object('kind', 'query', 'id', v_id));
    END IF;
    EXIT WHEN v_query.state IN ('done', 'failed') OR clock_timestamp() >= v_until;
    v_may_wait := coalesce(v_may_wait, pg_try_advisory_xact_lock(hashtextextended('analytics.olap.wait 1', 0))
      OR pg_try_advisory_xact_lock(hashtextextended('analytics.olap.wait 2', 0)));
    EXIT WHEN NOT v_may_wait;
    PERFORM pg_sleep(0.02);
  END LOOP;
  IF v_query.state = 'queued' AND v_query.asked_at < clock_timestamp() - make_interval(secs => olap.wait_seconds_max()) THEN
    PERFORM pack.fail('ICA24', 'it waited too long', jsonb_build_object('reason', 'waited', 'seconds', olap.wait_seconds_max()));
  END IF;
  IF v_query.state = 'failed' THEN
    PERFORM pack.fail(v_query.error, 'the question was not answered', v_query.facts);
  END IF;
  RETURN jsonb_build_object('queryId', v_id, 'state', v_query.state) || coalesce(v_query.answer, '{}');
END $$;
SELECT pack.declare_function('olap_result', false);
