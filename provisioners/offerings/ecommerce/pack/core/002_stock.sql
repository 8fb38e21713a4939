-- What can be promised: stock in stripes, and every movement.
--
-- One row is updated at most once per commit at a time, so a hot SKU in one row is limited by the disk. Stock of a SKU is
-- therefore spread over `stock_buckets` rows. Rules that keep this free of overselling and of deadlocks:
--   · reserved never exceeds on_hand: the CHECK is the referee under any race;
--   · whoever locks rows of several SKUs does so in ascending order of the SKU; within a SKU, whoever waits for several
--     stripes does so in ascending order of the bucket, and holds none of them when it begins;
--   · flash quotas are locked before stock.

CREATE SCHEMA stock;

CREATE TABLE stock.bucket (
  sku text NOT NULL REFERENCES catalog.variant,
  location text NOT NULL,
  bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 63),
  on_hand int NOT NULL DEFAULT 0 CHECK (on_hand >= 0),
  reserved int NOT NULL DEFAULT 0,
  PRIMARY KEY (sku, location, bucket),
  CHECK (reserved BETWEEN 0 AND on_hand)
) WITH (fillfactor = 50); -- room for updates in place: nothing but counters changes

CREATE TABLE stock.movement (
  movement_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  sku text NOT NULL,
  location text NOT NULL,
  bucket smallint NOT NULL,
  delta int NOT NULL CHECK (delta <> 0),
  reason text NOT NULL CHECK (reason IN ('receipt', 'ship', 'return', 'adjust', 'rebalance')),
  order_id uuid,
  note text,
  at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (sku, location, bucket) REFERENCES stock.bucket
);
CREATE INDEX movement_by_bucket ON stock.movement (sku, location, bucket) INCLUDE (delta);

CREATE FUNCTION stock.deny_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pack.fail('ICO02', format('%I.%I is append-only', TG_TABLE_SCHEMA, TG_TABLE_NAME),
    jsonb_build_object('table', TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME));
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON stock.movement
  FOR EACH STATEMENT EXECUTE FUNCTION stock.deny_change();

CREATE TYPE stock.slice AS (bucket smallint, qty int);

CREATE FUNCTION stock.available(p_sku text, p_location text) RETURNS bigint LANGUAGE sql AS $$
  SELECT coalesce(sum(on_hand - reserved), 0) FROM stock.bucket WHERE sku = p_sku AND location = p_location
$$;

