-- Functions, views and rules of the marketplace.

/* {seller, name, commissionBp, active?}: a seller joins, or is changed; a commission counts from the next delivery. */
CREATE FUNCTION api.set_seller(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_id text := pack.need_text(p, 'seller', 80);
  v_seller market.seller;
BEGIN
  IF v_id !~ '^[a-z0-9]+(-[a-z0-9]+)*$' THEN
    PERFORM pack.fail_field('seller', 'lower-case letters and digits joined by hyphens');
  END IF;
  INSERT INTO market.seller (seller, name, commission_bp, active)
  VALUES (v_id, pack.need_text(p, 'name'), pack.need_int(p, 'commissionBp', 0, 10000), pack.opt_bool(p, 'active', true))
  ON CONFLICT (seller) DO UPDATE SET name = excluded.name, commission_bp = excluded.commission_bp, active = excluded.active
  RETURNING * INTO v_seller;
  RETURN jsonb_build_object('seller', v_id, 'name', v_seller.name, 'commissionBp', v_seller.commission_bp, 'active', v_seller.active);
END $$;
SELECT pack.declare_function('set_seller', true);

/* {slug, seller}: the product is this seller's from now on; what was delivered before stays with whom it was. */
CREATE FUNCTION api.list_for_seller(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_seller market.seller := market.lock_seller(p);
  v_slug text := pack.need_text(p, 'slug', 80);
  v_product uuid := (SELECT product_id FROM catalog.product WHERE slug = v_slug);
BEGIN
  IF v_product IS NULL THEN
    PERFORM catalog.fail_missing('product', v_slug);
  END IF;
  INSERT INTO market.listing (product_id, seller) VALUES (v_product, v_seller.seller)
  ON CONFLICT (product_id) DO UPDATE SET seller = excluded.seller, listed_at = now();
  RETURN jsonb_build_object('slug', v_slug, 'seller', v_seller.seller);
END $$;
SELECT pack.declare_function('list_for_seller', true);

/* {seller, currency?}: what the seller is owed, and what it is made of. */
CREATE FUNCTION api.seller_statement(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_id text := pack.need_text(p, 'seller', 80);
  v_currency text := pack.opt_text(p, 'currency', pack.params() -> 'currencies' ->> 0, 3);
BEGIN
  IF NOT EXISTS (SELECT FROM market.seller WHERE seller = v_id) THEN
    PERFORM catalog.fail_missing('seller', v_id);
  END IF;
  RETURN (
    SELECT jsonb_build_object('seller', v_id, 'currency', v_currency,
      'salesMinor', coalesce(sum(amount_minor) FILTER (WHERE kind IN ('sale', 'sale_back')), 0)::text,
      'commissionMinor', coalesce(-sum(amount_minor) FILTER (WHERE kind IN ('commission', 'commission_back')), 0)::text,
      'paidOutMinor', coalesce(-sum(amount_minor) FILTER (WHERE kind = 'payout'), 0)::text,
      'balanceMinor', coalesce(sum(amount_minor), 0)::text)
    FROM market.entry WHERE seller = v_id AND currency = v_currency);
END $$;
SELECT pack.declare_function('seller_statement', false);

/* {seller, reference, currency?}: pays out the whole balance, once under a reference. ICO20 when nothing is owed. */
CREATE FUNCTION api.pay_seller(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_seller market.seller := market.lock_seller(p);
  v_reference text := pack.need_text(p, 'reference', 128);
  v_currency text := pack.opt_text(p, 'currency', pack.params() -> 'currencies' ->> 0, 3);
  v_owed bigint;
BEGIN
  PERFORM catalog.check_currency(v_currency, pack.params());
  IF EXISTS (SELECT FROM market.entry WHERE seller = v_seller.seller AND kind = 'payout' AND reference = v_reference) THEN
    PERFORM catalog.fail_taken('payout', v_reference);
  END IF;
  v_owed := market.balance(v_seller.seller, v_currency);
  IF v_owed <= 0 THEN
    PERFORM pack.fail('ICO20', 'nothing is owed', jsonb_build_object('seller', v_seller.seller, 'currency', v_currency));
  END IF;
  INSERT INTO market.entry (seller, kind, reference, currency, amount_minor)
  VALUES (v_seller.seller, 'payout', v_reference, v_currency, -v_owed);
  RETURN jsonb_build_object('seller', v_seller.seller, 'currency', v_currency, 'reference', v_reference, 'paidMinor', v_owed::text);
END $$;
SELECT pack.declare_function('pay_seller', true);

-- key: seller
CREATE VIEW api.sellers AS
SELECT seller, name, commission_bp, active, since FROM market.seller;

-- key: slug
CREATE VIEW api.seller_products AS
SELECT p.slug, m.seller, p.name, p.published, m.listed_at FROM market.listing m JOIN catalog.product p USING (product_id);

-- key: entry_id
CREATE VIEW api.seller_entries AS
SELECT e.entry_id, e.seller, e.kind, o.order_no, e.line_no, e.reference, e.currency::text AS currency, e.amount_minor::text AS amount_minor, e.at
FROM market.entry e LEFT JOIN sales.orders o USING (order_id);

-- key: seller, currency
CREATE VIEW api.seller_balances AS
SELECT seller, currency::text AS currency, sum(amount_minor)::text AS balance_minor FROM market.entry GROUP BY seller, currency;

-- Rules look at all rows, whoever asks: within the shop, without a party.
CREATE VIEW market.invariants AS
-- The sale of a line is its amount, the commission is part of it, and a return took both back.
SELECT 'seller_entries_match_lines' AS rule, count(*) AS violations
FROM market.entry e JOIN sales.order_line l USING (order_id, line_no)
WHERE CASE e.kind
  WHEN 'sale' THEN e.amount_minor <> l.unit_minor * l.qty
  WHEN 'commission' THEN e.amount_minor NOT BETWEEN -l.unit_minor * l.qty AND 0
  ELSE -e.amount_minor IS DISTINCT FROM (SELECT w.amount_minor FROM market.entry w
    WHERE (w.order_id, w.line_no) = (e.order_id, e.line_no) AND w.kind = replace(e.kind, '_back', '')) END
UNION ALL
SELECT 'seller_entries_follow_orders', count(*)
FROM sales.orders o
WHERE (o.state = 'returned') <> EXISTS (SELECT FROM market.entry e WHERE e.order_id = o.order_id AND e.kind = 'sale_back')
  AND EXISTS (SELECT FROM market.entry e WHERE e.order_id = o.order_id AND e.kind = 'sale');

SELECT pack.add_view_part('invariants', 'market.invariants');
