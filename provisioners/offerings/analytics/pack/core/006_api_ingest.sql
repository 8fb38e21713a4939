-- Sources, and events coming in.

/* {source, description?}: a system that may send events, beside those of the parameters. Registered again it is described anew. */
CREATE FUNCTION api.register_source(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_source text := pack.need_text(p, 'source', 200);
BEGIN
  INSERT INTO ingest.source (source, description) VALUES (v_source, pack.opt_text(p, 'description', NULL))
  ON CONFLICT (source) DO UPDATE SET description = coalesce(excluded.description, source.description);
  RETURN jsonb_build_object('source', v_source, 'sources', to_jsonb(ingest.sources()));
END $$;
SELECT pack.declare_function('register_source', true);

/* {events: [CloudEvent, …]}: takes in those that are new, passes over those that are known by source and id, keeps the others as
   rejects with the reason. In one order for all batches, so that two batches with the same events cannot wait for each other. */
CREATE FUNCTION api.ingest_events(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_params jsonb := pack.params();
  v_sources text[] := ingest.sources();
  v_oldest timestamptz := now() - make_interval(days => (v_params -> 'event_retention_days')::int);
  v_today date := ingest.today();
  v_accepted int;
  v_rejected int;
  v_sent int;
  v_smoke boolean;
BEGIN
  IF jsonb_typeof(p -> 'events') IS DISTINCT FROM 'array' OR jsonb_array_length(p -> 'events') NOT BETWEEN 1 AND 1000 THEN
    PERFORM pack.fail_field('events', '1 to 1000 CloudEvents');
  END IF;
  v_sent := jsonb_array_length(p -> 'events');
  PERFORM ingest.open_day(v_today);
  PERFORM ingest.enter();
  WITH judged AS MATERIALIZED (
    SELECT event, position, ingest.flaw(event, v_sources, v_oldest) AS flaw
    FROM jsonb_array_elements(p -> 'events') WITH ORDINALITY AS sent (event, position)
  ), rejected AS (
    INSERT INTO ingest.reject (source, event_id, reason, raw)
    SELECT left(event ->> 'source', 200), left(event ->> 'id', 200), flaw,
      CASE WHEN length(event::text) <= 20000 THEN event ELSE to_jsonb(left(event::text, 20000)) END
    FROM judged WHERE flaw IS NOT NULL ORDER BY position
    RETURNING 1
  ), fresh AS (
    INSERT INTO ingest.event_key (source, id, received_on)
    SELECT DISTINCT event ->> 'source', event ->> 'id', v_today FROM judged WHERE flaw IS NULL ORDER BY 1, 2
    ON CONFLICT DO NOTHING
    RETURNING source, id
  ), firsts AS (
    SELECT DISTINCT ON (source, id) source, id, event
    FROM fresh JOIN judged ON event ->> 'source' = source AND event ->> 'id' = id
    WHERE flaw IS NULL ORDER BY source, id, position
  ), written AS (
    INSERT INTO ingest.event (received_on, source, id, type, subject, time, data, lines, revenue_minor)
    SELECT v_today, source, id, event ->> 'type', event ->> 'subject', coalesce(ingest.instant(event ->> 'time'), now()), event -> 'data',
      coalesce(sums.lines, 0), coalesce(sums.revenue_minor, 0)
    FROM firsts
    LEFT JOIN LATERAL (
      SELECT count(*) AS lines, sum((line ->> 'qty')::bigint * (line ->> 'unitMinor')::bigint) AS revenue_minor
      FROM jsonb_array_elements(CASE WHEN event ->> 'type' = 'order.paid' THEN event -> 'data' -> 'lines' ELSE '[]' END) AS line) AS sums ON true
    RETURNING source
  )
  SELECT (SELECT count(*) FROM written), (SELECT count(*) FROM rejected),
    (SELECT coalesce(bool_and(event ->> 'source' = 'smoke'), false) FROM judged WHERE flaw IS NULL)
  INTO v_accepted, v_rejected, v_smoke;
  INSERT INTO ingest.batch (caller, smoke, accepted, duplicate, rejected)
  VALUES (nullif(current_setting('app.caller', true), ''), v_smoke, v_accepted, v_sent - v_accepted - v_rejected, v_rejected);
  RETURN jsonb_build_object('accepted', v_accepted, 'duplicate', v_sent - v_accepted - v_rejected, 'rejected', v_rejected);
END $$;
SELECT pack.declare_function('ingest_events', true);

/* {source, id, reason}: takes an event that no model has loaded yet out of the line and keeps it as a reject: the way out when
   one event lets a test fail for all. Sent again, mended, it is new. */
CREATE FUNCTION api.set_event_aside(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_source text := pack.need_text(p, 'source', 200);
  v_id text := pack.need_text(p, 'id', 200);
  v_reason text := pack.need_text(p, 'reason', 500);
  v_event ingest.event;
BEGIN
  PERFORM dwh.lock_star();
  SELECT * INTO v_event FROM ingest.event WHERE source = v_source AND id = v_id;
  IF NOT FOUND THEN
    PERFORM asset.fail_missing('event', v_source || ' ' || v_id);
  END IF;
  IF v_event.seq <= (SELECT min(upto) FROM dwh.watermark WHERE model = 'fact_sales') THEN
    PERFORM pack.fail('ICA08', 'facts are made of this event', jsonb_build_object('kind', 'event', 'id', v_id, 'by', 'fact_sales'));
  END IF;
  DELETE FROM ingest.event WHERE seq = v_event.seq AND received_on = v_event.received_on;
  DELETE FROM ingest.event_key WHERE source = v_source AND id = v_id;
  INSERT INTO ingest.reject (source, event_id, reason, raw) VALUES (v_source, v_id, 'set aside: ' || v_reason, to_jsonb(v_event));
  RETURN jsonb_build_object('source', v_source, 'id', v_id, 'setAside', true);
END $$;
SELECT pack.declare_function('set_event_aside', true, true);

/* {subject}: forgets who a person is. Events and rejects lose the subject; the pseudonym becomes one that nobody can reckon out. Figures stay. */
CREATE FUNCTION api.erase_person(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_subject text := pack.need_text(p, 'subject', 200);
  v_pseudonym text := dwh.pseudonym(v_subject);
  v_nobody text := 'erased_' || left(encode(sha256(convert_to(gen_random_uuid()::text, 'UTF8')), 'hex'), 20);
  v_events bigint;
  v_versions bigint;
BEGIN
  PERFORM dwh.lock_star();
  UPDATE dwh.member SET id = v_nobody WHERE dimension = 'customer' AND id = v_pseudonym;
  GET DIAGNOSTICS v_versions = ROW_COUNT;
  UPDATE ingest.event SET subject = NULL WHERE subject = v_subject AND type IN ('order.paid', 'customer.changed');
  GET DIAGNOSTICS v_events = ROW_COUNT;
  UPDATE ingest.reject SET raw = raw - 'subject' WHERE raw ->> 'subject' = v_subject;
  RETURN jsonb_build_object('events', v_events, 'versions', v_versions);
END $$;
SELECT pack.declare_function('erase_person', true, true);
