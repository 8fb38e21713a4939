-- Capturing events: checked one by one, answered one by one, folded into the state once for the whole document.

-- An event on its way in.
CREATE TYPE epcis.draft AS (
  n int, event_id text, event_time timestamptz, content_hash bytea, type text, body jsonb, declaration jsonb, problem jsonb
);

CREATE FUNCTION epcis.problem(p_field text, p_expected text) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_object('field', p_field, 'expected', p_expected)
$$;

CREATE FUNCTION epcis.has_items(e jsonb, p_field text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE jsonb_typeof(e -> p_field) WHEN 'array' THEN jsonb_array_length(e -> p_field) > 0 ELSE false END
$$;

CREATE FUNCTION epcis.is_instant(p_time text) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT coalesce(p_time ~ '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$' AND pg_input_is_valid(p_time, 'timestamptz'), false)
$$;

/* Identifiers of an event with the part each plays, as they were sent. */
CREATE FUNCTION epcis.ids_of(e jsonb) RETURNS TABLE (role text, field text, id text) LANGUAGE sql IMMUTABLE AS $$
  SELECT role, field, item ->> CASE WHEN field LIKE '%uantityList' THEN 'epcClass' END
  FROM (VALUES ('class', 'quantityList'), ('class', 'childQuantityList'), ('class', 'inputQuantityList'), ('class', 'outputQuantityList')) AS list (role, field),
    LATERAL jsonb_array_elements(CASE jsonb_typeof(e -> field) WHEN 'array' THEN e -> field ELSE '[]' END) AS item
  UNION ALL
  SELECT role, field, item #>> '{}'
  FROM (VALUES ('epc', 'epcList'), ('child', 'childEPCs'), ('in', 'inputEPCList'), ('out', 'outputEPCList')) AS list (role, field),
    LATERAL jsonb_array_elements(CASE jsonb_typeof(e -> field) WHEN 'array' THEN e -> field ELSE '[]' END) AS item
  UNION ALL
  SELECT CASE WHEN e ->> 'type' IN ('AggregationEvent', 'AssociationEvent') AND coalesce(e -> 'childEPCs', '[]') = '[]' THEN 'whole' ELSE 'parent' END,
    'parentID', e ->> 'parentID'
  WHERE e ->> 'parentID' IS NOT NULL
$$;

/* What the kind of an event requires and has not. */
CREATE FUNCTION epcis.kind_problem(e jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN (e ->> 'type' = 'TransformationEvent') <> (e ->> 'action' IS NULL) OR e ->> 'action' NOT IN ('ADD', 'OBSERVE', 'DELETE')
      THEN epcis.problem('action', 'ADD, OBSERVE or DELETE; none for a TransformationEvent')
    WHEN e ->> 'type' = 'ObjectEvent' AND NOT (epcis.has_items(e, 'epcList') OR epcis.has_items(e, 'quantityList') OR epcis.has_items(e, 'sensorElementList'))
      THEN epcis.problem('epcList', 'epcList, quantityList or sensorElementList')
    WHEN e ->> 'type' IN ('AggregationEvent', 'AssociationEvent') AND e ->> 'action' <> 'OBSERVE' AND e ->> 'parentID' IS NULL
      THEN epcis.problem('parentID', 'the container')
    WHEN e ->> 'type' IN ('AggregationEvent', 'AssociationEvent') AND e ->> 'action' = 'ADD'
      AND NOT (epcis.has_items(e, 'childEPCs') OR epcis.has_items(e, 'childQuantityList')) THEN epcis.problem('childEPCs', 'what goes into it')
    WHEN e ->> 'type' = 'TransactionEvent' AND NOT epcis.has_items(e, 'bizTransactionList') THEN epcis.problem('bizTransactionList', 'at least one transaction')
    WHEN e ->> 'type' = 'TransformationEvent' AND e ->> 'transformationID' IS NULL AND NOT (epcis.has_items(e, 'inputEPCList')
      OR epcis.has_items(e, 'inputQuantityList') OR epcis.has_items(e, 'outputEPCList') OR epcis.has_items(e, 'outputQuantityList'))
      THEN epcis.problem('inputEPCList', 'inputs, outputs or a transformationID')
  END
$$;

/* What is wrong with an event, as {field, expected}; NULL when it can be captured. */
CREATE FUNCTION epcis.event_problem(e jsonb, p_oldest timestamptz) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_problem jsonb;
BEGIN
  IF jsonb_typeof(e) IS DISTINCT FROM 'object' OR coalesce(e ->> 'type', '') NOT IN
    ('ObjectEvent', 'AggregationEvent', 'TransactionEvent', 'TransformationEvent', 'AssociationEvent') THEN
    RETURN epcis.problem('type', 'one of the five EPCIS event types');
  END IF;
  IF NOT (epcis.is_instant(e ->> 'eventTime')) THEN
    RETURN epcis.problem('eventTime', 'an ISO 8601 time with its offset');
  END IF;
  IF (e ->> 'eventTime')::timestamptz < p_oldest OR (e ->> 'eventTime')::timestamptz > now() + interval '1 day' THEN
    RETURN epcis.problem('eventTime', format('a time from %s to tomorrow', p_oldest));
  END IF;
  IF coalesce(e ->> 'eventTimeZoneOffset', '') !~ '^[+-](0[0-9]|1[0-4]):[0-5][0-9]$' THEN
    RETURN epcis.problem('eventTimeZoneOffset', 'an offset such as +08:00');
  END IF;
  IF e ? 'eventID' AND (coalesce(e ->> 'eventID', '') !~ '^[A-Za-z][A-Za-z0-9+.-]*:[^\s]+$' OR length(e ->> 'eventID') > 300) THEN
    RETURN epcis.problem('eventID', 'a URI');
  END IF;
  IF coalesce(epcis.word(e ->> 'bizStep') !~ ':' AND NOT EXISTS (SELECT FROM epcis.biz_step WHERE code = epcis.word(e ->> 'bizStep')), false) THEN
    RETURN epcis.problem('bizStep', 'a business step of CBV 2.0, or a URI');
  END IF;
  IF coalesce(epcis.word(e ->> 'disposition') !~ ':' AND NOT EXISTS (SELECT FROM epcis.disposition WHERE code = epcis.word(e ->> 'disposition')), false) THEN
    RETURN epcis.problem('disposition', 'a disposition of CBV 2.0, or a URI');
  END IF;
  IF e ? 'errorDeclaration' AND NOT epcis.is_instant(e #>> '{errorDeclaration,declarationTime}') THEN
    RETURN epcis.problem('errorDeclaration.declarationTime', 'an ISO 8601 time with its offset');
  END IF;
  v_problem := epcis.kind_problem(e);
  IF v_problem IS NOT NULL THEN
    RETURN v_problem;
  END IF;
  SELECT epcis.problem(field, expected) INTO v_problem
  FROM (SELECT field, id FROM epcis.ids_of(e) UNION ALL
    SELECT field || '.id', e -> field ->> 'id' FROM unnest('{readPoint,bizLocation}'::text[]) AS field WHERE e ? field) AS named,
    LATERAL (SELECT core.id_problem(core.canonical_id(id)) AS expected) AS checked
  WHERE id IS NULL OR expected IS NOT NULL LIMIT 1;
  IF v_problem IS NULL AND EXISTS (SELECT FROM epcis.ids_of(e) WHERE role = 'child' AND core.canonical_id(id) = core.canonical_id(e ->> 'parentID')) THEN
    RETURN epcis.problem('childEPCs', 'nothing that is its own container');
  END IF;
  RETURN v_problem;
END $$;

/* Every event of a list as a draft. Without an eventID it is named by its content. */
CREATE FUNCTION epcis.drafts(p_events jsonb, p_spaces jsonb) RETURNS SETOF epcis.draft LANGUAGE sql STABLE AS $$
  WITH checked AS MATERIALIZED ( -- once for each event
    SELECT e, (n - 1)::int AS n, epcis.event_problem(e, oldest) AS problem
    FROM (SELECT date_trunc('month', now() - make_interval(months => (pack.params() -> 'event_retention_months')::int), 'UTC') AS oldest) AS horizon,
      jsonb_array_elements(p_events) WITH ORDINALITY AS each (e, n)
  ), hashed AS MATERIALIZED (
    SELECT n, e, epcis.content_hash(e, p_spaces || epcis.spaces(e -> '@context')) AS hash FROM checked WHERE problem IS NULL
  )
  SELECT n, coalesce(e ->> 'eventID', 'ni:///sha-256;' || encode(hash, 'hex') || '?ver=CBV2.0'), (e ->> 'eventTime')::timestamptz, hash, e ->> 'type',
    e - 'errorDeclaration' - 'recordTime', e -> 'errorDeclaration', NULL::jsonb
  FROM hashed
  UNION ALL
  SELECT n, NULL, NULL, NULL, e ->> 'type', NULL, NULL, problem FROM checked WHERE problem IS NOT NULL
$$;

/* Stores drafts that are new and says which event ids those were. p_lag: recorded so long after they happened; NULL: recorded now. */
CREATE FUNCTION epcis.store(p_drafts epcis.draft[], p_lag interval) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
  v_new text[];
BEGIN
  WITH fresh AS ( -- in one order, so that two documents with the same events do not wait for each other in a circle
    INSERT INTO epcis.known (event_id, event_time, content_hash)
    SELECT DISTINCT ON (event_id) event_id, event_time, content_hash FROM unnest(p_drafts) WHERE problem IS NULL ORDER BY event_id, n
    ON CONFLICT DO NOTHING RETURNING event_id
  ) SELECT coalesce(array_agg(event_id), '{}') INTO v_new FROM fresh;

  INSERT INTO epcis.event (event_id, event_time, record_time, type, action, biz_step, disposition, read_point, biz_location, body)
  SELECT DISTINCT ON (event_id) event_id, event_time, coalesce(event_time + p_lag, clock_timestamp()), type, body ->> 'action', epcis.word(body ->> 'bizStep'),
    epcis.word(body ->> 'disposition'), core.canonical_id(body #>> '{readPoint,id}'), core.canonical_id(body #>> '{bizLocation,id}'), body
  FROM unnest(p_drafts) WHERE event_id = ANY (v_new) ORDER BY event_id, n;

  INSERT INTO epcis.event_epc (epc, event_time, event_id, role)
  SELECT DISTINCT core.canonical_id(id), event_time, event_id, role
  FROM unnest(p_drafts), LATERAL epcis.ids_of(body) WHERE event_id = ANY (v_new);
  RETURN v_new;
END $$;

/* Declares drafts that say so to be in error, and says which event ids were sound before. */
CREATE FUNCTION epcis.declare_errors(p_drafts epcis.draft[]) RETURNS text[] LANGUAGE sql AS $$
  WITH fresh AS (
    INSERT INTO epcis.error_declaration (event_id, event_time, declared_at, reason, corrective_ids, body)
    SELECT DISTINCT ON (event_id) event_id, event_time, (declaration ->> 'declarationTime')::timestamptz, declaration ->> 'reason',
      ARRAY(SELECT jsonb_array_elements_text(CASE jsonb_typeof(declaration -> 'correctiveEventIDs') WHEN 'array' THEN declaration -> 'correctiveEventIDs' ELSE '[]' END)),
      declaration
    FROM unnest(p_drafts) WHERE problem IS NULL AND declaration IS NOT NULL ORDER BY event_id, n
    ON CONFLICT DO NOTHING RETURNING event_id
  ) SELECT coalesce(array_agg(event_id), '{}') FROM fresh
$$;

/* Takes new and newly declared events into aggregations, containment, and the state of the parcels they touch. */
CREATE FUNCTION epcis.absorb(p_new text[], p_declared text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_children text[];
BEGIN
  WITH gone AS (
    DELETE FROM epcis.aggregation WHERE event_id = ANY (p_declared) RETURNING parent, child
  ), came AS (
    INSERT INTO epcis.aggregation (parent, child, event_time, event_id, action)
    SELECT DISTINCT core.canonical_id(e.body ->> 'parentID'), coalesce(x.epc, ''), e.event_time, e.event_id, e.action
    FROM epcis.event e
    JOIN epcis.known k USING (event_id, event_time)
    LEFT JOIN epcis.event_epc x ON (x.event_id, x.event_time, x.role) = (e.event_id, e.event_time, 'child')
    WHERE k.event_id = ANY (p_new) AND e.type IN ('AggregationEvent', 'AssociationEvent') AND e.action IN ('ADD', 'DELETE')
      AND (x.epc IS NOT NULL OR e.action = 'DELETE')
      AND NOT EXISTS (SELECT FROM epcis.error_declaration d WHERE d.event_id = e.event_id)
    RETURNING parent, child
  ), touched AS (
    SELECT parent, child FROM gone UNION SELECT parent, child FROM came
  )
  SELECT array_agg(DISTINCT child) INTO v_children
  FROM (SELECT child FROM touched UNION ALL SELECT a.child FROM touched t JOIN epcis.aggregation a ON a.parent = t.parent WHERE t.child = '') AS all_of_them
  WHERE child <> '';
  PERFORM epcis.refold(v_children);
  PERFORM epcis.recompute(ARRAY(
    SELECT DISTINCT epcis.parcels_within(coalesce(v_children, '{}') || array_agg(x.epc))
    FROM epcis.known k JOIN epcis.event_epc x USING (event_id, event_time)
    WHERE k.event_id = ANY (p_new || p_declared)));
END $$;

/* Events that change what is in what come one after the other; all others come together, but not with those. */
CREATE FUNCTION epcis.lock_containment(p_events jsonb) RETURNS void LANGUAGE sql AS $$
  SELECT CASE WHEN jsonb_path_exists(p_events, '$[*] ? (@.type == "AggregationEvent" || @.type == "AssociationEvent" || exists(@.errorDeclaration))')
    THEN pg_advisory_xact_lock(hashtextextended('epcis.containment', 0))
    ELSE pg_advisory_xact_lock_shared(hashtextextended('epcis.containment', 0)) END
$$;

CREATE FUNCTION epcis.refuse(p_errors jsonb) RETURNS void LANGUAGE sql AS $$
  SELECT pack.fail('ICL11', 'events of the document are refused, so none of them was captured', jsonb_build_object('errors', p_errors))
$$;

/* Captures a list of events and answers for each. With `rollback` one bad event refuses all. */
CREATE FUNCTION epcis.capture(p_events jsonb, p_spaces jsonb, p_behaviour text) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  v_drafts epcis.draft[];
  v_new text[];
  v_answers jsonb;
  v_errors jsonb;
  v_job epcis.capture_job;
BEGIN
  PERFORM epcis.lock_containment(p_events);
  v_drafts := ARRAY(SELECT d FROM epcis.drafts(p_events, p_spaces) AS d);
  IF p_behaviour = 'rollback' AND EXISTS (SELECT FROM unnest(v_drafts) WHERE problem IS NOT NULL) THEN
    PERFORM epcis.refuse((SELECT jsonb_agg(problem || jsonb_build_object('index', n) ORDER BY n) FROM unnest(v_drafts) WHERE problem IS NOT NULL));
  END IF;
  v_new := epcis.store(v_drafts, NULL);

  -- An id that belongs to another event is refused, whichever came first.
  v_drafts := ARRAY(
    SELECT ROW(d.n, d.event_id, d.event_time, d.content_hash, d.type, d.body, d.declaration, CASE
      WHEN d.problem IS NULL AND (k.content_hash, k.event_time) <> (d.content_hash, d.event_time) THEN epcis.problem('eventID', 'an id of its own')
      ELSE d.problem END)::epcis.draft
    FROM unnest(v_drafts) AS d LEFT JOIN epcis.known k USING (event_id) ORDER BY d.n);
  SELECT jsonb_agg(problem || jsonb_build_object('index', n) ORDER BY n) INTO v_errors FROM unnest(v_drafts) WHERE problem IS NOT NULL;
  IF p_behaviour = 'rollback' AND v_errors IS NOT NULL THEN
    PERFORM epcis.refuse(v_errors);
  END IF;

  PERFORM epcis.absorb(v_new, epcis.declare_errors(v_drafts));
  SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('index', n, 'eventID', event_id, 'error', problem, 'status', CASE
      WHEN problem IS NOT NULL THEN 'rejected'
      WHEN event_id = ANY (v_new) AND rank = 1 THEN 'captured'
      WHEN declaration IS NOT NULL THEN 'declared' ELSE 'duplicate' END)) ORDER BY n)
  INTO v_answers
  FROM (SELECT d.*, row_number() OVER (PARTITION BY event_id ORDER BY n) AS rank FROM unnest(v_drafts) AS d) AS ranked;
  INSERT INTO epcis.capture_job (behaviour, captured, duplicates, errors)
  SELECT p_behaviour, count(*) FILTER (WHERE a ->> 'status' = 'captured'), count(*) FILTER (WHERE a ->> 'status' = 'duplicate'), coalesce(v_errors, '[]')
  FROM jsonb_array_elements(v_answers) AS a
  RETURNING * INTO v_job;
  RETURN jsonb_build_object('captureID', v_job.capture_id, 'createdAt', v_job.created_at, 'success', v_errors IS NULL, 'running', false,
    'captureErrorBehaviour', p_behaviour, 'captured', v_job.captured, 'duplicates', v_job.duplicates,
    'rejected', jsonb_array_length(v_job.errors), 'events', v_answers);
END $$;

/* An EPCISDocument of the standard, 1 to 1,000 events; `captureErrorBehaviour` beside its members is the header of the standard's binding. */
CREATE FUNCTION api.capture(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_events jsonb := p #> '{epcisBody,eventList}';
  v_behaviour text := pack.opt_text(p, 'captureErrorBehaviour', 'rollback');
BEGIN
  IF p ->> 'type' IS DISTINCT FROM 'EPCISDocument' THEN
    PERFORM pack.fail_field('type', 'EPCISDocument');
  END IF;
  IF coalesce(p ->> 'schemaVersion', '') !~ '^2\.0(\.[0-9]+)?$' THEN
    PERFORM pack.fail_field('schemaVersion', '2.0');
  END IF;
  IF v_behaviour NOT IN ('rollback', 'proceed') THEN
    PERFORM pack.fail_field('captureErrorBehaviour', 'rollback or proceed');
  END IF;
  IF jsonb_typeof(v_events) IS DISTINCT FROM 'array' OR jsonb_array_length(v_events) NOT BETWEEN 1 AND 1000 THEN
    PERFORM pack.fail_field('epcisBody.eventList', '1 to 1000 events');
  END IF;
  RETURN epcis.capture(v_events, epcis.spaces(p -> '@context'), v_behaviour);
END $$;
SELECT pack.declare_function('capture', true);

/* One event of the standard, alone, as POST /events takes it. ICL07 says what is wrong with it. */
CREATE FUNCTION api.capture_event(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_answer jsonb := epcis.capture(jsonb_build_array(p), '{}', 'proceed');
  v_error jsonb := v_answer #> '{events,0,error}';
BEGIN
  IF v_error IS NOT NULL THEN
    PERFORM pack.fail_field(v_error ->> 'field', v_error ->> 'expected');
  END IF;
  RETURN v_answer #> '{events,0}' || jsonb_build_object('captureID', v_answer -> 'captureID');
END $$;
SELECT pack.declare_function('capture_event', true);

/* {eventID, reason?, correctiveEventIDs?}: declares a stored event to be in error. History stays; what it moved is moved back. */
CREATE FUNCTION api.declare_error(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_id text := pack.need_text(p, 'eventID', 500);
  v_body jsonb;
BEGIN
  SELECT e.body INTO v_body FROM epcis.known k JOIN epcis.event e USING (event_id, event_time) WHERE k.event_id = v_id;
  IF NOT FOUND THEN
    PERFORM core.fail_missing('event', v_id);
  END IF;
  IF jsonb_typeof(coalesce(p -> 'correctiveEventIDs', '[]')) <> 'array' THEN
    PERFORM pack.fail_field('correctiveEventIDs', 'a list of event ids');
  END IF;
  PERFORM epcis.lock_containment('[{"errorDeclaration": {}}]');
  PERFORM epcis.absorb('{}', epcis.declare_errors(ARRAY[ROW(0, v_id, (v_body ->> 'eventTime')::timestamptz, NULL, v_body ->> 'type', v_body,
    jsonb_strip_nulls(jsonb_build_object('declarationTime', now(), 'reason', pack.opt_text(p, 'reason', 'incorrect_data', 500),
      'correctiveEventIDs', p -> 'correctiveEventIDs')), NULL)::epcis.draft]));
  RETURN (SELECT jsonb_build_object('eventID', event_id, 'declaredAt', declared_at, 'reason', reason, 'correctiveEventIDs', to_jsonb(corrective_ids))
    FROM epcis.error_declaration WHERE event_id = v_id);
END $$;
SELECT pack.declare_function('declare_error', true);

-- ── The short way ──────────────────────────────────────────────────────────────────────────────────────────────────
-- For a hand scanner or a person: the pack writes the event of the standard, at this moment unless `at` says another.

/* Captures one event that the pack has written itself; p gives its time, step and place. */
CREATE FUNCTION epcis.capture_short(p jsonb, p_event jsonb, p_step text) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  v_facility text := CASE WHEN p ->> 'facility' IS NOT NULL THEN core.need_facility(p, 'facility') END;
  v_answer jsonb;
BEGIN
  v_answer := epcis.capture(jsonb_build_array(jsonb_strip_nulls(p_event || jsonb_build_object('bizStep', pack.opt_text(p, 'step', p_step),
    'eventTime', to_char(pack.opt_time(p, 'at', clock_timestamp()) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'eventTimeZoneOffset', '+00:00',
    'disposition', pack.opt_text(p, 'disposition', NULL),
    'readPoint', CASE WHEN v_facility IS NOT NULL THEN jsonb_build_object('id', 'https://id.gs1.org/414/' || v_facility) END,
    'bizLocation', CASE WHEN p ->> 'location' IS NOT NULL THEN jsonb_build_object('id', pack.need_text(p, 'location', 500)) END))), '{}', 'proceed');
  IF v_answer #> '{events,0,error}' IS NOT NULL THEN
    PERFORM pack.fail_field(v_answer #>> '{events,0,error,field}', v_answer #>> '{events,0,error,expected}');
  END IF;
  RETURN v_answer #> '{events,0}';
END $$;

CREATE FUNCTION epcis.need_ids(p jsonb, p_field text) RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
  IF jsonb_typeof(p -> p_field) IS DISTINCT FROM 'array' OR jsonb_array_length(p -> p_field) NOT BETWEEN 1 AND 1000 THEN
    PERFORM pack.fail_field(p_field, '1 to 1000 identifiers');
  END IF;
  RETURN (SELECT jsonb_agg(CASE WHEN id ~ '^[0-9]{18}$' THEN 'https://id.gs1.org/00/' || id ELSE id END) FROM jsonb_array_elements_text(p -> p_field) AS id);
END $$;

/* {ids, step, facility?, location?, disposition?, at?}: these things were seen. Ids are URIs, or bare SSCCs. */
CREATE FUNCTION api.scan(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN epcis.capture_short(p, jsonb_build_object('type', 'ObjectEvent', 'action', 'OBSERVE', 'epcList', epcis.need_ids(p, 'ids')), pack.need_text(p, 'step'));
END $$;
SELECT pack.declare_function('scan', true);

/* {container, ids, facility?, step?, at?}: these things went into the container. */
CREATE FUNCTION api.load(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN epcis.capture_short(p, jsonb_build_object('type', 'AggregationEvent', 'action', 'ADD',
    'parentID', epcis.need_ids(jsonb_build_object('container', jsonb_build_array(p -> 'container')), 'container') -> 0, 'childEPCs', epcis.need_ids(p, 'ids')), 'loading');
END $$;
SELECT pack.declare_function('load', true);

/* {container, ids?, facility?, step?, at?}: these things came out of it; without ids everything did. */
CREATE FUNCTION api.unload(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN epcis.capture_short(p, jsonb_strip_nulls(jsonb_build_object('type', 'AggregationEvent', 'action', 'DELETE',
    'parentID', epcis.need_ids(jsonb_build_object('container', jsonb_build_array(p -> 'container')), 'container') -> 0,
    'childEPCs', CASE WHEN p ->> 'ids' IS NOT NULL THEN epcis.need_ids(p, 'ids') END)), 'unloading');
END $$;
SELECT pack.declare_function('unload', true);
