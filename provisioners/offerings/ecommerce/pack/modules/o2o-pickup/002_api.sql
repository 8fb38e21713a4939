-- Functions, views and rules of store pickup.

/* {location, name, slotMinutes?, perSlot?, opens?, closes?, timeZone?, open?}: opens a store or changes it; slots that exist keep their room. */
CREATE FUNCTION api.set_store(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_location text := pack.need_text(p, 'location', 64);
  v_opens text := pack.opt_text(p, 'opens', '09:00', 5);
  v_closes text := pack.opt_text(p, 'closes', '21:00', 5);
  v_zone text := pack.opt_text(p, 'timeZone', 'Asia/Shanghai', 60);
BEGIN
  IF v_opens !~ '^([01][0-9]|2[0-3]):[0-5][0-9]$' OR v_closes !~ '^([01][0-9]|2[0-3]):[0-5][0-9]$' OR v_closes <= v_opens THEN
    PERFORM pack.fail_field('closes', 'a time of day such as 21:00, after opens');
  END IF;
  IF NOT EXISTS (SELECT FROM pg_timezone_names WHERE name = v_zone) THEN
    PERFORM pack.fail_field('timeZone', 'a name such as Asia/Shanghai');
  END IF;
  INSERT INTO store.store (location, name, slot_minutes, per_slot, opens, closes, time_zone, open)
  VALUES (v_location, pack.need_text(p, 'name'), pack.opt_int(p, 'slotMinutes', 30, 5, 1440), pack.opt_int(p, 'perSlot', 10, 1, 10000),
    v_opens::time, v_closes::time, v_zone, pack.opt_bool(p, 'open', true))
  ON CONFLICT (location) DO UPDATE SET name = excluded.name, slot_minutes = excluded.slot_minutes, per_slot = excluded.per_slot,
    opens = excluded.opens, closes = excluded.closes, time_zone = excluded.time_zone, open = excluded.open;
  RETURN (SELECT jsonb_build_object('location', location, 'name', name, 'slotMinutes', slot_minutes, 'perSlot', per_slot, 'open', open)
    FROM store.store WHERE location = v_location);
END $$;
SELECT pack.declare_function('set_store', true);

/* Why a pickup cannot begin at this time in this store; NULL when it can. */
CREATE FUNCTION store.refusal(p_store store.store, p_at timestamptz) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN NOT p_store.open THEN 'store_closed'
    WHEN p_at < now() THEN 'past'
    WHEN since_opening < interval '0' OR since_opening + slot > p_store.closes - p_store.opens THEN 'outside_hours'
    WHEN extract(epoch FROM since_opening) % extract(epoch FROM slot) <> 0 THEN 'not_a_slot' END
  FROM (SELECT (p_at AT TIME ZONE p_store.time_zone)::time - p_store.opens AS since_opening,
    make_interval(mins => p_store.slot_minutes) AS slot) AS here
$$;

/* {orderNo, startsAt}: a place in a slot of the order's own store; again with another time moves it. Answers the code, once. */
CREATE FUNCTION api.book_pickup(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_order sales.orders := sales.lock_order(p);
  v_at timestamptz := pack.opt_time(p, 'startsAt', NULL);
  v_store store.store;
  v_reason text;
  v_code text := lpad((('x' || encode(substr(uuid_send(gen_random_uuid()), 1, 4), 'hex'))::bit(32)::bigint % 100000000)::text, 8, '0');
BEGIN
  IF v_at IS NULL THEN
    PERFORM pack.fail_field('startsAt', 'an ISO 8601 time with its offset');
  END IF;
  SELECT * INTO v_store FROM store.store WHERE location = v_order.location;
  IF NOT FOUND THEN
    PERFORM catalog.fail_missing('store', v_order.location);
  END IF;
  IF v_order.state NOT IN ('pending_payment', 'paid', 'picking', 'ready_for_pickup') THEN
    PERFORM pack.fail('ICO01', 'this order cannot be picked up any more',
      jsonb_build_object('orderNo', v_order.order_no, 'from', v_order.state, 'to', 'ready_for_pickup'));
  END IF;
  PERFORM 1 FROM store.slot WHERE (location, starts_at) IN (
    SELECT location, starts_at FROM store.pickup WHERE order_id = v_order.order_id UNION ALL SELECT v_store.location, v_at)
  ORDER BY location, starts_at FOR NO KEY UPDATE;
  PERFORM store.release(v_order.order_id);
  v_reason := store.refusal(v_store, v_at);
  IF v_reason IS NULL THEN
    INSERT INTO store.slot (location, starts_at, room) VALUES (v_store.location, v_at, v_store.per_slot) ON CONFLICT DO NOTHING;
    UPDATE store.slot SET booked = booked + 1 WHERE location = v_store.location AND starts_at = v_at AND booked < room;
    v_reason := CASE WHEN NOT FOUND THEN 'full' END;
  END IF;
  IF v_reason IS NOT NULL THEN
    PERFORM pack.fail('ICO19', 'no place at this time',
      jsonb_build_object('location', v_store.location, 'startsAt', v_at, 'reason', v_reason));
  END IF;
  INSERT INTO store.pickup (order_id, location, starts_at, code_hash)
  VALUES (v_order.order_id, v_store.location, v_at, store.hash_code(v_order.order_id, v_code))
  ON CONFLICT (order_id) DO UPDATE SET location = excluded.location, starts_at = excluded.starts_at, code_hash = excluded.code_hash,
    state = 'booked', booked_at = now();
  RETURN jsonb_build_object('orderNo', v_order.order_no, 'location', v_store.location, 'store', v_store.name, 'startsAt', v_at,
    'endsAt', v_at + make_interval(mins => v_store.slot_minutes), 'code', v_code);
END $$;
SELECT pack.declare_function('book_pickup', true);

/* {orderNo, code}: hands an order over that is ready, to who knows its code. ICO18 for another code. */
CREATE FUNCTION api.hand_over(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_order sales.orders := sales.lock_order(p);
  v_code text := pack.need_text(p, 'code', 20);
  v_pickup store.pickup;
BEGIN
  SELECT * INTO v_pickup FROM store.pickup WHERE order_id = v_order.order_id AND state = 'booked';
  IF NOT FOUND THEN
    PERFORM catalog.fail_missing('pickup', v_order.order_no);
  END IF;
  IF v_order.state <> 'ready_for_pickup' THEN
    PERFORM pack.fail('ICO01', 'the goods are not ready',
      jsonb_build_object('orderNo', v_order.order_no, 'from', v_order.state, 'to', 'delivered'));
  END IF;
  IF v_pickup.code_hash <> store.hash_code(v_order.order_id, v_code) THEN
    PERFORM pack.fail('ICO18', 'the handover code is wrong', jsonb_build_object('orderNo', v_order.order_no));
  END IF;
  PERFORM sales.move(ARRAY[v_order.order_id], 'delivered', jsonb_build_object('pickup', v_pickup.location));
  PERFORM sales.commit_goods(v_order.order_id);
  RETURN sales.summary(v_order.order_id);
END $$;
SELECT pack.declare_function('hand_over', true);

-- key: location
CREATE VIEW api.stores AS
SELECT location, name, slot_minutes, per_slot, to_char(opens, 'HH24:MI') AS opens, to_char(closes, 'HH24:MI') AS closes, time_zone, open FROM store.store;

-- key: location, starts_at
CREATE VIEW api.pickup_slots AS
SELECT location, starts_at, room, booked, room - booked AS left_over FROM store.slot;

-- key: order_no
CREATE VIEW api.pickups AS
SELECT o.order_no, p.location, p.starts_at, p.state, o.state AS order_state, p.booked_at, p.handed_over_at
FROM store.pickup p JOIN sales.orders o USING (order_id);

CREATE VIEW store.invariants AS
SELECT 'slots_match_pickups' AS rule, count(*) AS violations
FROM store.slot s
WHERE s.booked <> (SELECT count(*) FROM store.pickup p WHERE (p.location, p.starts_at) = (s.location, s.starts_at) AND p.state <> 'released')
UNION ALL
SELECT 'pickups_match_orders', count(*)
FROM store.pickup p JOIN sales.orders o USING (order_id)
WHERE CASE p.state
  WHEN 'handed_over' THEN o.state NOT IN ('delivered', 'completed', 'returned')
  WHEN 'booked' THEN o.state IN ('delivered', 'completed', 'cancelled', 'shipped', 'returned')
  ELSE false END;

SELECT pack.add_view_part('invariants', 'store.invariants');
