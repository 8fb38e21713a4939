-- Money that comes: pacs.008 from other banks, credited to accounts on our books.

CREATE FUNCTION iso.drafts_of_credit_transfer(p_doc xml, p_definition text) RETURNS SETOF iso.draft LANGUAGE sql STABLE AS $$
  SELECT tx.instr_id, tx.end_to_end_id, tx.uetr, tx.amount, tx.currency, tx.debtor_name, coalesce(tx.debtor_account, 'NOTPROVIDED'),
    tx.debtor_agent, tx.creditor_name, tx.creditor_account, tx.creditor_agent, coalesce(tx.charge_bearer, 'SLEV'), tx.remittance, NULL
  FROM XMLTABLE(XMLNAMESPACES('urn:iso:std:iso:20022:tech:xsd:' || p_definition AS m),
    '/m:Document/m:FIToFICstmrCdtTrf/m:CdtTrfTxInf' PASSING p_doc COLUMNS
      instr_id text PATH 'm:PmtId/m:InstrId',
      end_to_end_id text PATH 'm:PmtId/m:EndToEndId',
      uetr text PATH 'm:PmtId/m:UETR',
      amount text PATH 'm:IntrBkSttlmAmt',
      currency text PATH 'm:IntrBkSttlmAmt/@Ccy',
      charge_bearer text PATH 'm:ChrgBr',
      debtor_name text PATH 'm:Dbtr/m:Nm',
      debtor_account text PATH 'm:DbtrAcct/m:Id/m:IBAN | m:DbtrAcct/m:Id/m:Othr/m:Id',
      debtor_agent text PATH 'm:DbtrAgt/m:FinInstnId/m:BICFI',
      creditor_name text PATH 'm:Cdtr/m:Nm',
      creditor_account text PATH 'm:CdtrAcct/m:Id/m:IBAN | m:CdtrAcct/m:Id/m:Othr/m:Id',
      creditor_agent text PATH 'm:CdtrAgt/m:FinInstnId/m:BICFI',
      remittance text PATH 'm:RmtInf/m:Ustrd[1]'
  ) AS tx
$$;

CREATE FUNCTION iso.read_credit_transfer(p_doc xml, p_definition text, OUT msg_id text, OUT drafts iso.draft[]) LANGUAGE plpgsql AS $$
DECLARE
  v_count text;
  v_sum text;
BEGIN
  SELECT header.msg_id, header.transactions, coalesce(header.control, header.total) INTO msg_id, v_count, v_sum
  FROM XMLTABLE(XMLNAMESPACES('urn:iso:std:iso:20022:tech:xsd:' || p_definition AS m),
    '/m:Document/m:FIToFICstmrCdtTrf/m:GrpHdr' PASSING p_doc COLUMNS
      msg_id text PATH 'm:MsgId', transactions text PATH 'm:NbOfTxs', control text PATH 'm:CtrlSum', total text PATH 'm:TtlIntrBkSttlmAmt') AS header;
  SELECT coalesce(array_agg(draft), '{}') INTO drafts FROM iso.drafts_of_credit_transfer(p_doc, p_definition) AS draft;
  PERFORM iso.check_header(drafts, v_count, v_sum);
EXCEPTION WHEN cardinality_violation THEN
  PERFORM iso.fail_message('structure');
END $$;

/* Credits one payment that came in; why not, where it cannot. */
CREATE FUNCTION iso.credit(p_payment iso.payment, OUT status text, OUT reason text, OUT transfer_id uuid) LANGUAGE plpgsql AS $$
DECLARE
  v_creditor ledger.account;
BEGIN
  SELECT * INTO v_creditor FROM ledger.account WHERE account_id = iso.account_of(p_payment.creditor_account);
  reason := CASE WHEN v_creditor.account_id IS NULL THEN 'AC03' WHEN 'closed' = ANY (v_creditor.flags) THEN 'AC04'
    WHEN v_creditor.currency <> p_payment.currency THEN 'AM03' END;
  status := CASE WHEN reason IS NULL THEN 'ACSC' ELSE 'RJCT' END;
  IF reason IS NULL THEN
    transfer_id := uuidv7();
    PERFORM ledger.transfer_now(transfer_id, iso.nostro(v_creditor.book, p_payment.currency), v_creditor, p_payment.amount_minor, 1,
      current_date, p_payment.remittance);
  END IF;
EXCEPTION WHEN SQLSTATE 'ICF11' THEN
  status := 'RJCT';
  reason := 'AM02'; -- not an amount this account takes
  transfer_id := NULL;
END $$;

/* {xml}: a pacs.008. Each payment is credited or refused by itself; the answer says which. */
CREATE FUNCTION api.receive_credit_transfers(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_doc xml := iso.parse(p);
  v_definition text := iso.definition_of(v_doc, ARRAY['pacs.008.001.08']);
  v_given record := iso.read_credit_transfer(v_doc, v_definition);
  v_message uuid;
  v_book text := coalesce((SELECT book FROM ledger.account WHERE account_id = iso.account_of((v_given.drafts[1]).creditor_account)), 'main');
  v_payments uuid[];
  v_payment iso.payment;
  v_done record;
BEGIN
  v_message := iso.receive(v_definition, v_given.msg_id, v_book, v_doc);
  v_payments := iso.record_payments(v_given.drafts, v_message, 'received', v_book);
  PERFORM iso.nostro(v_book, currency) FROM (SELECT DISTINCT currency::text AS currency FROM iso.payment WHERE payment_id = ANY (v_payments)) AS used;
  PERFORM 1 FROM ledger.account WHERE account_id IN (
    SELECT iso.account_of(creditor_account) FROM iso.payment WHERE payment_id = ANY (v_payments))
    OR code IN (SELECT CASE v_book WHEN 'smoke' THEN 'SMOKE-' ELSE '' END || 'NOSTRO-' || currency FROM iso.payment WHERE payment_id = ANY (v_payments))
  ORDER BY account_id FOR NO KEY UPDATE;
  FOR v_payment IN SELECT * FROM iso.payment WHERE payment_id = ANY (v_payments) ORDER BY payment_id LOOP
    v_done := iso.credit(v_payment);
    PERFORM iso.advance(v_payment.payment_id, v_done.status, v_done.reason, v_done.transfer_id);
  END LOOP;
  RETURN iso.message_summary(v_message);
END $$;
SELECT pack.declare_function('receive_credit_transfers', true);
