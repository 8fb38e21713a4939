-- The rest of an order's life: money, goods, problems, returns.
-- Order of locks, everywhere: the order, then quotas, then stripes of stock in ascending order.

-- ── Goods ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/* Locks the stripes in which these orders have goods in this state. */
CREATE FUNCTION sales.lock_goods(p_orders uuid[], p_state text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM stock.bucket b
  WHERE (b.sku, b.location, b.bucket) IN (
    SELECT a.sku, a.location, a.bucket FROM sales.allocation a WHERE a.order_id = ANY (p_orders) AND a.state = p_state)
  ORDER BY b.sku, b.location, b.bucket
  FOR NO KEY UPDATE;
END $$;

/* The promise ends: what these orders hold is free again. */
CREATE FUNCTION sales.release_goods(p_orders uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM sales.lock_goods(p_orders, 'held');
  WITH released AS (
    UPDATE sales.allocation SET state = 'released' WHERE order_id = ANY (p_orders) AND state = 'held'
    RETURNING sku, location, bucket, qty
  )
  UPDATE stock.bucket b SET reserved = b.reserved - r.qty
  FROM (SELECT sku, location, bucket, sum(qty)::int AS qty FROM released GROUP BY sku, location, bucket) AS r
  WHERE (b.sku, b.location, b.bucket) = (r.sku, r.location, r.bucket);
END $$;

/* The goods leave the house. */
CREATE FUNCTION sales.commit_goods(p_order_id uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM sales.lock_goods(ARRAY[p_order_id], 'held');
  WITH committed AS (
    UPDATE sales.allocation SET state = 'committed' WHERE order_id = p_order_id AND state = 'held'
    RETURNING sku, location, bucket, qty
  ), moved AS (
    UPDATE stock.bucket b SET on_hand = b.on_hand - c.qty, reserved = b.reserved - c.qty
    FROM (SELECT sku, location, bucket, sum(qty)::int AS qty FROM committed GROUP BY sku, location, bucket) AS c
    WHERE (b.sku, b.location, b.bucket) = (c.sku, c.location, c.bucket)
    RETURNING b.sku, b.location, b.bucket, c.qty
  )
  INSERT INTO stock.movement (sku, location, bucket, delta, reason, order_id)
  SELECT sku, location, bucket, -qty, 'ship', p_order_id FROM moved;
END $$;

/* The goods are back on the shelf they came from. */
CREATE FUNCTION sales.restock_goods(p_order_id uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM sales.lock_goods(ARRAY[p_order_id], 'committed');
  WITH restocked AS (
    UPDATE sales.allocation SET state = 'restocked' WHERE order_id = p_order_id AND state = 'committed'
    RETURNING sku, location, bucket, qty
  ), moved AS (
    UPDATE stock.bucket b SET on_hand = b.on_hand + r.qty
    FROM (SELECT sku, location, bucket, sum(qty)::int AS qty FROM restocked GROUP BY sku, location, bucket) AS r
    WHERE (b.sku, b.location, b.bucket) = (r.sku, r.location, r.bucket)
    RETURNING b.sku, b.location, b.bucket, r.qty
  )
  INSERT INTO stock.movement (sku, location, bucket, delta, reason, order_id)
  SELECT sku, location, bucket, qty, 'return', p_order_id FROM moved;
END $$;

/* Goods for an order whose first parcel is lost: the lines are reserved once more. ICO04 when that cannot be. */
CREATE FUNCTION sales.reserve_again(p_order sales.orders) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_line sales.order_line;
BEGIN
  UPDATE sales.allocation SET state = 'lost' WHERE order_id = p_order.order_id AND state = 'committed';
  FOR v_line IN SELECT * FROM sales.order_line WHERE order_id = p_order.order_id ORDER BY sku LOOP
    INSERT INTO sales.allocation (order_id, line_no, sku, location, bucket, qty)
    SELECT v_line.order_id, v_line.line_no, v_line.sku, p_order.location, bucket, qty
    FROM stock.reserve(v_line.sku, p_order.location, v_line.qty);
    IF NOT FOUND THEN
      PERFORM pack.fail('ICO04', format('%s is out of stock', v_line.sku), jsonb_build_object('sku', v_line.sku,
        'location', p_order.location, 'asked', v_line.qty, 'available', stock.available(v_line.sku, p_order.location)));
    END IF;
  END LOOP;
END $$;

-- ── Money ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/* {orderNo, provider, providerRef, amountMinor}: notes a capture. The same reference again answers as before.
   After the hold has run out it is refused, whether the sweep came by or not: ICO11, and the caller gives the money back. */
CREATE FUNCTION api.pay_order(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_order sales.orders := sales.lock_order(p);
  v_provider text := pack.need_text(p, 'provider', 64);
  v_ref text := pack.need_text(p, 'providerRef', 128);
  v_amount bigint := pack.need_minor(p, 'amountMinor');
  v_known sales.payment;
BEGIN
  SELECT * INTO v_known FROM sales.payment WHERE provider = v_provider AND provider_ref = v_ref AND kind = 'capture';
  IF FOUND AND (v_known.order_id, v_known.amount_minor) <> (v_order.order_id, v_amount) THEN
    PERFORM catalog.fail_taken('payment', v_provider || ':' || v_ref);
  ELSIF FOUND THEN
    RETURN sales.summary(v_order.order_id);
  END IF;
  IF v_amount <> v_order.total_minor THEN
    PERFORM pack.fail('ICO07', 'the amount is not the total of the order', jsonb_build_object(
      'expectedMinor', v_order.total_minor::text, 'givenMinor', v_amount::text, 'currency', v_order.currency));
  END IF;
  IF v_order.cancel_cause = 'expired' OR (v_order.state = 'pending_payment' AND v_order.expires_at <= now()) THEN
    PERFORM pack.fail('ICO11', 'the hold has expired',
      jsonb_build_object('orderNo', v_order.order_no, 'expiredAt', v_order.expires_at));
  END IF;
  PERFORM sales.move(ARRAY[v_order.order_id], 'paid', jsonb_build_object('provider', v_provider));
  INSERT INTO sales.payment (order_id, kind, provider, provider_ref, amount_minor)
  VALUES (v_order.order_id, 'capture', v_provider, v_ref, v_amount)
  ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN -- two orders paid with one reference at the same moment
    PERFORM catalog.fail_taken('payment', v_provider || ':' || v_ref);
  END IF;
  RETURN sales.summary(v_order.order_id);
END $$;
SELECT pack.declare_function('pay_order', true);

/* Notes that every capture of these orders is to be given back, once. */
CREATE FUNCTION sales.refund(p_orders uuid[]) RETURNS void LANGUAGE sql AS $$
  INSERT INTO sales.payment (order_id, kind, provider, provider_ref, amount_minor)
  SELECT order_id, 'refund', provider, provider_ref, amount_minor
  FROM sales.payment WHERE order_id = ANY (p_orders) AND kind = 'capture'
  ON CONFLICT DO NOTHING
$$;

-- ── Fulfilment ─────────────────────────────────────────────────────────────────────────────────────────────────────

/* {orderNo}: also resumes an order with a problem; goods that had left are then reserved anew. */
CREATE FUNCTION api.start_picking(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_order sales.orders := sales.lock_order(p);
BEGIN
  PERFORM sales.move(ARRAY[v_order.order_id], 'picking');
  IF NOT EXISTS (SELECT 1 FROM sales.allocation WHERE order_id = v_order.order_id AND state = 'held') THEN
    PERFORM sales.reserve_again(v_order);
  END IF;
  RETURN sales.summary(v_order.order_id);
END $$;
SELECT pack.declare_function('start_picking', true);

/* Picking is a step of its own in the history, also for a shop that does both at once. */
CREATE FUNCTION sales.lock_picked(p jsonb) RETURNS sales.orders LANGUAGE plpgsql AS $$
DECLARE
  v_order sales.orders := sales.lock_order(p);
BEGIN
  IF v_order.state = 'paid' THEN
    PERFORM sales.move(ARRAY[v_order.order_id], 'picking');
  END IF;
  RETURN v_order;
END $$;

/* {orderNo, carrier?, trackingNo?}: from paid or picking. */
CREATE FUNCTION api.ship_order(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_order sales.orders := sales.lock_picked(p);
BEGIN
  PERFORM sales.move(ARRAY[v_order.order_id], 'shipped', jsonb_strip_nulls(jsonb_build_object(
    'carrier', pack.opt_text(p, 'carrier', NULL), 'trackingNo', pack.opt_text(p, 'trackingNo', NULL))));
  PERFORM sales.commit_goods(v_order.order_id);
  RETURN sales.summary(v_order.order_id);
END $$;
SELECT pack.declare_function('ship_order', true);

/* {orderNo}: from paid or picking; the goods wait in the shop and leave it with deliver_order. */
CREATE FUNCTION api.ready_for_pickup(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_order sales.orders := sales.lock_picked(p);
BEGIN
  PERFORM sales.move(ARRAY[v_order.order_id], 'ready_for_pickup');
  RETURN sales.summary(v_order.order_id);
END $$;
SELECT pack.declare_function('ready_for_pickup', true);

/* {orderNo}: handed over, by a carrier or over the counter. */
CREATE FUNCTION api.deliver_order(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_order sales.orders := sales.lock_order(p);
BEGIN
  PERFORM sales.move(ARRAY[v_order.order_id], 'delivered');
  PERFORM sales.commit_goods(v_order.order_id);
  RETURN sales.summary(v_order.order_id);
END $$;
SELECT pack.declare_function('deliver_order', true);

/* {orderNo}: the time for returns is over. */
CREATE FUNCTION api.complete_order(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_order sales.orders := sales.lock_order(p);
BEGIN
  PERFORM sales.move(ARRAY[v_order.order_id], 'completed');
  RETURN sales.summary(v_order.order_id);
END $$;
SELECT pack.declare_function('complete_order', true);

/* {orderNo, reason} */
CREATE FUNCTION api.report_problem(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_order sales.orders := sales.lock_order(p);
BEGIN
  PERFORM sales.move(ARRAY[v_order.order_id], 'problem', jsonb_build_object('reason', pack.need_text(p, 'reason', 500)));
  RETURN sales.summary(v_order.order_id);
END $$;
SELECT pack.declare_function('report_problem', true);

/* {orderNo, restock?, reason?}: the money goes back; the goods too, unless restock is false. */
CREATE FUNCTION api.return_order(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_order sales.orders := sales.lock_order(p);
  v_restock boolean := pack.opt_bool(p, 'restock', true);
BEGIN
  PERFORM sales.move(ARRAY[v_order.order_id], 'returned', jsonb_strip_nulls(jsonb_build_object(
    'restock', v_restock, 'reason', pack.opt_text(p, 'reason', NULL, 500))));
  PERFORM sales.refund(ARRAY[v_order.order_id]);
  -- A problem may have come up while picking: then the goods never left, and their promise ends.
  PERFORM sales.release_goods(ARRAY[v_order.order_id]);
  IF v_restock THEN
    PERFORM sales.restock_goods(v_order.order_id);
  END IF;
  RETURN sales.summary(v_order.order_id);
END $$;
SELECT pack.declare_function('return_order', true);

/* {orderNo, reason?}: before shipping, or after a problem. Held goods become free; what was paid goes back. */
CREATE FUNCTION api.cancel_order(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_order sales.orders := sales.lock_order(p);
BEGIN
  PERFORM sales.move(ARRAY[v_order.order_id], 'cancelled',
    jsonb_strip_nulls(jsonb_build_object(
    'cause', 'request', 'reason', pack.opt_text(p, 'reason', NULL, 500))));
  PERFORM sales.refund(ARRAY[v_order.order_id]);
  PERFORM sales.release_quota(ARRAY[v_order.order_id]);
  PERFORM sales.release_goods(ARRAY[v_order.order_id]);
  RETURN sales.summary(v_order.order_id);
END $$;
SELECT pack.declare_function('cancel_order', true, true);
