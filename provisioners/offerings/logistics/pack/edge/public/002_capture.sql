-- The REST binding of EPCIS 2.0 at the edge: a document is kept, and becomes events when the private side takes it in. Until then the capture
-- job runs, as the standard foresees.

CREATE FUNCTION serve.job_document(p_batch intake.scan_batch, p_done edge.scan_batch_done) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_strip_nulls(jsonb_build_object('captureID', p_batch.batch_id, 'createdAt', to_char(p_batch.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'finishedAt', to_char(p_done.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'running', p_done.batch_id IS NULL,
    'success', coalesce(p_done.rejected, 0) = 0, 'captureErrorBehaviour', 'proceed', 'captured', p_done.captured, 'duplicates', p_done.duplicates,
    'errors', CASE WHEN p_done.rejected > 0 THEN jsonb_build_array(jsonb_build_object('type', 'epcisException:ValidationException', 'title', 'Events are refused',
      'status', 400, 'detail', format('%s of %s events', p_done.rejected, jsonb_array_length(p_batch.events)))) ELSE '[]' END))
$$;

/* An EPCISDocument or EPCISQueryDocument, 1 to 1,000 events: kept until the private side takes it in, each event for itself. */
CREATE FUNCTION api.submit_document(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_events jsonb := coalesce(p #> '{epcisBody,eventList}', p #> '{epcisBody,queryResults,resultsBody,eventList}');
  v_batch intake.scan_batch;
BEGIN
  IF coalesce(p ->> 'type', '') NOT IN ('EPCISDocument', 'EPCISQueryDocument') THEN
    PERFORM pack.fail_field('type', 'EPCISDocument or EPCISQueryDocument');
  END IF;
  IF coalesce(p ->> 'schemaVersion', '2.0') !~ '^2\.0(\.[0-9]+)?$' THEN
    PERFORM pack.fail_field('schemaVersion', '2.0');
  END IF;
  IF jsonb_typeof(v_events) IS DISTINCT FROM 'array' OR jsonb_array_length(v_events) NOT BETWEEN 1 AND 1000
    OR jsonb_path_exists(v_events, '$[*] ? (!(@.type() == "object") || !exists(@.type) || !exists(@.eventTime))') THEN
    PERFORM pack.fail_field('epcisBody', 'an eventList of 1 to 1000 events, each with type and eventTime');
  END IF;
  IF jsonb_path_exists(p, '$."@context"[*] ? (@.type() == "object")') THEN -- prefixes go with each event
    v_events := (SELECT jsonb_agg(jsonb_build_object('@context', p -> '@context') || e ORDER BY n) FROM jsonb_array_elements(v_events) WITH ORDINALITY AS each (e, n));
  END IF;
  INSERT INTO intake.scan_batch (batch_id, events) VALUES (uuidv7(), v_events) RETURNING * INTO v_batch;
  RETURN serve.job_document(v_batch, NULL);
END $$;
SELECT pack.declare_function('submit_document', true);

/* {captureID}: whether the private side has taken a document in, and how many of its events. */
CREATE FUNCTION api.read_capture_job(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_id text := pack.need_text(p, 'captureID', 100);
  v_batch intake.scan_batch;
  v_done edge.scan_batch_done;
BEGIN
  IF pg_input_is_valid(v_id, 'uuid') THEN
    SELECT * INTO v_batch FROM intake.scan_batch WHERE batch_id = v_id::uuid;
  END IF;
  IF v_batch.batch_id IS NULL THEN
    PERFORM pack.fail('ICL08', 'no such capture job', jsonb_build_object('kind', 'capture job', 'id', v_id));
  END IF;
  SELECT * INTO v_done FROM edge.scan_batch_done WHERE batch_id = v_batch.batch_id;
  RETURN serve.job_document(v_batch, v_done);
END $$;
SELECT pack.declare_function('read_capture_job', false);
