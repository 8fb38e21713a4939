-- Payment initiations: pain.001 in, settled at once where both accounts are on our books.

-- What the module payments-iso20022 fills in. Without it money stays in the house.
/* Reserves money that leaves for an account elsewhere and answers the transfer; NULL when payments cannot leave. */
CREATE FUNCTION iso.reserve_outward(p_payment iso.payment, p_debtor ledger.account) RETURNS uuid LANGUAGE sql AS $$
  SELECT NULL::uuid
$$;

CREATE FUNCTION iso.payment_summary(p_payment uuid) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('paymentId', payment_id, 'endToEndId', end_to_end_id, 'uetr', uetr, 'status', status,
      'amountMinor', amount_minor::text, 'currency', currency, 'debtorAccount', debtor_account, 'creditorAccount', creditor_account)
    || jsonb_strip_nulls(jsonb_build_object('reason', reason, 'transferId', transfer_id, 'settledAt', settled_at))
  FROM iso.payment WHERE payment_id = p_payment
$$;

/* Why a payment cannot be made from this account to that one, as ISO 20022 says it; NULL when it can. */
CREATE FUNCTION iso.objection(p_payment iso.payment, p_debtor ledger.account, p_creditor ledger.account) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN p_debtor.account_id IS NULL THEN 'AC02'                                                    -- no such debtor account
    WHEN 'closed' = ANY (p_debtor.flags) OR 'closed' = ANY (p_creditor.flags) THEN 'AC04'           -- closed account
    WHEN p_debtor.currency <> p_payment.currency OR p_creditor.currency <> p_payment.currency THEN 'AM03' -- currency
    WHEN p_creditor.book <> p_debtor.book OR p_creditor.account_id = p_debtor.account_id THEN 'AC03' -- creditor account
  END
$$;

/* Moves or reserves the money of a payment, as a part that can fail by itself. Answers the status and the reason for it. */
CREATE FUNCTION iso.execute(p_payment iso.payment, OUT status text, OUT reason text, OUT transfer_id uuid) LANGUAGE plpgsql AS $$
DECLARE
  v_debtor ledger.account;
  v_creditor ledger.account;
BEGIN
  SELECT * INTO v_debtor FROM ledger.account WHERE account_id = iso.account_of(p_payment.debtor_account);
  SELECT * INTO v_creditor FROM ledger.account WHERE account_id = iso.account_of(p_payment.creditor_account);
  reason := iso.objection(p_payment, v_debtor, v_creditor);
  IF reason IS NOT NULL THEN
    status := 'RJCT';
    RETURN;
  END IF;
  PERFORM ledger.control('release_payment', v_debtor.book, p_payment.currency, p_payment.amount_minor);
  IF v_creditor.account_id IS NULL THEN
    transfer_id := iso.reserve_outward(p_payment, v_debtor);
    status := CASE WHEN transfer_id IS NULL THEN 'RJCT' ELSE 'ACSP' END;
    reason := CASE WHEN transfer_id IS NULL THEN 'AC03' END;
  ELSE
    transfer_id := uuidv7();
    PERFORM ledger.transfer_now(transfer_id, v_debtor, v_creditor, p_payment.amount_minor, 1, current_date, p_payment.remittance);
    status := 'ACSC';
  END IF;
EXCEPTION
  WHEN SQLSTATE 'ICF11' THEN -- not enough money: the refusal is the answer, the other payments of the file go on
    status := 'RJCT';
    reason := 'AM04';
    transfer_id := NULL;
  WHEN SQLSTATE 'ICF15' THEN
    status := 'PDNG';
    reason := 'DS0H'; -- not allowed to sign alone
    transfer_id := NULL;
END $$;

CREATE FUNCTION iso.advance(p_payment uuid, p_status text, p_reason text, p_transfer uuid) RETURNS void LANGUAGE sql AS $$
  UPDATE iso.payment SET status = p_status, reason = p_reason, transfer_id = coalesce(p_transfer, transfer_id),
    settled_at = CASE WHEN p_status = 'ACSC' THEN clock_timestamp() END
  WHERE payment_id = p_payment
$$;

