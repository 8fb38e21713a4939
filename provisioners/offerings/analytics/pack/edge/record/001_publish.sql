-- The private side shows its public face, in the transaction that changed it, and takes in what the edge has buffered.

CREATE SCHEMA edge_link;

INSERT INTO edge.pulse (at) VALUES (now());
INSERT INTO edge.metric_day (scope, metric, d, dimension, cell, value, n, unit, exported_at)
SELECT scope, metric, d, dimension, cell, value, n, unit, exported_at FROM asset.metric_day;
INSERT INTO edge.share (share_id, metric, dimension, scope, purpose, until)
SELECT share_id, metric, dimension, scope, purpose, until FROM asset.share;

CREATE FUNCTION edge_link.show_figure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    DELETE FROM edge.metric_day WHERE (scope, metric, d, dimension, cell) = (OLD.scope, OLD.metric, OLD.d, OLD.dimension, OLD.cell);
  END IF;
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO edge.metric_day (scope, metric, d, dimension, cell, value, n, unit, exported_at)
    VALUES (NEW.scope, NEW.metric, NEW.d, NEW.dimension, NEW.cell, NEW.value, NEW.n, NEW.unit, NEW.exported_at);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER edge_figure AFTER INSERT OR UPDATE OR DELETE ON asset.metric_day
  FOR EACH ROW EXECUTE FUNCTION edge_link.show_figure();

CREATE FUNCTION edge_link.show_share() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    DELETE FROM edge.share WHERE share_id = OLD.share_id;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO edge.share (share_id, metric, dimension, scope, purpose, until)
    VALUES (NEW.share_id, NEW.metric, NEW.dimension, NEW.scope, NEW.purpose, NEW.until);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER edge_share AFTER INSERT OR UPDATE OR DELETE ON asset.share
  FOR EACH ROW EXECUTE FUNCTION edge_link.show_share();

/* {limit?}: takes in batches that the edge has buffered, each once and through the same door as every event, and tells the edge.
   What was taken is gone from here; an answer stays there for a week. */
CREATE FUNCTION api.settle_edge(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_limit int := pack.opt_int(p, 'limit', 50, 1, 1000);
  v_batch intake.batch;
  v_answer jsonb;
  v_taken int := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('analytics.settle_edge', 0));
  FOR v_batch IN SELECT * FROM intake.batch ORDER BY at, batch_id LIMIT v_limit LOOP
    v_answer := api.ingest_events(jsonb_build_object('events', v_batch.events));
    INSERT INTO edge.batch_done (batch_id, accepted, duplicate, rejected)
    VALUES (v_batch.batch_id, (v_answer -> 'accepted')::int, (v_answer -> 'duplicate')::int, (v_answer -> 'rejected')::int)
    ON CONFLICT DO NOTHING;
    DELETE FROM intake.batch WHERE batch_id = v_batch.batch_id;
    v_taken := v_taken + 1;
  END LOOP;
  DELETE FROM edge.batch_done WHERE at < now() - interval '7 days';
  UPDATE edge.pulse SET at = now();
  RETURN jsonb_build_object('batches', v_taken);
END $$;
SELECT pack.declare_function('settle_edge', false);

-- key: batch_id
CREATE VIEW api.edge_batches AS
SELECT batch_id, at, jsonb_array_length(events) AS events FROM intake.batch;

CREATE VIEW edge_link.invariants AS
SELECT 'edge_shows_what_was_exported' AS rule, count(*) AS violations
FROM asset.metric_day a FULL JOIN edge.metric_day e USING (scope, metric, d, dimension, cell)
WHERE (a.value, a.n) IS DISTINCT FROM (e.value, e.n);

SELECT pack.add_view_part('invariants', 'edge_link.invariants');
