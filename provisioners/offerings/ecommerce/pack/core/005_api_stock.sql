-- Functions that bring stock in, correct it and level its stripes. Each answers the level it leaves.

/* {sku, qty, location?, note?} */
CREATE FUNCTION api.receive_stock(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_sku text := catalog.need_sku(p);
  v_location text := stock.location_of(p);
BEGIN
  PERFORM stock.change(v_sku, v_location, pack.need_int(p, 'qty', 1, 10000000), 'receipt', pack.opt_text(p, 'note', NULL));
  RETURN stock.level(v_sku, v_location);
END $$;
SELECT pack.declare_function('receive_stock', true);

/* {sku, delta, location?, note?}: what a count found, more or less. ICO04 when less is free than is to go. */
CREATE FUNCTION api.adjust_stock(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_sku text := catalog.need_sku(p);
  v_location text := stock.location_of(p);
  v_delta int := pack.need_int(p, 'delta', -10000000, 10000000);
BEGIN
  IF v_delta = 0 THEN
    PERFORM pack.fail_field('delta', 'a whole number other than 0');
  END IF;
  PERFORM stock.change(v_sku, v_location, v_delta, 'adjust', pack.opt_text(p, 'note', NULL));
  RETURN stock.level(v_sku, v_location);
END $$;
SELECT pack.declare_function('adjust_stock', true);

/* {sku, location?}: gives every stripe an equal share of what is free, also after stock_buckets has changed. */
CREATE FUNCTION api.rebalance_stock(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_sku text := catalog.need_sku(p);
  v_location text := stock.location_of(p);
BEGIN
  PERFORM stock.rebalance(v_sku, v_location);
  RETURN stock.level(v_sku, v_location);
END $$;
SELECT pack.declare_function('rebalance_stock', true);
