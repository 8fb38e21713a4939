-- Placing an order: price, reserve, record, in one transaction.

-- What the module flash-sale fills in. Without it no campaign exists.
/* Lets the order into a campaign; redeems its queue token where the campaign asks for one. */
CREATE FUNCTION sales.enter_campaign(p_order_id uuid, p_campaign text, p_currency text, p_customer uuid, p_token text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM catalog.fail_missing('campaign', p_campaign);
END $$;

/* Takes p_qty of the campaign's quota for the order and returns the campaign's unit price. */
CREATE FUNCTION sales.claim_quota(p_order_id uuid, p_campaign text, p_sku text, p_qty int, p_customer uuid) RETURNS bigint LANGUAGE sql AS $$
  SELECT NULL::bigint
$$;

/* Gives the quota of these orders back. */
CREATE FUNCTION sales.release_quota(p_orders uuid[]) RETURNS void LANGUAGE sql AS $$
  SELECT
$$;

/* The customer of an order: p.customerId, or p.customer {name, email?, phone?, address?}, found again by e-mail; or NULL. */
CREATE FUNCTION sales.customer_of(p jsonb) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
  v_id uuid;
BEGIN
  IF p ->> 'customerId' IS NOT NULL THEN
    v_id := pack.need_uuid(p, 'customerId');
    IF NOT EXISTS (SELECT FROM sales.customer WHERE customer_id = v_id) THEN
      PERFORM catalog.fail_missing('customer', v_id::text);
    END IF;
  ELSIF p ->> 'customer' IS NOT NULL THEN
    IF jsonb_typeof(p -> 'customer') <> 'object' THEN
      PERFORM pack.fail_field('customer', 'an object');
    END IF;
    v_id := sales.save_customer(p -> 'customer');
  END IF;
  RETURN v_id;
END $$;

/* Finds the customer by e-mail and notes what is new, or adds one. Who is known and unchanged is not written: shoppers of
   one account do not wait for each other. */
CREATE FUNCTION sales.save_customer(p jsonb) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
  v_name text := pack.need_text(p, 'name');
  v_email text := lower(pack.opt_text(p, 'email', NULL, 254));
  v_phone text := pack.opt_text(p, 'phone', NULL, 40);
  v_address jsonb := CASE WHEN p ->> 'address' IS NOT NULL THEN p -> 'address' END;
  v_known sales.customer;
BEGIN
  IF v_email !~ '^[^@[:space:]]+@[^@[:space:]]+$' THEN
    PERFORM pack.fail_field('email', 'an e-mail address');
  END IF;
  IF jsonb_typeof(v_address) <> 'object' THEN
    PERFORM pack.fail_field('address', 'an object');
  END IF;
  SELECT * INTO v_known FROM sales.customer WHERE email = v_email;
  IF NOT FOUND THEN
    INSERT INTO sales.customer AS c (name, email, phone, address) VALUES (v_name, v_email, v_phone, v_address)
    ON CONFLICT (email) DO UPDATE SET name = excluded.name
    RETURNING * INTO v_known;
  ELSIF (v_known.name, v_known.phone, v_known.address)
      IS DISTINCT FROM (v_name, coalesce(v_phone, v_known.phone), coalesce(v_address, v_known.address)) THEN
    UPDATE sales.customer SET name = v_name, phone = coalesce(v_phone, phone), address = coalesce(v_address, address)
    WHERE customer_id = v_known.customer_id;
  END IF;
  RETURN v_known.customer_id;
END $$;

CREATE TYPE sales.draft_line AS (line_no smallint, sku text, qty int, unit_minor bigint, tax_rate_bp int, tax_minor bigint);

/* p.lines, checked: one draft per SKU, quantities of a repeated SKU added up, in ascending order of the SKU. */
CREATE FUNCTION sales.draft_lines(p jsonb) RETURNS SETOF sales.draft_line LANGUAGE plpgsql AS $$
BEGIN
  IF jsonb_typeof(p -> 'lines') IS DISTINCT FROM 'array' OR jsonb_array_length(p -> 'lines') NOT BETWEEN 1 AND 100 THEN
    PERFORM pack.fail_field('lines', '1 to 100 lines');
  END IF;
  RETURN QUERY
    SELECT (row_number() OVER (ORDER BY min(position)))::smallint, sku, sum(qty)::int, NULL::bigint, NULL::int, NULL::bigint
    FROM (
      SELECT position, pack.need_text(line, 'sku', 64) AS sku, pack.need_int(line, 'qty', 1, 100000) AS qty
      FROM jsonb_array_elements(p -> 'lines') WITH ORDINALITY AS given (line, position)
    ) AS checked
    GROUP BY sku ORDER BY sku;
END $$;

/* Price and tax rate of a SKU now. ICO08 unknown, ICO06 unpublished or, unless a campaign sets the price, without an offer
   in this channel and currency. */
CREATE FUNCTION sales.price_now(p_sku text, p_channel text, p_currency text, p_needs_offer boolean,
  OUT unit_minor bigint, OUT tax_rate_bp int) LANGUAGE plpgsql AS $$
DECLARE
  v_published boolean;
BEGIN
  SELECT p.published, coalesce(c.tax_rate_bp, 0), o.price_minor INTO v_published, tax_rate_bp, unit_minor
  FROM catalog.variant v
  JOIN catalog.product p USING (product_id)
  LEFT JOIN catalog.category c USING (category_id)
  LEFT JOIN catalog.offer o ON o.sku = v.sku AND o.channel = p_channel AND o.currency = p_currency AND o.valid @> now()
  WHERE v.sku = p_sku;
  IF NOT FOUND THEN
    PERFORM catalog.fail_missing('variant', p_sku);
  END IF;
  IF NOT v_published OR (p_needs_offer AND unit_minor IS NULL) THEN
    PERFORM pack.fail('ICO06', format('%s is not on sale here', p_sku), jsonb_build_object(
      'sku', p_sku, 'channel', p_channel, 'currency', p_currency,
      'reason', CASE WHEN v_published THEN 'no_offer' ELSE 'unpublished' END));
  END IF;
END $$;

/* The order placed before with this key, if any. pack.call remembers keys for a while; the order remembers its own for good. */
CREATE FUNCTION sales.replay_of(p_key text, p_hash bytea) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
  v_known sales.orders;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(p_key, 0));
  SELECT * INTO v_known FROM sales.orders WHERE idempotency_key = p_key;
  IF v_known.request_hash <> p_hash THEN
    PERFORM pack.fail('ICO03', 'the idempotency key was used for another order',
      jsonb_build_object('key', p_key, 'function', 'place_order', 'usedAt', v_known.placed_at));
  END IF;
  RETURN v_known.order_id;
