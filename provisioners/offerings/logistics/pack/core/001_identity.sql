-- Identifiers after GS1: check digits, serials, and the one form in which the pack compares them.
--
-- Errors of this pack (DETAIL is a JSON object of facts; HTTP statuses and titles are in ../api.ts):
--   ICL01 no route                            {origin, destination, service}
--   ICL02 the lot is short                    {lotId, asked, available}                (module warehouse-receipts)
--   ICL03 only the pledgee releases           {receiptNo, actor}                       (module warehouse-receipts)
--   ICL04 the receipt does not allow it       {receiptNo, state, actor}                (module warehouse-receipts)
--   ICL05 the parts do not add up             {receiptNo, qty, parts}                  (module warehouse-receipts)
--   ICL06 idempotency key reused              {key, …}
--   ICL07 invalid value                       {field, expected}
--   ICL08 not found                           {kind, id}
--   ICL09 already exists                      {kind, id}
--   ICL10 history is append-only              {table}
--   ICL11 events of a document are refused    {errors: [{index, field, expected}]}
--   ICL12 the receipt is not negotiable       {receiptNo}                              (module warehouse-receipts)
--   ICL13 the waybill is under way            {waybillNo, state}
--   ICL14 no numbers are left                 {companyPrefix, kind}
--   ICL15 the bin is short                    {facility, bin, item, asked, available}  (module wms)
--   ICL16 the task is closed                  {taskId, state}                          (module wms)
--
-- Money is bigint minor units of the tenant's one currency.

CREATE SCHEMA core;

SELECT pack.default_params('{
  "idempotency_error": "ICL06",
  "body_error": "ICL07",
  "gs1_company_prefix": "0614141",
  "services": ["standard", "express"],
  "regions": ["CN"],
  "currency": "CNY",
  "promise_quantile": 0.95,
  "event_retention_months": 24,
  "track_precision": "city",
  "pii_retention_days": 1095,
  "wr_jurisdiction": "CN",
  "wr_negotiable": false
}');

-- ── Refusals that many functions share ─────────────────────────────────────────────────────────────────────────────

CREATE FUNCTION core.fail_missing(p_kind text, p_id text) RETURNS void LANGUAGE sql AS $$
  SELECT pack.fail('ICL08', format('no such %s', p_kind), jsonb_build_object('kind', p_kind, 'id', p_id))
$$;

CREATE FUNCTION core.fail_taken(p_kind text, p_id text) RETURNS void LANGUAGE sql AS $$
  SELECT pack.fail('ICL09', format('the %s exists already', p_kind), jsonb_build_object('kind', p_kind, 'id', p_id))
$$;

CREATE FUNCTION core.deny_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pack.fail('ICL10', format('%I.%I only grows', TG_TABLE_SCHEMA, TG_TABLE_NAME),
    jsonb_build_object('table', format('%s.%s', TG_TABLE_SCHEMA, TG_TABLE_NAME)));
END $$;

-- ── Check digits ───────────────────────────────────────────────────────────────────────────────────────────────────

