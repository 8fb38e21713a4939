-- Who buys, what was ordered, what happened to it, what was paid.

CREATE SCHEMA sales;

CREATE TABLE sales.customer (
  customer_id uuid PRIMARY KEY DEFAULT uuidv7(),
  name text NOT NULL,
  email text UNIQUE,
  phone text,
  address jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  erased_at timestamptz,
  CHECK (erased_at IS NULL OR (email IS NULL AND phone IS NULL AND address IS NULL))
);

CREATE TABLE sales.order_state (
  state text PRIMARY KEY,
  schema_org text NOT NULL, -- schema.org/OrderStatus
  terminal boolean NOT NULL
);
INSERT INTO sales.order_state (state, schema_org, terminal) VALUES
  ('pending_payment', 'OrderPaymentDue', false),
  ('paid', 'OrderProcessing', false),
  ('picking', 'OrderProcessing', false),
  ('shipped', 'OrderInTransit', false),
  ('ready_for_pickup', 'OrderPickupAvailable', false),
  ('delivered', 'OrderDelivered', false),
  ('problem', 'OrderProblem', false),
  ('completed', 'OrderDelivered', true),
  ('cancelled', 'OrderCancelled', true),
  ('returned', 'OrderReturned', true);

CREATE TABLE sales.order_transition (
  from_state text REFERENCES sales.order_state,
  to_state text REFERENCES sales.order_state,
  PRIMARY KEY (from_state, to_state)
);
INSERT INTO sales.order_transition (from_state, to_state) VALUES
  ('pending_payment', 'paid'), ('pending_payment', 'cancelled'),
  ('paid', 'picking'), ('paid', 'cancelled'),
  ('picking', 'shipped'), ('picking', 'ready_for_pickup'), ('picking', 'problem'),
  ('shipped', 'delivered'), ('shipped', 'problem'),
  ('ready_for_pickup', 'delivered'),
  ('delivered', 'completed'), ('delivered', 'returned'),
  ('problem', 'picking'), ('problem', 'cancelled'), ('problem', 'returned');

CREATE SEQUENCE sales.order_no_seq;
-- Orders refused for lack of stock. A refusal rolls back, a sequence does not: the only counter that survives it.
CREATE SEQUENCE sales.out_of_stock_seq;

CREATE TABLE sales.orders (
  order_id uuid PRIMARY KEY DEFAULT uuidv7(),
  order_no text NOT NULL UNIQUE,
  idempotency_key text UNIQUE,
  request_hash bytea,
  customer_id uuid REFERENCES sales.customer,
  channel text NOT NULL,
  location text NOT NULL,
  state text NOT NULL DEFAULT 'pending_payment' REFERENCES sales.order_state,
  history_seq int NOT NULL DEFAULT 1, -- number of the last order_event
  currency char(3) NOT NULL REFERENCES catalog.currency,
  subtotal_minor bigint NOT NULL CHECK (subtotal_minor >= 0),
  tax_minor bigint NOT NULL CHECK (tax_minor >= 0),
  tax_included boolean NOT NULL,
  shipping_minor bigint NOT NULL DEFAULT 0 CHECK (shipping_minor >= 0),
  total_minor bigint GENERATED ALWAYS AS
    (subtotal_minor + shipping_minor + CASE WHEN tax_included THEN 0 ELSE tax_minor END) STORED,
  cancel_cause text CHECK (cancel_cause IN ('request', 'expired', 'cleanup')),
  expires_at timestamptz NOT NULL,
  placed_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CHECK ((state = 'cancelled') = (cancel_cause IS NOT NULL))
);
CREATE INDEX orders_to_expire ON sales.orders (expires_at) WHERE state = 'pending_payment';
CREATE INDEX orders_by_time ON sales.orders (placed_at);
CREATE INDEX orders_by_customer ON sales.orders (customer_id);

CREATE TABLE sales.order_line (
  order_id uuid NOT NULL REFERENCES sales.orders,
  line_no smallint NOT NULL,
  sku text NOT NULL REFERENCES catalog.variant,
  qty int NOT NULL CHECK (qty > 0),
  unit_minor bigint NOT NULL CHECK (unit_minor >= 0),
  tax_rate_bp int NOT NULL,
  tax_minor bigint NOT NULL,
  campaign_id text,
  PRIMARY KEY (order_id, line_no)
);

-- Which stripes hold the goods of a line. held: promised · committed: gone · released: promise ended · restocked: came back ·
-- lost: gone for good, and the line was allocated anew.
CREATE TABLE sales.allocation (
  allocation_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  order_id uuid NOT NULL,
  line_no smallint NOT NULL,
  sku text NOT NULL,
  location text NOT NULL,
  bucket smallint NOT NULL,
  qty int NOT NULL CHECK (qty > 0),
  state text NOT NULL DEFAULT 'held' CHECK (state IN ('held', 'committed', 'released', 'restocked', 'lost')),
  FOREIGN KEY (order_id, line_no) REFERENCES sales.order_line
  -- no foreign key to stock.bucket: it would lock the hot row a second time; an invariant compares both sides
);
CREATE INDEX allocation_by_order ON sales.allocation (order_id);
CREATE INDEX allocation_held ON sales.allocation (sku, location, bucket) INCLUDE (qty) WHERE state = 'held';

