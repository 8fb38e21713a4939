-- Takes the catalogue search out. The extension stays: taking it out would need a superuser, and it costs nothing.
SELECT pack.remove_functions(ARRAY['search_products']);
SELECT pack.remove_view_part('invariants', 'search.invariants');
DROP TRIGGER refresh_search ON catalog.product;
DROP TRIGGER refresh_search ON catalog.variant;
DROP SCHEMA search CASCADE;
