-- Metrics and dimensions: asking, and adding to what can be asked.

/* {metric, by?, from?, to?, where?, source?, currency?, limit?}: the figure in all, or by one or two dimensions.
   → {metric, unit, money, by, rows: [{key, series, value, lines, people}], more} */
CREATE FUNCTION api.query_metric(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_question semantic.question := semantic.question_of(p);
  v_metric semantic.metric := semantic.need_metric(v_question.metric);
  v_limit int := pack.opt_int(p, 'limit', 500, 1, 5000);
BEGIN
  RETURN (
    SELECT jsonb_build_object('metric', v_metric.metric, 'unit', CASE WHEN v_metric.money THEN v_question.currency ELSE v_metric.unit END,
      'money', v_metric.money, 'additive', v_metric.additive, 'by', to_jsonb(v_question.dims), 'more', count(*) > v_limit,
      'rows', coalesce(jsonb_agg(jsonb_build_object('key', key, 'series', series, 'value', semantic.shown(value, v_metric.money),
        'lines', lines, 'people', people) ORDER BY key, series) FILTER (WHERE position <= v_limit), '[]'))
    FROM (SELECT cells.*, row_number() OVER (ORDER BY key, series) AS position FROM semantic.cells(v_question) AS cells) AS answer);
END $$;
SELECT pack.declare_function('query_metric', false);

/* {metric, title, kind: sum|count|distinct|ratio, measure?, numerator?, denominator?, unit?}: one more figure, made of known parts. */
CREATE FUNCTION api.create_metric(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_name text := pack.need_text(p, 'metric', 63);
  v_kind text := pack.need_text(p, 'kind', 20);
  v_measure text := pack.opt_text(p, 'measure', NULL, 20);
  v_over semantic.metric;
  v_under semantic.metric;
  v_money boolean;
BEGIN
  IF v_name !~ '^[a-z][a-z0-9_]*$' THEN
    PERFORM pack.fail_field('metric', 'lower-case letters, digits and underscores');
  END IF;
  IF v_kind = 'ratio' THEN
    v_over := semantic.need_metric(pack.need_text(p, 'numerator', 63));
    v_under := semantic.need_metric(pack.need_text(p, 'denominator', 63));
    v_money := v_over.money AND NOT v_under.money;
  ELSIF p ? 'numerator' OR p ? 'denominator' THEN
    PERFORM pack.fail_field('numerator', 'none, unless kind is ratio');
  END IF;
  IF NOT coalesce(CASE v_kind WHEN 'sum' THEN v_measure IN ('qty', 'revenue') WHEN 'distinct' THEN v_measure IN ('order', 'customer', 'product')
      WHEN 'count' THEN v_measure IS NULL WHEN 'ratio' THEN v_measure IS NULL END, false) THEN
    PERFORM pack.fail_field('measure', 'qty or revenue for sum; order, customer or product for distinct; none for count and ratio');
  END IF;
  v_money := coalesce(v_money, v_measure = 'revenue', false);
  INSERT INTO semantic.metric (metric, title, kind, measure, numerator, denominator, money, unit)
  VALUES (v_name, pack.need_text(p, 'title'), v_kind, v_measure, v_over.metric, v_under.metric, v_money,
    CASE WHEN v_money THEN 'minor' ELSE pack.opt_text(p, 'unit', '1', 40) END)
  ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    PERFORM asset.fail_taken('metric', v_name);
  END IF;
  RETURN jsonb_build_object('metric', v_name, 'kind', v_kind, 'money', v_money);
END $$;
SELECT pack.declare_function('create_metric', true);

/* {metric}: not one that came with the pack, nor one that another stands on. */
CREATE FUNCTION api.drop_metric(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_metric semantic.metric := semantic.need_metric(pack.need_text(p, 'metric', 63));
  v_by text := (SELECT min(metric) FROM semantic.metric WHERE v_metric.metric IN (numerator, denominator));
BEGIN
  IF v_metric.built_in OR v_by IS NOT NULL THEN
    PERFORM pack.fail('ICA08', 'the metric is in use',
      jsonb_build_object('kind', 'metric', 'id', v_metric.metric, 'by', coalesce(v_by, 'the pack')));
  END IF;
  DELETE FROM semantic.metric WHERE metric = v_metric.metric;
  RETURN jsonb_build_object('metric', v_metric.metric, 'dropped', true);
END $$;
SELECT pack.declare_function('drop_metric', true, true);

/* {dimension, title, of: product|customer, attribute}: figures by one more attribute of the members. */
CREATE FUNCTION api.create_dimension(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_name text := pack.need_text(p, 'dimension', 63);
  v_of text := pack.need_text(p, 'of', 20);
BEGIN
  IF v_name !~ '^[a-z][a-z0-9_]*$' OR v_name = 'all' THEN
    PERFORM pack.fail_field('dimension', 'lower-case letters, digits and underscores');
  END IF;
  IF v_of NOT IN ('product', 'customer') THEN
    PERFORM pack.fail_field('of', 'product or customer');
  END IF;
  INSERT INTO semantic.dimension (dimension, title, of, attribute)
  VALUES (v_name, pack.need_text(p, 'title'), v_of, pack.need_text(p, 'attribute', 60))
  ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    PERFORM asset.fail_taken('dimension', v_name);
  END IF;
  RETURN jsonb_build_object('dimension', v_name, 'of', v_of, 'attribute', p ->> 'attribute');
END $$;
SELECT pack.declare_function('create_dimension', true);
