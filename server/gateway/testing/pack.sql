-- A tiny pack after the common contract, with one function for each way a call can go.
CREATE SCHEMA app;
CREATE TABLE app.note (
  id bigint GENERATED ALWAYS AS IDENTITY (START WITH 9007199254740993) PRIMARY KEY,
  shelf text NOT NULL,
  text text NOT NULL,
  amount_minor bigint NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE FUNCTION api.add_note(p jsonb) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE v_note app.note;
BEGIN
  PERFORM pg_sleep(coalesce((p ->> 'seconds')::float8, 0));
  INSERT INTO app.note (shelf, text, amount_minor)
  VALUES (coalesce(p ->> 'shelf', 'A'), p ->> 'text', coalesce(p ->> 'amountMinor', '0')::bigint) RETURNING * INTO v_note;
  RETURN jsonb_build_object('id', v_note.id::text, 'exact', v_note.id, 'amountMinor', v_note.amount_minor::text);
END $$;

CREATE FUNCTION api.drop_note(p jsonb) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  DELETE FROM app.note WHERE id = (p ->> 'id')::bigint;
  RETURN '{}';
END $$;

CREATE FUNCTION api.echo(p jsonb) RETURNS jsonb LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object('body', p, 'caller', current_setting('app.caller'), 'channel', current_setting('app.channel'),
    'requestId', current_setting('app.request_id'), 'statementTimeout', current_setting('statement_timeout'),
    'lockTimeout', current_setting('lock_timeout'))
$$;

CREATE FUNCTION api.sleep(p jsonb) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM pg_sleep((p ->> 'seconds')::float8);
  RETURN '{}';
END $$;

/* Holds a lock for as long as asked, so that others wait for it. */
CREATE FUNCTION api.hold_lock(p jsonb) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(42);
  PERFORM pg_sleep((p ->> 'seconds')::float8);
  RETURN '{}';
END $$;

CREATE FUNCTION api.fail(p jsonb) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO app.note (shelf, text, amount_minor) VALUES ('failed', 'must be rolled back', 0);
  RAISE EXCEPTION USING ERRCODE = p ->> 'state', MESSAGE = 'canary SELECT secret FROM hidden', DETAIL = coalesce(p ->> 'detail', '');
END $$;

CREATE VIEW api.notes AS SELECT id, shelf, text, amount_minor, at FROM app.note;
CREATE VIEW api.shelves AS SELECT shelf, at, id, text FROM app.note;
CREATE VIEW api.kinds AS SELECT 1 AS id, 12345678901234567890.12::numeric AS exact, 9223372036854775807::bigint AS big, true AS yes,
  1.5::float8 AS ratio, 'NaN'::float8 AS odd, '2026-11-22 12:00:00.123456+08'::timestamptz AS at, '2026-11-22'::date AS day,
  '{"a": [1]}'::jsonb AS doc, ARRAY[9007199254740993, 2]::bigint[] AS bigs, interval '90 minutes' AS span, NULL::text AS nothing,
  ARRAY['a,"b', NULL] AS texts;

SELECT pack.set_params('{"idempotency_error": "ICX03", "body_error": "ICX02"}');
SELECT pack.declare_function('add_note', true), pack.declare_function('drop_note', true, true), pack.declare_function('fail', true),
  pack.declare_function('echo', false), pack.declare_function('sleep', false), pack.declare_function('hold_lock', false);
