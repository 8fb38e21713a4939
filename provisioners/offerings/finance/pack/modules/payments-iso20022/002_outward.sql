-- Money that leaves: reserved against what we have at other banks, sent in a message, settled when somebody says so.

/* The account that holds what we have elsewhere in a currency; opened when it is first needed. */
CREATE FUNCTION iso.nostro(p_book text, p_currency text) RETURNS ledger.account LANGUAGE plpgsql AS $$
DECLARE
  v_code text := CASE p_book WHEN 'smoke' THEN 'SMOKE-' ELSE '' END || 'NOSTRO-' || p_currency;
  v_account ledger.account;
BEGIN
  INSERT INTO ledger.account (code, name, book, kind, currency)
  VALUES (v_code, 'Held at other banks, ' || p_currency, p_book, 'A', p_currency)
  ON CONFLICT DO NOTHING;
  SELECT * INTO v_account FROM ledger.account WHERE code = v_code AND book = p_book AND currency = p_currency;
  IF NOT FOUND THEN
    PERFORM ledger.fail_taken('account', v_code);
  END IF;
  RETURN v_account;
END $$;

CREATE OR REPLACE FUNCTION iso.reserve_outward(p_payment iso.payment, p_debtor ledger.account) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
  v_id uuid := uuidv7();
BEGIN
  PERFORM ledger.reserve(v_id, p_debtor, iso.nostro(p_debtor.book, p_payment.currency), p_payment.amount_minor, NULL, 1, p_payment.remittance, true);
  RETURN v_id;
END $$;

/* One transfer of a pacs.008. */
CREATE FUNCTION iso.pacs008_transaction(p iso.payment, p_own_bic text) RETURNS xml LANGUAGE sql STABLE AS $$
  SELECT xmlelement(NAME "CdtTrfTxInf",
    xmlelement(NAME "PmtId", xmlforest(left(p.instr_id, 35) AS "InstrId", p.end_to_end_id AS "EndToEndId", p.uetr AS "UETR")),
    iso.amount_xml('IntrBkSttlmAmt', p.amount_minor, p.currency),
    xmlforest(p.charge_bearer AS "ChrgBr"),
    xmlelement(NAME "Dbtr", iso.party_xml(p.debtor_name)),
    xmlelement(NAME "DbtrAcct", iso.account_xml(p.debtor_account)),
    xmlelement(NAME "DbtrAgt", iso.agent_xml(p_own_bic)),
    xmlelement(NAME "CdtrAgt", iso.agent_xml(p.creditor_agent)),
    xmlelement(NAME "Cdtr", iso.party_xml(p.creditor_name)),
    xmlelement(NAME "CdtrAcct", iso.account_xml(p.creditor_account)),
    CASE WHEN p.remittance IS NOT NULL THEN xmlelement(NAME "RmtInf", xmlelement(NAME "Ustrd", left(p.remittance, 140))) END)
$$;

CREATE FUNCTION iso.pacs008(p_msg_id text, p_payments iso.payment[], p_scheme text, p_own_bic text) RETURNS xml LANGUAGE sql STABLE AS $$
  SELECT xmlelement(NAME "FIToFICstmrCdtTrf",
    xmlelement(NAME "GrpHdr",
      xmlforest(p_msg_id AS "MsgId", iso.time_text(now()) AS "CreDtTm", count(*) AS "NbOfTxs"),
      iso.amount_xml('TtlIntrBkSttlmAmt', sum(amount_minor), min(currency)),
      xmlforest(to_char(current_date, 'YYYY-MM-DD') AS "IntrBkSttlmDt"),
      xmlelement(NAME "SttlmInf", xmlforest('CLRG' AS "SttlmMtd"), xmlelement(NAME "ClrSys", xmlelement(NAME "Prtry", upper(p_scheme))))),
    xmlagg(iso.pacs008_transaction(payment, p_own_bic) ORDER BY payment_id))
  FROM unnest(p_payments) AS payment
$$;

CREATE FUNCTION iso.pain001_transaction(p iso.payment) RETURNS xml LANGUAGE sql STABLE AS $$
  SELECT xmlelement(NAME "CdtTrfTxInf",
    xmlelement(NAME "PmtId", xmlforest(left(p.instr_id, 35) AS "InstrId", p.end_to_end_id AS "EndToEndId", p.uetr AS "UETR")),
    xmlelement(NAME "Amt", iso.amount_xml('InstdAmt', p.amount_minor, p.currency)),
    CASE WHEN p.creditor_agent IS NOT NULL THEN xmlelement(NAME "CdtrAgt", iso.agent_xml(p.creditor_agent)) END,
    xmlelement(NAME "Cdtr", iso.party_xml(p.creditor_name)),
    xmlelement(NAME "CdtrAcct", iso.account_xml(p.creditor_account)),
    CASE WHEN p.remittance IS NOT NULL THEN xmlelement(NAME "RmtInf", xmlelement(NAME "Ustrd", left(p.remittance, 140))) END)
