-- The base that every process pack stands on: what is installed, parameters, the one door into the pack (pack.call),
-- grants by role name, and helpers for request bodies.
--
-- How to apply (each file in one transaction, READ COMMITTED):
--   1. prepare.sql as a superuser.
--   2. SET LOCAL ROLE <owner>; this file; then the pack's core/*.sql in order; then the chosen modules/*/*.sql in order.
--      The owner needs CREATE on the database, must not be a superuser and, for a template, must not own the database
--      (pack.hand_over would take the database along). Record each file with pack.record_migration(id, sha256 in hex).
--   3. In a clone of a template, as a superuser: SELECT pack.hand_over(<owner>).
--   4. SELECT pack.set_params({...}); SELECT pack.grant_to(<api role>, <bi role or NULL>).
-- Steps 3 and 4 may be repeated at any time. REVOKE CONNECT, TEMPORARY ON DATABASE ... FROM PUBLIC is the applier's:
-- a clone does not inherit the template's database privileges.

-- Functions are executable by everybody unless this comes first. For this role, in this database, for good.
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

CREATE SCHEMA pack;
CREATE SCHEMA api;

CREATE TABLE pack.installed (
  pack text NOT NULL,
  version text NOT NULL,
  module text NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (pack, module)
);

CREATE TABLE pack.migration (
  id text PRIMARY KEY,
  sha256 bytea NOT NULL,
  at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE pack.param (
  key text PRIMARY KEY,
  value jsonb NOT NULL
);

-- One row per callable function api.<name>(jsonb). `frees` marks what stays allowed when storage is full.
CREATE TABLE pack.function (
  name text PRIMARY KEY,
  writes boolean NOT NULL,
  frees boolean NOT NULL DEFAULT false
);

CREATE TABLE pack.idempotency (
  key text PRIMARY KEY,
  function text NOT NULL,
  request_hash bytea NOT NULL,
  response jsonb NOT NULL,
  at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idempotency_by_age ON pack.idempotency (at);

-- Views to which core and modules each add their part (api.invariants, api.kpis).
CREATE TABLE pack.view_part (
  view text NOT NULL,
  part text NOT NULL,
  PRIMARY KEY (view, part)
);

-- ── Errors and parameters ──────────────────────────────────────────────────────────────────────────────────────────

/* Raises `code` with facts for a program (DETAIL is a JSON object) and words for a person. */
CREATE FUNCTION pack.fail(code text, message text, facts jsonb DEFAULT '{}')
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = code, MESSAGE = message, DETAIL = facts::text;
END $$;

CREATE FUNCTION pack.params() RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM pack.param
$$;

/* Upserts parameters from one JSON object: {"hold_minutes": 15, …}. */
CREATE FUNCTION pack.set_params(params jsonb) RETURNS void LANGUAGE sql AS $$
  INSERT INTO pack.param (key, value)
  SELECT key, value FROM jsonb_each(params)
  ON CONFLICT (key) DO UPDATE SET value = excluded.value
$$;

/* Parameters a migration brings along; what the customer chose stays. */
CREATE FUNCTION pack.default_params(params jsonb) RETURNS void LANGUAGE sql AS $$
  INSERT INTO pack.param (key, value)
  SELECT key, value FROM jsonb_each(params)
  ON CONFLICT (key) DO NOTHING
$$;

/* Notes a migration as applied; another content under the same id is an error, never a silent skip. Returns true when new. */
CREATE FUNCTION pack.record_migration(p_id text, p_sha256_hex text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  v_known bytea;
BEGIN
  SELECT sha256 INTO v_known FROM pack.migration WHERE id = p_id;
  IF NOT FOUND THEN
    INSERT INTO pack.migration (id, sha256) VALUES (p_id, decode(p_sha256_hex, 'hex'));
    RETURN true;
  END IF;
  IF v_known <> decode(p_sha256_hex, 'hex') THEN
    RAISE EXCEPTION 'migration % was applied with another content', p_id
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  RETURN false;
END $$;

CREATE FUNCTION pack.declare_function(p_name text, p_writes boolean, p_frees boolean DEFAULT false)
RETURNS void LANGUAGE sql AS $$
  INSERT INTO pack.function (name, writes, frees) VALUES (p_name, p_writes, p_frees)
  ON CONFLICT (name) DO UPDATE SET writes = excluded.writes, frees = excluded.frees
$$;

/* Adds `p_part` (schema.view) to api.<p_view> and makes that view anew as the union of its parts. */
CREATE FUNCTION pack.add_view_part(p_view text, p_part text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_union text;
BEGIN
  INSERT INTO pack.view_part (view, part) VALUES (p_view, p_part) ON CONFLICT DO NOTHING;
  SELECT string_agg(format('SELECT * FROM %s', part::regclass), ' UNION ALL ' ORDER BY part)
    INTO v_union FROM pack.view_part WHERE view = p_view;
  EXECUTE format('CREATE OR REPLACE VIEW api.%I AS %s', p_view, v_union);
END $$;

-- ── The door ───────────────────────────────────────────────────────────────────────────────────────────────────────

/* Takes the key for this transaction. Returns the stored answer when the same request was answered before, else NULL.
   Concurrent calls with one key queue up here, so the second reads what the first stored. */
CREATE FUNCTION pack.claim(fn text, key text, hash bytea) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_writes boolean;
  v_known pack.idempotency;
BEGIN
  SELECT f.writes INTO v_writes FROM pack.function f WHERE f.name = claim.fn;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no function %', fn USING ERRCODE = 'undefined_function';
  END IF;
  IF key IS NULL THEN
    IF v_writes THEN
      RAISE EXCEPTION '% writes and needs an idempotency key', fn USING ERRCODE = 'null_value_not_allowed';
    END IF;
    RETURN NULL;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended(key, 0));
  SELECT i.* INTO v_known FROM pack.idempotency i WHERE i.key = claim.key;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  IF v_known.request_hash <> hash OR v_known.function <> fn THEN
    PERFORM pack.fail(
      (SELECT value #>> '{}' FROM pack.param WHERE param.key = 'idempotency_error'),
      'the idempotency key was used for another request',
      jsonb_build_object('key', key, 'function', v_known.function, 'usedAt', v_known.at));
  END IF;
  RETURN v_known.response;
END $$;

/* Stores the answer under the key. A refused request stores nothing, so it may be tried again with the same key. */
CREATE FUNCTION pack.settle(fn text, key text, hash bytea, response jsonb) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO pack.idempotency (key, function, request_hash, response) VALUES (key, fn, hash, response)
$$;

/* Calls api.<fn>(body). SECURITY INVOKER, so a revoked EXECUTE on the function holds.
   ctx: {"caller", "requestId", "channel"} becomes app.* settings of the transaction. Returns {"replayed", "result"}. */
CREATE FUNCTION pack.call(fn text, key text, body jsonb, ctx jsonb) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_hash bytea := sha256(convert_to(fn || E'\n' || body::text, 'UTF8'));
  v_result jsonb;
BEGIN
  v_result := pack.claim(fn, key, v_hash);
  IF v_result IS NOT NULL THEN
    RETURN jsonb_build_object('replayed', true, 'result', v_result);
  END IF;
  PERFORM set_config('app.caller', coalesce(ctx ->> 'caller', ''), true),
          set_config('app.request_id', coalesce(ctx ->> 'requestId', ''), true),
          set_config('app.channel', coalesce(ctx ->> 'channel', ''), true),
          set_config('app.idempotency_key', coalesce(key, ''), true);
  EXECUTE format('SELECT api.%I($1)', fn) INTO v_result USING body;
  IF key IS NOT NULL THEN
    PERFORM pack.settle(fn, key, v_hash, v_result);
  END IF;
  RETURN jsonb_build_object('replayed', false, 'result', v_result);
END $$;

-- ── Roles ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/* Gives everything the pack owns in this database to `new_owner`. For a clone: the template's owner is shared by all
   templates, a tenant's functions must run as the tenant's own role. Superuser only; does nothing when already done. */
CREATE FUNCTION pack.hand_over(new_owner name) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_owner name;
BEGIN
  SELECT pg_get_userbyid(nspowner) INTO v_owner FROM pg_namespace WHERE nspname = 'pack';
  IF v_owner = new_owner THEN
    RETURN;
  END IF;
  EXECUTE format('REASSIGN OWNED BY %I TO %I', v_owner, new_owner);
  -- Default privileges belong to a role, not to objects: REASSIGN leaves them behind.
  EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I GRANT EXECUTE ON FUNCTIONS TO PUBLIC', v_owner);
  EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC', new_owner);
END $$;

CREATE FUNCTION pack.callable(p_only_growing boolean) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT string_agg(format('api.%I(jsonb)', name), ', ')
  FROM pack.function
  WHERE NOT p_only_growing OR (writes AND NOT frees)
$$;

/* Lets the two roles in: the API role calls functions and reads views of api, the BI role (may be NULL) reads views.
   Repeat it after every migration; it leaves writes revoked where revoke_writes did so. */
CREATE FUNCTION pack.grant_to(api_role name, bi_role name) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_full boolean := EXISTS (SELECT 1 FROM pack.param WHERE key = 'writes_revoked' AND value = 'true');
BEGIN
  EXECUTE format('GRANT USAGE ON SCHEMA api, pack TO %I', api_role);
  EXECUTE format('GRANT EXECUTE ON FUNCTION pack.call(text, text, jsonb, jsonb), pack.claim(text, text, bytea),
    pack.settle(text, text, bytea, jsonb) TO %I', api_role);
  EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', pack.callable(false), api_role);
  EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA api TO %I', api_role);
  IF bi_role IS NOT NULL THEN
    EXECUTE format('GRANT USAGE ON SCHEMA api TO %I', bi_role);
    EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA api TO %I', bi_role);
  END IF;
  IF v_full THEN
    PERFORM pack.revoke_writes(api_role);
  END IF;
END $$;

/* Storage is full: functions that make the database grow are closed, those that free or read stay open. */
CREATE FUNCTION pack.revoke_writes(api_role name) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM %I', pack.callable(true), api_role);
  PERFORM pack.set_params('{"writes_revoked": true}');
END $$;

CREATE FUNCTION pack.restore_writes(api_role name) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', pack.callable(true), api_role);
  PERFORM pack.set_params('{"writes_revoked": false}');
END $$;

-- ── Request bodies ─────────────────────────────────────────────────────────────────────────────────────────────────
-- The gateway checks bodies against the published schema; these hold for whoever calls without it. A missing or wrong
-- value raises the pack's body_error with {"field", "expected"}.

CREATE FUNCTION pack.fail_field(field text, expected text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pack.fail(
    (SELECT value #>> '{}' FROM pack.param WHERE key = 'body_error'),
    format('%s: expected %s', field, expected),
    jsonb_build_object('field', field, 'expected', expected));
END $$;

CREATE FUNCTION pack.need_text(p jsonb, field text, max_length int DEFAULT 200) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  IF jsonb_typeof(p -> field) IS DISTINCT FROM 'string' OR length(p ->> field) NOT BETWEEN 1 AND max_length THEN
    PERFORM pack.fail_field(field, format('text of 1 to %s characters', max_length));
  END IF;
  RETURN p ->> field;
END $$;

CREATE FUNCTION pack.opt_text(p jsonb, field text, fallback text, max_length int DEFAULT 200) RETURNS text LANGUAGE sql AS $$
  SELECT CASE WHEN p ->> field IS NULL THEN fallback ELSE pack.need_text(p, field, max_length) END
$$;

CREATE FUNCTION pack.need_int(p jsonb, field text, lo int, hi int) RETURNS int LANGUAGE plpgsql AS $$
BEGIN
  IF jsonb_typeof(p -> field) IS DISTINCT FROM 'number' OR p ->> field !~ '^-?[0-9]{1,9}$'
     OR (p ->> field)::int NOT BETWEEN lo AND hi THEN
    PERFORM pack.fail_field(field, format('a whole number from %s to %s', lo, hi));
  END IF;
  RETURN (p ->> field)::int;
END $$;

CREATE FUNCTION pack.opt_int(p jsonb, field text, fallback int, lo int, hi int) RETURNS int LANGUAGE sql AS $$
  SELECT CASE WHEN p ->> field IS NULL THEN fallback ELSE pack.need_int(p, field, lo, hi) END
$$;

/* Money in bodies is a string of minor units: a bigint does not fit a JSON number. */
CREATE FUNCTION pack.need_minor(p jsonb, field text) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
  IF jsonb_typeof(p -> field) IS DISTINCT FROM 'string' OR p ->> field !~ '^[0-9]{1,15}$' THEN
    PERFORM pack.fail_field(field, 'a string of 1 to 15 digits, in minor units');
  END IF;
  RETURN (p ->> field)::bigint;
END $$;

CREATE FUNCTION pack.opt_minor(p jsonb, field text, fallback bigint) RETURNS bigint LANGUAGE sql AS $$
  SELECT CASE WHEN p ->> field IS NULL THEN fallback ELSE pack.need_minor(p, field) END
$$;

CREATE FUNCTION pack.opt_bool(p jsonb, field text, fallback boolean) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  IF p ->> field IS NULL THEN
    RETURN fallback;
  END IF;
  IF jsonb_typeof(p -> field) <> 'boolean' THEN
    PERFORM pack.fail_field(field, 'true or false');
  END IF;
  RETURN (p -> field)::boolean;
END $$;

CREATE FUNCTION pack.opt_time(p jsonb, field text, fallback timestamptz) RETURNS timestamptz LANGUAGE plpgsql AS $$
BEGIN
  IF p ->> field IS NULL THEN
    RETURN fallback;
  END IF;
  IF p ->> field ~ '^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)$'
     AND pg_input_is_valid(p ->> field, 'timestamptz') THEN
    RETURN (p ->> field)::timestamptz;
  END IF;
  PERFORM pack.fail_field(field, 'an ISO 8601 time with its offset');
END $$;

CREATE FUNCTION pack.need_uuid(p jsonb, field text) RETURNS uuid LANGUAGE plpgsql AS $$
BEGIN
  IF jsonb_typeof(p -> field) IS DISTINCT FROM 'string' OR NOT pg_input_is_valid(p ->> field, 'uuid') THEN
    PERFORM pack.fail_field(field, 'a UUID');
  END IF;
  RETURN (p ->> field)::uuid;
END $$;

-- ── Upkeep common to all packs ─────────────────────────────────────────────────────────────────────────────────────

/* Forgets answers older than {"olderThanHours": 168}. A key used again after that counts as new. */
CREATE FUNCTION api.forget_idempotency_keys(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_before timestamptz := now() - make_interval(hours => pack.opt_int(p, 'olderThanHours', 168, 24, 8760));
  v_forgotten bigint;
BEGIN
  DELETE FROM pack.idempotency WHERE at < v_before;
  GET DIAGNOSTICS v_forgotten = ROW_COUNT;
  RETURN jsonb_build_object('forgotten', v_forgotten);
END $$;
SELECT pack.declare_function('forget_idempotency_keys', true, true);
