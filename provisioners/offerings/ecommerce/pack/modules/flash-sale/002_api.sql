-- Functions, views and rules of flash sales.

/* {campaignId, name, startsAt?, endsAt, currency?, needsQueue?, admitPerSecond?, perCustomer?} */
CREATE FUNCTION api.create_campaign(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_params jsonb := pack.params();
  v_id text := pack.need_text(p, 'campaignId', 80);
  v_currency text := pack.opt_text(p, 'currency', v_params -> 'currencies' ->> 0);
  v_start timestamptz := pack.opt_time(p, 'startsAt', now());
  v_end timestamptz := pack.opt_time(p, 'endsAt', NULL);
BEGIN
  PERFORM catalog.check_currency(v_currency, v_params);
  IF v_id !~ '^[a-z0-9]+(-[a-z0-9]+)*$' THEN
    PERFORM pack.fail_field('campaignId', 'lower-case letters and digits joined by hyphens');
  END IF;
  IF v_end IS NULL OR v_end <= v_start THEN
    PERFORM pack.fail_field('endsAt', 'a time after startsAt');
  END IF;
  INSERT INTO promo.campaign (campaign_id, name, currency, during, needs_queue, admit_per_second, first_ticket, per_customer)
  VALUES (v_id, pack.need_text(p, 'name'), v_currency, tstzrange(v_start, v_end), pack.opt_bool(p, 'needsQueue', false),
    pack.opt_int(p, 'admitPerSecond', 100, 1, 100000), nextval('promo.ticket_seq'), pack.opt_int(p, 'perCustomer', NULL, 1, 100000))
  ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    PERFORM catalog.fail_taken('campaign', v_id);
  END IF;
  RETURN jsonb_build_object('campaignId', v_id, 'startsAt', v_start, 'endsAt', v_end, 'currency', v_currency);
END $$;
SELECT pack.declare_function('create_campaign', true);

/* p.campaignId, checked. ICO08 when there is none. */
CREATE FUNCTION promo.need_campaign(p jsonb) RETURNS promo.campaign LANGUAGE plpgsql AS $$
DECLARE
  v_id text := pack.need_text(p, 'campaignId', 80);
  v_campaign promo.campaign;
BEGIN
  SELECT * INTO v_campaign FROM promo.campaign WHERE campaign_id = v_id;
  IF NOT FOUND THEN
    PERFORM catalog.fail_missing('campaign', v_id);
  END IF;
  RETURN v_campaign;
END $$;

/* Shares a quota out over the stripes, what is sold staying where it is. Caller has checked that quota >= sold. */
CREATE FUNCTION promo.stripe(p_campaign text, p_sku text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_buckets int := (SELECT value::int FROM pack.param WHERE key = 'stock_buckets');
  v_left int;
BEGIN
  INSERT INTO promo.flash_bucket (campaign_id, sku, bucket)
  SELECT p_campaign, p_sku, n FROM generate_series(0, v_buckets - 1) AS n
  ON CONFLICT DO NOTHING;
  PERFORM promo.lock_item(p_campaign, p_sku);
  SELECT i.quota - sum(b.sold) INTO v_left
  FROM promo.flash_item i JOIN promo.flash_bucket b USING (campaign_id, sku)
  WHERE i.campaign_id = p_campaign AND i.sku = p_sku
  GROUP BY i.quota;
  UPDATE promo.flash_bucket SET quota = sold + CASE
    WHEN bucket >= v_buckets THEN 0
    ELSE v_left / v_buckets + CASE WHEN bucket < v_left % v_buckets THEN 1 ELSE 0 END END
  WHERE campaign_id = p_campaign AND sku = p_sku;
END $$;

/* {campaignId, sku, priceMinor, quota}: adds the item or changes it. ICO05 when more is sold than the new quota. */
CREATE FUNCTION api.set_flash_item(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_campaign promo.campaign := promo.need_campaign(p);
  v_sku text := catalog.need_sku(p);
  v_quota int := pack.need_int(p, 'quota', 0, 10000000);
  v_price bigint := pack.need_minor(p, 'priceMinor');
  v_sold bigint;
BEGIN
  IF v_price > 100000000000 THEN
    PERFORM pack.fail_field('priceMinor', 'at most 100000000000');
  END IF;
  INSERT INTO promo.flash_item (campaign_id, sku, price_minor, quota) VALUES (v_campaign.campaign_id, v_sku, v_price, v_quota)
  ON CONFLICT (campaign_id, sku) DO UPDATE SET price_minor = excluded.price_minor, quota = excluded.quota;
  PERFORM promo.lock_item(v_campaign.campaign_id, v_sku);
  SELECT coalesce(sum(sold), 0) INTO v_sold FROM promo.flash_bucket
  WHERE campaign_id = v_campaign.campaign_id AND sku = v_sku;
  IF v_sold > v_quota THEN
    PERFORM pack.fail('ICO05', 'more is sold than the new quota', jsonb_build_object(
      'campaignId', v_campaign.campaign_id, 'sku', v_sku, 'asked', v_quota, 'sold', v_sold));
  END IF;
  PERFORM promo.stripe(v_campaign.campaign_id, v_sku);
  RETURN jsonb_build_object('campaignId', v_campaign.campaign_id, 'sku', v_sku, 'priceMinor', v_price::text,
    'quota', v_quota, 'sold', v_sold);
END $$;
SELECT pack.declare_function('set_flash_item', true);

/* {campaignId}: the next place in the queue. Places are let in at admit_per_second from the start of the campaign, and a
   token is good for 10 minutes from then. Tickets of several queues at once come from one sequence, so that no row is hot:
   each queue then moves a little slower than alone. */
CREATE FUNCTION api.issue_queue_token(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_campaign promo.campaign := promo.need_campaign(p);
  v_token promo.queue_token;
BEGIN
  IF NOT v_campaign.needs_queue OR upper(v_campaign.during) <= now() THEN
    PERFORM pack.fail('ICO12', 'this campaign gives no tokens', jsonb_build_object('campaignId', v_campaign.campaign_id,
      'reason', CASE WHEN v_campaign.needs_queue THEN 'over' ELSE 'no_queue' END));
  END IF;
  INSERT INTO promo.queue_token (campaign_id, ticket, admitted_at, expires_at)
  SELECT v_campaign.campaign_id, ticket, admitted_at, admitted_at + interval '10 minutes'
  FROM (SELECT nextval('promo.ticket_seq') AS ticket) AS drawn,
    LATERAL (SELECT greatest(now(), lower(v_campaign.during)
      + (ticket - v_campaign.first_ticket - 1) * interval '1 second' / v_campaign.admit_per_second) AS admitted_at) AS timed
  RETURNING * INTO v_token;
  RETURN jsonb_build_object('queueToken', v_token.token, 'campaignId', v_campaign.campaign_id,
    'place', v_token.ticket - v_campaign.first_ticket, 'admittedAt', v_token.admitted_at, 'expiresAt', v_token.expires_at);
END $$;
SELECT pack.declare_function('issue_queue_token', true);

/* {campaignId}: levels the stripes of quota and stock and names the variants with less stock than quota left. */
CREATE FUNCTION api.prewarm_campaign(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_campaign promo.campaign := promo.need_campaign(p);
  v_location text := stock.location_of('{}');
  v_skus text[] := ARRAY(SELECT sku FROM promo.flash_item WHERE campaign_id = v_campaign.campaign_id ORDER BY sku);
  v_sku text;
BEGIN
  FOREACH v_sku IN ARRAY v_skus LOOP
    PERFORM promo.stripe(v_campaign.campaign_id, v_sku);
  END LOOP;
  FOREACH v_sku IN ARRAY v_skus LOOP
    PERFORM stock.rebalance(v_sku, v_location);
  END LOOP;
  RETURN jsonb_build_object('campaignId', v_campaign.campaign_id, 'items', cardinality(v_skus), 'short', (
    SELECT coalesce(jsonb_agg(jsonb_build_object('sku', sku, 'quotaLeft', quota_left, 'available', available) ORDER BY sku), '[]')
    FROM unnest(v_skus) AS sku,
      LATERAL (SELECT promo.quota_left(v_campaign.campaign_id, sku), stock.available(sku, v_location)) AS level (quota_left, available)
    WHERE available < quota_left));
END $$;
SELECT pack.declare_function('prewarm_campaign', true);

-- key: campaign_id
CREATE VIEW api.campaigns AS
SELECT c.campaign_id, c.name, c.currency::text AS currency, lower(c.during) AS starts_at, upper(c.during) AS ends_at,
  c.during @> now() AS running, c.needs_queue, c.admit_per_second, c.per_customer,
  (SELECT count(*)::int FROM promo.queue_token t WHERE t.campaign_id = c.campaign_id) AS tokens_issued
FROM promo.campaign c;

-- key: campaign_id, sku
CREATE VIEW api.flash_items AS
SELECT i.campaign_id, i.sku, i.price_minor::text AS price_minor, i.quota, coalesce(b.sold, 0) AS sold,
  i.quota - coalesce(b.sold, 0) AS left_over
FROM promo.flash_item i
LEFT JOIN (SELECT campaign_id, sku, sum(sold)::int AS sold FROM promo.flash_bucket GROUP BY campaign_id, sku) b USING (campaign_id, sku);

CREATE VIEW promo.invariants AS
SELECT 'flash_sold_matches_claims' AS rule, count(*) AS violations
FROM (SELECT campaign_id, sku, bucket, sold FROM promo.flash_bucket WHERE sold <> 0) b
FULL JOIN (SELECT campaign_id, sku, bucket, sum(qty) AS claimed FROM promo.claim WHERE NOT released GROUP BY campaign_id, sku, bucket) c
  USING (campaign_id, sku, bucket)
WHERE b.sold IS DISTINCT FROM c.claimed
UNION ALL
SELECT 'flash_quota_matches_stripes', count(*)
FROM promo.flash_item i
WHERE i.quota <> (SELECT coalesce(sum(b.quota), 0) FROM promo.flash_bucket b WHERE (b.campaign_id, b.sku) = (i.campaign_id, i.sku));

SELECT pack.add_view_part('invariants', 'promo.invariants');
