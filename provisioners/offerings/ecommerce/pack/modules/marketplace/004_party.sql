-- What a seller does with a key of its own. Row-level security shows it its rows of the market; products and stock are the shop's tables, so
-- every function here asks first whether the product is listed for the seller, in a row that the seller can see.

/* The variant in p.sku, if it is of a product that this party sees in the market. ICO08 otherwise: nobody learns whose it is. */
CREATE FUNCTION market.own_sku(p jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  v_sku text := pack.need_text(p, 'sku', 64);
BEGIN
  IF NOT EXISTS (SELECT FROM catalog.variant JOIN market.listing USING (product_id) WHERE sku = v_sku) THEN
    PERFORM catalog.fail_missing('variant', v_sku);
  END IF;
  RETURN v_sku;
END $$;

/* {seller, name}: the name under which the seller sells. Commission and admission are the shop's. */
CREATE FUNCTION api.rename_seller(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_seller market.seller := market.lock_seller(p);
BEGIN
  UPDATE market.seller SET name = pack.need_text(p, 'name') WHERE seller = v_seller.seller RETURNING * INTO v_seller;
  RETURN jsonb_build_object('seller', v_seller.seller, 'name', v_seller.name);
END $$;
SELECT pack.declare_function('rename_seller', true);

/* {sku, qty, location?}: goods of the seller arrive. */
CREATE FUNCTION api.receive_seller_stock(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM market.own_sku(p);
  RETURN api.receive_stock(p);
END $$;
SELECT pack.declare_function('receive_seller_stock', true);

/* {sku, priceMinor, channel?, currency?}: what the seller asks for it, from now on. */
CREATE FUNCTION api.set_seller_price(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM market.own_sku(p);
  RETURN api.set_offer(p - 'validFrom' - 'validUntil');
END $$;
SELECT pack.declare_function('set_seller_price', true);

SELECT pack.open_to_parties(ARRAY['seller_statement', 'rename_seller', 'receive_seller_stock', 'set_seller_price']);
