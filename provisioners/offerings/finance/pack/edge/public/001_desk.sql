-- The public side of a hybrid ledger: shows where payments stand and takes files in. No money moves here: what is taken is RCVD,
-- and nothing more, until the private side says otherwise. It holds no credential for the private side.

SELECT pack.default_params('{"idempotency_error": "ICF07", "body_error": "ICF13"}');

CREATE SCHEMA desk;

-- Ids of all messages that were ever taken here: a file is taken once, also when its text is long gone.
CREATE TABLE desk.received (
  msg_id text PRIMARY KEY,
  initiation_id uuid NOT NULL UNIQUE,
  sha256 bytea NOT NULL,
  at timestamptz NOT NULL DEFAULT now()
);

CREATE FUNCTION desk.fail_message(p_reason text) RETURNS void LANGUAGE sql AS $$
  SELECT pack.fail('ICF20', format('the message cannot be read: %s', p_reason), jsonb_build_object('reason', p_reason))
$$;

/* The id of a pain.001. Whether its payments can be made is for the private side to say. */
CREATE FUNCTION desk.msg_id_of(p_text text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  v_doc xml;
  v_space text;
  v_id text;
BEGIN
  IF p_text ~* '<!(doctype|entity)' THEN
    PERFORM desk.fail_message('doctype');
  END IF;
  BEGIN
    v_doc := xmlparse(DOCUMENT ltrim(p_text, E'\uFEFF \n\r\t'));
  EXCEPTION WHEN invalid_xml_document OR invalid_xml_content OR data_exception THEN
    PERFORM desk.fail_message('not_well_formed');
  END;
  v_space := (xpath('namespace-uri(/*)', v_doc))[1]::text;
  IF v_space IS NULL OR v_space NOT IN ('urn:iso:std:iso:20022:tech:xsd:pain.001.001.09', 'urn:iso:std:iso:20022:tech:xsd:pain.001.001.03') THEN
    PERFORM desk.fail_message('definition');
  END IF;
  v_id := (xpath('/m:Document/m:CstmrCdtTrfInitn/m:GrpHdr/m:MsgId/text()', v_doc, ARRAY[ARRAY['m', v_space]]))[1]::text;
  IF coalesce(length(v_id), 0) NOT BETWEEN 1 AND 35 THEN
    PERFORM desk.fail_message('msg_id');
  END IF;
  RETURN v_id;
END $$;

/* {xml}: a pain.001, taken as it is. Also while the private side is away. ICF21 when it was taken before. */
CREATE FUNCTION api.hand_in(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_text text := pack.need_text(p, 'xml', 1000000);
  v_msg_id text := desk.msg_id_of(v_text);
  v_id uuid := uuidv7();
  v_hash bytea := sha256(convert_to(v_text, 'UTF8'));
  v_known desk.received;
BEGIN
  INSERT INTO desk.received (msg_id, initiation_id, sha256) VALUES (v_msg_id, v_id, v_hash) ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    SELECT * INTO v_known FROM desk.received WHERE msg_id = v_msg_id;
    PERFORM pack.fail('ICF21', 'the message was received before', jsonb_build_object(
      'msgId', v_msg_id, 'messageId', v_known.initiation_id, 'receivedAt', v_known.at));
  END IF;
  INSERT INTO intake.initiation (initiation_id, msg_id, sha256, xml) VALUES (v_id, v_msg_id, v_hash, v_text);
  RETURN jsonb_build_object('initiationId', v_id, 'msgId', v_msg_id, 'status', 'RCVD', 'sha256', encode(v_hash, 'hex'));
END $$;
SELECT pack.declare_function('hand_in', true);

/* {}: drops the text of files that the private side has settled. Ids and digests stay. */
CREATE FUNCTION api.forget_files(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_forgotten bigint;
BEGIN
  DELETE FROM intake.initiation i USING edge.initiation_done d WHERE d.initiation_id = i.initiation_id;
  GET DIAGNOSTICS v_forgotten = ROW_COUNT;
  RETURN jsonb_build_object('forgotten', v_forgotten);
END $$;
SELECT pack.declare_function('forget_files', false, true);

-- key: initiation_id. RCVD until the private side has heard of it.
CREATE VIEW api.initiations AS
SELECT r.initiation_id, r.msg_id, encode(r.sha256, 'hex') AS sha256, r.at,
  CASE d.outcome WHEN 'taken' THEN 'ACTC' WHEN 'refused' THEN 'RJCT' ELSE 'RCVD' END AS status, d.uetrs, d.cause
FROM desk.received r LEFT JOIN edge.initiation_done d USING (initiation_id);

-- key: uetr
CREATE VIEW api.payment_status AS
SELECT uetr, status::text AS status, reason, updated_at FROM edge.payment_status;

-- key: kind, currency, business_date
CREATE VIEW api.daily_balances AS
SELECT kind::text AS kind, currency::text AS currency, to_char(business_date, 'YYYY-MM-DD') AS business_date, thousands::text AS thousands
FROM edge.daily_balance;

-- key: base, quote
CREATE VIEW api.rates AS
SELECT base::text AS base, quote::text AS quote, trim_scale(rate)::text AS rate, valid_from FROM edge.rate;

CREATE VIEW desk.invariants AS
-- A file that is not settled is still here to be sent.
SELECT 'files_are_kept_until_taken' AS rule, count(*) AS violations
FROM desk.received r LEFT JOIN edge.initiation_done d USING (initiation_id) LEFT JOIN intake.initiation i USING (initiation_id)
WHERE d.initiation_id IS NULL AND i.initiation_id IS NULL
UNION ALL
SELECT 'edge_names_no_account', count(*)
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
WHERE c.relnamespace = 'edge'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
  AND a.attname ~ '(account|iban|name|party|debtor|creditor|amount|address)';

SELECT pack.add_view_part('invariants', 'desk.invariants');

CREATE VIEW desk.kpis AS
SELECT 'edge_staleness_seconds' AS name,
  (SELECT greatest(0, extract(epoch FROM now() - at)) FROM edge.pulse)::double precision AS value, 's' AS unit
UNION ALL SELECT 'files_waiting', (SELECT count(*) FROM desk.received r
    WHERE NOT EXISTS (SELECT FROM edge.initiation_done d WHERE d.initiation_id = r.initiation_id)), '1';

SELECT pack.add_view_part('kpis', 'desk.kpis');
