-- Electronic receipts for bulk goods, after the UNCITRAL/UNIDROIT Model Law on Warehouse Receipts: one holder in control, no transfer while
-- pledged, no goods receipted twice, and a chain of hashes over every act.

CREATE SCHEMA wr;

-- Goods of one kind in one place. receipted: what live receipts stand for; the check makes a second receipt over the same goods impossible.
CREATE TABLE wr.lot (
  lot_id uuid PRIMARY KEY DEFAULT uuidv7(),
  warehouse core.gln NOT NULL REFERENCES core.facility,
  bin text,
  commodity text NOT NULL,
  grade text,
  uom char(3) NOT NULL CHECK (uom ~ '^[A-Z0-9]{3}$'), -- UN/ECE Recommendation 20; TNE: tonne
  qty numeric(18, 3) NOT NULL CHECK (qty >= 0),
  receipted numeric(18, 3) NOT NULL DEFAULT 0 CHECK (receipted BETWEEN 0 AND qty),
  unit_value_minor bigint CHECK (unit_value_minor BETWEEN 0 AND 100000000000),
  counted numeric(18, 3) CHECK (counted >= 0),
  counted_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE wr.receipt_state (state text PRIMARY KEY, live boolean NOT NULL, terminal boolean NOT NULL);
INSERT INTO wr.receipt_state VALUES ('active', true, false), ('pledged', true, false), ('split', false, true), ('withdrawn', false, true), ('cancelled', false, true);
CREATE TABLE wr.transition (
  from_state text REFERENCES wr.receipt_state,
  to_state text REFERENCES wr.receipt_state,
  PRIMARY KEY (from_state, to_state)
);
INSERT INTO wr.transition VALUES ('active', 'pledged'), ('pledged', 'active'), ('active', 'split'), ('active', 'withdrawn'), ('active', 'cancelled');

CREATE SEQUENCE wr.receipt_seq;
CREATE TABLE wr.receipt (
  receipt_no text PRIMARY KEY,
  lot_id uuid NOT NULL REFERENCES wr.lot,
  qty numeric(18, 3) NOT NULL CHECK (qty > 0),
  negotiable boolean NOT NULL,
  jurisdiction char(2) NOT NULL,
  holder core.gln NOT NULL REFERENCES core.party,
  pledgee core.gln REFERENCES core.party,
  state text NOT NULL DEFAULT 'active' REFERENCES wr.receipt_state,
  parent text REFERENCES wr.receipt,
  issued_at timestamptz NOT NULL DEFAULT now(),
  expires_on date,
  CHECK ((state = 'pledged') = (pledgee IS NOT NULL))
);
CREATE INDEX receipt_by_lot ON wr.receipt (lot_id);

CREATE TABLE wr.act (
  receipt_no text NOT NULL REFERENCES wr.receipt,
  seq int NOT NULL,
  act text NOT NULL CHECK (act IN ('issue', 'transfer', 'pledge', 'release', 'split', 'withdraw', 'cancel')),
  actor core.gln NOT NULL,
  data jsonb NOT NULL,
  at timestamptz NOT NULL,
  prev bytea, -- of the act before; of a part's first act: the hash of the split; NULL at the beginning of a chain
  hash bytea NOT NULL UNIQUE,
  PRIMARY KEY (receipt_no, seq)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON wr.act
  FOR EACH STATEMENT EXECUTE FUNCTION core.deny_change();

CREATE FUNCTION wr.guard_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state <> OLD.state AND NOT EXISTS (SELECT FROM wr.transition WHERE from_state = OLD.state AND to_state = NEW.state) THEN
    PERFORM wr.fail_state(OLD, NULL);
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_state BEFORE UPDATE OF state ON wr.receipt FOR EACH ROW EXECUTE FUNCTION wr.guard_state();

CREATE FUNCTION wr.fail_state(p_receipt wr.receipt, p_actor text) RETURNS void LANGUAGE sql AS $$
  SELECT pack.fail('ICL04', 'the receipt does not allow it', jsonb_build_object('receiptNo', p_receipt.receipt_no, 'state', p_receipt.state, 'actor', p_actor))
$$;

/* The hash of an act: sha-256 over the hash before and the act's text. */
CREATE FUNCTION wr.hash_of(p_prev bytea, p_receipt_no text, p_seq int, p_act text, p_actor text, p_data jsonb, p_at timestamptz)
RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
  SELECT sha256(coalesce(p_prev, '') || convert_to(jsonb_build_object('receiptNo', p_receipt_no, 'seq', p_seq, 'act', p_act, 'actor', p_actor,
    'data', p_data, 'at', to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::text, 'UTF8'))
$$;

/* Adds an act to the chain of a receipt, which the caller has locked or made. p_prev begins the chain of a part. Returns its hash. */
CREATE FUNCTION wr.log(p_receipt_no text, p_act text, p_actor text, p_data jsonb, p_prev bytea DEFAULT NULL, p_at timestamptz DEFAULT clock_timestamp())
RETURNS bytea LANGUAGE plpgsql AS $$
DECLARE
  v_seq int := 1 + coalesce((SELECT max(seq) FROM wr.act WHERE receipt_no = p_receipt_no), 0);
  v_prev bytea := coalesce((SELECT hash FROM wr.act WHERE receipt_no = p_receipt_no AND seq = v_seq - 1), p_prev);
  v_hash bytea := wr.hash_of(v_prev, p_receipt_no, v_seq, p_act, p_actor, p_data, p_at);
BEGIN
  INSERT INTO wr.act (receipt_no, seq, act, actor, data, at, prev, hash) VALUES (p_receipt_no, v_seq, p_act, p_actor, p_data, p_at, v_prev, v_hash);
  INSERT INTO core.receipt_proof (number_hash, head_hash, live)
  SELECT encode(sha256(convert_to(p_receipt_no, 'UTF8')), 'hex'), encode(v_hash, 'hex'), s.live
  FROM wr.receipt r JOIN wr.receipt_state s USING (state) WHERE r.receipt_no = p_receipt_no
  ON CONFLICT (number_hash) DO UPDATE SET head_hash = excluded.head_hash, live = excluded.live;
  RETURN v_hash;
END $$;

/* p.<field> as an amount of goods: a decimal string above zero with at most three places. */
CREATE FUNCTION wr.need_qty(p jsonb, p_field text) RETURNS numeric LANGUAGE plpgsql AS $$
BEGIN
  IF jsonb_typeof(p -> p_field) IS DISTINCT FROM 'string' OR p ->> p_field !~ '^[0-9]{1,12}(\.[0-9]{1,3})?$' OR (p ->> p_field)::numeric = 0 THEN
    PERFORM pack.fail_field(p_field, 'a decimal above zero with at most three places, as a string');
  END IF;
  RETURN (p ->> p_field)::numeric;
END $$;

/* Locks the receipt with this number. ICL08 when there is none. */
CREATE FUNCTION wr.lock_receipt(p jsonb) RETURNS wr.receipt LANGUAGE plpgsql AS $$
DECLARE
  v_receipt wr.receipt;
  v_no text := pack.need_text(p, 'receiptNo', 40);
BEGIN
  SELECT * INTO v_receipt FROM wr.receipt WHERE receipt_no = v_no FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    PERFORM core.fail_missing('receipt', v_no);
  END IF;
  RETURN v_receipt;
END $$;

/* The same, for its holder while nobody else has a right in it. */
CREATE FUNCTION wr.lock_own(p jsonb) RETURNS wr.receipt LANGUAGE plpgsql AS $$
DECLARE
  v_receipt wr.receipt := wr.lock_receipt(p);
  v_actor text := core.need_gln(p, 'actor');
BEGIN
  IF v_receipt.state <> 'active' OR v_receipt.holder <> v_actor THEN
    PERFORM wr.fail_state(v_receipt, v_actor);
  END IF;
  RETURN v_receipt;
END $$;

CREATE FUNCTION wr.summary(p_receipt_no text) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('receiptNo', r.receipt_no, 'lotId', r.lot_id, 'qty', trim_scale(r.qty)::text, 'uom', l.uom, 'state', r.state, 'holder', r.holder,
    'pledgee', r.pledgee, 'negotiable', r.negotiable, 'hash', (SELECT encode(hash, 'hex') FROM wr.act WHERE receipt_no = r.receipt_no ORDER BY seq DESC LIMIT 1))
  FROM wr.receipt r JOIN wr.lot l USING (lot_id) WHERE r.receipt_no = p_receipt_no
$$;