END $$;

/* {lines: [{sku, qty}], channel?, currency?, location?, customer? | customerId?, shippingMinor?, campaign?, queueToken?}
   Holds the goods for hold_minutes. All lines or none. */
CREATE FUNCTION api.place_order(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_params jsonb := pack.params();
  v_key text := coalesce(p ->> 'idempotencyKey', nullif(current_setting('app.idempotency_key', true), ''));
  v_hash bytea := sha256(convert_to((p - 'idempotencyKey')::text, 'UTF8'));
  v_channel text := pack.opt_text(p, 'channel', v_params -> 'channels' ->> 0);
  v_currency text := pack.opt_text(p, 'currency', v_params -> 'currencies' ->> 0);
  v_location text := stock.location_of(p);
  v_campaign text := pack.opt_text(p, 'campaign', NULL);
  v_included boolean := v_params ->> 'tax_mode' = 'inclusive';
  v_lines sales.draft_line[];
  v_allocations sales.allocation[] := '{}';
  v_taken sales.allocation[];
  v_order_id uuid;
  v_customer uuid;
  v_price record;
BEGIN
  IF v_key IS NOT NULL THEN
    v_order_id := sales.replay_of(v_key, v_hash);
    IF v_order_id IS NOT NULL THEN
      RETURN sales.summary(v_order_id);
    END IF;
  END IF;
  PERFORM catalog.check_channel(v_channel, v_params), catalog.check_currency(v_currency, v_params);
  SELECT array_agg(line) INTO v_lines FROM sales.draft_lines(p) AS line;
  v_order_id := uuidv7();
  v_customer := sales.customer_of(p);
  IF v_campaign IS NOT NULL THEN
    PERFORM sales.enter_campaign(v_order_id, v_campaign, v_currency, v_customer, pack.opt_text(p, 'queueToken', NULL));
  END IF;

  -- Prices and quotas of all lines before any stock: the order of locks that stock and campaigns share.
  FOR i IN 1 .. cardinality(v_lines) LOOP
    v_price := sales.price_now(v_lines[i].sku, v_channel, v_currency, v_campaign IS NULL);
    v_lines[i].tax_rate_bp := v_price.tax_rate_bp;
    v_lines[i].unit_minor := CASE WHEN v_campaign IS NULL THEN v_price.unit_minor
      ELSE sales.claim_quota(v_order_id, v_campaign, v_lines[i].sku, v_lines[i].qty, v_customer) END;
    v_lines[i].tax_minor := sales.tax_of(v_lines[i].unit_minor * v_lines[i].qty, v_lines[i].tax_rate_bp, v_included);
  END LOOP;

  FOR i IN 1 .. cardinality(v_lines) LOOP
    SELECT array_agg(ROW(NULL, v_order_id, v_lines[i].line_no, v_lines[i].sku, v_location, bucket, qty, 'held')::sales.allocation)
      INTO v_taken FROM stock.reserve(v_lines[i].sku, v_location, v_lines[i].qty);
    IF v_taken IS NULL THEN
      PERFORM nextval('sales.out_of_stock_seq') WHERE v_channel <> 'smoke';
      PERFORM pack.fail('ICO04', format('%s is out of stock', v_lines[i].sku), jsonb_build_object('sku', v_lines[i].sku,
        'location', v_location, 'asked', v_lines[i].qty, 'available', stock.available(v_lines[i].sku, v_location)));
    END IF;
    v_allocations := v_allocations || v_taken;
  END LOOP;

  INSERT INTO sales.orders (order_id, order_no, idempotency_key, request_hash, customer_id, channel, location, currency,
    subtotal_minor, tax_minor, tax_included, shipping_minor, expires_at)
  SELECT v_order_id, (v_params ->> 'order_no_prefix') || to_char(nextval('sales.order_no_seq'), 'FM0000000000'), v_key, v_hash,
    v_customer, v_channel, v_location, v_currency, sum(unit_minor * qty), sum(tax_minor), v_included,
    pack.opt_minor(p, 'shippingMinor', 0), now() + make_interval(mins => (v_params -> 'hold_minutes')::int)
  FROM unnest(v_lines);
  INSERT INTO sales.order_line (order_id, line_no, sku, qty, unit_minor, tax_rate_bp, tax_minor, campaign_id)
  SELECT v_order_id, line_no, sku, qty, unit_minor, tax_rate_bp, tax_minor, v_campaign FROM unnest(v_lines);
  INSERT INTO sales.allocation (order_id, line_no, sku, location, bucket, qty)
  SELECT order_id, line_no, sku, location, bucket, qty FROM unnest(v_allocations);
  INSERT INTO sales.order_event (order_id, seq, from_state, to_state, actor)
  VALUES (v_order_id, 1, NULL, 'pending_payment', sales.actor());
  RETURN sales.summary(v_order_id);
END $$;
SELECT pack.declare_function('place_order', true);
