-- Data quality: more kinds of tests, profiles of models, and the history of every test.

INSERT INTO dq.kind (kind, needs_column, needs_argument, template) VALUES
  ('between', true, true, 'SELECT count(*) FROM %1$s WHERE (%2$I)::numeric NOT BETWEEN (%3$L::jsonb ->> 0)::numeric AND (%3$L::jsonb ->> 1)::numeric'),
  ('matches', true, true, 'SELECT count(*) FROM %1$s WHERE (%2$I)::text !~ (%3$L::jsonb ->> 0)'),
  ('min_rows', false, true, 'SELECT greatest(0, (%3$L::jsonb ->> 0)::bigint - count(*)) FROM %1$s'),
  ('fresh_hours', true, true, 'SELECT (coalesce(max(%2$I), ''-infinity'') < now() - make_interval(hours => (%3$L::jsonb ->> 0)::int))::int::bigint FROM %1$s');

-- Which tests are of kinds that this module brings: they would go with it.
CREATE TABLE dq.module_test (
  test text PRIMARY KEY REFERENCES dq.test ON DELETE CASCADE
);
SELECT pack.declare_module_tables('quality', '{dq.module_test}');

CREATE FUNCTION dq.note_module_test() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO dq.module_test (test) VALUES (NEW.test);
  RETURN NULL;
END $$;
CREATE TRIGGER note_module_test AFTER INSERT ON dq.test FOR EACH ROW
  WHEN (NEW.kind IN ('between', 'matches', 'min_rows', 'fresh_hours')) EXECUTE FUNCTION dq.note_module_test();

/* {model}: for each column how many rows are empty, how many values differ, the least and the greatest. */
CREATE FUNCTION api.profile_model(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_relation regclass;
  v_column record;
  v_profile jsonb;
  v_profiles jsonb := '[]';
  v_rows bigint;
BEGIN
  SELECT relation INTO v_relation FROM dwh.model WHERE model = pack.need_text(p, 'model', 63);
  IF NOT FOUND THEN
    PERFORM asset.fail_missing('model', p ->> 'model');
  END IF;
  EXECUTE format('SELECT count(*) FROM %s', v_relation) INTO v_rows;
  FOR v_column IN
    SELECT attname, format_type(atttypid, atttypmod) AS type FROM pg_attribute
    WHERE attrelid = v_relation AND attnum > 0 AND NOT attisdropped ORDER BY attnum
  LOOP
    EXECUTE format('SELECT jsonb_build_object(''column'', %L, ''type'', %L, ''empty'', count(*) FILTER (WHERE %3$I IS NULL),
      ''different'', count(DISTINCT %3$I), ''least'', left(min(%3$I::text), 100), ''greatest'', left(max(%3$I::text), 100)) FROM %4$s',
      v_column.attname, v_column.type, v_column.attname, v_relation) INTO v_profile;
    v_profiles := v_profiles || v_profile;
  END LOOP;
  RETURN jsonb_build_object('model', p ->> 'model', 'rows', v_rows, 'columns', v_profiles);
END $$;
SELECT pack.declare_function('profile_model', false);

-- key: run_id, test
CREATE VIEW api.test_history AS
SELECT res.run_id, res.test, t.model, t.kind, t.severity, t.owner, r.started_at AS checked_at, res.failures, r.state
FROM dq.result res JOIN dwh.run r USING (run_id) JOIN dq.test t USING (test);
