-- Customers and upkeep: holds that ran out, personal data that is due, what self-tests leave behind.

/* {name, email?, phone?, address?}: found again by e-mail. */
CREATE FUNCTION api.create_customer(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN jsonb_build_object('customerId', sales.save_customer(p));
END $$;
SELECT pack.declare_function('create_customer', true);

/* Cancels orders, which the caller has locked, as a set: quotas and stripes of all of them are locked in one ascending
   pass. One order after the other would lock them in zigzag and could deadlock with an order being placed. */
CREATE FUNCTION sales.cancel_all(p_orders uuid[], p_cause text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM sales.move(p_orders, 'cancelled', jsonb_build_object('cause', p_cause));
  PERFORM sales.refund(p_orders);
  PERFORM sales.release_quota(p_orders);
  PERFORM sales.release_goods(p_orders);
END $$;

/* {limit?}: cancels unpaid orders whose hold has run out. Orders being paid at this moment are skipped. */
CREATE FUNCTION api.expire_orders(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_orders uuid[];
BEGIN
  SELECT coalesce(array_agg(order_id), '{}') INTO v_orders FROM (
    SELECT order_id FROM sales.orders
    WHERE state = 'pending_payment' AND expires_at <= now()
    ORDER BY expires_at LIMIT pack.opt_int(p, 'limit', 500, 1, 10000)
    FOR NO KEY UPDATE SKIP LOCKED) AS due;
  PERFORM sales.cancel_all(v_orders, 'expired');
  RETURN jsonb_build_object('expired', cardinality(v_orders));
END $$;
SELECT pack.declare_function('expire_orders', true, true);

/* Takes what names a person out of these customers; their orders stay, without a face. */
CREATE FUNCTION sales.erase(p_customers uuid[]) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  v_erased bigint;
BEGIN
  UPDATE sales.customer SET name = 'erased', email = NULL, phone = NULL, address = NULL, erased_at = now()
  WHERE customer_id = ANY (p_customers) AND erased_at IS NULL;
  GET DIAGNOSTICS v_erased = ROW_COUNT;
  RETURN v_erased;
END $$;

/* {customerId}: at the person's request. */
CREATE FUNCTION api.erase_customer(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_id uuid := sales.customer_of(jsonb_build_object('customerId', pack.need_uuid(p, 'customerId')));
BEGIN
  RETURN jsonb_build_object('erased', sales.erase(ARRAY[v_id]));
END $$;
SELECT pack.declare_function('erase_customer', true, true);

/* {}: erases customers who have been away longer than pii_retention_days and have no order still open. */
CREATE FUNCTION api.purge_expired_personal_data(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_before timestamptz := now() - make_interval(days => (pack.params() -> 'pii_retention_days')::int);
BEGIN
  RETURN jsonb_build_object('before', v_before, 'erased', sales.erase(ARRAY(
    SELECT c.customer_id FROM sales.customer c
    WHERE c.erased_at IS NULL AND c.created_at < v_before AND NOT EXISTS (
      SELECT FROM sales.orders o JOIN sales.order_state s USING (state)
      WHERE o.customer_id = c.customer_id AND (o.updated_at >= v_before OR NOT s.terminal)))));
END $$;
SELECT pack.declare_function('purge_expired_personal_data', true, true);

/* {}: ends what self-tests left open: cancels orders of channel smoke, empties and archives products named smoke-….
   History stays. Repeating it changes nothing. */
CREATE FUNCTION api.smoke_cleanup(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_orders uuid[];
  v_products bigint;
  v_emptied bigint := 0;
  v_stock record;
BEGIN
  SELECT coalesce(array_agg(order_id), '{}') INTO v_orders FROM (
    SELECT order_id FROM sales.orders
    WHERE channel = 'smoke' AND state IN ('pending_payment', 'paid', 'problem')
    ORDER BY order_id FOR NO KEY UPDATE) AS open;
  PERFORM sales.cancel_all(v_orders, 'cleanup');

  UPDATE catalog.product SET published = false, archived = true, updated_at = now()
  WHERE slug LIKE 'smoke-%' AND NOT archived;
  GET DIAGNOSTICS v_products = ROW_COUNT;

  FOR v_stock IN
    SELECT b.sku, b.location, sum(b.on_hand - b.reserved)::int AS free
    FROM stock.bucket b JOIN catalog.variant USING (sku) JOIN catalog.product USING (product_id)
    WHERE slug LIKE 'smoke-%'
    GROUP BY b.sku, b.location HAVING sum(b.on_hand - b.reserved) > 0
    ORDER BY b.sku, b.location
  LOOP
    PERFORM stock.change(v_stock.sku, v_stock.location, -v_stock.free, 'adjust', 'smoke cleanup');
    v_emptied := v_emptied + 1;
  END LOOP;
  RETURN jsonb_build_object('ordersCancelled', cardinality(v_orders), 'productsArchived', v_products, 'stockEmptied', v_emptied);
END $$;
SELECT pack.declare_function('smoke_cleanup', true, true);
