-- Reading events back: the standard's simple event query, and the public way of a parcel.

/* An event as the standard returns it: as sent, with its id, when it was recorded, and whether it was declared to be in error. */
CREATE FUNCTION epcis.document(p_event epcis.event, p_declaration jsonb) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT p_event.body || jsonb_build_object('eventID', p_event.event_id, 'recordTime',
      to_char(p_event.record_time AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
    || CASE WHEN p_declaration IS NULL THEN '{}' ELSE jsonb_build_object('errorDeclaration', p_declaration) END
$$;

/* p.<field>, a list of words or URIs, in the form in which events are stored; NULL when it was not asked. */
CREATE FUNCTION epcis.asked(p jsonb, p_field text) RETURNS text[] LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF p ->> p_field IS NULL THEN
    RETURN NULL;
  END IF;
  IF jsonb_typeof(p -> p_field) <> 'array' OR jsonb_array_length(p -> p_field) NOT BETWEEN 1 AND 200 THEN
    PERFORM pack.fail_field(p_field, 'a list of 1 to 200 values');
  END IF;
  RETURN ARRAY(SELECT core.canonical_id(epcis.word(value)) FROM jsonb_array_elements_text(p -> p_field) AS value);
END $$;

CREATE FUNCTION epcis.pack_token(p_place text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT translate(encode(convert_to(p_place, 'UTF8'), 'base64'), E'+/=\n', '-_')
$$;

/* What a token was made of: a time and an id, split by a space. NULL when it is none. */
CREATE FUNCTION epcis.unpack_token(p_token text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN regexp_match(convert_from(decode(rpad(translate(p_token, '-_', '+/'), (length(p_token) + 3) / 4 * 4, '='), 'base64'), 'UTF8'), '^(\S+) (.+)$');
EXCEPTION WHEN data_exception THEN
  RETURN NULL;
END $$;

/* Parameters of the standard's SimpleEventQuery, by their names; answers an EPCISQueryDocument, oldest events first, and the token of the
   next page when there is one. Identifiers match in any of their forms. */
CREATE FUNCTION api.query_events(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_limit int := pack.opt_int(p, 'perPage', 30, 1, 500);
  v_from timestamptz := pack.opt_time(p, 'GE_eventTime', '-infinity');
  v_until timestamptz := pack.opt_time(p, 'LT_eventTime', 'infinity');
  v_recorded timestamptz := pack.opt_time(p, 'GE_recordTime', NULL);
  v_recorded_until timestamptz := pack.opt_time(p, 'LT_recordTime', NULL);
  v_types text[] := epcis.asked(p, 'eventType');
  v_ids text[] := epcis.asked(p, 'EQ_eventID');
  v_actions text[] := epcis.asked(p, 'EQ_action');
  v_steps text[] := epcis.asked(p, 'EQ_bizStep');
  v_dispositions text[] := epcis.asked(p, 'EQ_disposition');
  v_read_points text[] := epcis.asked(p, 'EQ_readPoint');
  v_locations text[] := epcis.asked(p, 'EQ_bizLocation');
  v_any text[] := epcis.asked(p, 'MATCH_anyEPC');
  v_epcs text[] := epcis.asked(p, 'MATCH_epc');
  v_parents text[] := epcis.asked(p, 'MATCH_parentID');
  v_classes text[] := epcis.asked(p, 'MATCH_epcClass');
  v_errors boolean := pack.opt_bool(p, 'EXISTS_errorDeclaration', NULL);
  v_after text[] := epcis.unpack_token(p ->> 'nextPageToken');
  v_list jsonb;
  v_last text;
BEGIN
  IF p ->> 'nextPageToken' IS NOT NULL AND NOT coalesce(cardinality(v_after) = 2 AND pg_input_is_valid(v_after[1], 'timestamptz'), false) THEN
    PERFORM pack.fail_field('nextPageToken', 'a token of an earlier answer');
  END IF;
  WITH page AS (
    SELECT e AS event, d.body AS declaration, e.event_time, e.event_id
    FROM epcis.event e LEFT JOIN epcis.error_declaration d USING (event_id)
    WHERE e.event_time >= greatest(v_from, v_after[1]::timestamptz) AND e.event_time < v_until
      AND (v_after IS NULL OR (e.event_time, e.event_id) > (v_after[1]::timestamptz, v_after[2]))
      AND (v_recorded IS NULL OR e.record_time >= v_recorded) AND (v_recorded_until IS NULL OR e.record_time < v_recorded_until)
      AND (v_types IS NULL OR e.type = ANY (v_types)) AND (v_ids IS NULL OR e.event_id = ANY (v_ids))
      AND (v_actions IS NULL OR e.action = ANY (v_actions)) AND (v_steps IS NULL OR e.biz_step = ANY (v_steps))
      AND (v_dispositions IS NULL OR e.disposition = ANY (v_dispositions))
      AND (v_read_points IS NULL OR e.read_point = ANY (v_read_points)) AND (v_locations IS NULL OR e.biz_location = ANY (v_locations))
      AND (v_errors IS NULL OR (d.event_id IS NOT NULL) = v_errors)
      AND (v_any IS NULL OR (e.event_id, e.event_time) IN (SELECT x.event_id, x.event_time FROM epcis.event_epc x WHERE x.epc = ANY (v_any)))
      AND (v_epcs IS NULL OR (e.event_id, e.event_time) IN
        (SELECT x.event_id, x.event_time FROM epcis.event_epc x WHERE x.epc = ANY (v_epcs) AND x.role IN ('epc', 'child', 'in', 'out')))
      AND (v_parents IS NULL OR (e.event_id, e.event_time) IN
        (SELECT x.event_id, x.event_time FROM epcis.event_epc x WHERE x.epc = ANY (v_parents) AND x.role IN ('parent', 'whole')))
      AND (v_classes IS NULL OR (e.event_id, e.event_time) IN
        (SELECT x.event_id, x.event_time FROM epcis.event_epc x WHERE x.epc = ANY (v_classes) AND x.role = 'class'))
    ORDER BY e.event_time, e.event_id LIMIT v_limit + 1
  ), numbered AS (
    SELECT *, row_number() OVER (ORDER BY event_time, event_id) AS n, count(*) OVER () AS rows_read FROM page
  )
  SELECT coalesce(jsonb_agg(epcis.document(event, declaration) ORDER BY n), '[]'),
    max(to_char(event_time AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || ' ' || event_id) FILTER (WHERE n = v_limit AND rows_read > v_limit)
  INTO v_list, v_last FROM numbered WHERE n <= v_limit;
  RETURN jsonb_strip_nulls(jsonb_build_object(
    '@context', jsonb_build_array('https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld'), 'type', 'EPCISQueryDocument',
    'schemaVersion', '2.0', 'creationDate', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'nextPageToken', epcis.pack_token(v_last)))
    || jsonb_build_object('epcisBody', jsonb_build_object('queryResults', jsonb_build_object('queryName', 'SimpleEventQuery',
      'resultsBody', jsonb_build_object('eventList', v_list))));
END $$;
SELECT pack.declare_function('query_events', false);

/* {trackToken}: what anybody with the token may see, oldest first. */
CREATE FUNCTION api.track(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_token text := pack.need_text(p, 'trackToken', 64);
  v_parcel core.parcel;
BEGIN
  SELECT * INTO v_parcel FROM core.parcel WHERE track_token = v_token;
  IF NOT FOUND THEN
    PERFORM core.fail_missing('parcel', v_token);
  END IF;
  RETURN jsonb_build_object('state', v_parcel.state,
    'promisedAt', (SELECT promised_at FROM core.waybill WHERE waybill_no = v_parcel.waybill_no),
    'steps', (SELECT coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('at', event_time, 'step', code, 'city', city, 'facility', facility))
      ORDER BY event_time, code), '[]') FROM core.track WHERE track_token = v_token));
END $$;
SELECT pack.declare_function('track', false);

/* {id}: a thing and what is in it now, each with its container, at most 5,000; top down. */
CREATE FUNCTION api.contents_of(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_id text := core.canonical_id(pack.need_text(p, 'id', 500));
BEGIN
  RETURN jsonb_build_object('id', v_id, 'inside', (SELECT parent FROM epcis.containment WHERE child = v_id AND upper_inf(during)), 'things', (
    WITH RECURSIVE inside (id, parent, since, depth) AS (
      SELECT v_id, NULL::text, NULL::timestamptz, 0
      UNION
      SELECT c.child, c.parent, lower(c.during), depth + 1 FROM inside i JOIN epcis.containment c ON c.parent = i.id AND upper_inf(c.during)
      WHERE depth < 10)
    SELECT jsonb_agg(jsonb_build_object('id', id, 'parent', parent, 'label', coalesce(p.sscc::text, substring(id FROM '([^/:]+)$')),
      'kind', CASE WHEN p.sscc IS NULL THEN 'container' ELSE 'parcel' END, 'state', p.state, 'since', since) ORDER BY depth, id)
    FROM (SELECT * FROM inside ORDER BY depth, id LIMIT 5000) AS listed LEFT JOIN core.parcel p ON p.epc = id));
END $$;
SELECT pack.declare_function('contents_of', false);

/* {sscc}: the way of a parcel: what happened, then the facilities of its route that are still ahead. */
CREATE FUNCTION api.path_of(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_sscc text := core.need_code(p, 'sscc', 18);
  v_parcel core.parcel;
BEGIN
  SELECT * INTO v_parcel FROM core.parcel WHERE sscc = v_sscc;
  IF NOT FOUND THEN
    PERFORM core.fail_missing('parcel', v_sscc);
  END IF;
  RETURN jsonb_build_object('sscc', v_sscc, 'state', v_parcel.state, 'steps', (
    SELECT coalesce(jsonb_agg(jsonb_build_object('at', at, 'step', step, 'place', place, 'note', note) ORDER BY at NULLS LAST, n), '[]')
    FROM (
      SELECT s.event_time AS at, 0 AS n, coalesce(s.biz_step, 'other') AS step, coalesce(f.name || ', ' || f.city, s.place) AS place,
        CASE WHEN s.state IN ('exception', 'returned') THEN s.disposition ELSE substring(s.via FROM '([^/:]+)$') END AS note
      FROM core.step s LEFT JOIN core.facility f ON f.gln = core.gln_of(s.place) WHERE s.sscc = v_sscc
      UNION ALL
      SELECT NULL, l.seq, CASE WHEN l.to_gln = w.destination THEN 'accepting' ELSE 'arriving' END, f.name || ', ' || f.city,
        to_char(l.plan_arr AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI"Z"')
      FROM core.leg l JOIN core.waybill w USING (waybill_no) JOIN core.facility f ON f.gln = l.to_gln
      WHERE l.waybill_no = v_parcel.waybill_no AND v_parcel.state NOT IN ('delivered', 'returned', 'cancelled')
        AND l.seq > coalesce((
          SELECT max(seen.seq) FROM core.leg seen JOIN core.step s ON s.sscc = v_sscc AND core.gln_of(s.place) = seen.to_gln
          WHERE seen.waybill_no = l.waybill_no AND (seen.to_gln <> w.destination OR s.state = 'delivered')), 0)) AS way));
END $$;
SELECT pack.declare_function('path_of', false);
