-- Takes the module out: nothing was sent or received, nothing is on its way. Accounts at other banks stay accounts.
CREATE OR REPLACE FUNCTION iso.reserve_outward(p_payment iso.payment, p_debtor ledger.account) RETURNS uuid LANGUAGE sql AS $$
  SELECT NULL::uuid
$$;
SELECT pack.remove_functions('{export_payments, receive_credit_transfers, record_status, export_statement, export_status, record_bank_statement, read_message}');
DROP VIEW iso.interbank;
DROP FUNCTION iso.nostro(text, text), iso.pacs008_transaction(iso.payment, text), iso.pacs008(text, iso.payment[], text, text),
  iso.pain001_transaction(iso.payment), iso.pain001(text, iso.payment[], text), iso.conclude(iso.verdict[]),
  iso.drafts_of_credit_transfer(xml, text), iso.read_credit_transfer(xml, text), iso.credit(iso.payment),
  iso.pain002(text, iso.message, text), iso.pacs002(text, iso.message), iso.batches_of(iso.message), iso.original_group_xml(iso.message),
  iso.status_xml(iso.payment), iso.group_status(uuid),
  iso.balance_xml(text, numeric, text, date), iso.entry_xml(ledger.posting, ledger.journal), iso.booked_entries(xml, text),
  iso.sent_summary(iso.message), iso.send(text, text, text, xml), iso.text_of(xml), iso.document_xml(text, xml),
  iso.amount_xml(name, numeric, text), iso.party_xml(text), iso.agent_xml(text), iso.account_xml(text), iso.time_text(timestamptz),
  iso.new_msg_id(text);
DROP TYPE iso.verdict, iso.booked;
DROP SEQUENCE iso.out_seq;
