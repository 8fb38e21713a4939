-- Waybills, their parcels, and the way they are to go.

-- state: what the latest event says of the parcel; see 005_state.sql.
CREATE TABLE core.waybill (
  waybill_no text PRIMARY KEY,
  request_hash bytea NOT NULL,
  shipper core.gln NOT NULL REFERENCES core.party,
  consignee jsonb, -- names a person; no view and no event shows it
  consignee_gln core.gln REFERENCES core.party,
  origin core.gln NOT NULL REFERENCES core.facility,
  destination core.gln NOT NULL REFERENCES core.facility,
  deliver_at text NOT NULL, -- URI of the place where accepting means delivered
  service text NOT NULL,
  reference text,
  declared_minor bigint CHECK (declared_minor >= 0),
  cost_minor bigint NOT NULL,
  booked_at timestamptz NOT NULL DEFAULT now(),
  promised_at timestamptz NOT NULL,
  cancelled_at timestamptz,
  cancel_reason text,
  erased_at timestamptz,
  CHECK (erased_at IS NULL OR consignee IS NULL)
);
CREATE INDEX waybill_by_time ON core.waybill (booked_at);
CREATE INDEX waybill_by_relation ON core.waybill (origin, destination, service, booked_at);
CREATE SEQUENCE core.waybill_seq;

CREATE TABLE core.parcel (
  sscc core.sscc PRIMARY KEY,
  epc text NOT NULL UNIQUE GENERATED ALWAYS AS ('https://id.gs1.org/00/' || sscc) STORED,
  waybill_no text NOT NULL REFERENCES core.waybill,
  seq smallint NOT NULL,
  weight_g int CHECK (weight_g > 0),
  state text NOT NULL DEFAULT 'created' CHECK (state IN
    ('created', 'picked_up', 'in_transit', 'out_for_delivery', 'delivered', 'exception', 'returned', 'cancelled')),
  place text, -- URI of where it was seen last
  first_event timestamptz,
  last_event timestamptz,
  delivered_at timestamptz,
  had_exception boolean NOT NULL DEFAULT false,
  scans int NOT NULL DEFAULT 0,
  track_token text NOT NULL UNIQUE DEFAULT replace(gen_random_uuid()::text, '-', ''),
  UNIQUE (waybill_no, seq),
  CHECK ((state = 'delivered') = (delivered_at IS NOT NULL))
);
CREATE INDEX parcel_delivered ON core.parcel (delivered_at);

CREATE TABLE core.leg (
  waybill_no text NOT NULL REFERENCES core.waybill,
  seq smallint NOT NULL,
  from_gln core.gln NOT NULL,
  to_gln core.gln NOT NULL,
  plan_dep timestamptz NOT NULL,
  plan_arr timestamptz NOT NULL CHECK (plan_arr > plan_dep),
  PRIMARY KEY (waybill_no, seq)
);
CREATE INDEX leg_by_departure ON core.leg (plan_dep);

/* The best way over at most 8 lanes: least time, then least cost, then fewest lanes. No row when there is none. Each round keeps the
   best way to each facility only, so the work grows with lanes, not with ways. */
CREATE FUNCTION core.route(p_origin text, p_destination text, p_service text)
RETURNS TABLE (seq int, from_gln text, to_gln text, dep_minutes int, arr_minutes int, cost_minor bigint) LANGUAGE sql STABLE AS $$
  WITH RECURSIVE walk (hops, node, minutes, cost, path, arrivals) AS (
    SELECT 0, p_origin, 0, 0::bigint, ARRAY[p_origin], ARRAY[0]
    UNION ALL
    SELECT hops, node, minutes, cost, path, arrivals
    FROM (
      SELECT w.hops + 1 AS hops, l.to_gln::text AS node, w.minutes + l.transit_minutes AS minutes, w.cost + l.cost_minor AS cost,
        w.path || l.to_gln::text AS path, w.arrivals || (w.minutes + l.transit_minutes) AS arrivals,
        row_number() OVER (PARTITION BY l.to_gln ORDER BY w.minutes + l.transit_minutes, w.cost + l.cost_minor, w.path) AS rank
      FROM walk w
      JOIN core.lane l ON l.from_gln = w.node AND l.service = p_service
      WHERE w.hops < 8 AND w.node <> p_destination AND NOT l.to_gln::text = ANY (w.path)) AS onward
    WHERE rank = 1
  ), best AS (
    SELECT path, arrivals, cost FROM walk WHERE node = p_destination AND hops > 0
    ORDER BY minutes, cost, hops, path LIMIT 1
  )
  SELECT n, path[n], path[n + 1], arrivals[n], arrivals[n + 1], cost
  FROM best, generate_series(1, cardinality(path) - 1) AS n
