-- Refreshing, changing dimensions, testing.

/* {onlyIfDue?}: loads what has arrived, up to 10,000 events; `more` says that others wait. With onlyIfDue nothing happens before
   refresh_minutes have passed, unless there is a backlog. */
CREATE FUNCTION api.refresh(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_every interval := make_interval(mins => (pack.params() -> 'refresh_minutes')::int);
  v_runs jsonb;
BEGIN
  IF pack.opt_bool(p, 'onlyIfDue', false) AND NOT dwh.behind(dwh.events_per_refresh())
      AND EXISTS (SELECT FROM dwh.run WHERE started_at > clock_timestamp() - v_every) THEN
    RETURN jsonb_build_object('due', false, 'state', 'ok', 'more', dwh.behind(0), 'runs', '[]'::jsonb);
  END IF;
  SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('model', model, 'state', state, 'rows', rows, 'failedTest', failed_test,
      'blockedBy', blocked_by, 'error', error)) ORDER BY run_id)
  INTO v_runs FROM dwh.refresh();
  RETURN jsonb_build_object('due', true, 'runs', v_runs, 'more', dwh.behind(0),
    'state', CASE WHEN v_runs @? '$[*] ? (@.state != "ok")' THEN 'failed' ELSE 'ok' END);
END $$;
SELECT pack.declare_function('refresh', true);

/* {of: product|customer, id, attributes, validFrom?}: from then on, until the next change, the member has these attributes. What was
   sold before keeps the old ones. A customer is named as in the events; only the pseudonym is kept. */
CREATE FUNCTION api.change_member(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_of text := pack.need_text(p, 'of', 20);
  v_id text := pack.need_text(p, 'id', 200);
  v_at timestamptz := pack.opt_time(p, 'validFrom', now());
BEGIN
  IF v_of NOT IN ('product', 'customer') THEN
    PERFORM pack.fail_field('of', 'product or customer');
  END IF;
  IF jsonb_typeof(p -> 'attributes') IS DISTINCT FROM 'object' THEN
    PERFORM pack.fail_field('attributes', 'an object');
  END IF;
  IF v_of = 'customer' THEN
    v_id := dwh.pseudonym(v_id);
  END IF;
  PERFORM dwh.lock_star();
  PERFORM dwh.change_member(v_of, v_id, p -> 'attributes', v_at, '~' || to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS'));
  RETURN jsonb_build_object('of', v_of, 'id', v_id, 'versions', (
    SELECT jsonb_agg(jsonb_build_object('validFrom', lower(during), 'validUntil', upper(during), 'attributes', attributes) ORDER BY during)
    FROM dwh.member WHERE dimension = v_of AND id = v_id));
END $$;
SELECT pack.declare_function('change_member', true);

/* {test, model, kind, column?, argument?, severity?, owner?}: from the next refresh on it stands between the model and its readers. */
CREATE FUNCTION api.create_test(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_test dq.test;
  v_kind dq.kind;
  v_model dwh.model;
BEGIN
  v_test.test := pack.need_text(p, 'test', 63);
  IF v_test.test !~ '^[a-z][a-z0-9-]*$' THEN
    PERFORM pack.fail_field('test', 'lower-case letters, digits and hyphens');
  END IF;
  SELECT * INTO v_model FROM dwh.model WHERE model = pack.need_text(p, 'model', 63);
  IF NOT FOUND THEN
    PERFORM asset.fail_missing('model', p ->> 'model');
  END IF;
  SELECT * INTO v_kind FROM dq.kind WHERE kind = pack.need_text(p, 'kind', 40);
  IF NOT FOUND THEN
    PERFORM pack.fail_field('kind', (SELECT 'one of ' || string_agg(kind, ', ' ORDER BY kind) FROM dq.kind));
  END IF;
  v_test.on_column := pack.opt_text(p, 'column', NULL, 63);
  v_test.argument := p -> 'argument';
  v_test.severity := pack.opt_text(p, 'severity', 'error', 10);
  v_test.owner := pack.opt_text(p, 'owner', NULL);
  IF v_test.severity NOT IN ('warn', 'error') THEN
    PERFORM pack.fail_field('severity', 'warn or error');
  END IF;
  IF v_kind.needs_column <> (v_test.on_column IS NOT NULL) OR (v_kind.needs_column AND NOT EXISTS (
      SELECT FROM pg_attribute WHERE attrelid = v_model.relation AND attname = v_test.on_column AND attnum > 0 AND NOT attisdropped)) THEN
    PERFORM pack.fail_field('column', CASE WHEN v_kind.needs_column THEN 'a column of the model' ELSE 'none for this kind' END);
  END IF;
  IF v_kind.needs_argument <> (coalesce(jsonb_typeof(v_test.argument), '') = 'array') THEN
    PERFORM pack.fail_field('argument', CASE WHEN v_kind.needs_argument THEN 'a list' ELSE 'none for this kind' END);
  END IF;
  INSERT INTO dq.test (test, model, kind, on_column, argument, severity, owner)
  VALUES (v_test.test, v_model.model, v_kind.kind, v_test.on_column, v_test.argument, v_test.severity, v_test.owner)
  ON CONFLICT DO NOTHING RETURNING * INTO v_test;
  IF NOT FOUND THEN
    PERFORM asset.fail_taken('test', p ->> 'test');
  END IF;
  RETURN jsonb_build_object('test', v_test.test, 'model', v_test.model, 'severity', v_test.severity, 'failuresNow', dq.try_failures(v_test));
END $$;
SELECT pack.declare_function('create_test', true);

/* As dq.failures; an argument that does not fit the column is the caller's fault, not ours. */
CREATE FUNCTION dq.try_failures(p_test dq.test) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
  RETURN dq.failures(p_test);
EXCEPTION WHEN data_exception OR undefined_function OR datatype_mismatch OR undefined_table OR undefined_column THEN
  PERFORM pack.fail_field('argument', 'values that fit the column');
END $$;

/* {test} */
CREATE FUNCTION api.drop_test(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  DELETE FROM dq.test WHERE test = pack.need_text(p, 'test', 63);
  IF NOT FOUND THEN
    PERFORM asset.fail_missing('test', p ->> 'test');
  END IF;
  RETURN jsonb_build_object('test', p ->> 'test', 'dropped', true);
END $$;
SELECT pack.declare_function('drop_test', true, true);
