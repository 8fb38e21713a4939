-- A shop with a past, for demos and tests: the same one every time. Everything random is a hash of a name, so a second run
-- with the same `until` writes the same rows (ids of products and orders included; the numbers of orders go on from the last).

/* A number in [0, 1) that belongs to a name. */
CREATE FUNCTION catalog.demo_draw(p_name text) RETURNS double precision LANGUAGE sql IMMUTABLE AS $$
  SELECT ('x' || left(md5(p_name), 8))::bit(32)::bigint / 4294967296.0
$$;

CREATE FUNCTION catalog.demo_pick(p_name text, p_from text[]) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT p_from[1 + floor(catalog.demo_draw(p_name) * cardinality(p_from))::int]
$$;

/* Categories, products, one to three variants each, and a price in every channel; every fifth variant was dearer at first. */
CREATE FUNCTION catalog.seed_products(p_count int, p_start timestamptz, p_middle timestamptz, p_params jsonb)
RETURNS void LANGUAGE sql AS $$
  INSERT INTO catalog.category (path, name, tax_rate_bp)
  SELECT ('demo.' || path)::ext.ltree, name, rate
  FROM (VALUES ('kitchen', 'Kitchen', 1300), ('living', 'Living room', 1300), ('garden', 'Garden', 900), ('books', 'Books', 900),
    ('office', 'Office', 1300), ('sport', 'Sport', 1300), ('kids', 'Kids', 1300), ('travel', 'Travel', 1300)) AS demo (path, name, rate);

  INSERT INTO catalog.product (product_id, slug, name, description, brand, category_id, cost_minor, published, created_at, updated_at)
  SELECT md5('demo-product-' || n)::uuid, 'demo-' || to_char(n, 'FM000'),
    format('%s %s', catalog.demo_pick('material' || n, '{Walnut,Enamel,Linen,Copper,Bamboo,Felt,Glass,Canvas,Ceramic,Cork,Oak,Steel}'),
      catalog.demo_pick('thing' || n, '{mug,tray,lamp,bowl,notebook,bag,bottle,board,stool,clock,vase,box,apron,tent,puzzle,planter}')),
    'Demo product ' || n, catalog.demo_pick('brand' || n, '{Hearth,Northwind,Lotus,Brightwater,Qinghe,Atelier 9}'),
    (SELECT array_agg(category_id ORDER BY category_id) FROM catalog.category WHERE path::text LIKE 'demo.%')[1 + n % 8],
    300 + floor(catalog.demo_draw('cost' || n) * 9000)::bigint, true, p_start, p_start
  FROM generate_series(1, p_count) AS n;

  INSERT INTO catalog.variant (sku, product_id, attributes, weight_g, created_at)
  SELECT format('D%s-%s', to_char(n, 'FM000'), v), md5('demo-product-' || n)::uuid,
    jsonb_build_object('colour', (ARRAY['natural', 'blue', 'black'])[v]), 80 + floor(catalog.demo_draw('weight' || n) * 2400)::int, p_start
  FROM generate_series(1, p_count) AS n, generate_series(1, 1 + floor(catalog.demo_draw('variants' || n) * 3)::int) AS v;

  -- Whole amounts less a tenth, such as 129.90; in a currency without minor units just whole amounts.
  INSERT INTO catalog.offer (sku, channel, currency, valid, price_minor)
  SELECT sku, channel, currency.code, span.valid, greatest(1, span.factor * major * 10 ^ minor_unit - CASE minor_unit WHEN 2 THEN 10 ELSE 0 END)::bigint
  FROM (SELECT sku, round(8 + 390 * catalog.demo_draw('price' || sku) ^ 2) AS major, catalog.demo_draw('dearer' || sku) < 0.2 AS dearer
        FROM catalog.variant WHERE sku ~ '^D[0-9]{3}-[0-9]$') AS demo
  CROSS JOIN jsonb_array_elements_text(p_params -> 'channels') AS channel
  JOIN catalog.currency ON currency.code = p_params -> 'currencies' ->> 0
  CROSS JOIN LATERAL (VALUES
    (tstzrange(CASE WHEN dearer THEN p_middle ELSE p_start END, NULL), 1.0),
    (CASE WHEN dearer THEN tstzrange(p_start, p_middle) END, 1.2)) AS span (valid, factor)
  WHERE span.valid IS NOT NULL;
$$;