$$;

/* When it will be there: the plan, or what the parameter's share of recent parcels on the same relation needed, if that is longer. */
CREATE FUNCTION core.promise(p_origin text, p_destination text, p_service text, p_ready timestamptz, p_minutes int)
RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT p_ready + greatest(make_interval(mins => p_minutes), (
    SELECT CASE WHEN count(*) >= 20 THEN
      percentile_disc((pack.params() ->> 'promise_quantile')::double precision) WITHIN GROUP (ORDER BY p.delivered_at - w.booked_at) END
    FROM core.waybill w JOIN core.parcel p USING (waybill_no)
    WHERE (w.origin, w.destination, w.service) = (p_origin, p_destination, p_service)
      AND w.booked_at > now() - interval '90 days' AND p.delivered_at IS NOT NULL))
$$;

CREATE FUNCTION core.route_json(p_origin text, p_destination text, p_service text, p_ready timestamptz) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_agg(jsonb_build_object('seq', seq, 'from', from_gln, 'to', to_gln,
    'departsAt', p_ready + make_interval(mins => dep_minutes), 'arrivesAt', p_ready + make_interval(mins => arr_minutes)) ORDER BY seq)
  FROM core.route(p_origin, p_destination, p_service)
$$;

CREATE FUNCTION core.fail_route(p_origin text, p_destination text, p_service text) RETURNS void LANGUAGE sql AS $$
  SELECT pack.fail('ICL01', 'no route', jsonb_build_object('origin', p_origin, 'destination', p_destination, 'service', p_service))
$$;

