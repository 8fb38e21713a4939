-- A pack for tests: notes that can be written, read and removed.
CREATE SCHEMA notes;
CREATE TABLE notes.note (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text NOT NULL);

CREATE FUNCTION api.add_note(p jsonb) RETURNS jsonb
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO notes.note (body) VALUES (p ->> 'body') RETURNING jsonb_build_object('id', id)
$$;
SELECT pack.declare_function('add_note', true);

CREATE FUNCTION api.drop_notes(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  TRUNCATE notes.note;
  RETURN '{}';
END $$;
SELECT pack.declare_function('drop_notes', true, true);

CREATE VIEW api.note AS SELECT id, body FROM notes.note;
SELECT pack.default_params('{"idempotency_error": "ICX03", "body_error": "ICX00"}');
