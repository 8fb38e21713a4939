-- The public side of a hybrid network: answers public tracking, takes scans and requests to book. It holds no credential for the private side
-- and goes on while that one is away: scans are kept, bookings are accepted as requested, and no number of a parcel is promised.

SELECT pack.default_params('{"idempotency_error": "ICL06", "body_error": "ICL07", "services": ["standard", "express"]}');

CREATE SCHEMA serve;

/* {trackToken}: what anybody with the token may see, oldest first, as of the last word from the private side. */
CREATE FUNCTION api.track(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_token text := pack.need_text(p, 'trackToken', 64);
  v_parcel edge.parcel;
BEGIN
  SELECT * INTO v_parcel FROM edge.parcel WHERE track_token = v_token;
  IF NOT FOUND THEN
    PERFORM pack.fail('ICL08', 'no such parcel', jsonb_build_object('kind', 'parcel', 'id', v_token));
  END IF;
  RETURN jsonb_build_object('state', v_parcel.state, 'promisedAt', v_parcel.promised_at, 'asOf', (SELECT at FROM edge.pulse),
    'steps', (SELECT coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('at', event_time, 'step', code, 'city', city, 'facility', facility))
      ORDER BY event_time, code), '[]') FROM edge.track WHERE track_token = v_token));
END $$;
SELECT pack.declare_function('track', false);

/* {batchId?, events}: keeps events of the standard until the private side takes them in. The same batch again adds nothing. */
CREATE FUNCTION api.submit_scans(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_id uuid := CASE WHEN p ->> 'batchId' IS NULL THEN uuidv7() ELSE pack.need_uuid(p, 'batchId') END;
  v_events jsonb := p -> 'events';
BEGIN
  IF jsonb_typeof(v_events) IS DISTINCT FROM 'array' OR jsonb_array_length(v_events) NOT BETWEEN 1 AND 1000
    OR jsonb_path_exists(v_events, '$[*] ? (!(@.type() == "object") || !exists(@.type) || !exists(@.eventTime))') THEN
    PERFORM pack.fail_field('events', '1 to 1000 events, each with type and eventTime');
  END IF;
  INSERT INTO intake.scan_batch (batch_id, events) VALUES (v_id, v_events) ON CONFLICT DO NOTHING;
  IF NOT FOUND AND NOT EXISTS (SELECT FROM intake.scan_batch WHERE batch_id = v_id AND events = v_events) THEN
    PERFORM pack.fail('ICL09', 'the batch exists already', jsonb_build_object('kind', 'batch', 'id', v_id));
  END IF;
  RETURN jsonb_build_object('batchId', v_id, 'events', jsonb_array_length(v_events), 'state', 'accepted');
END $$;
SELECT pack.declare_function('submit_scans', true);

/* {shipper, origin, destination, service?, parcels?, consigneeToken?}: asks for a booking; the private side answers with its number. */
CREATE FUNCTION api.request_booking(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_services jsonb := pack.params() -> 'services';
  v_service text := pack.opt_text(p, 'service', v_services ->> 0, 40);
  v_token text := pack.opt_text(p, 'consigneeToken', NULL);
  v_parcels jsonb := coalesce(p -> 'parcels', '[{}]');
  v_id uuid := uuidv7();
BEGIN
  IF v_service <> 'smoke' AND NOT v_services ? v_service THEN
    PERFORM pack.fail_field('service', format('one of %s', v_services));
  END IF;
  IF v_token ~ '[@[:space:]]' THEN
    PERFORM pack.fail_field('consigneeToken', 'a token without spaces that names nobody');
  END IF;
  IF jsonb_typeof(v_parcels) <> 'array' OR jsonb_array_length(v_parcels) NOT BETWEEN 1 AND 200 THEN
    PERFORM pack.fail_field('parcels', '1 to 200 parcels');
  END IF;
  INSERT INTO intake.booking_request (request_id, shipper, origin, destination, service, parcels, consignee_token)
  VALUES (v_id, pack.need_text(p, 'shipper', 13), pack.need_text(p, 'origin', 13), pack.need_text(p, 'destination', 13), v_service, v_parcels, v_token);
  RETURN jsonb_build_object('requestId', v_id, 'state', 'accepted');
END $$;
SELECT pack.declare_function('request_booking', true);

-- key: from_gln, service, to_gln
CREATE VIEW api.lanes AS
SELECT from_gln, service, to_gln, from_city, to_city, transit_minutes, cost_minor::text AS cost_minor FROM edge.lane WHERE service <> 'smoke';

-- key: number_hash
CREATE VIEW api.receipt_proofs AS
SELECT number_hash, head_hash, live FROM edge.receipt_proof;

-- key: batch_id. `accepted` until the private side has heard of it.
CREATE VIEW api.scan_batches AS
SELECT b.batch_id, jsonb_array_length(b.events) AS events, b.at, CASE WHEN d.batch_id IS NULL THEN 'accepted' ELSE 'captured' END AS state,
  d.captured, d.duplicates, d.rejected
FROM intake.scan_batch b LEFT JOIN edge.scan_batch_done d USING (batch_id);

-- key: request_id
CREATE VIEW api.booking_requests AS
SELECT r.request_id, coalesce(d.outcome, 'accepted') AS state, d.waybill_no, d.track_token, d.cause, r.service, r.at
FROM intake.booking_request r LEFT JOIN edge.booking_done d USING (request_id);

CREATE VIEW serve.invariants AS
SELECT 'edge_names_no_person' AS rule, count(*) AS violations
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
WHERE c.relnamespace = 'edge'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
  AND a.attname ~ '(email|e_mail|phone|name|address|consignee|shipper|holder|sscc)'
UNION ALL
SELECT 'steps_belong_to_parcels', count(*)
FROM edge.track t WHERE NOT EXISTS (SELECT FROM edge.parcel p WHERE p.track_token = t.track_token);
SELECT pack.add_view_part('invariants', 'serve.invariants');

CREATE VIEW serve.kpis AS
SELECT 'edge_staleness_seconds' AS name,
  (SELECT greatest(0, extract(epoch FROM now() - at)) FROM edge.pulse)::double precision AS value, 's' AS unit
UNION ALL SELECT 'parcels_shown', (SELECT count(*) FROM edge.parcel), '1'
UNION ALL SELECT 'batches_waiting', (SELECT count(*) FROM intake.scan_batch b
    WHERE NOT EXISTS (SELECT FROM edge.scan_batch_done d WHERE d.batch_id = b.batch_id)), '1'
UNION ALL SELECT 'bookings_waiting', (SELECT count(*) FROM intake.booking_request r
    WHERE NOT EXISTS (SELECT FROM edge.booking_done d WHERE d.request_id = r.request_id)), '1';
SELECT pack.add_view_part('kpis', 'serve.kpis');
