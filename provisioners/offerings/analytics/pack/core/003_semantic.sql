-- What is asked: metrics and dimensions, each with one definition for everybody. A metric is put together of known parts and a
-- dimension names an attribute; both are compiled here. No text of a caller becomes SQL, except as a quoted literal.

CREATE SCHEMA semantic;

CREATE TABLE semantic.metric (
  metric text PRIMARY KEY CHECK (metric ~ '^[a-z][a-z0-9_]{0,62}$'),
  title text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('sum', 'count', 'distinct', 'ratio')),
  measure text,                                         -- of sum and distinct
  numerator text REFERENCES semantic.metric,            -- of ratio
  denominator text REFERENCES semantic.metric,
  money boolean NOT NULL,
  unit text NOT NULL,
  additive boolean GENERATED ALWAYS AS (kind IN ('sum', 'count')) STORED,
  built_in boolean NOT NULL DEFAULT false,
  CHECK (CASE kind
    WHEN 'sum' THEN measure IN ('qty', 'revenue') AND num_nulls(numerator, denominator) = 2
    WHEN 'count' THEN num_nulls(measure, numerator, denominator) = 3
    WHEN 'distinct' THEN measure IN ('order', 'customer', 'product') AND num_nulls(numerator, denominator) = 2
    ELSE measure IS NULL AND num_nonnulls(numerator, denominator) = 2 END)
);

CREATE TABLE semantic.dimension (
  dimension text PRIMARY KEY CHECK (dimension ~ '^[a-z][a-z0-9_]{0,62}$'),
  title text NOT NULL,
  of text NOT NULL CHECK (of IN ('date', 'fact', 'product', 'customer', 'module')),
  attribute text NOT NULL CHECK (length(attribute) BETWEEN 1 AND 60),
  built_in boolean NOT NULL DEFAULT false,
  expression text, -- of = module: SQL that a migration of the pack brings along
  joins text,
  CHECK ((of = 'module') = (expression IS NOT NULL))
);

INSERT INTO semantic.metric (metric, title, kind, measure, numerator, denominator, money, unit, built_in) VALUES
  ('revenue', 'Revenue', 'sum', 'revenue', NULL, NULL, true, 'minor', true),
  ('units', 'Units sold', 'sum', 'qty', NULL, NULL, false, 'units', true),
  ('order_lines', 'Order lines', 'count', NULL, NULL, NULL, false, 'lines', true),
  ('orders', 'Orders', 'distinct', 'order', NULL, NULL, false, 'orders', true),
  ('customers', 'Customers', 'distinct', 'customer', NULL, NULL, false, 'customers', true),
  ('products', 'Products sold', 'distinct', 'product', NULL, NULL, false, 'products', true);
INSERT INTO semantic.metric (metric, title, kind, numerator, denominator, money, unit, built_in) VALUES
  ('average_order_value', 'Average order value', 'ratio', 'revenue', 'orders', true, 'minor', true),
  ('units_per_order', 'Units per order', 'ratio', 'units', 'orders', false, 'units/order', true),
  ('revenue_per_customer', 'Revenue per customer', 'ratio', 'revenue', 'customers', true, 'minor', true);

INSERT INTO semantic.dimension (dimension, title, of, attribute, built_in) VALUES
  ('day', 'Day', 'date', 'day', true),
  ('week', 'Week', 'date', 'week', true),
  ('month', 'Month', 'date', 'month', true),
  ('quarter', 'Quarter', 'date', 'quarter', true),
  ('weekday', 'Day of the week', 'date', 'weekday', true),
  ('source', 'Source', 'fact', 'source', true),
  ('currency', 'Currency', 'fact', 'currency', true),
  ('sku', 'Product', 'product', 'sku', true),
  ('category', 'Category', 'product', 'category', true),
  ('customer', 'Customer', 'customer', 'customer', true),
  ('region', 'Region', 'customer', 'region', true),
  ('segment', 'Segment', 'customer', 'segment', true);

/* ICA01 when there is none. */
CREATE FUNCTION semantic.need_metric(p_name text) RETURNS semantic.metric LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_metric semantic.metric;
BEGIN
  SELECT * INTO v_metric FROM semantic.metric WHERE metric = p_name;
  IF NOT FOUND THEN
    PERFORM pack.fail('ICA01', 'no metric of this name', jsonb_build_object('metric', p_name));
  END IF;
  RETURN v_metric;
END $$;

