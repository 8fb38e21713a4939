-- Status reports: what became of the payments of a message that came in. pain.002 for a customer's file, pacs.002 for another bank's.

/* What a report says of all payments together; NULL when there is no word for it. */
CREATE FUNCTION iso.group_status(p_message uuid) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN count(DISTINCT status) = 1 THEN min(status) ELSE 'PART' END FROM iso.payment WHERE message_id = p_message
$$;

/* One payment of a report: how the sender called it, its status, and why. */
CREATE FUNCTION iso.status_xml(p iso.payment) RETURNS xml LANGUAGE sql STABLE AS $$
  SELECT xmlelement(NAME "TxInfAndSts",
    xmlforest(left(p.instr_id, 35) AS "OrgnlInstrId", p.end_to_end_id AS "OrgnlEndToEndId", p.uetr AS "OrgnlUETR", p.status AS "TxSts"),
    CASE WHEN p.reason IS NOT NULL THEN xmlelement(NAME "StsRsnInf", xmlelement(NAME "Rsn", xmlforest(p.reason AS "Cd"))) END)
$$;

CREATE FUNCTION iso.original_group_xml(p_message iso.message) RETURNS xml LANGUAGE sql STABLE AS $$
  SELECT xmlelement(NAME "OrgnlGrpInfAndSts", xmlforest(p_message.msg_id AS "OrgnlMsgId", p_message.definition AS "OrgnlMsgNmId",
    (SELECT count(*) FROM iso.payment WHERE message_id = p_message.message_id) AS "OrgnlNbOfTxs", iso.group_status(p_message.message_id) AS "GrpSts"))
$$;

/* Batches of a pain.001 and how many transfers each has, in the order in which its payments were noted. */
CREATE FUNCTION iso.batches_of(p_message iso.message, OUT batch_id text, OUT first_no bigint, OUT last_no bigint) RETURNS SETOF record LANGUAGE sql STABLE AS $$
  SELECT id, coalesce(sum(transfers) OVER (ORDER BY n ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)::bigint + 1,
    sum(transfers) OVER (ORDER BY n)::bigint
  FROM XMLTABLE(XMLNAMESPACES('urn:iso:std:iso:20022:tech:xsd:pain.001.001.09' AS new, 'urn:iso:std:iso:20022:tech:xsd:pain.001.001.03' AS old),
    '/new:Document/new:CstmrCdtTrfInitn/new:PmtInf | /old:Document/old:CstmrCdtTrfInitn/old:PmtInf' PASSING p_message.body COLUMNS
      n FOR ORDINALITY, id text PATH 'new:PmtInfId | old:PmtInfId', transfers int PATH 'count(new:CdtTrfTxInf | old:CdtTrfTxInf)') AS batch
$$;

CREATE FUNCTION iso.pain002(p_msg_id text, p_message iso.message, p_own_bic text) RETURNS xml LANGUAGE sql STABLE AS $$
  SELECT xmlelement(NAME "CstmrPmtStsRpt",
    xmlelement(NAME "GrpHdr", xmlforest(p_msg_id AS "MsgId", iso.time_text(now()) AS "CreDtTm"),
      CASE WHEN p_own_bic <> '' THEN xmlelement(NAME "DbtrAgt", iso.agent_xml(p_own_bic)) END),
    iso.original_group_xml(p_message),
    xmlagg(xmlelement(NAME "OrgnlPmtInfAndSts", xmlforest(left(batch_id, 35) AS "OrgnlPmtInfId"), list) ORDER BY first_no))
  FROM (
    SELECT batch_id, first_no, xmlagg(iso.status_xml(noted.payment) ORDER BY noted.n) AS list
    FROM iso.batches_of(p_message)
    JOIN (SELECT p AS payment, row_number() OVER (ORDER BY payment_id) AS n FROM iso.payment p WHERE message_id = p_message.message_id) AS noted
      ON noted.n BETWEEN first_no AND last_no
    GROUP BY batch_id, first_no
  ) AS batch
$$;

CREATE FUNCTION iso.pacs002(p_msg_id text, p_message iso.message) RETURNS xml LANGUAGE sql STABLE AS $$
  SELECT xmlelement(NAME "FIToFIPmtStsRpt",
    xmlelement(NAME "GrpHdr", xmlforest(p_msg_id AS "MsgId", iso.time_text(now()) AS "CreDtTm")),
    iso.original_group_xml(p_message),
    (SELECT xmlagg(iso.status_xml(p) ORDER BY payment_id) FROM iso.payment p WHERE message_id = p_message.message_id))
$$;

/* {messageId}: a report on the payments of a message that came in, as they stand now. Each call writes a new one. */
CREATE FUNCTION api.export_status(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_id uuid := pack.need_uuid(p, 'messageId');
  v_reported iso.message;
  v_definition text;
  v_msg_id text;
  v_message iso.message;
BEGIN
  SELECT * INTO v_reported FROM iso.message m
  WHERE message_id = v_id AND direction = 'in' AND EXISTS (SELECT FROM iso.payment WHERE message_id = m.message_id);
  IF NOT FOUND THEN
    PERFORM ledger.fail_missing('message', v_id::text);
  END IF;
  v_definition := CASE WHEN v_reported.definition LIKE 'pain.%' THEN 'pain.002.001.10' ELSE 'pacs.002.001.10' END;
  v_msg_id := iso.new_msg_id(left(replace(v_definition, '.', ''), 7));
  v_message := iso.send(v_definition, v_msg_id, v_reported.book, CASE v_definition
    WHEN 'pain.002.001.10' THEN iso.pain002(v_msg_id, v_reported, coalesce(pack.params() ->> 'institution_bic', ''))
    ELSE iso.pacs002(v_msg_id, v_reported) END);
  RETURN iso.sent_summary(v_message) || jsonb_build_object('status', iso.group_status(v_id));
END $$;
SELECT pack.declare_function('export_status', true);
