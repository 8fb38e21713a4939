-- Nothing is held here: forecasts are reckoned when they are asked for.
SELECT pack.remove_functions('{forecast_metric}');
DROP SCHEMA forecast CASCADE;
