-- Statements: camt.053 for our customers, and of our own banks.

/* A balance of a statement: OPBD at its beginning, CLBD at its end. What an account owes its holder is a credit. */
CREATE FUNCTION iso.balance_xml(p_code text, p_minor numeric, p_currency text, p_day date) RETURNS xml LANGUAGE sql STABLE AS $$
  SELECT xmlelement(NAME "Bal",
    xmlelement(NAME "Tp", xmlelement(NAME "CdOrPrtry", xmlelement(NAME "Cd", p_code))),
    iso.amount_xml('Amt', abs(p_minor), p_currency),
    xmlforest(CASE WHEN p_minor < 0 THEN 'DBIT' ELSE 'CRDT' END AS "CdtDbtInd"),
    xmlelement(NAME "Dt", xmlelement(NAME "Dt", to_char(p_day, 'YYYY-MM-DD'))))
$$;

/* One posting of an account as an entry, with the payment behind it where there is one. */
CREATE FUNCTION iso.entry_xml(p ledger.posting, p_journal ledger.journal) RETURNS xml LANGUAGE sql STABLE AS $$
  SELECT xmlelement(NAME "Ntry",
    xmlforest(left(replace(p.journal_id::text, '-', ''), 32) || '-' || p.line_no AS "NtryRef"),
    iso.amount_xml('Amt', p.amount_minor, p.currency),
    xmlforest(CASE p.side WHEN 'D' THEN 'DBIT' ELSE 'CRDT' END AS "CdtDbtInd"),
    xmlelement(NAME "Sts", xmlelement(NAME "Cd", 'BOOK')),
    xmlelement(NAME "BookgDt", xmlelement(NAME "Dt", to_char(p_journal.business_date, 'YYYY-MM-DD'))),
    xmlelement(NAME "ValDt", xmlelement(NAME "Dt", to_char(p_journal.business_date, 'YYYY-MM-DD'))),
    xmlelement(NAME "BkTxCd", xmlelement(NAME "Prtry", xmlelement(NAME "Cd", left(p_journal.kind, 35)))),
    (SELECT xmlelement(NAME "NtryDtls", xmlelement(NAME "TxDtls",
        xmlelement(NAME "Refs", xmlforest(pay.end_to_end_id AS "EndToEndId", pay.uetr AS "UETR")),
        CASE WHEN pay.remittance IS NOT NULL THEN xmlelement(NAME "RmtInf", xmlelement(NAME "Ustrd", left(pay.remittance, 140))) END))
     FROM iso.payment pay JOIN ledger.transfer t USING (transfer_id) WHERE t.journal_id = p.journal_id))
$$;

