-- Takes the marketplace out.
SELECT pack.remove_functions(ARRAY['set_seller', 'list_for_seller', 'seller_statement', 'pay_seller',
  'rename_seller', 'receive_seller_stock', 'set_seller_price']);
SELECT pack.remove_view_part('invariants', 'market.invariants');
DROP VIEW api.sellers, api.seller_products, api.seller_entries, api.seller_balances;
DROP TRIGGER settle_sellers ON sales.orders;
DROP SCHEMA market CASCADE;
