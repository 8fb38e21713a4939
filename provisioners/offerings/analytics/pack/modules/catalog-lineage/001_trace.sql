-- From every figure back to the events it came from, and from every dataset forward to what hangs on it.

/* {metric, from?, to?, where?, source?, currency?, limit?}: the events behind a figure, newest first. Days that retention has dropped
   are counted, not shown: `gone` says how many lines came from them. */
CREATE FUNCTION api.trace_figure(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_question semantic.question := semantic.question_of(p - 'by');
  v_metric semantic.metric := semantic.need_metric(v_question.metric);
  v_limit int := pack.opt_int(p, 'limit', 100, 1, 1000);
  v_answer jsonb;
BEGIN
  EXECUTE format($sql$
    WITH behind AS MATERIALIZED (SELECT f.source, f.event_id, f.sold_at, f.revenue_minor, f.currency, f.qty %s),
    events AS (
      SELECT behind.source, behind.event_id, max(sold_at) AS sold_at, count(*) AS lines, sum(qty) AS qty,
        sum(revenue_minor) AS revenue_minor, min(currency) AS currency,
        EXISTS (SELECT FROM ingest.event e WHERE e.source = behind.source AND e.id = behind.event_id) AS kept
      FROM behind GROUP BY 1, 2),
    shown AS (SELECT * FROM events WHERE kept ORDER BY sold_at DESC, source, event_id LIMIT %s)
    SELECT jsonb_build_object(
      'lines', (SELECT count(*) FROM behind), 'events', (SELECT count(*) FROM events),
      'gone', (SELECT coalesce(sum(lines), 0) FROM events WHERE NOT kept),
      'rows', coalesce((SELECT jsonb_agg(jsonb_build_object('source', source, 'id', event_id, 'time', sold_at, 'lines', lines, 'qty', qty,
        'revenueMinor', revenue_minor::text, 'currency', currency) ORDER BY sold_at DESC, source, event_id) FROM shown), '[]'))
    $sql$, semantic.scope_sql(v_question), v_limit) INTO v_answer;
  RETURN jsonb_build_object('metric', v_metric.metric) || v_answer;
END $$;
SELECT pack.declare_function('trace_figure', false);

/* {dataset}: everything that is made of it, how far away, whose it is, and the running shares that hang on it. */
CREATE FUNCTION api.impact_of(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_dataset text := pack.need_text(p, 'dataset', 63);
BEGIN
  IF NOT EXISTS (SELECT FROM asset.dataset WHERE dataset = v_dataset) THEN
    PERFORM asset.fail_missing('dataset', v_dataset);
  END IF;
  RETURN (
    WITH RECURSIVE reach (dataset, steps) AS (
      SELECT v_dataset, 0
      UNION SELECT l.child, reach.steps + 1 FROM reach JOIN asset.lineage l ON l.parent = reach.dataset
    ), nearest AS (SELECT dataset, min(steps) AS steps FROM reach GROUP BY dataset)
    SELECT jsonb_build_object('dataset', v_dataset,
      'rows', coalesce(jsonb_agg(jsonb_build_object('dataset', d.dataset, 'steps', n.steps, 'owner', d.owner, 'classification', d.classification)
        ORDER BY n.steps, d.dataset) FILTER (WHERE n.steps > 0), '[]'),
      'owners', (SELECT coalesce(jsonb_agg(DISTINCT o.owner), '[]') FROM nearest JOIN asset.dataset o USING (dataset) WHERE steps > 0 AND o.owner IS NOT NULL),
      'runningShares', (SELECT count(*) FROM asset.share s JOIN nearest USING (dataset) WHERE s.until > now() AND s.scope <> 'smoke'))
    FROM nearest n JOIN asset.dataset d USING (dataset));
END $$;
SELECT pack.declare_function('impact_of', false);
