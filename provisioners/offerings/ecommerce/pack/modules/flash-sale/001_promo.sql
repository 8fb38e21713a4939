-- Flash sales: campaigns with prices and quotas of their own, and a queue in front of them.
--
-- A quota is in stripes like stock, and for the same reason: one row takes a few hundred orders a second. Quotas are locked
-- before stock, in ascending order of the SKU and the bucket.

CREATE SCHEMA promo;

CREATE TABLE promo.campaign (
  campaign_id text PRIMARY KEY,
  name text NOT NULL,
  currency char(3) NOT NULL REFERENCES catalog.currency,
  during tstzrange NOT NULL CHECK (NOT isempty(during)),
  needs_queue boolean NOT NULL DEFAULT false,
  admit_per_second int NOT NULL DEFAULT 100 CHECK (admit_per_second > 0),
  first_ticket bigint NOT NULL, -- tickets are numbered through all campaigns; a place in the queue counts from here
  per_customer int CHECK (per_customer > 0),
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE promo.flash_item (
  campaign_id text NOT NULL REFERENCES promo.campaign,
  sku text NOT NULL REFERENCES catalog.variant,
  price_minor bigint NOT NULL CHECK (price_minor BETWEEN 0 AND 100000000000),
  quota int NOT NULL CHECK (quota >= 0),
  PRIMARY KEY (campaign_id, sku)
);

CREATE TABLE promo.flash_bucket (
  campaign_id text NOT NULL,
  sku text NOT NULL,
  bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 63),
  quota int NOT NULL DEFAULT 0 CHECK (quota >= 0),
  sold int NOT NULL DEFAULT 0,
  PRIMARY KEY (campaign_id, sku, bucket),
  FOREIGN KEY (campaign_id, sku) REFERENCES promo.flash_item,
  CHECK (sold BETWEEN 0 AND quota)
) WITH (fillfactor = 50);

-- What an order took of a quota. The order is inserted after its claims, hence the deferred key.
CREATE TABLE promo.claim (
  claim_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  order_id uuid NOT NULL REFERENCES sales.orders DEFERRABLE INITIALLY DEFERRED,
  campaign_id text NOT NULL,
  sku text NOT NULL,
  bucket smallint NOT NULL,
  qty int NOT NULL CHECK (qty > 0),
  customer_id uuid,
  released boolean NOT NULL DEFAULT false
);
CREATE INDEX claim_by_order ON promo.claim (order_id);
CREATE INDEX claim_by_customer ON promo.claim (campaign_id, customer_id, sku) WHERE customer_id IS NOT NULL;
CREATE INDEX claim_live ON promo.claim (campaign_id, sku, bucket) INCLUDE (qty) WHERE NOT released;

CREATE SEQUENCE promo.ticket_seq;