/* What follows these digits: weights 3 and 1 from the right, the sum filled up to a multiple of ten. */
CREATE FUNCTION core.check_digit(p_digits text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$
  SELECT ((10 - sum(substr(reverse(p_digits), i, 1)::int * CASE WHEN i % 2 = 1 THEN 3 ELSE 1 END) % 10) % 10)::text
  FROM generate_series(1, length(p_digits)) AS i
$$;

CREATE FUNCTION core.with_digit(p_digits text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$
  SELECT p_digits || core.check_digit(p_digits)
$$;

CREATE FUNCTION core.checks(p_code text) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT AS $$
  SELECT CASE WHEN p_code ~ '^[0-9]{2,}$' THEN right(p_code, 1) = core.check_digit(left(p_code, -1)) ELSE false END
$$;

CREATE DOMAIN core.sscc AS text CHECK (VALUE ~ '^[0-9]{18}$' AND core.checks(VALUE));
CREATE DOMAIN core.gln AS text CHECK (VALUE ~ '^[0-9]{13}$' AND core.checks(VALUE));

/* p.<field> as a code of p_length digits that checks; ICL07 names the digit it should end in. */
CREATE FUNCTION core.need_code(p jsonb, p_field text, p_length int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  v_code text := pack.need_text(p, p_field, 40);
BEGIN
  IF v_code !~ format('^[0-9]{%s}$', p_length) THEN
    PERFORM pack.fail_field(p_field, format('%s digits', p_length));
  END IF;
  IF NOT core.checks(v_code) THEN
    PERFORM pack.fail_field(p_field, format('the check digit %s at the end', core.check_digit(left(v_code, -1))));
  END IF;
  RETURN v_code;
END $$;

CREATE FUNCTION core.need_gln(p jsonb, p_field text) RETURNS text LANGUAGE sql AS $$
  SELECT core.need_code(p, p_field, 13)
$$;

-- ── Identifiers as URIs ────────────────────────────────────────────────────────────────────────────────────────────

/* One name for one thing: GS1 Digital Link at any resolver, and EPC URNs, become https://id.gs1.org/…; other URIs stay. */
CREATE FUNCTION core.canonical_id(p_id text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
  v_part text[];
BEGIN
  IF p_id LIKE 'http%' THEN
    RETURN coalesce('https://id.gs1.org/' || substring(p_id FROM
      '^https?://[^/?#]+/(?:[^?#]*/)?((?:00/[0-9]{18}|414/[0-9]{13}(?:/254/[^/?#]+)?|01/[0-9]{14}(?:/(?:10|21|22|235)/[^?#]+)?))$'), p_id);
  ELSIF p_id LIKE 'urn:epc:id:sscc:%' THEN
    v_part := regexp_match(p_id, '^urn:epc:id:sscc:([0-9]+)\.([0-9]+)$');
    RETURN coalesce('https://id.gs1.org/00/' || core.with_digit(left(v_part[2], 1) || v_part[1] || substr(v_part[2], 2)), p_id);
  ELSIF p_id LIKE 'urn:epc:id:sgln:%' THEN
    v_part := regexp_match(p_id, '^urn:epc:id:sgln:([0-9]+)\.([0-9]*)\.(.+)$');
    RETURN coalesce('https://id.gs1.org/414/' || core.with_digit(v_part[1] || v_part[2]) || CASE v_part[3] WHEN '0' THEN '' ELSE '/254/' || v_part[3] END, p_id);
  ELSIF p_id LIKE 'urn:epc:id:sgtin:%' THEN
    v_part := regexp_match(p_id, '^urn:epc:id:sgtin:([0-9]+)\.([0-9]+)\.(.+)$');
    RETURN coalesce('https://id.gs1.org/01/' || core.with_digit(left(v_part[2], 1) || v_part[1] || substr(v_part[2], 2)) || '/21/' || v_part[3], p_id);
  ELSIF p_id LIKE 'urn:epc:id:grai:%' THEN
    v_part := regexp_match(p_id, '^urn:epc:id:grai:([0-9]+)\.([0-9]*)\.(.+)$');
    RETURN coalesce('https://id.gs1.org/8003/0' || core.with_digit(v_part[1] || v_part[2]) || v_part[3], p_id);
  ELSIF p_id LIKE 'urn:epc:id:giai:%' THEN
    v_part := regexp_match(p_id, '^urn:epc:id:giai:([0-9]+)\.(.+)$');
    RETURN coalesce('https://id.gs1.org/8004/' || v_part[1] || v_part[2], p_id);
  END IF;
  RETURN p_id;
END $$;

/* What a URI should have been; NULL when it is sound. p_id is canonical. */
CREATE FUNCTION core.id_problem(p_id text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN p_id IS NULL OR p_id !~ '^[A-Za-z][A-Za-z0-9+.-]*:[^\s]+$' OR length(p_id) > 500 THEN 'a URI of at most 500 characters'
    WHEN code IS NOT NULL AND NOT core.checks(code) THEN format('the check digit %s at the end of %s', core.check_digit(left(code, -1)), code)
  END
  FROM (SELECT substring(p_id FROM '^https://id\.gs1\.org/(?:00/([0-9]{18}))') AS sscc,
    substring(p_id FROM '^https://id\.gs1\.org/414/([0-9]{13})') AS gln,
    substring(p_id FROM '^https://id\.gs1\.org/01/([0-9]{14})') AS gtin) AS found,
    LATERAL (SELECT coalesce(sscc, gln, gtin) AS code) AS one
$$;

/* The GLN in a place's URI, or NULL. */
CREATE FUNCTION core.gln_of(p_place text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$
  SELECT substring(p_place FROM '^https://id\.gs1\.org/414/([0-9]{13})')
$$;

-- ── Serials, one sequence for each issuer ──────────────────────────────────────────────────────────────────────────

-- Whose numbers may be given out. The prefix of the parameters is one without being listed here.
CREATE TABLE core.issuer (
  company_prefix text PRIMARY KEY CHECK (company_prefix ~ '^[0-9]{6,12}$'),
  name text NOT NULL,
  extension char(1) NOT NULL DEFAULT '0' CHECK (extension ~ '^[0-9]$'),
  added_at timestamptz NOT NULL DEFAULT now()
);

/* The next serial of an issuer, padded. A sequence each: numbers are never given twice, also when a booking is undone, and no
   booking waits for another. ICL14 when they are used up. */
CREATE FUNCTION core.next_serial(p_kind text, p_prefix text, p_digits int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  v_name text := format('core.%I', p_kind || '_' || p_prefix);
BEGIN
  IF to_regclass(v_name) IS NULL THEN
    PERFORM pg_advisory_xact_lock(hashtextextended(v_name, 0));
    EXECUTE format('CREATE SEQUENCE IF NOT EXISTS %s MINVALUE 0 START 1 MAXVALUE %s', v_name, repeat('9', p_digits));
  END IF;
  RETURN lpad(nextval(v_name::regclass)::text, p_digits, '0');
EXCEPTION WHEN sequence_generator_limit_exceeded THEN
  PERFORM pack.fail('ICL14', 'no numbers are left', jsonb_build_object('companyPrefix', p_prefix, 'kind', p_kind));
END $$;

/* A new SSCC of an issuer: extension digit, company prefix, serial, check digit. */
CREATE FUNCTION core.new_sscc(p_issuer core.issuer) RETURNS text LANGUAGE sql AS $$
  SELECT core.with_digit(p_issuer.extension || p_issuer.company_prefix
    || core.next_serial('sscc', p_issuer.company_prefix, 16 - length(p_issuer.company_prefix)))
$$;

/* A new GLN under the tenant's own prefix. */
CREATE FUNCTION core.new_gln() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  v_prefix text := pack.params() ->> 'gs1_company_prefix';
BEGIN
  IF length(v_prefix) = 12 THEN
    RETURN core.with_digit(v_prefix);
  END IF;
  RETURN core.with_digit(v_prefix || core.next_serial('gln', v_prefix, 12 - length(v_prefix)));
END $$;

/* The issuer in p.issuer, or the one of the parameters. */
CREATE FUNCTION core.issuer_of(p jsonb) RETURNS core.issuer LANGUAGE plpgsql AS $$
DECLARE
  v_own text := pack.params() ->> 'gs1_company_prefix';
  v_prefix text := pack.opt_text(p, 'issuer', v_own, 12);
  v_issuer core.issuer;
BEGIN
  SELECT * INTO v_issuer FROM core.issuer WHERE company_prefix = v_prefix;
  IF NOT FOUND THEN
    IF v_prefix <> v_own THEN
      PERFORM core.fail_missing('issuer', v_prefix);
    END IF;
    v_issuer := ROW(v_own, 'own', '0', now());
  END IF;
  RETURN v_issuer;
END $$;

/* {companyPrefix, name, extension?}: lets parcels carry another company's numbers. */
CREATE FUNCTION api.add_issuer(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_prefix text := pack.need_text(p, 'companyPrefix', 12);
  v_extension text := pack.opt_text(p, 'extension', '0', 1);
BEGIN
  IF v_prefix !~ '^[0-9]{6,12}$' THEN
    PERFORM pack.fail_field('companyPrefix', '6 to 12 digits');
  END IF;
  IF v_extension !~ '^[0-9]$' THEN
    PERFORM pack.fail_field('extension', 'one digit');
  END IF;
  INSERT INTO core.issuer (company_prefix, name, extension) VALUES (v_prefix, pack.need_text(p, 'name'), v_extension)
  ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    PERFORM core.fail_taken('issuer', v_prefix);
  END IF;
  RETURN jsonb_build_object('companyPrefix', v_prefix, 'extension', v_extension);
END $$;
SELECT pack.declare_function('add_issuer', true);

/* {id}: whether an SSCC, GLN, GTIN or URI is sound, and its one form. ICL07 says what is wrong. */
CREATE FUNCTION api.check_identifier(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_id text := pack.need_text(p, 'id', 500);
  v_uri text := core.canonical_id(CASE
    WHEN v_id ~ '^[0-9]{18}$' THEN 'https://id.gs1.org/00/' || v_id
    WHEN v_id ~ '^[0-9]{13}$' THEN 'https://id.gs1.org/414/' || v_id
    WHEN v_id ~ '^[0-9]{14}$' THEN 'https://id.gs1.org/01/' || v_id
    ELSE v_id END);
  v_problem text := core.id_problem(v_uri);
BEGIN
  IF v_problem IS NOT NULL THEN
    PERFORM pack.fail_field('id', v_problem);
  END IF;
  RETURN jsonb_build_object('id', v_id, 'uri', v_uri, 'kind', CASE
    WHEN v_uri LIKE 'https://id.gs1.org/00/%' THEN 'sscc' WHEN v_uri LIKE 'https://id.gs1.org/414/%' THEN 'gln'
    WHEN v_uri LIKE 'https://id.gs1.org/01/%' THEN 'gtin' ELSE 'other' END);
END $$;
SELECT pack.declare_function('check_identifier', false);
