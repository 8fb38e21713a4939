-- Events that came as rows of a table: the same door, with the rows told in every reject.

/* What was sent, short enough to keep. A subject stands at the top and nowhere else, where the forgetting of a person looks for it. */
CREATE FUNCTION ingest.kept_rows(p_rows jsonb, p_event jsonb, p_fields jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN length(kept::text) <= 20000 THEN kept ELSE jsonb_build_object('rows', p_rows, 'cut', left((kept - 'subject')::text, 20000)) END
  FROM (SELECT jsonb_build_object('rows', p_rows) || coalesce(p_event, jsonb_strip_nulls(jsonb_build_object('subject', p_fields -> 0 -> 'subject',
    'fields', (SELECT jsonb_agg(each - 'subject') FROM jsonb_array_elements(p_fields) AS each)))) AS kept) AS made
$$;

/* {rows: [{rows: [2, 3], item: CloudEvent} | {rows: [4], flaw, raw}, …]}: takes in those that are events, keeps the others as rejects with the
   numbers of their rows, and tells of each. */
CREATE FUNCTION api.ingest_rows(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_sources text[] := ingest.sources();
  v_oldest timestamptz := now() - make_interval(days => (pack.params() -> 'event_retention_days')::int);
  v_events jsonb;
  v_flawed jsonb;
  v_taken jsonb := '{"accepted": 0, "duplicate": 0, "rejected": 0}';
  v_sent int;
BEGIN
  IF jsonb_typeof(p -> 'rows') IS DISTINCT FROM 'array' OR jsonb_array_length(p -> 'rows') NOT BETWEEN 1 AND 1000 THEN
    PERFORM pack.fail_field('rows', '1 to 1000 events');
  END IF;
  v_sent := jsonb_array_length(p -> 'rows');
  WITH judged AS MATERIALIZED (
    SELECT each -> 'rows' AS rows, each -> 'item' AS item, n, each -> 'raw' AS raw,
      CASE WHEN each ? 'item' THEN ingest.flaw(each -> 'item', v_sources, v_oldest) ELSE coalesce(each ->> 'flaw', 'no row') END AS flaw
    FROM jsonb_array_elements(p -> 'rows') WITH ORDINALITY AS sent (each, n)
  )
  SELECT jsonb_agg(item ORDER BY n) FILTER (WHERE flaw IS NULL),
    jsonb_agg(jsonb_build_object('rows', rows, 'reason', flaw, 'id', coalesce(item ->> 'id', raw -> 0 ->> 'id'), 'source', coalesce(item ->> 'source', raw -> 0 ->> 'source'),
      'raw', ingest.kept_rows(rows, item, raw)) ORDER BY n) FILTER (WHERE flaw IS NOT NULL)
  INTO v_events, v_flawed FROM judged;
  INSERT INTO ingest.reject (source, event_id, reason, raw)
  SELECT left(r ->> 'source', 200), left(r ->> 'id', 200),
    format('row %s: %s', (SELECT string_agg(row, ', ') FROM jsonb_array_elements_text(r -> 'rows') AS row), r ->> 'reason'), r -> 'raw'
  FROM jsonb_array_elements(coalesce(v_flawed, '[]')) WITH ORDINALITY AS each (r, n) ORDER BY n;
  IF v_events IS NOT NULL THEN
    v_taken := api.ingest_events(jsonb_build_object('events', v_events));
  END IF;
  IF v_flawed IS NOT NULL THEN
    INSERT INTO ingest.batch (caller, smoke, accepted, duplicate, rejected)
    VALUES (nullif(current_setting('app.caller', true), ''), false, 0, 0, jsonb_array_length(v_flawed));
  END IF;
  RETURN jsonb_build_object('events', v_sent, 'accepted', v_taken -> 'accepted', 'duplicate', v_taken -> 'duplicate',
    'rejected', (v_taken -> 'rejected')::int + jsonb_array_length(coalesce(v_flawed, '[]')),
    'rejects', (SELECT coalesce(jsonb_agg(r - 'raw' - 'source' ORDER BY n), '[]') FROM jsonb_array_elements(v_flawed) WITH ORDINALITY AS each (r, n)));
END $$;
SELECT pack.declare_function('ingest_rows', true);
