-- Bins and what is in them are the module's own: it may be taken out again when none is left.
SELECT pack.declare_module_tables('wms', ARRAY['wms.bin']);
