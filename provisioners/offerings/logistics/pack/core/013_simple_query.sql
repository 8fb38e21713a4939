-- SimpleEventQuery with the parameters that the pack can answer, by the standard's names. Takes the place of the one in 007_query.sql.

/* The order of an answer: which time, which way, how many. A direction alone means nothing; `orderBy` alone means the latest first. */
CREATE TYPE epcis.ordering AS (by_column text, direction text, page int, last_page boolean);

CREATE FUNCTION epcis.ordering_of(p jsonb) RETURNS epcis.ordering LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_by text := pack.opt_text(p, 'orderBy', 'eventTime');
  v_direction text := pack.opt_text(p, 'orderDirection', CASE WHEN p ? 'orderBy' THEN 'DESC' ELSE 'ASC' END);
  v_count int := pack.opt_int(p, 'eventCountLimit', NULL, 1, 500);
BEGIN
  IF v_by NOT IN ('eventTime', 'recordTime') THEN
    PERFORM pack.fail_field('orderBy', 'eventTime or recordTime');
  END IF;
  IF v_direction NOT IN ('ASC', 'DESC') OR (p ? 'orderDirection' AND NOT p ? 'orderBy') THEN
    PERFORM pack.fail_field('orderDirection', 'ASC or DESC, beside orderBy');
  END IF;
  IF v_count IS NOT NULL AND NOT p ? 'orderBy' THEN
    PERFORM pack.fail_field('eventCountLimit', 'orderBy beside it');
  END IF;
  RETURN ROW(CASE v_by WHEN 'eventTime' THEN 'event_time' ELSE 'record_time' END, v_direction,
    coalesce(v_count, pack.opt_int(p, 'perPage', 30, 1, 500)), v_count IS NOT NULL)::epcis.ordering;
END $$;

/* Reasons of an error declaration as bare words. */
CREATE FUNCTION epcis.reason_word(p_reason text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT regexp_replace(p_reason, '^(https?://ref\.gs1\.org/cbv/ER-|cbv:ER-|urn:epcglobal:cbv:er:)', '')
$$;

/* Answers an EPCISQueryDocument, oldest events first unless `orderBy` is there, and the token of the next page when there is one. */
CREATE OR REPLACE FUNCTION api.query_events(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_order epcis.ordering := epcis.ordering_of(p);
  v_after text[] := epcis.unpack_token(p ->> 'nextPageToken');
  v_matches text := epcis.match_clause(epcis.matcher_of(p, 'MATCH_epc', '{epc,child}')) || epcis.match_clause(epcis.matcher_of(p, 'MATCH_parentID', '{parent,whole}'))
    || epcis.match_clause(epcis.matcher_of(p, 'MATCH_inputEPC', '{in}')) || epcis.match_clause(epcis.matcher_of(p, 'MATCH_outputEPC', '{out}'))
    || epcis.match_clause(epcis.matcher_of(p, 'MATCH_anyEPC', '{epc,child,parent,whole,in,out}'))
    || epcis.match_clause(epcis.matcher_of(p, 'MATCH_anyEPCClass', '{class}')) || epcis.match_clause(epcis.matcher_of(p, 'MATCH_epcClass', '{class}'));
  v_links boolean := coalesce(p ->> 'epcFormat', 'Never_Translates') = 'Always_GS1_Digital_Link';
  v_list jsonb;
  v_last text;
BEGIN
  IF p ->> 'nextPageToken' IS NOT NULL AND NOT coalesce(cardinality(v_after) = 2 AND pg_input_is_valid(v_after[1], 'timestamptz'), false) THEN
    PERFORM pack.fail_field('nextPageToken', 'a token of an earlier answer');
  END IF;
  -- Made anew for each call, and only of what was asked, so that the plan is for that.
  EXECUTE format($query$
    WITH page AS (
      SELECT e AS event, d.body AS declaration, e.%1$I AS at, e.event_id
      FROM epcis.event e LEFT JOIN epcis.error_declaration d USING (event_id)
      WHERE e.event_time >= $1 AND e.event_time < $2
        AND ($3 IS NULL OR (e.%1$I, e.event_id) %3$s ($3[1]::timestamptz, $3[2]))
        AND ($4 IS NULL OR e.record_time >= $4) AND ($5 IS NULL OR e.record_time < $5)
        AND ($6 IS NULL OR e.type = ANY ($6)) AND ($7 IS NULL OR e.event_id = ANY ($7)) AND ($8 IS NULL OR e.action = ANY ($8))
        AND ($9 IS NULL OR e.biz_step = ANY ($9)) AND ($10 IS NULL OR e.disposition = ANY ($10))
        AND ($11 IS NULL OR e.read_point = ANY ($11)) AND ($12 IS NULL OR e.biz_location = ANY ($12))
        AND ($13 IS NULL OR e.body ->> 'transformationID' = ANY ($13))
        AND (NOT $14 OR d.event_id IS NOT NULL)
        AND ($15 IS NULL OR d.declared_at >= $15) AND ($16 IS NULL OR d.declared_at < $16)
        AND ($17 IS NULL OR epcis.reason_word(d.reason) = ANY ($17)) AND ($18 IS NULL OR d.corrective_ids && $18)
        AND (NOT $19 OR e.type <> 'TransformationEvent') %4$s
      ORDER BY e.%1$I %2$s, e.event_id %2$s LIMIT $20 + 1
    ), numbered AS (
      SELECT *, row_number() OVER (ORDER BY at %2$s, event_id %2$s) AS n, count(*) OVER () AS rows_read FROM page
    )
    SELECT coalesce(jsonb_agg(CASE WHEN $21 THEN epcis.with_links(epcis.document(event, declaration)) ELSE epcis.document(event, declaration) END ORDER BY n), '[]'),
      max(to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || ' ' || event_id) FILTER (WHERE n = $20 AND rows_read > $20)
    FROM numbered WHERE n <= $20
  $query$, v_order.by_column, v_order.direction, CASE v_order.direction WHEN 'ASC' THEN '>' ELSE '<' END, v_matches)
  INTO v_list, v_last
  USING pack.opt_time(p, 'GE_eventTime', '-infinity'), pack.opt_time(p, 'LT_eventTime', 'infinity'), v_after,
    pack.opt_time(p, 'GE_recordTime', NULL), pack.opt_time(p, 'LT_recordTime', NULL),
    epcis.asked(p, 'eventType'), epcis.asked(p, 'EQ_eventID'), epcis.asked(p, 'EQ_action'), epcis.asked(p, 'EQ_bizStep'), epcis.asked(p, 'EQ_disposition'),
    epcis.asked(p, 'EQ_readPoint'), epcis.asked(p, 'EQ_bizLocation'), epcis.asked(p, 'EQ_transformationID'), pack.opt_bool(p, 'EXISTS_errorDeclaration', false),
    pack.opt_time(p, 'GE_errorDeclarationTime', NULL), pack.opt_time(p, 'LT_errorDeclarationTime', NULL),
    (SELECT array_agg(epcis.reason_word(reason)) FROM unnest(epcis.asked(p, 'EQ_errorReason')) AS reason), epcis.asked(p, 'EQ_correctiveEventID'),
    p ? 'MATCH_epcClass', v_order.page, v_links;
  RETURN epcis.query_document(v_list) || CASE WHEN v_last IS NULL OR v_order.last_page THEN '{}' ELSE jsonb_build_object('nextPageToken', epcis.pack_token(v_last)) END;
END $$;
