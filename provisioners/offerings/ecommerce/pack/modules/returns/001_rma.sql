-- The returns desk: a buyer asks to give goods back, somebody decides, the goods are inspected, the money of what was accepted goes back.
--
-- Part of an order may come back, more than once; the core's return_order knows the whole order only, so the two exclude each other.
-- Refunds of the desk are entries of its own: the core's payments say that an order is either paid whole or given back whole.
--   ICO16 more than can be returned           {orderNo, sku, asked, left}
--   ICO17 illegal step of a return            {rmaNo, from, to}

CREATE SCHEMA rma;

CREATE SEQUENCE rma.no_seq;

CREATE TABLE rma.request (
  rma_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  rma_no text NOT NULL UNIQUE,
  order_id uuid NOT NULL REFERENCES sales.orders,
  state text NOT NULL DEFAULT 'requested' CHECK (state IN ('requested', 'approved', 'rejected', 'inspected', 'refunded')),
  history_seq int NOT NULL DEFAULT 1,
  reason text NOT NULL,
  requested_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX request_by_order ON rma.request (order_id);

CREATE TABLE rma.transition (from_state text, to_state text, PRIMARY KEY (from_state, to_state));
INSERT INTO rma.transition VALUES ('requested', 'approved'), ('requested', 'rejected'), ('approved', 'inspected'), ('inspected', 'refunded');

-- asked ≥ accepted ≥ restocked: what is not restocked is scrapped.
CREATE TABLE rma.line (
  rma_id bigint NOT NULL REFERENCES rma.request,
  order_id uuid NOT NULL,
  line_no smallint NOT NULL,
  sku text NOT NULL,
  qty int NOT NULL CHECK (qty > 0),
  accepted int NOT NULL DEFAULT 0,
  restocked int NOT NULL DEFAULT 0,
  refund_minor bigint NOT NULL DEFAULT 0 CHECK (refund_minor >= 0),
  PRIMARY KEY (rma_id, line_no),
  FOREIGN KEY (order_id, line_no) REFERENCES sales.order_line,
  CHECK (accepted BETWEEN 0 AND qty AND restocked BETWEEN 0 AND accepted)
);
CREATE INDEX line_by_order ON rma.line (order_id, line_no);

CREATE TABLE rma.event (
  rma_id bigint NOT NULL REFERENCES rma.request,
  seq int NOT NULL,
  from_state text,
  to_state text NOT NULL,
  actor text NOT NULL,
  note text,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (rma_id, seq)
);

CREATE TABLE rma.refund (
  rma_id bigint PRIMARY KEY REFERENCES rma.request,
  order_id uuid NOT NULL REFERENCES sales.orders,
  provider text NOT NULL,
  provider_ref text NOT NULL, -- of the capture that is given back in part
  amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
  at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX refund_by_order ON rma.refund (order_id);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON rma.event
  FOR EACH STATEMENT EXECUTE FUNCTION stock.deny_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON rma.refund
  FOR EACH STATEMENT EXECUTE FUNCTION stock.deny_change();

SELECT pack.declare_module_tables('returns', ARRAY['rma.request', 'rma.line', 'rma.event', 'rma.refund']);

/* An order with a return under way, or goods given back, is not returned whole besides: its money would go back twice. */
CREATE FUNCTION rma.guard_order() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  v_no text := (SELECT rma_no FROM rma.request WHERE order_id = NEW.order_id AND state <> 'rejected' ORDER BY rma_id LIMIT 1);
BEGIN
  IF v_no IS NOT NULL THEN
    PERFORM pack.fail('ICO01', format('goods of this order come back by %s', v_no),
      jsonb_build_object('orderNo', OLD.order_no, 'from', OLD.state, 'to', NEW.state, 'rmaNo', v_no));
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_returned BEFORE UPDATE OF state ON sales.orders
  FOR EACH ROW WHEN (NEW.state = 'returned') EXECUTE FUNCTION rma.guard_order();

/* Locks the return and its order, the order first as everywhere. ICO08 when there is none. */
CREATE FUNCTION rma.lock(p jsonb) RETURNS rma.request LANGUAGE plpgsql AS $$
DECLARE
  v_no text := pack.need_text(p, 'rmaNo', 40);
  v_request rma.request;
BEGIN
  PERFORM 1 FROM sales.orders WHERE order_id = (SELECT order_id FROM rma.request WHERE rma_no = v_no) FOR NO KEY UPDATE;
  SELECT * INTO v_request FROM rma.request WHERE rma_no = v_no FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    PERFORM catalog.fail_missing('return', v_no);
  END IF;
  RETURN v_request;
END $$;

/* Takes a step, which the caller has the lock for, and writes its history. ICO17 when the table does not allow it. */
CREATE FUNCTION rma.move(p_request rma.request, p_to text, p_note text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM rma.transition WHERE from_state = p_request.state AND to_state = p_to) THEN
    PERFORM pack.fail('ICO17', format('a return cannot go from %s to %s', p_request.state, p_to),
      jsonb_build_object('rmaNo', p_request.rma_no, 'from', p_request.state, 'to', p_to));
  END IF;
  UPDATE rma.request SET state = p_to, history_seq = history_seq + 1, updated_at = now() WHERE rma_id = p_request.rma_id;
  INSERT INTO rma.event (rma_id, seq, from_state, to_state, actor, note)
  VALUES (p_request.rma_id, p_request.history_seq + 1, p_request.state, p_to, sales.actor(), p_note);
END $$;

/* What every function of the desk answers. */
CREATE FUNCTION rma.summary(p_rma_id bigint) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('rmaNo', r.rma_no, 'orderNo', o.order_no, 'state', r.state, 'currency', o.currency,
    'refundMinor', (SELECT sum(refund_minor) FROM rma.line l WHERE l.rma_id = r.rma_id)::text,
    'lines', (SELECT jsonb_agg(jsonb_build_object('sku', sku, 'qty', qty, 'accepted', accepted, 'restocked', restocked,
      'refundMinor', refund_minor::text) ORDER BY line_no) FROM rma.line l WHERE l.rma_id = r.rma_id))
  FROM rma.request r JOIN sales.orders o USING (order_id) WHERE r.rma_id = p_rma_id
$$;