/* {origin, destination, service?}: way, time and cost, booking nothing. */
CREATE FUNCTION api.quote_route(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_origin text := core.need_facility(p, 'origin');
  v_destination text := core.need_facility(p, 'destination');
  v_service text := core.need_service(p);
  v_minutes int;
  v_cost bigint;
BEGIN
  SELECT max(arr_minutes), max(cost_minor) INTO v_minutes, v_cost FROM core.route(v_origin, v_destination, v_service);
  IF v_minutes IS NULL THEN
    PERFORM core.fail_route(v_origin, v_destination, v_service);
  END IF;
  RETURN jsonb_build_object('service', v_service, 'minutes', v_minutes, 'costMinor', v_cost::text, 'currency', pack.params() -> 'currency',
    'promisedAt', core.promise(v_origin, v_destination, v_service, now(), v_minutes),
    'route', core.route_json(v_origin, v_destination, v_service, now()));
END $$;
SELECT pack.declare_function('quote_route', false);

/* What booking answers, now or again. */
CREATE FUNCTION core.booking(p_waybill_no text) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('waybillNo', w.waybill_no, 'service', w.service, 'promisedAt', w.promised_at, 'costMinor', w.cost_minor::text,
    'currency', pack.params() -> 'currency', 'deliverAt', w.deliver_at, 'sscc', parcels.list -> 0 ->> 'sscc',
    'trackToken', parcels.list -> 0 ->> 'trackToken', 'parcels', parcels.list, 'route', (
      SELECT jsonb_agg(jsonb_build_object('seq', seq, 'from', from_gln, 'to', to_gln, 'departsAt', plan_dep, 'arrivesAt', plan_arr) ORDER BY seq)
      FROM core.leg WHERE waybill_no = w.waybill_no))
  FROM core.waybill w, LATERAL (
    SELECT jsonb_agg(jsonb_build_object('sscc', sscc, 'epc', epc, 'trackToken', track_token) ORDER BY seq) AS list
    FROM core.parcel WHERE waybill_no = w.waybill_no) AS parcels
  WHERE w.waybill_no = p_waybill_no
$$;

/* What a booking asks of the road. */
CREATE FUNCTION core.need_parcels(p jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  v_parcels jsonb := coalesce(p -> 'parcels', '[{}]');
  v_parcel jsonb;
BEGIN
  IF jsonb_typeof(v_parcels) <> 'array' OR jsonb_array_length(v_parcels) NOT BETWEEN 1 AND 200 THEN
    PERFORM pack.fail_field('parcels', '1 to 200 parcels');
  END IF;
  FOR v_parcel IN SELECT * FROM jsonb_array_elements(v_parcels) LOOP
    PERFORM pack.opt_int(v_parcel, 'weightG', NULL, 1, 100000000);
  END LOOP;
  RETURN v_parcels;
END $$;

/* {waybillNo?, shipper, origin, destination, service?, consignee?, consigneeGln?, parcels?, reference?, declaredMinor?, issuer?, readyAt?}:
   a number sent twice with one body is one waybill, also when both calls come at once: the second waits and reads. ICL09 with another body. */
CREATE FUNCTION api.book(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_no text := pack.opt_text(p, 'waybillNo', 'W' || lpad(nextval('core.waybill_seq')::text, 10, '0'), 40);
  v_hash bytea := sha256(convert_to(p::text, 'UTF8'));
  v_origin text := core.need_facility(p, 'origin');
  v_destination text := core.need_facility(p, 'destination');
  v_service text := core.need_service(p);
  v_ready timestamptz := pack.opt_time(p, 'readyAt', now());
  v_consignee_gln text := CASE WHEN p ->> 'consigneeGln' IS NOT NULL THEN core.need_party(p, 'consigneeGln') END;
  v_parcels jsonb := core.need_parcels(p);
  v_issuer core.issuer := core.issuer_of(p);
  v_minutes int;
  v_cost bigint;
BEGIN
  SELECT max(arr_minutes), max(cost_minor) INTO v_minutes, v_cost FROM core.route(v_origin, v_destination, v_service);
  IF v_minutes IS NULL THEN
    PERFORM core.fail_route(v_origin, v_destination, v_service);
  END IF;
  INSERT INTO core.waybill (waybill_no, request_hash, shipper, consignee, consignee_gln, origin, destination, deliver_at, service, reference,
    declared_minor, cost_minor, promised_at)
  VALUES (v_no, v_hash, core.need_party(p, 'shipper'), core.opt_object(p, 'consignee'), v_consignee_gln, v_origin, v_destination,
    CASE WHEN v_consignee_gln IS NULL THEN format('https://id.gs1.org/414/%s/254/consignee', v_destination)
      ELSE 'https://id.gs1.org/414/' || v_consignee_gln END,
    v_service, pack.opt_text(p, 'reference', NULL), pack.opt_minor(p, 'declaredMinor', NULL),
    v_cost * jsonb_array_length(v_parcels), core.promise(v_origin, v_destination, v_service, v_ready, v_minutes))
  ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    IF NOT EXISTS (SELECT FROM core.waybill WHERE waybill_no = v_no AND request_hash = v_hash) THEN
      PERFORM core.fail_taken('waybill', v_no);
    END IF;
    RETURN core.booking(v_no) || '{"replayed": true}';
  END IF;
  INSERT INTO core.parcel (sscc, waybill_no, seq, weight_g)
  SELECT core.new_sscc(v_issuer), v_no, n, (parcel ->> 'weightG')::int
  FROM jsonb_array_elements(v_parcels) WITH ORDINALITY AS each (parcel, n);
  INSERT INTO core.leg (waybill_no, seq, from_gln, to_gln, plan_dep, plan_arr)
  SELECT v_no, seq, from_gln, to_gln, v_ready + make_interval(mins => dep_minutes), v_ready + make_interval(mins => arr_minutes)
  FROM core.route(v_origin, v_destination, v_service);
  RETURN core.booking(v_no) || '{"replayed": false}';
END $$;
SELECT pack.declare_function('book', true);

/* {waybillNo, reason?}: as long as none of its parcels has been seen. */
CREATE FUNCTION api.cancel_waybill(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_no text := pack.need_text(p, 'waybillNo', 40);
  v_state text;
BEGIN
  PERFORM 1 FROM core.parcel WHERE waybill_no = v_no ORDER BY sscc FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    PERFORM core.fail_missing('waybill', v_no);
  END IF;
  SELECT state INTO v_state FROM core.parcel WHERE waybill_no = v_no AND (state NOT IN ('created', 'cancelled') OR last_event IS NOT NULL) LIMIT 1;
  IF FOUND THEN
    PERFORM pack.fail('ICL13', 'a parcel of it is under way', jsonb_build_object('waybillNo', v_no, 'state', v_state));
  END IF;
  UPDATE core.parcel SET state = 'cancelled' WHERE waybill_no = v_no;
  UPDATE core.waybill SET cancelled_at = coalesce(cancelled_at, now()), cancel_reason = coalesce(cancel_reason, pack.opt_text(p, 'reason', 'request', 500))
  WHERE waybill_no = v_no;
  RETURN jsonb_build_object('waybillNo', v_no, 'state', 'cancelled');
END $$;
SELECT pack.declare_function('cancel_waybill', true, true);
