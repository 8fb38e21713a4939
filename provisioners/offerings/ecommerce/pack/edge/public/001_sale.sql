-- The public side of a hybrid shop: shows what the private side publishes, takes requests against the allotment. It holds no
-- credential for the private side and goes on while that one is away.

SELECT pack.default_params('{
  "idempotency_error": "ICO03",
  "body_error": "ICO09",
  "currencies": ["CNY"],
  "channels": ["web"]
}');

CREATE SCHEMA sale;

-- The edge's own count of what it took out of an epoch. `closed` is the referee: nothing is taken after it.
CREATE TABLE sale.allotment_used (
  sku text NOT NULL,
  epoch int NOT NULL,
  used int NOT NULL DEFAULT 0 CHECK (used >= 0),
  closed boolean NOT NULL DEFAULT false,
  PRIMARY KEY (sku, epoch)
) WITH (fillfactor = 50); -- counters change in place

CREATE FUNCTION sale.left_of(p_sku text) RETURNS int LANGUAGE sql STABLE AS $$
  SELECT coalesce(sum(a.granted - coalesce(u.used, 0)), 0)::int
  FROM edge.allotment a LEFT JOIN sale.allotment_used u USING (sku, epoch)
  WHERE a.sku = p_sku AND a.state = 'open' AND NOT coalesce(u.closed, false)
$$;

/* Takes p_qty out of the open epochs of a SKU, the oldest first: [{epoch, qty}]. ICO04 when there are not enough. */
CREATE FUNCTION sale.take(p_sku text, p_qty int) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  v_left int := p_qty;
  v_taken jsonb := '[]';
  v_took int;
  v record;
BEGIN
  FOR v IN SELECT epoch, granted FROM edge.allotment WHERE sku = p_sku AND state = 'open' ORDER BY epoch LOOP
    EXIT WHEN v_left = 0;
    INSERT INTO sale.allotment_used (sku, epoch) VALUES (p_sku, v.epoch) ON CONFLICT DO NOTHING;
    UPDATE sale.allotment_used SET used = used + least(v_left, v.granted - used)
    WHERE sku = p_sku AND epoch = v.epoch AND NOT closed AND used < v.granted
    RETURNING new.used - old.used INTO v_took;
    IF FOUND THEN
      v_left := v_left - v_took;
      v_taken := v_taken || jsonb_build_object('epoch', v.epoch, 'qty', v_took);
    END IF;
  END LOOP;
  IF v_left > 0 THEN
    PERFORM pack.fail('ICO04', format('%s is out of stock here', p_sku), jsonb_build_object(
      'sku', p_sku, 'location', 'edge', 'asked', p_qty, 'available', p_qty - v_left));
  END IF;
  RETURN v_taken;
END $$;

