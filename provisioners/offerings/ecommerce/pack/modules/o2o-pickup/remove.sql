-- Takes store pickup out. Stock stays where it is: a store is a location like any.
SELECT pack.remove_functions(ARRAY['set_store', 'book_pickup', 'hand_over']);
SELECT pack.remove_view_part('invariants', 'store.invariants');
DROP VIEW api.stores, api.pickup_slots, api.pickups;
DROP TRIGGER release_pickup ON sales.orders;
DROP TRIGGER note_handover ON sales.orders;
DROP SCHEMA store CASCADE;
