-- The public side of a hybrid tenant: figures as of the last word from the private side, shares, and a buffer for events. It holds
-- no credential for the private side and goes on while that one is away.

SELECT pack.default_params('{"idempotency_error": "ICA03", "body_error": "ICA09"}');

CREATE SCHEMA front;

/* {events: [CloudEvent, …]}: keeps a batch until the private side takes it in; what is known twice is found there. */
CREATE FUNCTION api.buffer_events(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_id uuid := uuidv7();
BEGIN
  IF jsonb_typeof(p -> 'events') IS DISTINCT FROM 'array' OR jsonb_array_length(p -> 'events') NOT BETWEEN 1 AND 1000 THEN
    PERFORM pack.fail_field('events', '1 to 1000 CloudEvents');
  END IF;
  INSERT INTO intake.batch (batch_id, events) VALUES (v_id, p -> 'events');
  RETURN jsonb_build_object('batchId', v_id, 'events', jsonb_array_length(p -> 'events'), 'state', 'buffered');
END $$;
SELECT pack.declare_function('buffer_events', true);

/* {}: forgets batches that the private side has taken in. Only inserts travel, so nothing is taken back by this. */
CREATE FUNCTION api.forget_taken_batches(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_forgotten bigint;
BEGIN
  DELETE FROM intake.batch b USING edge.batch_done d WHERE d.batch_id = b.batch_id;
  GET DIAGNOSTICS v_forgotten = ROW_COUNT;
  RETURN jsonb_build_object('forgotten', v_forgotten);
END $$;
SELECT pack.declare_function('forget_taken_batches', false, true);

/* {shareId}: what the grantee may see, as long as the share lasts. ICA04 for one that has not come here, ICA07 after its end. */
CREATE FUNCTION api.read_share(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v edge.share;
BEGIN
  SELECT * INTO v FROM edge.share WHERE share_id = pack.need_uuid(p, 'shareId');
  IF NOT FOUND THEN
    PERFORM pack.fail('ICA04', 'no share of this number', jsonb_build_object('kind', 'share', 'id', p ->> 'shareId'));
  END IF;
  IF v.until <= now() THEN
    PERFORM pack.fail('ICA07', 'the share has ended', jsonb_build_object('shareId', v.share_id, 'until', v.until));
  END IF;
  RETURN (
    SELECT jsonb_build_object('shareId', v.share_id, 'metric', v.metric, 'by', v.dimension, 'purpose', v.purpose, 'until', v.until,
      'asOf', (SELECT at FROM edge.pulse), 'rows', coalesce(jsonb_agg(jsonb_build_object('day', d, 'cell', cell, 'value', value::text,
        'unit', unit, 'people', n) ORDER BY d, cell), '[]'))
    FROM edge.metric_day WHERE scope = v.scope AND metric = v.metric AND dimension = v.dimension);
END $$;
SELECT pack.declare_function('read_share', false);

-- key: metric, day, by, cell
CREATE VIEW api.metric_day AS
SELECT metric, to_char(d, 'YYYY-MM-DD') AS day, dimension AS "by", cell, value, unit, n AS people, exported_at
FROM edge.metric_day WHERE scope = 'all';

-- key: batch_id. `buffered` until the private side has said what became of it.
CREATE VIEW api.batches AS
SELECT batch_id, coalesce(b.at, d.at) AS at, jsonb_array_length(b.events) AS events, CASE WHEN d.batch_id IS NULL THEN 'buffered' ELSE 'taken' END AS state,
  d.accepted, d.duplicate, d.rejected
FROM edge.batch_done d FULL JOIN intake.batch b USING (batch_id);

CREATE VIEW front.invariants AS
SELECT 'shared_cells_are_anonymous' AS rule, count(*) AS violations FROM edge.metric_day WHERE n < 10
UNION ALL
SELECT 'edge_names_no_person', count(*)
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
WHERE c.relnamespace = 'edge'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
  AND a.attname ~ '(email|phone|name|address|customer|subject|grantee|person)';

SELECT pack.add_view_part('invariants', 'front.invariants');

CREATE VIEW front.kpis AS
SELECT 'edge_staleness_seconds' AS name, (SELECT greatest(0, extract(epoch FROM now() - at)) FROM edge.pulse)::double precision AS value, 's' AS unit
UNION ALL SELECT 'figures_shown', (SELECT count(*) FROM edge.metric_day WHERE scope = 'all'), '1'
UNION ALL SELECT 'batches_waiting', (SELECT count(*) FROM intake.batch b
    WHERE NOT EXISTS (SELECT FROM edge.batch_done d WHERE d.batch_id = b.batch_id)), '1';

SELECT pack.add_view_part('kpis', 'front.kpis');