/* The price that is shown now. ICO06 when it is not on sale in this channel and currency. */
CREATE FUNCTION sale.price_now(p_sku text, p_channel text, p_currency text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  v_price bigint;
BEGIN
  SELECT price_minor INTO v_price FROM edge.offer
  WHERE sku = p_sku AND channel = p_channel AND currency = p_currency
    AND valid_from <= now() AND (valid_until IS NULL OR valid_until > now());
  IF NOT FOUND THEN
    PERFORM pack.fail('ICO06', format('%s is not on sale here', p_sku), jsonb_build_object(
      'sku', p_sku, 'channel', p_channel, 'currency', p_currency, 'reason', 'no_offer'));
  END IF;
  RETURN v_price;
END $$;

/* {lines: [{sku, qty}], channel?, currency?, buyerToken?}: takes the goods out of the allotment, all lines or none. The
   request becomes an order as soon as the private side hears of it. */
CREATE FUNCTION api.place_order_request(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_params jsonb := pack.params();
  v_channel text := pack.opt_text(p, 'channel', v_params -> 'channels' ->> 0);
  v_currency text := pack.opt_text(p, 'currency', v_params -> 'currencies' ->> 0);
  v_token text := pack.opt_text(p, 'buyerToken', NULL);
  v_id uuid := uuidv7();
  v_lines jsonb := '[]';
  v_total numeric := 0;
  v_unit bigint;
  v record;
BEGIN
  IF jsonb_typeof(p -> 'lines') IS DISTINCT FROM 'array' OR jsonb_array_length(p -> 'lines') NOT BETWEEN 1 AND 100 THEN
    PERFORM pack.fail_field('lines', '1 to 100 lines');
  END IF;
  IF v_token ~ '[@[:space:]]' THEN
    PERFORM pack.fail_field('buyerToken', 'a token without spaces that names nobody');
  END IF;
  FOR v IN
    SELECT sku, sum(qty)::int AS qty FROM (
      SELECT pack.need_text(line, 'sku', 64) AS sku, pack.need_int(line, 'qty', 1, 100000) AS qty
      FROM jsonb_array_elements(p -> 'lines') AS line) AS checked
    GROUP BY sku ORDER BY sku -- rows are locked in this order, so two requests never wait for each other
  LOOP
    v_unit := sale.price_now(v.sku, v_channel, v_currency);
    v_total := v_total + v_unit * v.qty;
    v_lines := v_lines || jsonb_build_object('sku', v.sku, 'qty', v.qty, 'unitMinor', v_unit::text, 'taken', sale.take(v.sku, v.qty));
  END LOOP;
  INSERT INTO intake.order_request (request_id, channel, currency, lines, buyer_token)
  VALUES (v_id, v_channel, v_currency, v_lines, v_token);
  RETURN jsonb_build_object('requestId', v_id, 'state', 'accepted', 'currency', v_currency, 'subtotalMinor', v_total::text);
END $$;
SELECT pack.declare_function('place_order_request', true);

/* {}: answers the private side's wish to close epochs with how many units each one sold. In a transaction of its own:
   what an apply worker writes is never sent back (origin = none). */
CREATE FUNCTION api.acknowledge_allotments(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_closed int;
BEGIN
  WITH closing AS (
    INSERT INTO sale.allotment_used AS u (sku, epoch, closed)
    SELECT sku, epoch, true FROM edge.allotment a WHERE state = 'closing'
      AND NOT EXISTS (SELECT FROM intake.allotment_closed c WHERE (c.sku, c.epoch) = (a.sku, a.epoch))
    ORDER BY sku, epoch
    ON CONFLICT (sku, epoch) DO UPDATE SET closed = true
    RETURNING u.sku, u.epoch, u.used
  )
  INSERT INTO intake.allotment_closed (sku, epoch, used) SELECT sku, epoch, used FROM closing
  ON CONFLICT DO NOTHING;
  GET DIAGNOSTICS v_closed = ROW_COUNT;
  RETURN jsonb_build_object('closed', v_closed);
END $$;
SELECT pack.declare_function('acknowledge_allotments', false);

-- key: slug
CREATE VIEW api.products AS
SELECT slug, title, description, brand, category, updated_at FROM edge.product;

-- key: sku
CREATE VIEW api.variants AS
SELECT sku, slug, gtin14::text AS gtin14, attributes FROM edge.variant;

-- key: sku, channel, currency, valid_from
CREATE VIEW api.offers AS
SELECT sku, channel, currency::text AS currency, valid_from, valid_until, price_minor::text AS price_minor,
  valid_from <= now() AND (valid_until IS NULL OR valid_until > now()) AS current
FROM edge.offer;

-- key: sku. What the edge may sell by itself now.
CREATE VIEW api.availability AS
SELECT v.sku, coalesce(a.available, 0)::int AS available
FROM edge.variant v
LEFT JOIN (
  SELECT a.sku, sum(a.granted - coalesce(u.used, 0)) AS available
  FROM edge.allotment a LEFT JOIN sale.allotment_used u USING (sku, epoch)
  WHERE a.state = 'open' AND NOT coalesce(u.closed, false) GROUP BY a.sku) a USING (sku);

-- key: order_no
CREATE VIEW api.order_status AS
SELECT order_no, status, updated_at FROM edge.order_status;

-- key: request_id. `accepted` until the private side has heard of it.
CREATE VIEW api.order_requests AS
SELECT r.request_id, coalesce(d.outcome, 'accepted') AS state, d.order_no, s.status, d.cause, r.channel,
  r.currency::text AS currency, r.at
FROM intake.order_request r
LEFT JOIN edge.order_request_done d USING (request_id)
LEFT JOIN edge.order_status s USING (order_no);
