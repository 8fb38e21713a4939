-- Modules that come and go in a running database: which tables are a module's own, what is in them, and taking a module out again.

-- Tables whose rows would go with the module. A module that declares none holds nothing of its own.
CREATE TABLE pack.module_table (
  module text NOT NULL,
  name text NOT NULL, -- schema.table
  PRIMARY KEY (module, name)
);

CREATE FUNCTION pack.declare_module_tables(p_module text, p_tables text[]) RETURNS void LANGUAGE sql AS $$
  INSERT INTO pack.module_table (module, name) SELECT p_module, unnest(p_tables) ON CONFLICT DO NOTHING
$$;

/* Rows that would be lost if the module were taken out now; 0 for one that is not there. */
CREATE FUNCTION pack.module_rows(p_module text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  v_name text;
  v_rows bigint;
  v_sum bigint := 0;
BEGIN
  FOR v_name IN SELECT name FROM pack.module_table WHERE module = p_module ORDER BY name LOOP
    EXECUTE format('SELECT count(*) FROM %s', v_name::regclass) INTO v_rows;
    v_sum := v_sum + v_rows;
  END LOOP;
  RETURN v_sum;
END $$;

/* The first thing that a module's removal does: nobody writes to its tables any more, and they are empty. Otherwise the
   removal ends here with its transaction, and the module stays. */
CREATE FUNCTION pack.begin_removal(p_module text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_name text;
  v_rows bigint;
BEGIN
  FOR v_name IN SELECT name FROM pack.module_table WHERE module = p_module ORDER BY name LOOP
    EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', v_name::regclass);
  END LOOP;
  v_rows := pack.module_rows(p_module);
  IF v_rows > 0 THEN
    RAISE EXCEPTION 'module % holds % rows', p_module, v_rows USING ERRCODE = 'object_in_use';
  END IF;
END $$;

/* Takes a part out of api.<p_view>, which another part must remain in. */
CREATE FUNCTION pack.remove_view_part(p_view text, p_part text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_first text;
BEGIN
  DELETE FROM pack.view_part WHERE view = p_view AND part = p_part;
  SELECT part INTO STRICT v_first FROM pack.view_part WHERE view = p_view ORDER BY part LIMIT 1;
  PERFORM pack.add_view_part(p_view, v_first);
END $$;

/* Drops functions of the API, and forgets that they were there. */
CREATE FUNCTION pack.remove_functions(p_names text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_name text;
BEGIN
  FOREACH v_name IN ARRAY p_names LOOP
    EXECUTE format('DROP FUNCTION api.%I(jsonb)', v_name);
  END LOOP;
  DELETE FROM pack.function WHERE name = ANY (p_names);
END $$;

/* The last thing: the module's migrations count as never applied. */
CREATE FUNCTION pack.end_removal(p_module text) RETURNS void LANGUAGE sql AS $$
  DELETE FROM pack.migration WHERE starts_with(id, 'modules/' || p_module || '/');
  DELETE FROM pack.module_table WHERE module = p_module;
  DELETE FROM pack.installed WHERE module = p_module;
$$;