$$;

/* For whoever pays through a bank of its own: one batch for each account and charge bearer. */
CREATE FUNCTION iso.pain001(p_msg_id text, p_payments iso.payment[], p_own_bic text) RETURNS xml LANGUAGE sql STABLE AS $$
  SELECT xmlelement(NAME "CstmrCdtTrfInitn",
    xmlelement(NAME "GrpHdr",
      xmlforest(p_msg_id AS "MsgId", iso.time_text(now()) AS "CreDtTm", (SELECT count(*) FROM unnest(p_payments)) AS "NbOfTxs",
        (SELECT sum(iso.amount_of(amount_minor, currency)::numeric) FROM unnest(p_payments)) AS "CtrlSum"),
      xmlelement(NAME "InitgPty", xmlforest(p_own_bic AS "Nm"))),
    xmlagg(xmlelement(NAME "PmtInf",
      xmlforest(left(p_msg_id, 30) || '-' || n AS "PmtInfId", 'TRF' AS "PmtMtd", transactions AS "NbOfTxs", total AS "CtrlSum"),
      xmlelement(NAME "ReqdExctnDt", xmlelement(NAME "Dt", to_char(current_date, 'YYYY-MM-DD'))),
      xmlelement(NAME "Dbtr", iso.party_xml(debtor_name)),
      xmlelement(NAME "DbtrAcct", iso.account_xml(debtor_account)),
      xmlelement(NAME "DbtrAgt", iso.agent_xml(debtor_agent)),
      xmlforest(charge_bearer AS "ChrgBr"),
      list) ORDER BY n))
  FROM (
    SELECT row_number() OVER (ORDER BY debtor_account, charge_bearer) AS n, debtor_account, charge_bearer, max(debtor_name) AS debtor_name,
      max(debtor_agent) AS debtor_agent, count(*) AS transactions, sum(iso.amount_of(amount_minor, currency)::numeric) AS total,
      xmlagg(iso.pain001_transaction(payment) ORDER BY payment_id) AS list
    FROM unnest(p_payments) AS payment
    GROUP BY debtor_account, charge_bearer
  ) AS batch
$$;

/* {definition, currency?, scheme?, book?, limit?}: a pacs.008 (between banks) or a pain.001 (to our own bank) of payments that wait to
   leave. They leave in one message, once. */
