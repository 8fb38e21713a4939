-- Keys of one party: who calls with such a key works for a seller, a source, a carrier, and not for the tenant. pack.call says so in the
-- setting app.party, local to the transaction, before anything else is asked; policies on rows and functions of the pack go by it.

ALTER TABLE pack.function ADD COLUMN party boolean NOT NULL DEFAULT false;

/* Lets parties call functions. Whoever writes one sees to it that it reaches the party's rows and no others. */
CREATE FUNCTION pack.open_to_parties(p_names text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_missing text;
BEGIN
  SELECT name INTO v_missing FROM unnest(p_names) AS asked (name)
  WHERE NOT EXISTS (SELECT FROM pack.function f WHERE f.name = asked.name) LIMIT 1;
  IF v_missing IS NOT NULL THEN
    RAISE EXCEPTION 'no function %', v_missing USING ERRCODE = 'undefined_function';
  END IF;
  UPDATE pack.function SET party = true WHERE name = ANY (p_names);
END $$;

/* For whom this transaction works; NULL for the tenant itself. */
CREATE FUNCTION pack.party() RETURNS text LANGUAGE sql STABLE AS $$
  SELECT nullif(current_setting('app.party', true), '')
$$;

/* Parties have keys of their own: nobody takes another's answer, or the key before another does. */
CREATE FUNCTION pack.own_key(p_key text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN pack.party() IS NULL THEN p_key ELSE 'party ' || pack.party() || E'\n' || p_key END
$$;

CREATE OR REPLACE FUNCTION pack.claim(fn text, key text, hash bytea) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_key text := pack.own_key(key);
  v_function pack.function;
  v_known pack.idempotency;
BEGIN
  SELECT f.* INTO v_function FROM pack.function f WHERE f.name = claim.fn;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no function %', fn USING ERRCODE = 'undefined_function';
  END IF;
  IF current_setting('app.party_key', true) = 'on' AND NOT v_function.party THEN
    RAISE EXCEPTION '% is not open to parties', fn USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF v_key IS NULL THEN
    IF v_function.writes THEN
      RAISE EXCEPTION '% writes and needs an idempotency key', fn USING ERRCODE = 'null_value_not_allowed';
    END IF;
    RETURN NULL;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended(v_key, 0));
  SELECT i.* INTO v_known FROM pack.idempotency i WHERE i.key = v_key;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  IF v_known.request_hash <> hash OR v_known.function <> fn THEN
    PERFORM pack.fail(
      (SELECT value #>> '{}' FROM pack.param WHERE param.key = 'idempotency_error'),
      'the idempotency key was used for another request',
      jsonb_build_object('key', claim.key, 'function', v_known.function, 'usedAt', v_known.at));
  END IF;
  RETURN v_known.response;
END $$;

CREATE OR REPLACE FUNCTION pack.settle(fn text, key text, hash bytea, response jsonb) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO pack.idempotency (key, function, request_hash, response) VALUES (pack.own_key(key), fn, hash, response)
$$;

/* Calls api.<fn>(body). SECURITY INVOKER, so a revoked EXECUTE on the function holds.
   ctx: {"caller", "requestId", "channel", "party"?} becomes app.* settings of the transaction. Returns {"replayed", "result"}. */
CREATE OR REPLACE FUNCTION pack.call(fn text, key text, body jsonb, ctx jsonb) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_party text := coalesce(ctx ->> 'party', '');
  v_hash bytea := sha256(convert_to(fn || E'\n' || body::text, 'UTF8'));
  v_result jsonb;
BEGIN
  IF v_party <> '' THEN
    PERFORM set_config('app.party', v_party, true);
  END IF;
  PERFORM set_config('app.party_key', CASE WHEN v_party = '' THEN '' ELSE 'on' END, true),
          set_config('app.caller', coalesce(ctx ->> 'caller', ''), true),
          set_config('app.request_id', coalesce(ctx ->> 'requestId', ''), true),
          set_config('app.channel', coalesce(ctx ->> 'channel', ''), true),
          set_config('app.idempotency_key',
            CASE WHEN key IS NULL THEN '' WHEN v_party = '' THEN key ELSE 'party ' || v_party || E'\n' || key END, true);
  v_result := pack.claim(fn, key, v_hash);
  IF v_result IS NOT NULL THEN
    RETURN jsonb_build_object('replayed', true, 'result', v_result);
  END IF;
  EXECUTE format('SELECT api.%I($1)', fn) INTO v_result USING body;
  IF key IS NOT NULL THEN
    PERFORM pack.settle(fn, key, v_hash, v_result);
  END IF;
  RETURN jsonb_build_object('replayed', false, 'result', v_result);
END $$;
