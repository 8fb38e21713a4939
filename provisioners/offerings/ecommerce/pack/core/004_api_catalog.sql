-- Functions that fill the catalogue, so that a shop can be opened with nothing but the API key.

CREATE FUNCTION catalog.fail_missing(p_kind text, p_id text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pack.fail('ICO08', format('no such %s', p_kind), jsonb_build_object('kind', p_kind, 'id', p_id));
END $$;

CREATE FUNCTION catalog.fail_taken(p_kind text, p_id text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pack.fail('ICO10', format('this %s exists', p_kind), jsonb_build_object('kind', p_kind, 'id', p_id));
END $$;

/* The category with the path in p.category; NULL when the body names none. ICO08 when there is none such. */
CREATE FUNCTION catalog.category_of(p jsonb, p_fallback bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  v_path text := pack.opt_text(p, 'category', NULL);
  v_id bigint;
BEGIN
  IF v_path IS NULL THEN
    RETURN p_fallback;
  END IF;
  SELECT category_id INTO v_id FROM catalog.category WHERE path::text = v_path;
  IF NOT FOUND THEN
    PERFORM catalog.fail_missing('category', v_path);
  END IF;
  RETURN v_id;
END $$;

/* {path: "home.kitchen", name, taxRateBp?} */
CREATE FUNCTION api.create_category(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_path text := pack.need_text(p, 'path', 100);
BEGIN
  IF v_path !~ '^[a-z0-9-]{1,40}(\.[a-z0-9-]{1,40})*$' THEN
    PERFORM pack.fail_field('path', 'lower-case labels joined by dots');
  END IF;
  INSERT INTO catalog.category (path, name, tax_rate_bp)
  VALUES (v_path::ext.ltree, pack.need_text(p, 'name'), pack.opt_int(p, 'taxRateBp', 0, 0, 10000))
  ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    PERFORM catalog.fail_taken('category', v_path);
  END IF;
  RETURN jsonb_build_object('path', v_path);
END $$;
SELECT pack.declare_function('create_category', true);

/* {slug, name, description?, brand?, category?, costMinor?}: a draft, which nobody can order until it is published. */
CREATE FUNCTION api.create_product(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_slug text := pack.need_text(p, 'slug', 80);
  v_id uuid;
BEGIN
  IF v_slug !~ '^[a-z0-9]+(-[a-z0-9]+)*$' THEN
    PERFORM pack.fail_field('slug', 'lower-case letters and digits joined by hyphens');
  END IF;
  INSERT INTO catalog.product (slug, name, description, brand, category_id, cost_minor)
  VALUES (v_slug, pack.need_text(p, 'name'), pack.opt_text(p, 'description', NULL, 5000), pack.opt_text(p, 'brand', NULL),
    catalog.category_of(p, NULL), pack.opt_minor(p, 'costMinor', NULL))
  ON CONFLICT DO NOTHING
  RETURNING product_id INTO v_id;
  IF NOT FOUND THEN
    PERFORM catalog.fail_taken('product', v_slug);
  END IF;
  RETURN jsonb_build_object('productId', v_id, 'slug', v_slug, 'published', false);
END $$;
SELECT pack.declare_function('create_product', true);

/* The product with the slug in p.slug, locked. ICO08 when there is none. */
CREATE FUNCTION catalog.lock_product(p jsonb) RETURNS catalog.product LANGUAGE plpgsql AS $$
DECLARE
  v_slug text := pack.need_text(p, 'slug', 80);
  v_product catalog.product;
BEGIN
  SELECT * INTO v_product FROM catalog.product WHERE slug = v_slug FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    PERFORM catalog.fail_missing('product', v_slug);
  END IF;
  RETURN v_product;
END $$;

/* {slug, name?, description?, brand?, category?, costMinor?}: what is named changes, the rest stays. */
CREATE FUNCTION api.update_product(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_product catalog.product := catalog.lock_product(p);
BEGIN
  UPDATE catalog.product SET
    name = pack.opt_text(p, 'name', v_product.name),
    description = pack.opt_text(p, 'description', v_product.description, 5000),
    brand = pack.opt_text(p, 'brand', v_product.brand),
    category_id = catalog.category_of(p, v_product.category_id),
    cost_minor = pack.opt_minor(p, 'costMinor', v_product.cost_minor),
    updated_at = now()
  WHERE product_id = v_product.product_id;
  RETURN jsonb_build_object('productId', v_product.product_id, 'slug', v_product.slug, 'published', v_product.published);
END $$;
SELECT pack.declare_function('update_product', true);

/* {slug}: on sale from now. ICO15 while it has no variant or no price now or later. */
CREATE FUNCTION api.publish_product(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_product catalog.product := catalog.lock_product(p);
  v_missing text;
BEGIN
  v_missing := CASE
    WHEN v_product.archived THEN 'place in the catalogue (it is archived)'
    WHEN NOT EXISTS (SELECT 1 FROM catalog.variant WHERE product_id = v_product.product_id) THEN 'variant'
    WHEN NOT EXISTS (
      SELECT 1 FROM catalog.offer JOIN catalog.variant USING (sku)
      WHERE product_id = v_product.product_id AND (upper_inf(valid) OR upper(valid) > now())) THEN 'offer'
  END;
  IF v_missing IS NOT NULL THEN
    PERFORM pack.fail('ICO15', format('the product needs a %s first', v_missing),
      jsonb_build_object('slug', v_product.slug, 'missing', v_missing));
  END IF;
  UPDATE catalog.product SET published = true, updated_at = now() WHERE product_id = v_product.product_id;
  RETURN jsonb_build_object('productId', v_product.product_id, 'slug', v_product.slug, 'published', true);
END $$;
SELECT pack.declare_function('publish_product', true);

/* {slug}: no new orders; open orders go on. */
CREATE FUNCTION api.unpublish_product(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_product catalog.product := catalog.lock_product(p);
BEGIN
  UPDATE catalog.product SET published = false, updated_at = now() WHERE product_id = v_product.product_id;
  RETURN jsonb_build_object('productId', v_product.product_id, 'slug', v_product.slug, 'published', false);
END $$;
SELECT pack.declare_function('unpublish_product', true, true);

/* {slug, sku, gtin?, attributes?, weightG?}. gtin: 8 to 14 digits with a right check digit, kept as GTIN-14. */
CREATE FUNCTION api.create_variant(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_product catalog.product := catalog.lock_product(p);
  v_sku text := pack.need_text(p, 'sku', 64);
  v_gtin text := lpad(pack.opt_text(p, 'gtin', NULL, 14), 14, '0');
BEGIN
  IF v_sku !~ '^[A-Za-z0-9][A-Za-z0-9._-]*$' THEN
    PERFORM pack.fail_field('sku', 'letters, digits, dots, hyphens and underscores');
  END IF;
  IF length(p ->> 'gtin') < 8 OR NOT catalog.gtin_is_valid(v_gtin) THEN
    PERFORM pack.fail_field('gtin', 'a GTIN with a right check digit');
  END IF;
  IF p ->> 'attributes' IS NOT NULL AND jsonb_typeof(p -> 'attributes') <> 'object' THEN
    PERFORM pack.fail_field('attributes', 'an object');
  END IF;
  INSERT INTO catalog.variant (sku, product_id, gtin14, attributes, weight_g)
  VALUES (v_sku, v_product.product_id, v_gtin,
    CASE WHEN p ->> 'attributes' IS NULL THEN '{}' ELSE p -> 'attributes' END, pack.opt_int(p, 'weightG', NULL, 0, 100000000))
  ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    PERFORM catalog.fail_taken('variant', v_sku);
  END IF;
  RETURN jsonb_build_object('sku', v_sku, 'slug', v_product.slug, 'gtin14', v_gtin);
END $$;
SELECT pack.declare_function('create_variant', true);

/* p.sku, checked. ICO08 when there is no such variant. */
CREATE FUNCTION catalog.need_sku(p jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  v_sku text := pack.need_text(p, 'sku', 64);
BEGIN
  IF NOT EXISTS (SELECT FROM catalog.variant WHERE sku = v_sku) THEN
    PERFORM catalog.fail_missing('variant', v_sku);
  END IF;
  RETURN v_sku;
END $$;

/* {sku, priceMinor, channel?, currency?, validFrom?, validUntil?}: the price from validFrom (now) to validUntil. Without
   validUntil it holds until the next price that is already planned, else for good. Older prices give way for that span;
   what held before validFrom stays as history, and the past cannot be rewritten. */
CREATE FUNCTION api.set_offer(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_params jsonb := pack.params();
  v_sku text := catalog.need_sku(p);
  v_channel text := pack.opt_text(p, 'channel', v_params -> 'channels' ->> 0);
  v_currency text := pack.opt_text(p, 'currency', v_params -> 'currencies' ->> 0);
  v_price bigint := pack.need_minor(p, 'priceMinor');
  v_from timestamptz := pack.opt_time(p, 'validFrom', now());
  v_until timestamptz := pack.opt_time(p, 'validUntil', NULL);
  v_old catalog.offer;
BEGIN
  PERFORM catalog.check_channel(v_channel, v_params), catalog.check_currency(v_currency, v_params);
  IF v_price > 100000000000 THEN
    PERFORM pack.fail_field('priceMinor', 'at most 100000000000');
  END IF;
  IF v_from < now() THEN
    PERFORM pack.fail_field('validFrom', 'a time from now on');
  END IF;
  IF v_until <= v_from THEN
    PERFORM pack.fail_field('validUntil', 'a time after validFrom');
  END IF;
  -- Two prices set at once for one key would meet in the temporal key; they queue up here instead.
  PERFORM pg_advisory_xact_lock(hashtextextended(concat_ws('|', 'offer', v_sku, v_channel, v_currency), 0));
  IF v_until IS NULL THEN
    SELECT min(lower(valid)) INTO v_until FROM catalog.offer
    WHERE sku = v_sku AND channel = v_channel AND currency = v_currency AND lower(valid) > v_from;
  END IF;

  FOR v_old IN
    DELETE FROM catalog.offer
    WHERE sku = v_sku AND channel = v_channel AND currency = v_currency AND valid && tstzrange(v_from, v_until)
    RETURNING *
  LOOP
    INSERT INTO catalog.offer (sku, channel, currency, valid, price_minor)
    SELECT v_sku, v_channel, v_currency, rest, v_old.price_minor
    FROM unnest(tstzmultirange(v_old.valid) - tstzmultirange(tstzrange(v_from, v_until))) AS rest;
  END LOOP;
  INSERT INTO catalog.offer (sku, channel, currency, valid, price_minor)
  VALUES (v_sku, v_channel, v_currency, tstzrange(v_from, v_until), v_price);

  RETURN jsonb_build_object('sku', v_sku, 'channel', v_channel, 'currency', v_currency,
    'priceMinor', v_price::text, 'validFrom', v_from, 'validUntil', v_until);
END $$;
SELECT pack.declare_function('set_offer', true);