CREATE TABLE promo.queue_token (
  token uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  campaign_id text NOT NULL REFERENCES promo.campaign,
  ticket bigint NOT NULL,
  admitted_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  redeemed_by uuid, -- the order
  issued_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX token_by_campaign ON promo.queue_token (campaign_id);

-- ── Taking and giving back quota ───────────────────────────────────────────────────────────────────────────────────

CREATE FUNCTION promo.quota_left(p_campaign text, p_sku text) RETURNS bigint LANGUAGE sql AS $$
  SELECT coalesce(sum(quota - sold), 0) FROM promo.flash_bucket WHERE campaign_id = p_campaign AND sku = p_sku
$$;

CREATE FUNCTION promo.lock_item(p_campaign text, p_sku text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM promo.flash_bucket WHERE campaign_id = p_campaign AND sku = p_sku ORDER BY bucket FOR NO KEY UPDATE;
END $$;

/* As stock.take_idle, for a quota. */
CREATE FUNCTION promo.take_idle(p_campaign text, p_sku text, p_qty int) RETURNS smallint LANGUAGE plpgsql AS $$
DECLARE
  v_bucket smallint;
BEGIN
  UPDATE promo.flash_bucket SET sold = sold + p_qty
  WHERE (campaign_id, sku, bucket) = (
    SELECT campaign_id, sku, bucket FROM promo.flash_bucket
    WHERE campaign_id = p_campaign AND sku = p_sku AND quota - sold >= p_qty
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
CREATE FUNCTION promo.take_busy(p_campaign text, p_sku text, p_qty int) RETURNS smallint LANGUAGE plpgsql AS $$
DECLARE
  v_bucket smallint;
BEGIN
  SELECT bucket INTO v_bucket FROM promo.flash_bucket
  WHERE campaign_id = p_campaign AND sku = p_sku AND quota - sold >= p_qty
  ORDER BY random() LIMIT 1;
  UPDATE promo.flash_bucket SET sold = sold + p_qty
  WHERE campaign_id = p_campaign AND sku = p_sku AND bucket = v_bucket AND quota - sold >= p_qty;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the stripe has run short' USING ERRCODE = 'no_data_found';
  END IF;
  RETURN v_bucket;
EXCEPTION WHEN no_data_found THEN
  RETURN NULL;
END $$;

/* As stock.reserve: an idle stripe, else a busy one, else all of them together. No row when the quota is too small. */
CREATE FUNCTION promo.take(p_campaign text, p_sku text, p_qty int) RETURNS SETOF stock.slice LANGUAGE plpgsql AS $$
DECLARE
  v_bucket smallint := coalesce(promo.take_idle(p_campaign, p_sku, p_qty), promo.take_busy(p_campaign, p_sku, p_qty));
  v_left int := p_qty;
  v_stripe record;
BEGIN
  IF v_bucket IS NOT NULL THEN
    RETURN NEXT (v_bucket, p_qty)::stock.slice;
    RETURN;
  END IF;
  IF promo.quota_left(p_campaign, p_sku) < p_qty THEN
    RETURN;
  END IF;
  PERFORM promo.lock_item(p_campaign, p_sku);
  IF promo.quota_left(p_campaign, p_sku) < p_qty THEN
    RETURN;
  END IF;
  FOR v_stripe IN
    SELECT bucket, quota - sold AS free FROM promo.flash_bucket
    WHERE campaign_id = p_campaign AND sku = p_sku AND quota > sold
    ORDER BY quota - sold DESC, bucket
  LOOP
    EXIT WHEN v_left = 0;
    UPDATE promo.flash_bucket SET sold = sold + least(v_stripe.free, v_left)
    WHERE campaign_id = p_campaign AND sku = p_sku AND bucket = v_stripe.bucket;
    RETURN NEXT (v_stripe.bucket, least(v_stripe.free, v_left))::stock.slice;
    v_left := v_left - least(v_stripe.free, v_left);
  END LOOP;
END $$;

/* Redeems a queue token for an order. ICO12 when it is not good for this campaign, ICO13 before its time. */
CREATE FUNCTION promo.redeem(p_campaign text, p_token text, p_order_id uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_token promo.queue_token;
  v_reason text;
BEGIN
  IF pg_input_is_valid(p_token, 'uuid') THEN
    SELECT * INTO v_token FROM promo.queue_token WHERE token = p_token::uuid AND campaign_id = p_campaign FOR NO KEY UPDATE;
  END IF;
  v_reason := CASE
    WHEN p_token IS NULL THEN 'missing'
    WHEN v_token.token IS NULL THEN 'unknown'
    WHEN v_token.redeemed_by IS NOT NULL THEN 'used'
    WHEN v_token.expires_at <= now() THEN 'expired' END;
  IF v_reason IS NOT NULL THEN
    PERFORM pack.fail('ICO12', format('the queue token is %s', v_reason),
      jsonb_build_object('campaignId', p_campaign, 'reason', v_reason));
  END IF;
  IF v_token.admitted_at > now() THEN
    PERFORM pack.fail('ICO13', 'the token is good later',
      jsonb_build_object('campaignId', p_campaign, 'admittedAt', v_token.admitted_at));
  END IF;
  UPDATE promo.queue_token SET redeemed_by = p_order_id WHERE token = v_token.token;
END $$;

-- ── What the core calls ────────────────────────────────────────────────────────────────────────────────────────────

CREATE OR REPLACE FUNCTION sales.enter_campaign(p_order_id uuid, p_campaign text, p_currency text, p_customer uuid, p_token text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_campaign promo.campaign;
BEGIN
  SELECT * INTO v_campaign FROM promo.campaign WHERE campaign_id = p_campaign;
  IF NOT FOUND THEN
    PERFORM catalog.fail_missing('campaign', p_campaign);
  END IF;
  IF NOT v_campaign.during @> now() OR v_campaign.currency <> p_currency THEN
    PERFORM pack.fail('ICO06', 'the campaign does not sell here and now', jsonb_build_object('campaignId', p_campaign,
      'currency', p_currency, 'reason', CASE WHEN v_campaign.currency <> p_currency THEN 'other_currency' ELSE 'not_running' END));
  END IF;
  IF v_campaign.per_customer IS NOT NULL THEN
    IF p_customer IS NULL THEN
      PERFORM pack.fail_field('customer', 'a customer: this campaign has a limit for each');
    END IF;
    -- Two orders of one customer at once would both see the count before the other; one waits here.
    PERFORM pg_advisory_xact_lock(hashtextextended(p_campaign || p_customer::text, 0));
  END IF;
  IF v_campaign.needs_queue THEN
    PERFORM promo.redeem(p_campaign, p_token, p_order_id);
  END IF;
END $$;

CREATE OR REPLACE FUNCTION sales.claim_quota(p_order_id uuid, p_campaign text, p_sku text, p_qty int, p_customer uuid)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  v_price bigint;
  v_limit int;
  v_bought bigint;
BEGIN
  SELECT i.price_minor, c.per_customer INTO v_price, v_limit
  FROM promo.flash_item i JOIN promo.campaign c USING (campaign_id)
  WHERE i.campaign_id = p_campaign AND i.sku = p_sku;
  IF NOT FOUND THEN
    PERFORM catalog.fail_missing('flash item', p_sku);
  END IF;
  IF v_limit IS NOT NULL THEN
    SELECT coalesce(sum(qty), 0) INTO v_bought FROM promo.claim
    WHERE campaign_id = p_campaign AND sku = p_sku AND customer_id = p_customer AND NOT released;
    IF v_bought + p_qty > v_limit THEN
      PERFORM pack.fail('ICO14', 'more than one customer may buy', jsonb_build_object(
        'campaignId', p_campaign, 'sku', p_sku, 'limit', v_limit, 'bought', v_bought, 'asked', p_qty));
    END IF;
  END IF;
  INSERT INTO promo.claim (order_id, campaign_id, sku, bucket, qty, customer_id)
  SELECT p_order_id, p_campaign, p_sku, bucket, qty, p_customer FROM promo.take(p_campaign, p_sku, p_qty);
  IF NOT FOUND THEN
    PERFORM pack.fail('ICO05', format('the quota of %s is gone', p_sku), jsonb_build_object(
      'campaignId', p_campaign, 'sku', p_sku, 'asked', p_qty, 'left', promo.quota_left(p_campaign, p_sku)));
  END IF;
  RETURN v_price;
END $$;

CREATE OR REPLACE FUNCTION sales.release_quota(p_orders uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM promo.flash_bucket b
  WHERE (b.campaign_id, b.sku, b.bucket) IN (
    SELECT c.campaign_id, c.sku, c.bucket FROM promo.claim c WHERE c.order_id = ANY (p_orders) AND NOT c.released)
  ORDER BY b.sku, b.campaign_id, b.bucket
  FOR NO KEY UPDATE;
  WITH freed AS (
    UPDATE promo.claim SET released = true WHERE order_id = ANY (p_orders) AND NOT released
    RETURNING campaign_id, sku, bucket, qty
  )
  UPDATE promo.flash_bucket b SET sold = b.sold - f.qty
  FROM (SELECT campaign_id, sku, bucket, sum(qty)::int AS qty FROM freed GROUP BY campaign_id, sku, bucket) AS f
  WHERE (b.campaign_id, b.sku, b.bucket) = (f.campaign_id, f.sku, f.bucket);
END $$;
