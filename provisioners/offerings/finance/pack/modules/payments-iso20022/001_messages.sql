-- How messages are written: parts that all of them share. Order of elements is the schema's.

CREATE SEQUENCE iso.out_seq;

/* An id for a message that leaves: unique here, 35 characters at most. */
CREATE FUNCTION iso.new_msg_id(p_prefix text) RETURNS text LANGUAGE sql AS $$
  SELECT format('%s-%s-%s', p_prefix, to_char(now() AT TIME ZONE 'UTC', 'YYYYMMDD'), to_char(nextval('iso.out_seq'), 'FM0000000000'))
$$;

CREATE FUNCTION iso.time_text(p_at timestamptz) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;

CREATE FUNCTION iso.account_xml(p_id text) RETURNS xml LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN ledger.iban_is_valid(p_id) THEN xmlelement(NAME "Id", xmlelement(NAME "IBAN", p_id))
    ELSE xmlelement(NAME "Id", xmlelement(NAME "Othr", xmlelement(NAME "Id", p_id))) END
$$;

/* A bank: by its BIC, or as the schema lets one say that it is not known. */
CREATE FUNCTION iso.agent_xml(p_bic text) RETURNS xml LANGUAGE sql IMMUTABLE AS $$
  SELECT xmlelement(NAME "FinInstnId", CASE WHEN coalesce(p_bic, '') <> '' THEN xmlelement(NAME "BICFI", p_bic)
    ELSE xmlelement(NAME "Othr", xmlelement(NAME "Id", 'NOTPROVIDED')) END)
$$;

CREATE FUNCTION iso.party_xml(p_name text) RETURNS xml LANGUAGE sql IMMUTABLE AS $$
  SELECT xmlforest(left(p_name, 140) AS "Nm")
$$;

CREATE FUNCTION iso.amount_xml(p_element name, p_minor numeric, p_currency text) RETURNS xml LANGUAGE plpgsql STABLE AS $$
BEGIN -- xmlelement takes its name as a word of the language only
  RETURN xmlparse(CONTENT format('<%1$s Ccy="%2$s">%3$s</%1$s>', p_element, p_currency, iso.amount_of(p_minor, p_currency)));
END $$;

CREATE FUNCTION iso.document_xml(p_definition text, p_content xml) RETURNS xml LANGUAGE sql IMMUTABLE AS $$
  SELECT xmlelement(NAME "Document", xmlattributes('urn:iso:std:iso:20022:tech:xsd:' || p_definition AS xmlns), p_content)
$$;

CREATE FUNCTION iso.text_of(p_body xml) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT '<?xml version="1.0" encoding="UTF-8"?>' || xmlserialize(DOCUMENT p_body AS text)
$$;

/* Notes a message that leaves. */
CREATE FUNCTION iso.send(p_definition text, p_msg_id text, p_book text, p_content xml) RETURNS iso.message LANGUAGE plpgsql AS $$
DECLARE
  v_body xml := iso.document_xml(p_definition, p_content);
  v_message iso.message;
BEGIN
  INSERT INTO iso.message (direction, definition, msg_id, book, body, sha256, actor)
  VALUES ('out', p_definition, p_msg_id, p_book, v_body, sha256(convert_to(iso.text_of(v_body), 'UTF8')), ledger.actor())
  RETURNING * INTO v_message;
  RETURN v_message;
END $$;

CREATE FUNCTION iso.sent_summary(p_message iso.message) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('messageId', p_message.message_id, 'msgId', p_message.msg_id, 'definition', p_message.definition,
    'xml', iso.text_of(p_message.body))
$$;

/* {messageId}: a message as it came or left. */
CREATE FUNCTION api.read_message(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_id uuid := pack.need_uuid(p, 'messageId');
  v_message iso.message;
BEGIN
  SELECT * INTO v_message FROM iso.message WHERE message_id = v_id;
  IF NOT FOUND THEN
    PERFORM ledger.fail_missing('message', v_id::text);
  END IF;
  RETURN iso.sent_summary(v_message);
END $$;
SELECT pack.declare_function('read_message', false);

-- What the module alone can work on: messages it wrote or took in, and money on its way.
CREATE VIEW iso.interbank AS
SELECT message_id AS id FROM iso.message WHERE direction = 'out' OR definition NOT LIKE 'pain.%'
UNION ALL SELECT payment_id FROM iso.payment WHERE status = 'ACSP';
SELECT pack.declare_module_tables('payments-iso20022', '{iso.interbank}');