/* ICA02 when there is none. */
CREATE FUNCTION semantic.need_dimension(p_name text) RETURNS semantic.dimension LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_dimension semantic.dimension;
BEGIN
  SELECT * INTO v_dimension FROM semantic.dimension WHERE dimension = p_name;
  IF NOT FOUND THEN
    PERFORM pack.fail('ICA02', 'no dimension of this name', jsonb_build_object('dimension', p_name));
  END IF;
  RETURN v_dimension;
END $$;

/* SQL of a metric over f (facts), p (product) and c (customer). A ratio may stand on ratios; a metric is made of older ones, so
   there is no circle. */
CREATE FUNCTION semantic.metric_sql(p_metric semantic.metric) RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN CASE p_metric.kind
    WHEN 'sum' THEN CASE p_metric.measure WHEN 'revenue' THEN 'coalesce(sum(f.revenue_minor), 0)' ELSE 'coalesce(sum(f.qty), 0)' END
    WHEN 'count' THEN 'count(*)'
    WHEN 'distinct' THEN CASE p_metric.measure WHEN 'order' THEN 'count(DISTINCT (f.source, f.event_id))'
      WHEN 'customer' THEN 'count(DISTINCT c.id)' ELSE 'count(DISTINCT p.id)' END
    ELSE format('round((%s)::numeric / nullif((%s), 0), %s)', semantic.metric_sql(semantic.need_metric(p_metric.numerator)),
      semantic.metric_sql(semantic.need_metric(p_metric.denominator)), CASE WHEN p_metric.money THEN 0 ELSE 4 END)
  END;
END $$;