CREATE FUNCTION api.export_payments(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_params jsonb := pack.params();
  v_definition text := pack.need_text(p, 'definition', 20);
  v_currency text := ledger.need_currency(p, 'currency', v_params ->> 'base_currency');
  v_scheme text := pack.opt_text(p, 'scheme', coalesce(v_params -> 'payment_schemes' ->> 0, 'none'), 20);
  v_book text := pack.opt_text(p, 'book', 'main', 5);
  v_payments iso.payment[];
  v_msg_id text;
  v_message iso.message;
BEGIN
  IF v_definition NOT IN ('pacs.008.001.08', 'pain.001.001.09') THEN
    PERFORM pack.fail_field('definition', 'pacs.008.001.08 or pain.001.001.09');
  ELSIF v_definition = 'pacs.008.001.08' AND NOT (v_params -> 'payment_schemes') ? v_scheme THEN
    PERFORM pack.fail_field('scheme', format('one of %s', v_params -> 'payment_schemes'));
  END IF;
  SELECT array_agg(due) INTO v_payments FROM (
    SELECT * FROM iso.payment
    WHERE status = 'ACSP' AND direction = 'initiated' AND sent_in IS NULL AND currency = v_currency AND book = v_book
    ORDER BY payment_id LIMIT pack.opt_int(p, 'limit', 500, 1, 1000)
    FOR NO KEY UPDATE) AS due;
  IF v_payments IS NULL THEN
    RETURN jsonb_build_object('messageId', NULL, 'payments', 0);
  END IF;
  v_msg_id := iso.new_msg_id(left(replace(v_definition, '.', ''), 7));
  v_message := iso.send(v_definition, v_msg_id, v_book, CASE v_definition
    WHEN 'pacs.008.001.08' THEN iso.pacs008(v_msg_id, v_payments, v_scheme, v_params ->> 'institution_bic')
    ELSE iso.pain001(v_msg_id, v_payments, nullif(v_params ->> 'institution_bic', '')) END);
  UPDATE iso.payment SET sent_in = v_message.message_id WHERE payment_id IN (SELECT payment_id FROM unnest(v_payments));
  RETURN iso.sent_summary(v_message) || jsonb_build_object('payments', cardinality(v_payments));
END $$;
SELECT pack.declare_function('export_payments', true);

CREATE TYPE iso.verdict AS (payment_id uuid, status text, reason text);

/* Settles or gives back payments that are on their way. Payments, transfers and accounts are locked in this order, each ascending. */
CREATE FUNCTION iso.conclude(p_verdicts iso.verdict[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_each record;
BEGIN
  PERFORM 1 FROM iso.payment WHERE payment_id IN (SELECT payment_id FROM unnest(p_verdicts)) ORDER BY payment_id FOR NO KEY UPDATE;
  PERFORM 1 FROM ledger.transfer t WHERE t.transfer_id IN (
    SELECT transfer_id FROM iso.payment JOIN unnest(p_verdicts) AS v USING (payment_id)) ORDER BY t.transfer_id FOR NO KEY UPDATE;
  PERFORM 1 FROM ledger.account WHERE account_id IN (
    SELECT unnest(ARRAY[t.debit_account, t.credit_account]) FROM ledger.transfer t JOIN iso.payment USING (transfer_id)
    JOIN unnest(p_verdicts) AS v USING (payment_id)) ORDER BY account_id FOR NO KEY UPDATE;
  FOR v_each IN
    SELECT t AS transfer, v.status, v.reason, p.payment_id FROM unnest(p_verdicts) AS v
    JOIN iso.payment p USING (payment_id) JOIN ledger.transfer t USING (transfer_id)
    WHERE p.status = 'ACSP' ORDER BY p.payment_id
  LOOP
    IF v_each.status = 'ACSC' THEN
      PERFORM ledger.settle(v_each.transfer, (v_each.transfer).amount_minor, current_date);
    ELSE
      PERFORM ledger.give_back(ARRAY[(v_each.transfer).transfer_id], 'voided');
    END IF;
    PERFORM iso.advance(v_each.payment_id, v_each.status, v_each.reason, NULL);
  END LOOP;
END $$;

/* {xml}: a pacs.002. What the other side settled is settled here, what it refused comes back. */
CREATE FUNCTION api.record_status(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_doc xml := iso.parse(p);
  v_definition text := iso.definition_of(v_doc, ARRAY['pacs.002.001.10', 'pacs.002.001.12']);
  v_verdicts iso.verdict[];
  v_msg_id text := (xpath('/m:Document/m:FIToFIPmtStsRpt/m:GrpHdr/m:MsgId/text()', v_doc,
    ARRAY[ARRAY['m', 'urn:iso:std:iso:20022:tech:xsd:' || v_definition]]))[1]::text;
  v_message uuid;
BEGIN
  v_message := iso.receive(v_definition, v_msg_id, 'main', v_doc);
  SELECT array_agg(DISTINCT ROW(p.payment_id, tx.status, CASE WHEN tx.status = 'RJCT' THEN coalesce(tx.reason, 'NARR') END)::iso.verdict)
  INTO v_verdicts
  FROM XMLTABLE(XMLNAMESPACES('urn:iso:std:iso:20022:tech:xsd:' || v_definition AS m),
    '/m:Document/m:FIToFIPmtStsRpt/m:TxInfAndSts' PASSING v_doc COLUMNS
      uetr text PATH 'm:OrgnlUETR[1]', end_to_end_id text PATH 'm:OrgnlEndToEndId[1]', status text PATH 'm:TxSts[1]',
      reason text PATH '(m:StsRsnInf/m:Rsn/m:Cd)[1]') AS tx
  JOIN iso.payment p ON CASE WHEN tx.uetr IS NULL THEN p.end_to_end_id = tx.end_to_end_id ELSE p.uetr::text = tx.uetr END
  WHERE tx.status IN ('ACSC', 'RJCT') AND p.status = 'ACSP' AND p.direction = 'initiated';
  PERFORM iso.conclude(coalesce(v_verdicts, '{}'));
  RETURN jsonb_build_object('messageId', v_message, 'msgId', v_msg_id, 'payments',
    (SELECT coalesce(jsonb_agg(iso.payment_summary(payment_id) ORDER BY payment_id), '[]') FROM unnest(v_verdicts)));
END $$;
SELECT pack.declare_function('record_status', true);
