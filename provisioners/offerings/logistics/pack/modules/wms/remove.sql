-- Takes warehouse work out.
SELECT pack.remove_functions(ARRAY['create_bin', 'receive_goods', 'create_wave', 'complete_task', 'cancel_task', 'count_bin']);
SELECT pack.remove_view_part('invariants', 'wms.invariants');
SELECT pack.remove_view_part('kpis', 'wms.kpis');
DROP VIEW api.bins, api.bin_stock, api.tasks, api.waves;
DROP SCHEMA wms CASCADE;
