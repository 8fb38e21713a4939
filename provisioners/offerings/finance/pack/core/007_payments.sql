-- Payments and the messages they come in and leave by.
--
-- XML is read by PostgreSQL's own type, which loads no external entity; a message with a document type is refused before it is
-- parsed, so none can be expanded either. Names are looked up in the namespace of the message's definition.

CREATE SCHEMA iso;

CREATE TABLE iso.message (
  message_id uuid PRIMARY KEY DEFAULT uuidv7(),
  direction text NOT NULL CHECK (direction IN ('in', 'out')),
  definition text NOT NULL CHECK (definition ~ '^(pain|pacs|camt)\.[0-9]{3}\.[0-9]{3}\.[0-9]{2}$'),
  msg_id text NOT NULL CHECK (length(msg_id) BETWEEN 1 AND 35),
  book text NOT NULL,
  body xml NOT NULL,
  sha256 bytea NOT NULL,
  actor text NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (direction, definition, msg_id)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON iso.message
  FOR EACH STATEMENT EXECUTE FUNCTION ledger.deny_change();

-- ISO 20022 external codes: RCVD received, its day is still to come · PDNG waits for a person · ACSP money reserved, on its way · ACSC settled · RJCT refused.
CREATE TABLE iso.payment_transition (
  from_status text,
  to_status text,
  PRIMARY KEY (from_status, to_status)
);
INSERT INTO iso.payment_transition (from_status, to_status) VALUES
  ('RCVD', 'ACSC'), ('RCVD', 'ACSP'), ('RCVD', 'PDNG'), ('RCVD', 'RJCT'),
  ('PDNG', 'ACSC'), ('PDNG', 'ACSP'), ('PDNG', 'RJCT'),
  ('ACSP', 'ACSC'), ('ACSP', 'RJCT');

CREATE TABLE iso.payment (
  payment_id uuid PRIMARY KEY DEFAULT uuidv7(),
  message_id uuid NOT NULL REFERENCES iso.message,
  direction text NOT NULL CHECK (direction IN ('initiated', 'received')),
  book text NOT NULL,
  instr_id text,
  end_to_end_id text NOT NULL CHECK (length(end_to_end_id) BETWEEN 1 AND 35),
  uetr uuid NOT NULL UNIQUE CHECK (uuid_extract_version(uetr) = 4),
  amount_minor bigint NOT NULL CHECK (amount_minor > 0),
  currency char(3) NOT NULL REFERENCES ledger.currency,
  debtor_name text,
  debtor_account text NOT NULL, -- IBAN or code, as the message has it
  debtor_agent text,            -- BIC
  creditor_name text,
  creditor_account text NOT NULL,
  creditor_agent text,
  charge_bearer char(4) NOT NULL DEFAULT 'SLEV' CHECK (charge_bearer IN ('DEBT', 'CRED', 'SHAR', 'SLEV')),
  remittance text,
  requested_date date,
  status text NOT NULL DEFAULT 'RCVD' CHECK (status IN ('RCVD', 'PDNG', 'ACSP', 'ACSC', 'RJCT')),
  reason text CHECK (reason ~ '^[A-Z0-9]{4}$'), -- ISO 20022 ExternalStatusReason1Code
  repaired boolean NOT NULL DEFAULT false,      -- a person had to help
  transfer_id uuid UNIQUE REFERENCES ledger.transfer,
  sent_in uuid REFERENCES iso.message,
  received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  settled_at timestamptz,
  CHECK ((status = 'ACSC') = (settled_at IS NOT NULL)),
  CHECK (status NOT IN ('ACSC', 'ACSP') OR transfer_id IS NOT NULL)
);
CREATE INDEX payment_by_message ON iso.payment (message_id);
CREATE INDEX payment_open ON iso.payment (currency) WHERE status IN ('RCVD', 'PDNG', 'ACSP');
CREATE INDEX payment_by_end_to_end ON iso.payment (end_to_end_id);
CREATE TRIGGER stays BEFORE DELETE OR TRUNCATE ON iso.payment
  FOR EACH STATEMENT EXECUTE FUNCTION ledger.deny_change();

CREATE FUNCTION iso.guard_status() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.status <> NEW.status
     AND NOT EXISTS (SELECT FROM iso.payment_transition WHERE from_status = OLD.status AND to_status = NEW.status) THEN
    PERFORM pack.fail('ICF23', format('a payment cannot go from %s to %s', OLD.status, NEW.status),
      jsonb_build_object('paymentId', OLD.payment_id, 'status', OLD.status));
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_status BEFORE UPDATE OF status ON iso.payment FOR EACH ROW EXECUTE FUNCTION iso.guard_status();

-- ── Messages in ────────────────────────────────────────────────────────────────────────────────────────────────────

CREATE FUNCTION iso.fail_message(p_reason text, p_facts jsonb DEFAULT '{}') RETURNS void LANGUAGE sql AS $$
  SELECT pack.fail('ICF20', format('the message cannot be read: %s', p_reason), jsonb_build_object('reason', p_reason) || p_facts)
$$;

/* p.xml as a document. ICF20 when it is not well formed or has a document type. */
CREATE FUNCTION iso.parse(p jsonb) RETURNS xml LANGUAGE plpgsql AS $$
DECLARE
  v_text text := pack.need_text(p, 'xml', 1000000);
  v_doc xml;
BEGIN
  IF v_text ~* '<!(doctype|entity)' THEN
    PERFORM iso.fail_message('doctype');
  END IF;
  BEGIN
    v_doc := xmlparse(DOCUMENT ltrim(v_text, E'\uFEFF \n\r\t'));
  EXCEPTION WHEN invalid_xml_document OR invalid_xml_content OR data_exception THEN
    v_doc := NULL;
  END;
  IF v_doc IS NULL THEN
    PERFORM iso.fail_message('not_well_formed');
  END IF;
  RETURN v_doc;
END $$;

/* The definition a document names by its namespace, one of p_known. */
CREATE FUNCTION iso.definition_of(p_doc xml, p_known text[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  v_definition text := substring((xpath('namespace-uri(/*)', p_doc))[1]::text FROM '^urn:iso:std:iso:20022:tech:xsd:(.+)$');
BEGIN
  IF v_definition IS NULL OR NOT v_definition = ANY (p_known) THEN
    PERFORM iso.fail_message('definition', jsonb_build_object('given', v_definition, 'known', to_jsonb(p_known)));
  END IF;
  RETURN v_definition;
END $$;

/* Notes a message that came in. ICF21 when one with this id is there: the first answer is the answer. */
CREATE FUNCTION iso.receive(p_definition text, p_msg_id text, p_book text, p_doc xml) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
  v_id uuid;
  v_known iso.message;
BEGIN
  IF coalesce(length(p_msg_id), 0) NOT BETWEEN 1 AND 35 THEN
    PERFORM iso.fail_message('msg_id');
  END IF;
  INSERT INTO iso.message (direction, definition, msg_id, book, body, sha256, actor)
  VALUES ('in', p_definition, p_msg_id, p_book, p_doc, sha256(convert_to(p_doc::text, 'UTF8')), ledger.actor())
  ON CONFLICT DO NOTHING
  RETURNING message_id INTO v_id;
  IF v_id IS NULL THEN
    SELECT * INTO v_known FROM iso.message WHERE direction = 'in' AND definition = p_definition AND msg_id = p_msg_id;
    PERFORM pack.fail('ICF21', 'the message was received before', jsonb_build_object(
      'msgId', p_msg_id, 'messageId', v_known.message_id, 'receivedAt', v_known.at));
  END IF;
  RETURN v_id;
END $$;

/* "1234.50" in minor units of the currency. ICF20 when it is no amount of it. */
CREATE FUNCTION iso.minor_of(p_amount text, p_currency text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  v_minor numeric;
BEGIN
  SELECT p_amount::numeric * 10::numeric ^ minor_unit INTO v_minor FROM ledger.currency
  WHERE code = p_currency AND p_amount ~ '^[0-9]{1,15}(\.[0-9]{1,5})?$';
  IF v_minor IS NULL OR v_minor <> trunc(v_minor) OR v_minor NOT BETWEEN 1 AND 999999999999999 THEN
    PERFORM iso.fail_message('amount', jsonb_build_object('amount', p_amount, 'currency', p_currency));
  END IF;
  RETURN v_minor::bigint;
END $$;

/* Minor units as the message writes them. */
CREATE FUNCTION iso.amount_of(p_minor numeric, p_currency text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT round(p_minor / 10::numeric ^ minor_unit, minor_unit)::text FROM ledger.currency WHERE code = p_currency
$$;

/* The account that a message means by an IBAN or by its code; NULL when it is not on our books. */
CREATE FUNCTION iso.account_of(p_id text) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT coalesce((SELECT account_id FROM ledger.account WHERE iban = p_id), (SELECT account_id FROM ledger.account WHERE code = p_id))
$$;

/* What a payment is at the outside: its BIC if the message gives a sound one. */
CREATE FUNCTION iso.bic_of(p_bic text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN p_bic ~ '^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?$' THEN p_bic END
$$;
