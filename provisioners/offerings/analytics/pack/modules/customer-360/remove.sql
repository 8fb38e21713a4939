-- What the module holds is made of facts and can be made again, so nothing is lost. Tests on its model go with it.
DROP VIEW api.customer_segments;
DROP VIEW api.customer_value;
DELETE FROM asset.lineage WHERE 'customer_value' IN (child, parent);
DELETE FROM asset.dataset WHERE dataset = 'customer_value';
DELETE FROM semantic.dimension WHERE dimension = 'value_segment';
DELETE FROM dq.test WHERE model = 'customer_value';
DELETE FROM dwh.run WHERE model = 'customer_value';
DELETE FROM dwh.watermark WHERE model = 'customer_value';
DELETE FROM dwh.model WHERE model = 'customer_value';
DROP FUNCTION dwh.build_customer_value(bigint, bigint);
DROP TABLE dwh.customer_value;