/* Tries these payments one by one. All accounts of all of them are locked first, in ascending order: two files at once cannot deadlock. */
CREATE FUNCTION iso.execute_all(p_payments uuid[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_payment iso.payment;
  v_done record;
BEGIN
  PERFORM 1 FROM ledger.account WHERE account_id IN (
    SELECT iso.account_of(id) FROM iso.payment, LATERAL (VALUES (debtor_account), (creditor_account)) AS side (id)
    WHERE payment_id = ANY (p_payments))
  ORDER BY account_id FOR NO KEY UPDATE;
  FOR v_payment IN SELECT * FROM iso.payment WHERE payment_id = ANY (p_payments) ORDER BY payment_id LOOP
    v_done := iso.execute(v_payment);
    PERFORM iso.advance(v_payment.payment_id, v_done.status, v_done.reason, v_done.transfer_id);
  END LOOP;
END $$;

CREATE TYPE iso.draft AS (
  instr_id text, end_to_end_id text, uetr text, amount text, currency text, debtor_name text, debtor_account text, debtor_agent text,
  creditor_name text, creditor_account text, creditor_agent text, charge_bearer text, remittance text, requested_date text
);

/* Transactions of a pain.001, of the version of 2009 (03) or 2019 (09). */
CREATE FUNCTION iso.drafts_of_initiation(p_doc xml, p_definition text) RETURNS SETOF iso.draft LANGUAGE sql STABLE AS $$
  SELECT tx.instr_id, tx.end_to_end_id, tx.uetr, tx.amount, tx.currency, batch.debtor_name, batch.debtor_account, batch.debtor_agent,
    tx.creditor_name, tx.creditor_account, tx.creditor_agent, coalesce(tx.charge_bearer, batch.charge_bearer, 'SLEV'), tx.remittance,
    batch.requested_date
  FROM XMLTABLE(XMLNAMESPACES('urn:iso:std:iso:20022:tech:xsd:' || p_definition AS m),
    '/m:Document/m:CstmrCdtTrfInitn/m:PmtInf' PASSING p_doc COLUMNS
      debtor_name text PATH 'm:Dbtr/m:Nm',
      debtor_account text PATH 'm:DbtrAcct/m:Id/m:IBAN | m:DbtrAcct/m:Id/m:Othr/m:Id',
      debtor_agent text PATH 'm:DbtrAgt/m:FinInstnId/m:BICFI | m:DbtrAgt/m:FinInstnId/m:BIC',
      charge_bearer text PATH 'm:ChrgBr',
      requested_date text PATH 'm:ReqdExctnDt[not(*)] | m:ReqdExctnDt/m:Dt | m:ReqdExctnDt/m:DtTm',
      transactions xml PATH 'm:CdtTrfTxInf'
  ) AS batch,
  XMLTABLE(XMLNAMESPACES('urn:iso:std:iso:20022:tech:xsd:' || p_definition AS m),
    '/batch/m:CdtTrfTxInf' PASSING xmlelement(NAME batch, batch.transactions) COLUMNS
      instr_id text PATH 'm:PmtId/m:InstrId',
      end_to_end_id text PATH 'm:PmtId/m:EndToEndId',
      uetr text PATH 'm:PmtId/m:UETR',
      amount text PATH 'm:Amt/m:InstdAmt',
      currency text PATH 'm:Amt/m:InstdAmt/@Ccy',
      charge_bearer text PATH 'm:ChrgBr',
      creditor_name text PATH 'm:Cdtr/m:Nm',
      creditor_account text PATH 'm:CdtrAcct/m:Id/m:IBAN | m:CdtrAcct/m:Id/m:Othr/m:Id',
      creditor_agent text PATH 'm:CdtrAgt/m:FinInstnId/m:BICFI | m:CdtrAgt/m:FinInstnId/m:BIC',
      remittance text PATH 'm:RmtInf/m:Ustrd[1]'
  ) AS tx
$$;

/* The header's own sums against what is there. */
CREATE FUNCTION iso.check_header(p_drafts iso.draft[], p_count text, p_sum text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_sum numeric;
BEGIN
  IF cardinality(p_drafts) = 0 OR p_count IS DISTINCT FROM cardinality(p_drafts)::text THEN
    PERFORM iso.fail_message('count', jsonb_build_object('declared', p_count, 'found', cardinality(p_drafts)));
  END IF;
  IF cardinality(p_drafts) > 1000 THEN
    PERFORM iso.fail_message('too_many', jsonb_build_object('most', 1000));
  END IF;
  SELECT sum(amount::numeric) INTO v_sum FROM unnest(p_drafts) WHERE amount ~ '^[0-9.]+$';
  IF p_sum IS NOT NULL AND (p_sum !~ '^[0-9]{1,18}(\.[0-9]{1,17})?$' OR p_sum::numeric IS DISTINCT FROM v_sum) THEN
    PERFORM iso.fail_message('sum', jsonb_build_object('declared', p_sum, 'found', v_sum::text));
  END IF;
END $$;

/* Makes payments of drafts. ICF20 where a draft lacks what a payment needs. */
CREATE FUNCTION iso.record_payments(p_drafts iso.draft[], p_message uuid, p_direction text, p_book text) RETURNS uuid[] LANGUAGE plpgsql AS $$
DECLARE
  v_draft iso.draft;
  v_ids uuid[] := '{}';
  v_uetr uuid;
  v_id uuid;
BEGIN
  FOREACH v_draft IN ARRAY p_drafts LOOP
    IF coalesce(length(v_draft.end_to_end_id), 0) NOT BETWEEN 1 AND 35 OR v_draft.debtor_account IS NULL OR v_draft.creditor_account IS NULL
       OR v_draft.charge_bearer NOT IN ('DEBT', 'CRED', 'SHAR', 'SLEV') THEN
      PERFORM iso.fail_message('payment', jsonb_build_object('endToEndId', v_draft.end_to_end_id));
    END IF;
    IF v_draft.uetr IS NOT NULL AND v_draft.uetr !~ '^[a-f0-9]{8}-[a-f0-9]{4}-4[a-f0-9]{3}-[89ab][a-f0-9]{3}-[a-f0-9]{12}$' THEN
      PERFORM iso.fail_message('uetr', jsonb_build_object('uetr', v_draft.uetr));
    END IF;
    v_uetr := coalesce(v_draft.uetr::uuid, gen_random_uuid());
    INSERT INTO iso.payment (message_id, direction, book, instr_id, end_to_end_id, uetr, amount_minor, currency, debtor_name,
      debtor_account, debtor_agent, creditor_name, creditor_account, creditor_agent, charge_bearer, remittance, requested_date)
    VALUES (p_message, p_direction, p_book, v_draft.instr_id, v_draft.end_to_end_id, v_uetr,
      iso.minor_of(v_draft.amount, v_draft.currency), v_draft.currency, v_draft.debtor_name, v_draft.debtor_account,
      iso.bic_of(v_draft.debtor_agent), v_draft.creditor_name, v_draft.creditor_account, iso.bic_of(v_draft.creditor_agent),
      v_draft.charge_bearer, v_draft.remittance,
      CASE WHEN v_draft.requested_date ~ '^\d{4}-\d\d-\d\d' AND pg_input_is_valid(left(v_draft.requested_date, 10), 'date')
        THEN left(v_draft.requested_date, 10)::date END)
    ON CONFLICT (uetr) DO NOTHING
    RETURNING payment_id INTO v_id;
    IF v_id IS NULL THEN
      PERFORM ledger.fail_taken('payment', v_uetr::text);
    END IF;
    v_ids := v_ids || v_id;
  END LOOP;
  RETURN v_ids;
END $$;

CREATE FUNCTION iso.message_summary(p_message uuid) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('messageId', m.message_id, 'msgId', m.msg_id, 'definition', m.definition, 'payments',
    (SELECT coalesce(jsonb_agg(iso.payment_summary(payment_id) ORDER BY payment_id), '[]') FROM iso.payment p WHERE p.message_id = m.message_id))
  FROM iso.message m WHERE m.message_id = p_message
$$;

/* Header and transactions of a pain.001. ICF20 when they are not what they should be. */
CREATE FUNCTION iso.read_initiation(p_doc xml, p_definition text, OUT msg_id text, OUT drafts iso.draft[]) LANGUAGE plpgsql AS $$
DECLARE
  v_ns text[] := ARRAY[ARRAY['m', 'urn:iso:std:iso:20022:tech:xsd:' || p_definition]];
  v_count text;
  v_sum text;
BEGIN
  IF xpath_exists('/m:Document/m:CstmrCdtTrfInitn/m:PmtInf[not(m:PmtMtd = "TRF")]', p_doc, v_ns) THEN
    PERFORM iso.fail_message('payment_method');
  END IF;
  SELECT header.msg_id, header.transactions, header.total INTO msg_id, v_count, v_sum
  FROM XMLTABLE(XMLNAMESPACES('urn:iso:std:iso:20022:tech:xsd:' || p_definition AS m),
    '/m:Document/m:CstmrCdtTrfInitn/m:GrpHdr' PASSING p_doc COLUMNS
      msg_id text PATH 'm:MsgId', transactions text PATH 'm:NbOfTxs', total text PATH 'm:CtrlSum') AS header;
  SELECT coalesce(array_agg(draft), '{}') INTO drafts FROM iso.drafts_of_initiation(p_doc, p_definition) AS draft;
  PERFORM iso.check_header(drafts, v_count, v_sum);
EXCEPTION WHEN cardinality_violation THEN -- an element twice where the definition has it once
  PERFORM iso.fail_message('structure');
END $$;

/* {xml}: a pain.001. Each payment is settled, reserved, kept for a second person or for its day, or refused by itself; the answer says which.
   ICF21 when the message was received before. */
CREATE FUNCTION api.initiate_payments(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_doc xml := iso.parse(p);
  v_definition text := iso.definition_of(v_doc, ARRAY['pain.001.001.09', 'pain.001.001.03']);
  v_given record := iso.read_initiation(v_doc, v_definition);
  v_book text;
  v_message uuid;
  v_payments uuid[];
BEGIN
  v_book := coalesce((SELECT book FROM ledger.account WHERE account_id = iso.account_of((v_given.drafts[1]).debtor_account)), 'main');
  v_message := iso.receive(v_definition, v_given.msg_id, v_book, v_doc);
  v_payments := iso.record_payments(v_given.drafts, v_message, 'initiated', v_book);
  PERFORM iso.execute_all(ARRAY(SELECT payment_id FROM iso.payment
    WHERE payment_id = ANY (v_payments) AND coalesce(requested_date, current_date) <= current_date));
  RETURN iso.message_summary(v_message);
END $$;
SELECT pack.declare_function('initiate_payments', true);

/* {limit?}: makes payments whose day has come. Payments that are being made at this moment are skipped. */
CREATE FUNCTION api.execute_due_payments(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_due uuid[];
BEGIN
  SELECT coalesce(array_agg(payment_id), '{}') INTO v_due FROM (
    SELECT payment_id FROM iso.payment
    WHERE status = 'RCVD' AND direction = 'initiated' AND requested_date <= current_date
    ORDER BY payment_id LIMIT pack.opt_int(p, 'limit', 200, 1, 1000)
    FOR NO KEY UPDATE SKIP LOCKED) AS due;
  PERFORM iso.execute_all(v_due);
  RETURN jsonb_build_object('executed', cardinality(v_due));
END $$;
SELECT pack.declare_function('execute_due_payments', true);

CREATE FUNCTION iso.lock_payment(p_id uuid) RETURNS iso.payment LANGUAGE plpgsql AS $$
DECLARE
  v_payment iso.payment;
BEGIN
  SELECT * INTO v_payment FROM iso.payment WHERE payment_id = p_id FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    PERFORM ledger.fail_missing('payment', p_id::text);
  END IF;
  RETURN v_payment;
END $$;

/* {paymentId}: tries a payment again that waits for a person. Over the limit it needs two: propose it. */
CREATE FUNCTION api.release_payment(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_payment iso.payment := iso.lock_payment(pack.need_uuid(p, 'paymentId'));
BEGIN
  IF v_payment.status <> 'PDNG' THEN
    PERFORM pack.fail('ICF23', 'the payment does not wait', jsonb_build_object('paymentId', v_payment.payment_id, 'status', v_payment.status));
  END IF;
  PERFORM ledger.control('release_payment', v_payment.book, v_payment.currency, v_payment.amount_minor);
  UPDATE iso.payment SET repaired = true WHERE payment_id = v_payment.payment_id;
  PERFORM iso.execute_all(ARRAY[v_payment.payment_id]);
  RETURN iso.payment_summary(v_payment.payment_id);
END $$;
SELECT pack.declare_function('release_payment', true);

/* {paymentId}: gives up a payment that waits for a person. */
CREATE FUNCTION api.reject_payment(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_payment iso.payment := iso.lock_payment(pack.need_uuid(p, 'paymentId'));
BEGIN
  IF v_payment.status <> 'PDNG' THEN
    PERFORM pack.fail('ICF23', 'the payment does not wait', jsonb_build_object('paymentId', v_payment.payment_id, 'status', v_payment.status));
  END IF;
  UPDATE iso.payment SET repaired = true WHERE payment_id = v_payment.payment_id;
  PERFORM iso.advance(v_payment.payment_id, 'RJCT', 'DS04', NULL); -- order rejected
  RETURN iso.payment_summary(v_payment.payment_id);
END $$;
SELECT pack.declare_function('reject_payment', true, true);