/* Locks all stripes of a SKU, in order. */
CREATE FUNCTION stock.lock_sku(p_sku text, p_location text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM stock.bucket WHERE sku = p_sku AND location = p_location ORDER BY bucket FOR NO KEY UPDATE;
END $$;

/* Takes p_qty from any one stripe that has enough and that nobody holds. NULL when there is none.
   The subtransaction matters: a row that changed while this looked at it stays locked even if it no longer qualifies, and
   only a rollback lets go of it. Without that, whoever then locks the stripes in order could deadlock. */
CREATE FUNCTION stock.take_idle(p_sku text, p_location text, p_qty int) RETURNS smallint LANGUAGE plpgsql AS $$
DECLARE
  v_bucket smallint;
BEGIN
  UPDATE stock.bucket SET reserved = reserved + p_qty
  WHERE (sku, location, bucket) = (
    SELECT sku, location, bucket FROM stock.bucket
    WHERE sku = p_sku AND location = p_location AND on_hand - reserved >= p_qty
    ORDER BY random() LIMIT 1
    FOR NO KEY UPDATE SKIP LOCKED)
  RETURNING bucket INTO v_bucket;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no idle stripe' USING ERRCODE = 'no_data_found';
  END IF;
  RETURN v_bucket;
EXCEPTION WHEN no_data_found THEN
  RETURN NULL;
END $$;

/* Takes p_qty from one stripe that had enough, waiting for whoever holds it. NULL when it no longer has. */
CREATE FUNCTION stock.take_busy(p_sku text, p_location text, p_qty int) RETURNS smallint LANGUAGE plpgsql AS $$
DECLARE
  v_bucket smallint;
BEGIN
  SELECT bucket INTO v_bucket FROM stock.bucket
  WHERE sku = p_sku AND location = p_location AND on_hand - reserved >= p_qty
  ORDER BY random() LIMIT 1;
  UPDATE stock.bucket SET reserved = reserved + p_qty
  WHERE sku = p_sku AND location = p_location AND bucket = v_bucket AND on_hand - reserved >= p_qty;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the stripe has run short' USING ERRCODE = 'no_data_found';
  END IF;
  RETURN v_bucket;
EXCEPTION WHEN no_data_found THEN
  RETURN NULL;
END $$;

/* Reserves `p_qty` and says in which stripes; no row when there is not enough. Three tries, from cheap to certain. */
CREATE FUNCTION stock.reserve(p_sku text, p_location text, p_qty int) RETURNS SETOF stock.slice LANGUAGE plpgsql AS $$
DECLARE
  v_bucket smallint := coalesce(stock.take_idle(p_sku, p_location, p_qty), stock.take_busy(p_sku, p_location, p_qty));
  v_left int := p_qty;
  v_stripe record;
BEGIN
  IF v_bucket IS NOT NULL THEN
    RETURN NEXT (v_bucket, p_qty)::stock.slice;
    RETURN;
  END IF;
  -- No stripe alone has enough: lock them all and put the quantity together. A sold-out SKU is seen without a lock.
  IF stock.available(p_sku, p_location) < p_qty THEN
    RETURN;
  END IF;
  PERFORM stock.lock_sku(p_sku, p_location);
  IF stock.available(p_sku, p_location) < p_qty THEN
    RETURN;
  END IF;
  FOR v_stripe IN
    SELECT bucket, least(on_hand - reserved, p_qty) AS free FROM stock.bucket
    WHERE sku = p_sku AND location = p_location AND on_hand > reserved
    ORDER BY on_hand - reserved DESC, bucket
  LOOP
    EXIT WHEN v_left = 0;
    UPDATE stock.bucket SET reserved = reserved + least(v_stripe.free, v_left)
    WHERE sku = p_sku AND location = p_location AND bucket = v_stripe.bucket;
    RETURN NEXT (v_stripe.bucket, least(v_stripe.free, v_left))::stock.slice;
    v_left := v_left - least(v_stripe.free, v_left);
  END LOOP;
END $$;

/* The location in p.location, or the default one. */
CREATE FUNCTION stock.location_of(p jsonb) RETURNS text LANGUAGE sql AS $$
  SELECT pack.opt_text(p, 'location', (SELECT value #>> '{}' FROM pack.param WHERE key = 'default_location'), 64)
$$;

CREATE FUNCTION stock.level(p_sku text, p_location text) RETURNS jsonb LANGUAGE sql AS $$
  SELECT jsonb_build_object('sku', p_sku, 'location', p_location, 'onHand', coalesce(sum(on_hand), 0),
    'reserved', coalesce(sum(reserved), 0), 'available', coalesce(sum(on_hand - reserved), 0))
  FROM stock.bucket WHERE sku = p_sku AND location = p_location
$$;

/* Makes the stripes of a SKU exist and locks them all. Returns how many are in use. */
CREATE FUNCTION stock.open_stripes(p_sku text, p_location text) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  v_buckets int := (SELECT value::int FROM pack.param WHERE key = 'stock_buckets');
BEGIN
  INSERT INTO stock.bucket (sku, location, bucket)
  SELECT p_sku, p_location, n FROM generate_series(0, v_buckets - 1) AS n
  ON CONFLICT DO NOTHING;
  PERFORM stock.lock_sku(p_sku, p_location);
  RETURN v_buckets;
END $$;

/* Changes on_hand by p_delta: what comes is shared out, the poorest stripes first; what goes is taken from the richest.
   ICO04 when less is free than is to go. */
CREATE FUNCTION stock.change(p_sku text, p_location text, p_delta int, p_reason text, p_note text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_buckets int := stock.open_stripes(p_sku, p_location);
  v_free bigint := stock.available(p_sku, p_location);
BEGIN
  IF v_free + p_delta < 0 THEN
    PERFORM pack.fail('ICO04', 'less is free than is to be taken away', jsonb_build_object(
      'sku', p_sku, 'location', p_location, 'asked', -p_delta, 'available', v_free));
  END IF;
  WITH stripe AS (
    SELECT bucket, on_hand - reserved AS free,
      row_number() OVER (ORDER BY on_hand - reserved, bucket) AS poorest,
      sum(on_hand - reserved) OVER (ORDER BY on_hand - reserved DESC, bucket) AS free_up_to_here
    FROM stock.bucket
    WHERE sku = p_sku AND location = p_location AND (p_delta < 0 OR bucket < v_buckets)
  ), share AS (
    SELECT bucket, CASE WHEN p_delta > 0
      THEN p_delta / v_buckets + CASE WHEN poorest <= p_delta % v_buckets THEN 1 ELSE 0 END
      ELSE -least(free, greatest(0, -p_delta - (free_up_to_here - free))) END::int AS delta
    FROM stripe
  ), moved AS (
    UPDATE stock.bucket b SET on_hand = b.on_hand + share.delta
    FROM share
    WHERE b.sku = p_sku AND b.location = p_location AND b.bucket = share.bucket AND share.delta <> 0
    RETURNING b.bucket, share.delta
  )
  INSERT INTO stock.movement (sku, location, bucket, delta, reason, note)
  SELECT p_sku, p_location, bucket, delta, p_reason, p_note FROM moved;
END $$;

/* Gives each stripe an equal share of what is free; what is reserved stays where it is. Stripes beyond `stock_buckets`,
   left over from a time when there were more, run empty. */
CREATE FUNCTION stock.rebalance(p_sku text, p_location text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_buckets int := stock.open_stripes(p_sku, p_location);
  v_free bigint := stock.available(p_sku, p_location);
BEGIN
  WITH target AS (
    SELECT bucket, on_hand AS before, reserved + CASE
      WHEN bucket >= v_buckets THEN 0
      ELSE v_free / v_buckets + CASE WHEN bucket < v_free % v_buckets THEN 1 ELSE 0 END END AS after
    FROM stock.bucket WHERE sku = p_sku AND location = p_location
  ), moved AS (
    UPDATE stock.bucket b SET on_hand = t.after
    FROM target t
    WHERE b.sku = p_sku AND b.location = p_location AND b.bucket = t.bucket AND t.after <> t.before
    RETURNING b.bucket, (t.after - t.before)::int AS delta
  )
  INSERT INTO stock.movement (sku, location, bucket, delta, reason)
  SELECT p_sku, p_location, bucket, delta, 'rebalance' FROM moved;
END $$;