CREATE TABLE sales.order_event (
  order_id uuid NOT NULL REFERENCES sales.orders,
  seq int NOT NULL,
  from_state text,
  to_state text NOT NULL,
  actor text NOT NULL,
  data jsonb,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (order_id, seq)
);

CREATE TABLE sales.payment (
  payment_id uuid PRIMARY KEY DEFAULT uuidv7(),
  order_id uuid NOT NULL REFERENCES sales.orders,
  kind text NOT NULL CHECK (kind IN ('capture', 'refund')),
  provider text NOT NULL,
  provider_ref text NOT NULL, -- of a refund: the reference of the capture it gives back
  amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
  at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (provider, provider_ref, kind)
);
CREATE INDEX payment_by_order ON sales.payment (order_id);
CREATE INDEX payment_by_time ON sales.payment (at);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON sales.order_event
  FOR EACH STATEMENT EXECUTE FUNCTION stock.deny_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON sales.payment
  FOR EACH STATEMENT EXECUTE FUNCTION stock.deny_change();

-- ── State changes ──────────────────────────────────────────────────────────────────────────────────────────────────

/* The table of transitions holds for every writer, also for one that goes around sales.move. */
CREATE FUNCTION sales.guard_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM sales.order_transition WHERE from_state = OLD.state AND to_state = NEW.state) THEN
    PERFORM pack.fail('ICO01', format('an order cannot go from %s to %s', OLD.state, NEW.state),
      jsonb_build_object('orderNo', OLD.order_no, 'from', OLD.state, 'to', NEW.state));
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_state BEFORE UPDATE OF state ON sales.orders
  FOR EACH ROW EXECUTE FUNCTION sales.guard_state();

CREATE FUNCTION sales.actor() RETURNS text LANGUAGE sql STABLE AS $$
  SELECT coalesce(nullif(current_setting('app.caller', true), ''), session_user::text)
$$;

/* Moves orders, which the caller has locked, to a state and writes their history. ICO01 when the table does not allow it. */
CREATE FUNCTION sales.move(p_orders uuid[], p_to text, p_data jsonb DEFAULT NULL) RETURNS void LANGUAGE sql AS $$
  WITH moved AS (
    UPDATE sales.orders o
    SET state = p_to, history_seq = o.history_seq + 1, updated_at = now(),
      cancel_cause = CASE WHEN p_to = 'cancelled' THEN p_data ->> 'cause' ELSE o.cancel_cause END
    FROM (SELECT order_id, state FROM sales.orders WHERE order_id = ANY (p_orders)) AS before
    WHERE o.order_id = before.order_id
    RETURNING o.order_id, o.history_seq, before.state AS from_state
  )
  INSERT INTO sales.order_event (order_id, seq, from_state, to_state, actor, data)
  SELECT order_id, history_seq, from_state, p_to, sales.actor(), p_data FROM moved
$$;

/* Locks the order with this number. ICO08 when there is none. */
CREATE FUNCTION sales.lock_order(p jsonb) RETURNS sales.orders LANGUAGE plpgsql AS $$
DECLARE
  v_order sales.orders;
  v_no text := pack.need_text(p, 'orderNo');
BEGIN
  SELECT * INTO v_order FROM sales.orders WHERE order_no = v_no FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    PERFORM pack.fail('ICO08', 'no such order', jsonb_build_object('kind', 'order', 'id', v_no));
  END IF;
  RETURN v_order;
END $$;

/* What every order function answers. */
CREATE FUNCTION sales.summary(p_order_id uuid) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'orderNo', o.order_no, 'state', o.state, 'status', s.schema_org, 'currency', o.currency,
    'subtotalMinor', o.subtotal_minor::text, 'taxMinor', o.tax_minor::text, 'taxIncluded', o.tax_included,
    'shippingMinor', o.shipping_minor::text, 'totalMinor', o.total_minor::text, 'expiresAt', o.expires_at)
  FROM sales.orders o JOIN sales.order_state s USING (state)
  WHERE o.order_id = p_order_id
$$;

-- ── Tax ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/* Tax of one line, exact, rounded once half to even. Included: the part of the amount that is tax; else what comes on top. */
CREATE FUNCTION sales.tax_of(p_amount bigint, p_rate_bp int, p_included boolean) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
  SELECT (whole + CASE WHEN 2 * rest > divisor OR (2 * rest = divisor AND whole % 2 = 1) THEN 1 ELSE 0 END)::bigint
  FROM (
    SELECT divisor, div(share, divisor) AS whole, share % divisor AS rest
    FROM (SELECT p_amount::numeric * p_rate_bp AS share,
            (10000 + CASE WHEN p_included THEN p_rate_bp ELSE 0 END)::numeric AS divisor) AS exact
  ) AS parts
$$;