/* When demo order n was placed: more and more towards the end, most in the evening (UTC), the last few within the hour. */
CREATE FUNCTION sales.demo_time(n int, p_orders int, p_days int, p_until timestamptz) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN n > p_orders - least(12, p_orders / 20) THEN p_until - catalog.demo_draw('recent' || n) ^ 3 * interval '1 hour'
    ELSE at - CASE WHEN at > p_until - interval '1 hour' THEN interval '1 day' ELSE interval '0' END END
  FROM (SELECT date_trunc('day', p_until, 'UTC') - interval '1 day' * floor((p_days - 1) * catalog.demo_draw('day' || n) ^ 1.3)
    + interval '1 day' * (catalog.demo_draw('hour' || n) + catalog.demo_draw('evening' || n) ^ 0.5) / 2 AS at) AS drawn
$$;

/* The states demo order n has gone through by now, as a path. */
CREATE FUNCTION sales.demo_path(n int, p_age interval) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
  SELECT string_to_array(CASE
    WHEN p_age < interval '10 minutes' THEN CASE WHEN draw < 0.6 THEN 'pending_payment' ELSE 'pending_payment,paid' END
    WHEN draw < 0.07 AND p_age > interval '3 hours' THEN 'pending_payment,cancelled'
    WHEN draw < 0.10 THEN 'pending_payment,paid,cancelled'
    WHEN p_age < interval '6 hours' THEN 'pending_payment,paid'
    WHEN p_age < interval '12 hours' THEN 'pending_payment,paid,picking'
    WHEN p_age < interval '3 days' AND draw < 0.15 THEN 'pending_payment,paid,picking,shipped,problem'
    WHEN p_age < interval '3 days' AND draw < 0.25 THEN 'pending_payment,paid,picking,ready_for_pickup'
    WHEN p_age < interval '3 days' THEN 'pending_payment,paid,picking,shipped'
    WHEN p_age < interval '10 days' THEN arrived || ',delivered'
    WHEN draw < 0.145 THEN arrived || ',delivered,returned'
    ELSE arrived || ',delivered,completed' END, ',')
  FROM (SELECT catalog.demo_draw('fate' || n) AS draw) AS fate,
    LATERAL (SELECT CASE WHEN draw > 0.9 THEN 'pending_payment,paid,picking,ready_for_pickup'
      ELSE 'pending_payment,paid,picking,shipped' END AS arrived) AS way
$$;

