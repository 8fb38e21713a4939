-- What a reader sees. The keyset key of each view is named above it; pages ascend by it.
-- Views run with their owner's rights on tables but with the reader's on functions: only built-in functions here.

-- key: path
CREATE VIEW api.categories AS
SELECT path::text AS path, name, tax_rate_bp FROM catalog.category;

-- key: slug
CREATE VIEW api.products AS
SELECT p.slug, p.product_id, p.name, p.description, p.brand, c.path::text AS category, p.published, p.created_at, p.updated_at
FROM catalog.product p LEFT JOIN catalog.category c USING (category_id)
WHERE NOT p.archived;

-- key: sku
CREATE VIEW api.variants AS
SELECT v.sku, p.slug, v.gtin14, v.attributes, v.weight_g, v.created_at
FROM catalog.variant v JOIN catalog.product p USING (product_id)
WHERE NOT p.archived;

-- key: sku, channel, currency, valid_from
CREATE VIEW api.offers AS
SELECT o.sku, o.channel, o.currency::text AS currency, lower(o.valid) AS valid_from, upper(o.valid) AS valid_until,
  o.price_minor::text AS price_minor, o.valid @> now() AS current
FROM catalog.offer o JOIN catalog.variant v USING (sku) JOIN catalog.product p USING (product_id)
WHERE NOT p.archived;

-- key: sku, location
CREATE VIEW api.stock AS
SELECT b.sku, b.location, sum(b.on_hand)::int AS on_hand, sum(b.reserved)::int AS reserved, sum(b.on_hand - b.reserved)::int AS available,
  count(*)::int AS buckets
FROM stock.bucket b JOIN catalog.variant v USING (sku) JOIN catalog.product p USING (product_id)
WHERE NOT p.archived
GROUP BY b.sku, b.location;

-- key: movement_id
CREATE VIEW api.stock_movements AS
SELECT m.movement_id, m.sku, m.location, m.bucket, m.delta, m.reason, o.order_no, m.note, m.at
FROM stock.movement m LEFT JOIN sales.orders o USING (order_id);

-- key: order_no
CREATE VIEW api.orders AS
SELECT o.order_no, o.state, s.schema_org AS status, o.channel, o.location, o.currency::text AS currency,
  o.subtotal_minor::text AS subtotal_minor, o.tax_minor::text AS tax_minor, o.tax_included,
  o.shipping_minor::text AS shipping_minor, o.total_minor::text AS total_minor,
  o.customer_id, o.cancel_cause, o.placed_at, o.expires_at, o.updated_at
FROM sales.orders o JOIN sales.order_state s USING (state);

-- key: order_no, line_no
CREATE VIEW api.order_lines AS
SELECT o.order_no, l.line_no, l.sku, l.qty, l.unit_minor::text AS unit_minor, (l.unit_minor * l.qty)::text AS line_minor,
  l.tax_rate_bp, l.tax_minor::text AS tax_minor, l.campaign_id
FROM sales.order_line l JOIN sales.orders o USING (order_id);

-- key: order_no, seq
CREATE VIEW api.order_events AS
SELECT o.order_no, e.seq, e.from_state, e.to_state, e.actor, e.data, e.at
FROM sales.order_event e JOIN sales.orders o USING (order_id);

-- key: payment_id
CREATE VIEW api.payments AS
SELECT p.payment_id, o.order_no, p.kind, p.provider, p.provider_ref, p.amount_minor::text AS amount_minor,
  o.currency::text AS currency, p.at
FROM sales.payment p JOIN sales.orders o USING (order_id);

-- key: customer_id
CREATE VIEW api.customers AS
SELECT customer_id, name, email, phone, address, created_at, erased_at FROM sales.customer;

-- key: slug. Published products as schema.org Product with one Offer per variant, channel and currency on sale now.
CREATE VIEW api.product_jsonld AS
SELECT p.slug, jsonb_strip_nulls(jsonb_build_object(
    '@context', 'https://schema.org', '@type', 'Product',
    'productID', p.product_id, 'name', p.name, 'description', p.description, 'category', c.name,
    'brand', CASE WHEN p.brand IS NOT NULL THEN jsonb_build_object('@type', 'Brand', 'name', p.brand) END,
    'offers', coalesce(offers.list, '[]'))) AS jsonld
FROM catalog.product p
LEFT JOIN catalog.category c USING (category_id)
CROSS JOIN LATERAL (
  SELECT jsonb_agg(jsonb_build_object(
      '@type', 'Offer', 'sku', v.sku, 'gtin14', v.gtin14, 'priceCurrency', o.currency,
      'price', round(o.price_minor / power(10::numeric, cur.minor_unit), cur.minor_unit)::text,
      'availableAtOrFrom', o.channel, 'priceValidUntil', upper(o.valid),
      'availability', CASE WHEN EXISTS (SELECT FROM stock.bucket b WHERE b.sku = v.sku AND b.on_hand > b.reserved)
        THEN 'https://schema.org/InStock' ELSE 'https://schema.org/OutOfStock' END)
    ORDER BY v.sku, o.channel, o.currency) AS list
  FROM catalog.variant v
  JOIN catalog.offer o ON o.sku = v.sku AND o.valid @> now() AND o.channel <> 'smoke'
  JOIN catalog.currency cur ON cur.code = o.currency
  WHERE v.product_id = p.product_id
) AS offers
WHERE p.published AND NOT p.archived;