/* {account, from, until}: a camt.053 of an account, as its holder sees it. */
CREATE FUNCTION api.export_statement(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_account ledger.account := ledger.need_account(p, 'account');
  v_until date := ledger.opt_date(p, 'until', current_date);
  v_from date := ledger.opt_date(p, 'from', date_trunc('month', v_until)::date);
  v_msg_id text := iso.new_msg_id('camt053');
  v_opening numeric;
  v_closing numeric;
  v_entries xml;
  v_count bigint;
  v_message iso.message;
BEGIN
  IF v_until < v_from THEN
    PERFORM pack.fail_field('until', 'a day that is not before from');
  END IF;
  SELECT coalesce(sum(CASE side WHEN 'C' THEN amount_minor ELSE -amount_minor END) FILTER (WHERE j.business_date < v_from), 0),
    coalesce(sum(CASE side WHEN 'C' THEN amount_minor ELSE -amount_minor END), 0),
    count(*) FILTER (WHERE j.business_date >= v_from)
  INTO v_opening, v_closing, v_count
  FROM ledger.posting line JOIN ledger.journal j USING (journal_id) WHERE account_id = v_account.account_id AND j.business_date <= v_until;
  IF v_count > 5000 THEN
    PERFORM pack.fail_field('from', 'a span with at most 5000 entries');
  END IF;
  SELECT xmlagg(iso.entry_xml(line, j) ORDER BY j.business_date, j.journal_id, line.line_no) INTO v_entries
  FROM ledger.posting line JOIN ledger.journal j USING (journal_id)
  WHERE account_id = v_account.account_id AND j.business_date BETWEEN v_from AND v_until;
  v_message := iso.send('camt.053.001.08', v_msg_id, v_account.book, xmlelement(NAME "BkToCstmrStmt",
    xmlelement(NAME "GrpHdr", xmlforest(v_msg_id AS "MsgId", iso.time_text(now()) AS "CreDtTm")),
    xmlelement(NAME "Stmt",
      xmlforest(v_msg_id AS "Id", iso.time_text(now()) AS "CreDtTm"),
      xmlelement(NAME "FrToDt", xmlforest(to_char(v_from, 'YYYY-MM-DD') || 'T00:00:00Z' AS "FrDtTm", to_char(v_until, 'YYYY-MM-DD') || 'T23:59:59Z' AS "ToDtTm")),
      xmlelement(NAME "Acct", iso.account_xml(coalesce(v_account.iban, v_account.code)), xmlforest(v_account.currency AS "Ccy", left(v_account.name, 70) AS "Nm"),
        xmlelement(NAME "Svcr", iso.agent_xml(pack.params() ->> 'institution_bic'))),
      iso.balance_xml('OPBD', v_opening, v_account.currency, v_from), iso.balance_xml('CLBD', v_closing, v_account.currency, v_until),
      v_entries)));
  RETURN iso.sent_summary(v_message) || jsonb_build_object('entries', v_count, 'openingMinor', v_opening::text, 'closingMinor', v_closing::text);
END $$;
SELECT pack.declare_function('export_statement', true);

CREATE TYPE iso.booked AS (entry_ref text, end_to_end_id text, uetr text, amount text, currency text, indicator text);

/* Booked entries of a camt.053, one for each transaction that is told apart. */
CREATE FUNCTION iso.booked_entries(p_doc xml, p_definition text) RETURNS SETOF iso.booked LANGUAGE sql STABLE AS $$
  SELECT entry.ref, tx.end_to_end_id, tx.uetr, coalesce(tx.amount, entry.amount), coalesce(tx.currency, entry.currency), entry.indicator
  FROM XMLTABLE(XMLNAMESPACES('urn:iso:std:iso:20022:tech:xsd:' || p_definition AS m),
    '/m:Document/m:BkToCstmrStmt/m:Stmt/m:Ntry[m:Sts = "BOOK" or m:Sts/m:Cd = "BOOK"]' PASSING p_doc COLUMNS
      ref text PATH 'm:NtryRef', amount text PATH 'm:Amt', currency text PATH 'm:Amt/@Ccy', indicator text PATH 'm:CdtDbtInd',
      details xml PATH 'm:NtryDtls/m:TxDtls') AS entry
  LEFT JOIN LATERAL XMLTABLE(XMLNAMESPACES('urn:iso:std:iso:20022:tech:xsd:' || p_definition AS m),
    '/details/m:TxDtls' PASSING xmlelement(NAME details, entry.details) COLUMNS
      end_to_end_id text PATH 'm:Refs/m:EndToEndId', uetr text PATH 'm:Refs/m:UETR', amount text PATH 'm:Amt', currency text PATH 'm:Amt/@Ccy') AS tx
    ON true
$$;

/* {xml}: a camt.053 of our own bank. A booked debit with the id and the amount of a payment that is on its way settles it; the
   answer lists what was found here and what was not. */
CREATE FUNCTION api.record_bank_statement(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_doc xml := iso.parse(p);
  v_definition text := iso.definition_of(v_doc, ARRAY['camt.053.001.08', 'camt.053.001.02']);
  v_ns text[] := ARRAY[ARRAY['m', 'urn:iso:std:iso:20022:tech:xsd:' || v_definition]];
  v_msg_id text := (xpath('/m:Document/m:BkToCstmrStmt/m:GrpHdr/m:MsgId/text()', v_doc, v_ns))[1]::text;
  v_entries iso.booked[];
  v_verdicts iso.verdict[];
  v_message uuid;
BEGIN
  BEGIN
    SELECT coalesce(array_agg(entry), '{}') INTO v_entries FROM iso.booked_entries(v_doc, v_definition) AS entry;
  EXCEPTION WHEN cardinality_violation THEN
    v_entries := NULL;
  END;
  IF v_entries IS NULL OR EXISTS (SELECT FROM unnest(v_entries) WHERE amount IS NULL OR currency IS NULL OR indicator IS NULL) THEN
    PERFORM iso.fail_message('structure');
  END IF;
  v_message := iso.receive(v_definition, v_msg_id, 'main', v_doc);
  SELECT array_agg(DISTINCT ROW(p.payment_id, 'ACSC', NULL)::iso.verdict) INTO v_verdicts
  FROM unnest(v_entries) AS e
  JOIN iso.payment p ON CASE WHEN e.uetr IS NULL THEN p.end_to_end_id = e.end_to_end_id ELSE p.uetr::text = e.uetr END
    AND p.currency = e.currency AND p.amount_minor = iso.minor_of(e.amount, e.currency)
  WHERE e.indicator = 'DBIT' AND p.status = 'ACSP' AND p.direction = 'initiated';
  PERFORM iso.conclude(coalesce(v_verdicts, '{}'));
  RETURN jsonb_build_object('messageId', v_message, 'msgId', v_msg_id, 'entries', cardinality(v_entries),
    'settled', (SELECT coalesce(jsonb_agg(iso.payment_summary(payment_id) ORDER BY payment_id), '[]') FROM unnest(v_verdicts)),
    'open', (SELECT coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('entryRef', e.entry_ref, 'endToEndId', e.end_to_end_id,
        'amount', e.amount, 'currency', e.currency, 'indicator', e.indicator))), '[]')
      FROM unnest(v_entries) AS e WHERE NOT EXISTS (
        SELECT FROM iso.payment p JOIN ledger.transfer t USING (transfer_id) WHERE t.state = 'posted'
          AND (p.uetr::text = e.uetr OR (e.uetr IS NULL AND p.end_to_end_id = e.end_to_end_id)))));
END $$;
SELECT pack.declare_function('record_bank_statement', true);
