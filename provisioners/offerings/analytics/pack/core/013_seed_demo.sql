-- A tenant with a past, for demos and tests: the same one every time. Everything random is a hash of a name, so a second run with
-- the same `until` makes the same events, and the same figures of them.

/* A number in [0, 1) that belongs to a name. */
CREATE FUNCTION ingest.demo_draw(p_name text) RETURNS double precision LANGUAGE sql IMMUTABLE AS $$
  SELECT ('x' || left(md5(p_name), 8))::bit(32)::bigint / 4294967296.0
$$;

CREATE FUNCTION ingest.demo_pick(p_name text, p_from text[]) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT p_from[1 + floor(ingest.demo_draw(p_name) * cardinality(p_from))::int]
$$;

/* Events order.paid: more towards the end, more on weekends, few products selling much; 40 products in 6 categories. */
CREATE FUNCTION ingest.demo_events(p_orders int, p_days int, p_until timestamptz, p_source text, p_currency text)
RETURNS SETOF jsonb LANGUAGE sql STABLE AS $$
  WITH drawn AS (
    SELECT n, p_until - interval '1 day' * (p_days * ingest.demo_draw('age' || n) ^ 1.4) AS at FROM generate_series(1, p_orders) AS n
  ), timed AS ( -- every third order of a Monday or Tuesday moves to the Saturday before
    SELECT n, CASE WHEN extract(isodow FROM at AT TIME ZONE 'UTC') <= 2 AND ingest.demo_draw('weekend' || n) < 0.35
      THEN greatest(at - interval '2 days', p_until - interval '1 day' * p_days) ELSE at END AS at
    FROM drawn
  ), lines AS (
    SELECT n, jsonb_agg(jsonb_build_object(
        'sku', 'D' || to_char(product, 'FM000'),
        'name', format('%s %s', ingest.demo_pick('material' || product, '{Walnut,Enamel,Linen,Copper,Bamboo,Felt,Glass,Oak}'),
          ingest.demo_pick('thing' || product, '{mug,tray,lamp,bowl,bag,board,stool,vase,box,planter}')),
        'category', (ARRAY['Kitchen', 'Living', 'Garden', 'Books', 'Office', 'Travel'])[1 + product % 6],
        'qty', 1 + floor(3 * ingest.demo_draw(concat_ws('-', 'qty', n, k)) ^ 3)::int,
        'unitMinor', (990 + 100 * floor(390 * ingest.demo_draw('price' || product) ^ 2))::bigint::text) ORDER BY k) AS lines
    FROM timed
    CROSS JOIN LATERAL generate_series(1, 1 + floor(3 * ingest.demo_draw('lines' || n) ^ 2)::int) AS k
    CROSS JOIN LATERAL (SELECT 1 + floor(40 * ingest.demo_draw(concat_ws('-', 'sku', n, k)) ^ 1.8)::int AS product) AS chosen
    GROUP BY n
  ), buyer AS (
    SELECT n, 1 + floor(p_orders / 5.0 * ingest.demo_draw('buyer' || n) ^ 1.6)::int AS customer FROM timed
  )
  SELECT jsonb_build_object('specversion', '1.0', 'id', 'demo-' || n, 'source', p_source, 'type', 'order.paid',
    'subject', 'demo-customer-' || customer, 'time', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'data', jsonb_build_object('currency', p_currency, 'lines', lines,
      'region', ingest.demo_pick('region' || customer, '{North,East,South,West,North,East}'),
      'segment', ingest.demo_pick('segment' || customer, '{consumer,consumer,consumer,business}')))
  FROM timed JOIN lines USING (n) JOIN buyer USING (n) ORDER BY at, n
$$;

/* {orders?, days?, until?}: sends demo events through the same door as everybody, loads them, shows how categories change and what
   may be shared. ICA05 when demo events are there already. */
CREATE FUNCTION api.seed_demo(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_params jsonb := pack.params();
  v_orders int := pack.opt_int(p, 'orders', 3000, 1, 20000);
  v_days int := pack.opt_int(p, 'days', least(90, (v_params -> 'event_retention_days')::int - 1), 1, 365);
  v_until timestamptz := pack.opt_time(p, 'until', now());
  v_source text := v_params -> 'sources' ->> 0;
  v_batch jsonb;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('seed_demo', 0));
  IF EXISTS (SELECT FROM ingest.event_key WHERE source = v_source AND id LIKE 'demo-%') THEN
    PERFORM asset.fail_taken('demo data', 'demo');
  END IF;
  IF v_until > now() THEN
    PERFORM pack.fail_field('until', 'a time that is not in the future');
  END IF;
  FOR v_batch IN
    SELECT jsonb_agg(event ORDER BY position) FROM (
      SELECT event, position FROM ingest.demo_events(v_orders, v_days, v_until, v_source, v_params ->> 'currency') WITH ORDINALITY AS e (event, position)
    ) AS numbered GROUP BY (position - 1) / 1000 ORDER BY (position - 1) / 1000
  LOOP
    PERFORM api.ingest_events(jsonb_build_object('events', v_batch));
  END LOOP;
  DELETE FROM ingest.batch WHERE at = now(); -- no traffic: the demo would look like a peak of today
  FOR i IN 1 .. 5 LOOP -- 20,000 events at most, and not for ever where a test of the tenant's own stands in the way
    PERFORM dwh.refresh();
    EXIT WHEN NOT dwh.behind(0);
  END LOOP;
  PERFORM dwh.lock_star();
  PERFORM dwh.change_member('product', 'D003', '{"name": "Linen lamp", "category": "Living"}', v_until - v_days / 2.0 * interval '1 day', 'demo');
  PERFORM dwh.change_member('product', 'D006', '{"name": "Oak box", "category": "Office"}', v_until - v_days / 3.0 * interval '1 day', 'demo');
  INSERT INTO dq.test (test, model, kind, on_column, argument, severity, owner) VALUES
    ('sku-is-there', 'dim_product', 'not_null', 'sku', NULL, 'error', 'data-office'),
    ('one-currency', 'fact_sales', 'accepted_values', 'currency', jsonb_build_array(v_params ->> 'currency'), 'warn', 'data-office')
  ON CONFLICT DO NOTHING;
  PERFORM dwh.refresh();
  PERFORM api.export_metric('{"metric": "revenue"}'), api.export_metric('{"metric": "revenue", "by": "region"}');
  INSERT INTO asset.share (dataset, metric, dimension, scope, grantee, purpose, until, granted_by)
  VALUES ('metric_day', 'revenue', 'region', 'all', 'Chamber of Commerce', 'benchmarking', v_until + interval '60 days', 'demo');
  RETURN jsonb_build_object('orders', v_orders, 'days', v_days, 'until', v_until, 'source', v_source);
END $$;
SELECT pack.declare_function('seed_demo', true);