/* SQL of a dimension, as text, never NULL. */
CREATE FUNCTION semantic.dimension_sql(p_dimension semantic.dimension) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE p_dimension.of
    WHEN 'module' THEN p_dimension.expression
    WHEN 'fact' THEN CASE p_dimension.attribute WHEN 'source' THEN 'f.source' ELSE 'f.currency::text' END
    WHEN 'date' THEN CASE p_dimension.attribute
      WHEN 'day' THEN 'to_char(dd.d, ''YYYY-MM-DD'')'
      WHEN 'month' THEN 'to_char(dd.d, ''YYYY-MM'')'
      WHEN 'quarter' THEN 'to_char(dd.d, ''YYYY-"Q"Q'')'
      WHEN 'weekday' THEN 'extract(isodow FROM dd.d)::int::text'
      ELSE CASE (SELECT value #>> '{}' FROM pack.param WHERE key = 'week_start')
        WHEN 'sunday' THEN 'to_char(dd.d - extract(dow FROM dd.d)::int, ''YYYY-MM-DD'')'
        ELSE 'to_char(dd.d - (extract(isodow FROM dd.d)::int - 1), ''YYYY-MM-DD'')' END END
    WHEN 'product' THEN CASE p_dimension.attribute WHEN 'sku' THEN 'p.id'
      ELSE format('coalesce(p.attributes ->> %L, ''unknown'')', p_dimension.attribute) END
    ELSE CASE p_dimension.attribute WHEN 'customer' THEN 'coalesce(c.id, ''unknown'')'
      ELSE format('coalesce(c.attributes ->> %L, ''unknown'')', p_dimension.attribute) END
  END
$$;

CREATE TYPE semantic.question AS (
  metric text,
  dims text[],        -- at most two dimensions
  since date,
  until date,         -- inclusive
  filters jsonb,      -- {"category": ["Tea", …]}
  source text,        -- NULL: all but smoke
  currency text       -- of money; other facts are left out, as sums over currencies mean nothing
);

/* The FROM and WHERE that a question means. */
CREATE FUNCTION semantic.scope_sql(p semantic.question) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_metric semantic.metric := semantic.need_metric(p.metric);
  v_used text[] := coalesce(p.dims, '{}') || ARRAY(SELECT jsonb_object_keys(coalesce(p.filters, '{}')));
  v_joins text := '';
  v_filters text := '';
  v_name text;
  v_dimension semantic.dimension;
BEGIN
  FOR v_dimension IN SELECT (semantic.need_dimension(used)).* FROM (SELECT DISTINCT unnest(v_used) AS used) AS named LOOP
    v_joins := v_joins || coalesce(' ' || v_dimension.joins, '');
  END LOOP;
  FOR v_name IN SELECT jsonb_object_keys(coalesce(p.filters, '{}')) LOOP
    v_filters := v_filters || format(' AND (%s) = ANY (%L::text[])', semantic.dimension_sql(semantic.need_dimension(v_name)),
      ARRAY(SELECT jsonb_array_elements_text(p.filters -> v_name)));
  END LOOP;
  IF v_metric.money AND NOT 'currency' = ANY (v_used) THEN
    v_filters := v_filters || format(' AND f.currency = %L', p.currency);
  END IF;
  -- Left joins on a key that nothing asks for cost nothing: the planner drops them.
  RETURN format('FROM dwh.fact_sales f JOIN dwh.dim_date dd USING (date_key)'
    ' LEFT JOIN dwh.member p ON p.member_key = f.product_key LEFT JOIN dwh.member c ON c.member_key = f.customer_key%s'
    ' WHERE dd.d BETWEEN %L AND %L AND %s%s', v_joins, p.since, p.until,
    CASE WHEN p.source IS NULL THEN 'f.source <> ''smoke''' ELSE format('f.source = %L', p.source) END, v_filters);
END $$;

CREATE TYPE semantic.cell AS (key text, series text, value numeric, lines bigint, people bigint);

/* The answer: one row a cell, and one row when it is by nothing. `people` is how many different customers are behind it. */
CREATE FUNCTION semantic.cells(p semantic.question) RETURNS SETOF semantic.cell LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_metric semantic.metric := semantic.need_metric(p.metric);
  v_by text[] := ARRAY(SELECT semantic.dimension_sql(semantic.need_dimension(d)) FROM unnest(p.dims) WITH ORDINALITY AS u (d, o) ORDER BY o);
BEGIN
  RETURN QUERY EXECUTE format('SELECT %s AS key, %s AS series, (%s)::numeric, count(*), count(DISTINCT c.id) %s%s',
    coalesce(v_by[1], '''all''::text'), coalesce(v_by[2], 'NULL::text'), semantic.metric_sql(v_metric), semantic.scope_sql(p),
    CASE WHEN cardinality(v_by) > 0 THEN ' GROUP BY 1, 2' ELSE '' END);
END $$;

/* p.from, p.to: days of the UTC calendar. */
CREATE FUNCTION semantic.day_of(p jsonb, p_field text, p_fallback date) RETURNS date LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF p ->> p_field IS NULL THEN
    RETURN p_fallback;
  END IF;
  IF p ->> p_field !~ '^\d{4}-\d\d-\d\d$' OR NOT pg_input_is_valid(p ->> p_field, 'date') THEN
    PERFORM pack.fail_field(p_field, 'a day such as 2026-11-11');
  END IF;
  RETURN (p ->> p_field)::date;
END $$;

/* A body as a question. */
CREATE FUNCTION semantic.question_of(p jsonb) RETURNS semantic.question LANGUAGE plpgsql STABLE AS $$
DECLARE
  v semantic.question;
  v_name text;
BEGIN
  IF p ->> 'by' IS NOT NULL AND jsonb_typeof(p -> 'by') <> 'array' THEN
    PERFORM pack.fail_field('by', 'a list of dimensions');
  END IF;
  IF p ->> 'where' IS NOT NULL AND jsonb_typeof(p -> 'where') <> 'object' THEN
    PERFORM pack.fail_field('where', 'dimensions with lists of values');
  END IF;
  v.metric := pack.need_text(p, 'metric', 63);
  v.dims := CASE WHEN p ->> 'by' IS NULL THEN '{}' ELSE ARRAY(SELECT jsonb_array_elements_text(p -> 'by')) END;
  v.since := semantic.day_of(p, 'from', '1900-01-01');
  v.until := semantic.day_of(p, 'to', '9999-12-31');
  v.filters := CASE WHEN p ->> 'where' IS NULL THEN '{}' ELSE p -> 'where' END;
  v.source := pack.opt_text(p, 'source', NULL);
  v.currency := pack.opt_text(p, 'currency', (SELECT value #>> '{}' FROM pack.param WHERE key = 'currency'), 3);
  IF cardinality(v.dims) > 2 THEN
    PERFORM pack.fail_field('by', 'at most two dimensions');
  END IF;
  FOR v_name IN SELECT jsonb_object_keys(v.filters) LOOP
    IF jsonb_typeof(v.filters -> v_name) <> 'array' OR jsonb_array_length(v.filters -> v_name) NOT BETWEEN 1 AND 100 THEN
      PERFORM pack.fail_field('where', '1 to 100 values for each dimension');
    END IF;
  END LOOP;
  RETURN v;
END $$;

/* Money is a string of minor units, as everywhere in bodies; other figures are numbers. */
CREATE FUNCTION semantic.shown(p_value numeric, p_money boolean) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN p_money THEN to_jsonb(round(p_value)::text) ELSE to_jsonb(p_value) END
$$;
