-- What the REST binding of EPCIS 2.0 asks for beside queries: capture jobs as resources, one event as a resource.

/* Events of a document, of either kind that may be captured. Prefixes that the document declares go with each event: it is stored alone. */
CREATE FUNCTION epcis.events_in(p jsonb) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN epcis.spaces(p -> '@context') = '{}' OR jsonb_typeof(list) IS DISTINCT FROM 'array' THEN list
    ELSE (SELECT jsonb_agg(CASE WHEN jsonb_typeof(e) = 'object' AND NOT e ? '@context' THEN e || jsonb_build_object('@context', p -> '@context') ELSE e END ORDER BY n)
      FROM jsonb_array_elements(list) WITH ORDINALITY AS each (e, n)) END
  FROM (SELECT coalesce(p #> '{epcisBody,eventList}', p #> '{epcisBody,queryResults,resultsBody,eventList}') AS list) AS found
$$;

/* A capture job as the standard shows it: each refused event as a problem. */
CREATE FUNCTION epcis.job_document(p_job epcis.capture_job) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('captureID', p_job.capture_id, 'createdAt', at, 'finishedAt', at, 'running', false, 'success', p_job.errors = '[]',
    'captureErrorBehaviour', p_job.behaviour, 'captured', p_job.captured, 'duplicates', p_job.duplicates,
    'errors', (SELECT coalesce(jsonb_agg(jsonb_build_object('type', 'epcisException:ValidationException', 'title', 'The event is refused', 'status', 400,
      'detail', format('event %s: %s: expected %s', e ->> 'index', e ->> 'field', e ->> 'expected')) || e ORDER BY n), '[]')
      FROM jsonb_array_elements(p_job.errors) WITH ORDINALITY AS each (e, n)))
  FROM (SELECT to_char(p_job.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at) AS moment
$$;

/* An EPCISDocument or EPCISQueryDocument, 1 to 1,000 events. Always makes a capture job: one that has failed with `rollback` captured nothing
   and says why. The answer to each event stands beside it. */
CREATE FUNCTION api.submit_document(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_events jsonb := epcis.events_in(p);
  v_behaviour text := pack.opt_text(p, 'captureErrorBehaviour', 'rollback');
  v_answer jsonb;
  v_detail text;
  v_job epcis.capture_job;
BEGIN
  IF coalesce(p ->> 'type', '') NOT IN ('EPCISDocument', 'EPCISQueryDocument') THEN
    PERFORM pack.fail_field('type', 'EPCISDocument or EPCISQueryDocument');
  END IF;
  IF coalesce(p ->> 'schemaVersion', '2.0') !~ '^2\.0(\.[0-9]+)?$' THEN
    PERFORM pack.fail_field('schemaVersion', '2.0');
  END IF;
  IF v_behaviour NOT IN ('rollback', 'proceed') THEN
    PERFORM pack.fail_field('captureErrorBehaviour', 'rollback or proceed');
  END IF;
  IF jsonb_typeof(v_events) IS DISTINCT FROM 'array' OR jsonb_array_length(v_events) NOT BETWEEN 1 AND 1000 THEN
    PERFORM pack.fail_field('epcisBody', 'an eventList of 1 to 1000 events');
  END IF;
  BEGIN
    v_answer := epcis.capture(v_events, epcis.spaces(p -> '@context'), v_behaviour);
    SELECT * INTO v_job FROM epcis.capture_job WHERE capture_id = (v_answer ->> 'captureID')::uuid;
  EXCEPTION WHEN SQLSTATE 'ICL11' THEN
    GET STACKED DIAGNOSTICS v_detail = PG_EXCEPTION_DETAIL;
    INSERT INTO epcis.capture_job (behaviour, captured, duplicates, errors) VALUES (v_behaviour, 0, 0, v_detail::jsonb -> 'errors') RETURNING * INTO v_job;
    SELECT jsonb_build_object('events', jsonb_agg(jsonb_strip_nulls(jsonb_build_object('index', n, 'status', CASE WHEN e IS NULL THEN 'rolled_back' ELSE 'rejected' END,
      'error', e - 'index')) ORDER BY n)) INTO v_answer
    FROM generate_series(0, jsonb_array_length(v_events) - 1) AS n LEFT JOIN jsonb_array_elements(v_job.errors) AS e ON (e -> 'index')::int = n;
  END;
  RETURN epcis.job_document(v_job) || jsonb_build_object('events', v_answer -> 'events');
END $$;
SELECT pack.declare_function('submit_document', true);

/* One event of the standard, answered as it is stored. Known already it is answered again; ICL09 when its id belongs to another event. */
CREATE FUNCTION api.submit_event(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_answer jsonb := epcis.capture(jsonb_build_array(p), '{}', 'proceed') #> '{events,0}';
  v_error jsonb := v_answer -> 'error';
BEGIN
  IF v_error ->> 'field' = 'eventID' AND EXISTS (SELECT FROM epcis.known WHERE event_id = p ->> 'eventID') THEN
    PERFORM core.fail_taken('event', p ->> 'eventID');
  END IF;
  IF v_error IS NOT NULL THEN
    PERFORM pack.fail_field(v_error ->> 'field', v_error ->> 'expected');
  END IF;
  RETURN jsonb_build_object('eventID', v_answer -> 'eventID', 'status', v_answer -> 'status', 'event', (
    SELECT epcis.document(e, d.body) FROM epcis.known k JOIN epcis.event e USING (event_id, event_time) LEFT JOIN epcis.error_declaration d USING (event_id)
    WHERE k.event_id = v_answer ->> 'eventID'));
END $$;
SELECT pack.declare_function('submit_event', true);

/* {eventID}: one event, in a document of its own. ICL08 when there is none. */
CREATE FUNCTION api.read_event(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_id text := pack.need_text(p, 'eventID', 500);
  v_event jsonb;
BEGIN
  SELECT epcis.document(e, d.body) INTO v_event
  FROM epcis.known k JOIN epcis.event e USING (event_id, event_time) LEFT JOIN epcis.error_declaration d USING (event_id) WHERE k.event_id = v_id;
  IF NOT FOUND THEN
    PERFORM core.fail_missing('event', v_id);
  END IF;
  RETURN epcis.query_document(jsonb_build_array(CASE p ->> 'epcFormat' WHEN 'Always_GS1_Digital_Link' THEN epcis.with_links(v_event) ELSE v_event END));
END $$;
SELECT pack.declare_function('read_event', false);

/* {captureID}: what became of a document. ICL08 when there is no such job. */
CREATE FUNCTION api.read_capture_job(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_id text := pack.need_text(p, 'captureID', 100);
  v_job epcis.capture_job;
BEGIN
  IF pg_input_is_valid(v_id, 'uuid') THEN
    SELECT * INTO v_job FROM epcis.capture_job WHERE capture_id = v_id::uuid;
  END IF;
  IF v_job.capture_id IS NULL THEN
    PERFORM core.fail_missing('capture job', v_id);
  END IF;
  RETURN epcis.job_document(v_job);
END $$;
SELECT pack.declare_function('read_capture_job', false);

/* {perPage?, nextPageToken?}: jobs, the latest first. Their ids are made of time. */
CREATE FUNCTION api.list_capture_jobs(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_limit int := pack.opt_int(p, 'perPage', 30, 1, 500);
  v_before uuid := CASE WHEN p ->> 'nextPageToken' IS NULL THEN NULL ELSE pack.need_uuid(p, 'nextPageToken') END;
  v_jobs jsonb;
  v_last text;
BEGIN
  WITH page AS (
    SELECT j AS job, j.capture_id FROM epcis.capture_job j WHERE v_before IS NULL OR j.capture_id < v_before ORDER BY j.capture_id DESC LIMIT v_limit + 1
  ), numbered AS (
    SELECT *, row_number() OVER (ORDER BY capture_id DESC) AS n, count(*) OVER () AS rows_read FROM page
  )
  SELECT coalesce(jsonb_agg(epcis.job_document(job) ORDER BY n), '[]'), max(capture_id::text) FILTER (WHERE n = v_limit AND rows_read > v_limit)
  INTO v_jobs, v_last FROM numbered WHERE n <= v_limit;
  RETURN jsonb_strip_nulls(jsonb_build_object('jobs', v_jobs, 'nextPageToken', v_last));
END $$;
SELECT pack.declare_function('list_capture_jobs', false);
