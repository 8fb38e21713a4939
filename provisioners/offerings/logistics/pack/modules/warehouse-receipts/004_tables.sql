-- Lots and their receipts are the module's own: it may be taken out again when none is left. Those of self-tests do not count.
CREATE VIEW wr.own_lot AS
SELECT l.lot_id FROM wr.lot l JOIN core.facility f ON f.gln = l.warehouse WHERE f.name NOT LIKE 'smoke-%';
SELECT pack.declare_module_tables('warehouse-receipts', ARRAY['wr.own_lot']);
