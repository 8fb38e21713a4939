-- What came from the edge becomes events and waybills, once, whatever else is going on.

/* A batch is captured event by event: what is wrong in it is refused alone. */
CREATE FUNCTION edge_link.take_in_batch(p_batch intake.scan_batch) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_answer jsonb := epcis.capture(p_batch.events, '{}', 'proceed');
BEGIN
  INSERT INTO edge.scan_batch_done (batch_id, captured, duplicates, rejected)
  VALUES (p_batch.batch_id, (v_answer -> 'captured')::int, (v_answer -> 'duplicates')::int, (v_answer -> 'rejected')::int);
END $$;

/* A request becomes a waybill, or is refused with the pack's own code. */
CREATE FUNCTION edge_link.take_in_booking(p_request intake.booking_request) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_booked jsonb;
BEGIN
  v_booked := api.book(jsonb_build_object('waybillNo', 'E-' || p_request.request_id, 'shipper', p_request.shipper, 'origin', p_request.origin,
    'destination', p_request.destination, 'service', p_request.service, 'parcels', p_request.parcels,
    'consignee', jsonb_build_object('token', p_request.consignee_token)));
  INSERT INTO edge.booking_done (request_id, outcome, waybill_no, track_token)
  VALUES (p_request.request_id, 'booked', v_booked ->> 'waybillNo', v_booked ->> 'trackToken');
EXCEPTION WHEN OTHERS THEN
  IF SQLSTATE NOT LIKE 'ICL%' THEN
    RAISE; -- not a refusal: the next round tries again
  END IF;
  INSERT INTO edge.booking_done (request_id, outcome, cause) VALUES (p_request.request_id, 'refused', SQLSTATE);
END $$;

/* {limit?}: takes in what came from the edge. Meant to be run every few seconds; repeating it does nothing twice, so it needs no key. */
CREATE FUNCTION api.settle_edge(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_limit int := pack.opt_int(p, 'limit', 100, 1, 5000);
  v_batch intake.scan_batch;
  v_request intake.booking_request;
  v_batches int := 0;
  v_bookings int := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('edge_link', 0));
  PERFORM epcis.lock_containment('[{"errorDeclaration": {}}]'); -- before any event, so that no batch has to ask for more later
  FOR v_request IN
    SELECT * FROM intake.booking_request r WHERE NOT EXISTS (SELECT FROM edge.booking_done d WHERE d.request_id = r.request_id)
    ORDER BY at, request_id LIMIT v_limit
  LOOP
    PERFORM edge_link.take_in_booking(v_request);
    v_bookings := v_bookings + 1;
  END LOOP;
  FOR v_batch IN
    SELECT * FROM intake.scan_batch b WHERE NOT EXISTS (SELECT FROM edge.scan_batch_done d WHERE d.batch_id = b.batch_id)
    ORDER BY at, batch_id LIMIT v_limit
  LOOP
    PERFORM edge_link.take_in_batch(v_batch);
    v_batches := v_batches + 1;
  END LOOP;
  RETURN jsonb_build_object('batches', v_batches, 'bookings', v_bookings);
END $$;
SELECT pack.declare_function('settle_edge', false);

-- key: batch_id
CREATE VIEW api.edge_scan_batches AS
SELECT b.batch_id, jsonb_array_length(b.events) AS events, b.at, d.captured, d.duplicates, d.rejected, d.at AS done_at
FROM intake.scan_batch b LEFT JOIN edge.scan_batch_done d USING (batch_id);

-- key: request_id
CREATE VIEW api.edge_bookings AS
SELECT r.request_id, r.shipper, r.origin, r.destination, r.service, r.consignee_token, r.at, coalesce(d.outcome, 'waiting') AS state, d.waybill_no, d.cause
FROM intake.booking_request r LEFT JOIN edge.booking_done d USING (request_id);

CREATE VIEW edge_link.invariants AS
SELECT 'edge_shows_what_is_so' AS rule, (
    SELECT count(*) FROM core.track t FULL JOIN edge.track e USING (track_token, event_time, code)
    WHERE (t.city, t.facility) IS DISTINCT FROM (e.city, e.facility) OR t.track_token IS NULL OR e.track_token IS NULL)
  + (SELECT count(*) FROM core.parcel p FULL JOIN edge.parcel e USING (track_token) WHERE p.state IS DISTINCT FROM e.state) AS violations
UNION ALL
SELECT 'edge_bookings_booked_once', count(*)
FROM edge.booking_done d LEFT JOIN core.waybill w ON w.waybill_no = 'E-' || d.request_id
WHERE d.waybill_no IS DISTINCT FROM w.waybill_no;
SELECT pack.add_view_part('invariants', 'edge_link.invariants');