/* Customers, orders with all that belongs to them, and the stock that makes it add up. */
CREATE FUNCTION sales.seed_orders(p_orders int, p_days int, p_until timestamptz, p_params jsonb) RETURNS void LANGUAGE sql
SET enable_nestloop = off -- nothing is known of rows that are being made: guessing few, the planner would go through them again and again
AS $$
  INSERT INTO sales.customer (customer_id, name, email, phone, address, created_at)
  SELECT md5('demo-customer-' || n)::uuid,
    catalog.demo_pick('family' || n, '{Lin,Wang,Zhao,Meyer,Dubois,Rossi,Smith,Chen,Okafor,Silva,Sato,Novak}') || ' ' ||
      catalog.demo_pick('given' || n, '{Xia,Wei,Anna,Paul,Marie,Luca,Jun,Ada,Tom,Yuki,Eva,Ming}'),
    format('buyer%s@example.com', n), '+86 10 0000 ' || to_char(n, 'FM0000'),
    jsonb_build_object('city', catalog.demo_pick('city' || n, '{Beijing,Shanghai,Shenzhen,Chengdu,Berlin,Paris,Lagos,Osaka}')),
    p_until - p_days * interval '1 day'
  FROM generate_series(1, p_orders / 4 + 1) AS n;

  WITH shelf AS MATERIALIZED (
    SELECT sku, row_number() OVER (ORDER BY catalog.demo_draw('rank' || sku)) AS rank,
      coalesce(c.tax_rate_bp, 0) AS rate
    FROM catalog.variant JOIN catalog.product USING (product_id) LEFT JOIN catalog.category c USING (category_id)
    WHERE sku ~ '^D[0-9]{3}-[0-9]$'
  ), plan AS MATERIALIZED (
    SELECT n, md5('demo-order-' || n)::uuid AS order_id, placed_at, sales.demo_path(n, p_until - placed_at) AS path,
      p_params -> 'channels' ->> (floor(catalog.demo_draw('channel' || n) ^ 2 * jsonb_array_length(p_params -> 'channels')))::int AS channel,
      (p_params -> 'currencies' ->> 0) AS currency, p_params ->> 'default_location' AS location
    FROM (SELECT n, sales.demo_time(n, p_orders, p_days, p_until) AS placed_at FROM generate_series(1, p_orders) AS n) AS timed
    ORDER BY placed_at
  ), numbered AS MATERIALIZED ( -- numbers in the order of time
    SELECT plan.*, path[cardinality(path)] AS state,
      (p_params ->> 'order_no_prefix') || to_char(nextval('sales.order_no_seq'), 'FM0000000000') AS order_no
    FROM (SELECT * FROM plan ORDER BY placed_at, n) AS plan
  ), pick AS MATERIALIZED ( -- few variants sell much, many sell little
    SELECT n, 1 + floor((SELECT count(*) FROM shelf) * catalog.demo_draw(concat_ws('-', 'sku', n, k)) ^ 2.2)::bigint AS rank,
      1 + floor(3 * catalog.demo_draw(concat_ws('-', 'qty', n, k)) ^ 3)::int AS qty
    FROM generate_series(1, p_orders) AS n
    CROSS JOIN LATERAL generate_series(1, 1 + floor(4 * catalog.demo_draw('lines' || n) ^ 2)::int) AS k
  ), line AS MATERIALIZED (
    SELECT n, order_id, state, row_number() OVER (PARTITION BY order_id ORDER BY sku) AS line_no, sku, rate, qty, price_minor AS unit,
      sales.tax_of(price_minor * qty, rate, p_params ->> 'tax_mode' = 'inclusive') AS tax
    FROM (SELECT n, rank, sum(qty)::int AS qty FROM pick GROUP BY n, rank) AS wanted
    JOIN shelf USING (rank)
    JOIN numbered USING (n)
    JOIN catalog.offer o USING (sku, channel, currency)
    WHERE o.valid @> placed_at
  ), step AS MATERIALIZED ( -- the later a state comes in a life, the further from its beginning
    SELECT n, order_id, seq, to_state, path[seq - 1] AS from_state,
      least(p_until, placed_at + (ARRAY['0 min', '6 min', '90 min', '7 hours', '55 hours', '9 days'])[seq]::interval
        * CASE seq WHEN 1 THEN 0 ELSE 0.6 + 0.4 * catalog.demo_draw('pace' || n) END) AS at
    FROM numbered, unnest(path) WITH ORDINALITY AS s (to_state, seq)
  ), goods AS MATERIALIZED (
    SELECT line.*, (floor(catalog.demo_draw('stripe' || n || sku) * (p_params -> 'stock_buckets')::int))::smallint AS bucket,
      CASE WHEN state IN ('pending_payment', 'paid', 'picking', 'ready_for_pickup') THEN 'held'
        WHEN state = 'cancelled' THEN 'released' WHEN state = 'returned' THEN 'restocked' ELSE 'committed' END AS goods_state
    FROM line
  ), new_orders AS (
    INSERT INTO sales.orders (order_id, order_no, customer_id, channel, location, state, history_seq, currency, subtotal_minor,
      tax_minor, tax_included, cancel_cause, expires_at, placed_at, updated_at)
    SELECT order_id, order_no, md5('demo-customer-' || 1 + floor(catalog.demo_draw('buyer' || n) ^ 1.5 * (p_orders / 4 + 1)))::uuid,
      channel, location, state, cardinality(path), currency, sums.subtotal, sums.tax, p_params ->> 'tax_mode' = 'inclusive',
      CASE WHEN state = 'cancelled' THEN CASE cardinality(path) WHEN 2 THEN 'expired' ELSE 'request' END END,
      placed_at + make_interval(mins => (p_params -> 'hold_minutes')::int), placed_at,
      ends.at
    FROM numbered
    JOIN (SELECT n, sum(unit * qty) AS subtotal, sum(tax) AS tax FROM line GROUP BY n) AS sums USING (n)
    JOIN (SELECT n, max(at) AS at FROM step GROUP BY n) AS ends USING (n)
    RETURNING order_id, total_minor
  ), new_lines AS (
    INSERT INTO sales.order_line (order_id, line_no, sku, qty, unit_minor, tax_rate_bp, tax_minor)
    SELECT order_id, line_no, sku, qty, unit, rate, tax FROM line ORDER BY n, line_no
  ), new_events AS (
    INSERT INTO sales.order_event (order_id, seq, from_state, to_state, actor, at)
    SELECT order_id, seq, from_state, to_state, 'demo', at FROM step ORDER BY n, seq
  ), new_allocations AS (
    INSERT INTO sales.allocation (order_id, line_no, sku, location, bucket, qty, state)
    SELECT order_id, line_no, sku, p_params ->> 'default_location', bucket, qty, goods_state FROM goods ORDER BY n, line_no
  ), new_payments AS (
    INSERT INTO sales.payment (payment_id, order_id, kind, provider, provider_ref, amount_minor, at)
    SELECT md5('demo-' || kind || n)::uuid, order_id, kind, 'demo-pay', 'demo-' || n, total_minor, at
    FROM (
      SELECT n, order_id, at, CASE WHEN to_state = 'paid' THEN 'capture' ELSE 'refund' END AS kind
      FROM step WHERE to_state IN ('paid', 'returned') OR (to_state = 'cancelled' AND seq = 3)) AS moved
    JOIN new_orders USING (order_id)
  ), level AS MATERIALIZED ( -- what is left over: nothing for one variant in thirty
    SELECT sku, bucket, coalesce(held, 0) AS held, coalesce(gone, 0) AS gone,
      CASE WHEN catalog.demo_draw('empty' || sku) < 0.033 THEN 0
        ELSE (5 + floor(140 * catalog.demo_draw('left' || sku)))::int / (p_params -> 'stock_buckets')::int + 1 END AS left_over
    FROM shelf CROSS JOIN generate_series(0, (p_params -> 'stock_buckets')::int - 1) AS bucket
    LEFT JOIN (
      SELECT sku, bucket, sum(qty) FILTER (WHERE goods_state = 'held')::int AS held,
        sum(qty) FILTER (WHERE goods_state = 'committed')::int AS gone
      FROM goods GROUP BY sku, bucket) AS used USING (sku, bucket)
  ), new_buckets AS (
    INSERT INTO stock.bucket (sku, location, bucket, on_hand, reserved)
    SELECT sku, p_params ->> 'default_location', bucket, held + left_over, held FROM level
  )
  INSERT INTO stock.movement (sku, location, bucket, delta, reason, order_id, at)
  SELECT sku, p_params ->> 'default_location', bucket, delta, reason, order_id, at
  FROM (
    SELECT sku, bucket, held + gone + left_over AS delta, 'receipt' AS reason, NULL::uuid AS order_id, p_until - (p_days + 1) * interval '1 day' AS at
    FROM level
    UNION ALL
    SELECT sku, bucket, -qty, 'ship', order_id, at
    FROM goods JOIN step USING (n, order_id)
    WHERE goods_state IN ('committed', 'restocked') AND (to_state = 'shipped'
      OR (to_state = 'delivered' AND from_state = 'ready_for_pickup'))
    UNION ALL
    SELECT sku, bucket, qty, 'return', order_id, at
    FROM goods JOIN step USING (n, order_id) WHERE to_state = 'returned'
  ) AS moved
  WHERE delta <> 0
  ORDER BY at, sku, bucket, delta;
$$;

/* {products?, orders?, days?, until?}: fills the shop with demo data. ICO10 when they are there already. */
CREATE FUNCTION api.seed_demo(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_params jsonb := pack.params();
  v_products int := pack.opt_int(p, 'products', 200, 10, 500);
  v_orders int := pack.opt_int(p, 'orders', 2000, 0, 20000);
  v_days int := pack.opt_int(p, 'days', 60, 1, 365);
  v_until timestamptz := pack.opt_time(p, 'until', now());
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('seed_demo', 0));
  IF EXISTS (SELECT FROM catalog.category WHERE path::text LIKE 'demo.%') THEN
    PERFORM catalog.fail_taken('demo data', 'demo');
  END IF;
  IF v_until > now() THEN
    PERFORM pack.fail_field('until', 'a time that is not in the future');
  END IF;
  PERFORM catalog.seed_products(v_products, v_until - (v_days + 1) * interval '1 day', v_until - v_days / 2.0 * interval '1 day', v_params);
  PERFORM sales.seed_orders(v_orders, v_days, v_until, v_params);
  RETURN jsonb_build_object('products', v_products, 'orders', v_orders, 'days', v_days, 'until', v_until);
END $$;
SELECT pack.declare_function('seed_demo', true);
