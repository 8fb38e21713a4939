-- Nothing is lost: the files are a copy, and answers are kept for a day at most.
SELECT pack.remove_functions('{olap_query,olap_result}');
SELECT pack.remove_view_part('invariants', 'olap.invariants');
SELECT pack.remove_view_part('kpis', 'olap.kpis');
DROP VIEW api.olap_queries;
DROP VIEW api.olap_datasets;
DROP TRIGGER olap_sales_come ON dwh.fact_sales;
DROP TRIGGER olap_sales_go ON dwh.fact_sales;
DROP TRIGGER olap_sales_change ON dwh.fact_sales;
DROP TRIGGER olap_members_come ON dwh.member;
DROP TRIGGER olap_members_go ON dwh.member;
DROP TRIGGER olap_members_change ON dwh.member;
DROP SCHEMA olap CASCADE;
