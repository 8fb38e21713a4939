-- A network with a past, for demos and tests: the same one every time. Everything random is a hash of a name, so a second run in another
-- tenant with the same `until` writes the same rows. Numbers are under GS1's own example prefix.

/* A number in [0, 1) that belongs to a name. */
CREATE FUNCTION core.demo_draw(p_name text) RETURNS double precision LANGUAGE sql IMMUTABLE AS $$
  SELECT ('x' || left(md5(p_name), 8))::bit(32)::bigint / 4294967296.0
$$;

CREATE FUNCTION core.demo_gln(n int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT core.with_digit('0614141' || to_char(90000 + n, 'FM00000'))
$$;

/* Four hubs that reach each other, six stations that reach two hubs each, and six shippers. */
CREATE FUNCTION core.seed_network(p_since timestamptz, p_params jsonb) RETURNS void LANGUAGE sql AS $$
  INSERT INTO core.facility (gln, name, kind, city, region, lat, lon, created_at)
  SELECT core.demo_gln(n), name, kind, city, p_params -> 'regions' ->> 0, lat, lon, p_since
  FROM (VALUES (1, 'North hub', 'hub', 'Beijing', 39.9, 116.4), (2, 'East hub', 'hub', 'Shanghai', 31.23, 121.47),
    (3, 'Centre hub', 'hub', 'Wuhan', 30.58, 114.3), (4, 'South hub', 'port', 'Guangzhou', 23.13, 113.26),
    (5, 'Harbin station', 'station', 'Harbin', 45.75, 126.63), (6, 'Hangzhou station', 'station', 'Hangzhou', 30.27, 120.15),
    (7, 'Chengdu station', 'station', 'Chengdu', 30.66, 104.06), (8, 'Shenzhen station', 'station', 'Shenzhen', 22.54, 114.06),
    (9, 'Xi’an station', 'station', 'Xi’an', 34.27, 108.95), (10, 'Qingdao warehouse', 'warehouse', 'Qingdao', 36.07, 120.38)
  ) AS demo (n, name, kind, city, lat, lon);

  INSERT INTO core.lane (from_gln, to_gln, service, transit_minutes, cost_minor, daily_capacity)
  SELECT core.demo_gln(a), core.demo_gln(b), service, minutes * CASE n WHEN 1 THEN 1 ELSE 0.7 END, minutes * CASE n WHEN 1 THEN 2 ELSE 3 END, 40
  FROM (VALUES (1, 2, 840), (1, 3, 780), (1, 4, 1300), (2, 3, 600), (2, 4, 960), (3, 4, 700), (1, 5, 780), (3, 5, 1500), (2, 6, 150), (3, 6, 560),
    (3, 7, 840), (1, 7, 1300), (4, 8, 120), (3, 8, 780), (3, 9, 540), (1, 9, 780), (1, 10, 480), (2, 10, 520)) AS edge (x, y, minutes),
    LATERAL (VALUES (x, y), (y, x)) AS way (a, b),
    jsonb_array_elements_text(p_params -> 'services') WITH ORDINALITY AS offered (service, n)
  WHERE n <= 2;

  INSERT INTO core.party (gln, name, role, created_at)
  SELECT core.demo_gln(50 + n::int), name, CASE WHEN n <= 6 THEN 'shipper' WHEN n = 7 THEN 'financier' ELSE 'warehouse' END, p_since
  FROM unnest('{Qinghe Textiles,Lotus Foods,Brightwater Tools,Hearth Home,Atelier 9,Northwind Books,Harbour Bank,Qingdao Storage}'::text[])
    WITH ORDINALITY AS who (name, n);
$$;

/* When demo parcel n was booked: more and more towards the end, and the last few within the day. */
CREATE FUNCTION core.demo_time(n int, p_parcels int, p_days int, p_until timestamptz) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN n > p_parcels - least(15, p_parcels / 10) THEN p_until - core.demo_draw('recent' || n) * interval '20 hours' - interval '20 minutes'
    ELSE p_until - interval '1 hour' - p_days * interval '1 day' * core.demo_draw('day' || n) ^ 1.3 END
$$;

/* Waybills and parcels, and the events that have happened to them by p_until, as EPCIS documents. */
CREATE FUNCTION core.seed_parcels(p_parcels int, p_days int, p_until timestamptz, p_params jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  v_events jsonb;
BEGIN
  CREATE TABLE core.demo_parcel AS -- tables of a moment: nobody in a tenant may make temporary ones
  SELECT n, 'DEMO-' || to_char(n, 'FM0000') AS waybill_no, core.with_digit('10614141' || to_char(n, 'FM000000000')) AS sscc, origin, destination, service,
    core.demo_time(n, p_parcels, p_days, p_until) AS booked_at
  FROM generate_series(1, p_parcels) AS n,
    LATERAL (SELECT 1 + floor(10 * core.demo_draw('from' || n) ^ 1.4)::int AS a, 1 + floor(9 * core.demo_draw('to' || n))::int AS b) AS drawn,
    LATERAL (SELECT core.demo_gln(a) AS origin, core.demo_gln(CASE WHEN b >= a THEN b + 1 ELSE b END) AS destination,
      p_params -> 'services' ->> CASE WHEN core.demo_draw('service' || n) < 0.25 AND jsonb_array_length(p_params -> 'services') > 1 THEN 1 ELSE 0 END AS service) AS way;

  -- The legs of each parcel: it leaves with the next departure (three a day) and takes somewhat less or more time than planned.
  CREATE TABLE core.demo_leg AS
  WITH RECURSIVE way AS MATERIALIZED (
    SELECT p.origin, p.destination, p.service, r.* FROM (SELECT DISTINCT origin, destination, service FROM core.demo_parcel) AS p,
      LATERAL core.route(p.origin, p.destination, p.service) AS r
  ), moved AS (
    SELECT p.n, 0 AS seq, p.booked_at + interval '1 hour' + interval '3 hours' * core.demo_draw('collect' || p.n) AS ready, NULL::timestamptz AS dep,
      NULL::timestamptz AS arr, NULL::text AS from_gln, NULL::text AS to_gln, NULL::text AS unit
    FROM core.demo_parcel p
    UNION ALL
    SELECT m.n, w.seq, t.arr + interval '50 minutes', t.dep, t.arr, w.from_gln, w.to_gln, t.unit
    FROM moved m
    JOIN core.demo_parcel p USING (n)
    JOIN way w ON (w.origin, w.destination, w.service, w.seq) = (p.origin, p.destination, p.service, m.seq + 1),
    LATERAL (SELECT date_bin(interval '8 hours', m.ready, timestamptz '2020-01-01 00:00Z') + interval '8 hours' AS dep) AS next,
    LATERAL (SELECT next.dep, format('%s%s%s%s', w.from_gln, w.to_gln, p.service, extract(epoch FROM next.dep)) AS name) AS named,
    LATERAL (SELECT next.dep, next.dep + make_interval(mins => w.arr_minutes - w.dep_minutes) * (0.85 + 0.35 * core.demo_draw(name) ^ 3) AS arr,
      core.with_digit('30614141' || lpad((('x' || left(md5(name), 8))::bit(32)::bigint % 1000000000)::text, 9, '0')) AS unit) AS t
  )
  SELECT * FROM moved;

  INSERT INTO core.waybill (waybill_no, request_hash, shipper, consignee, origin, destination, deliver_at, service, cost_minor, declared_minor, booked_at, promised_at)
  SELECT p.waybill_no, sha256(convert_to(p.waybill_no, 'UTF8')), core.demo_gln(51 + floor(6 * core.demo_draw('shipper' || p.n))::int),
    jsonb_build_object('name', 'Demo consignee ' || p.n), p.origin, p.destination, format('https://id.gs1.org/414/%s/254/consignee', p.destination), p.service,
    (SELECT max(cost_minor) FROM core.route(p.origin, p.destination, p.service)), 5000 + floor(90000 * core.demo_draw('value' || p.n))::bigint, p.booked_at,
    (SELECT max(arr) FROM core.demo_leg l WHERE l.n = p.n) + interval '1 hour' * (7 + 9 * core.demo_draw('promise' || p.n) ^ 0.4)
  FROM core.demo_parcel p;
  INSERT INTO core.parcel (sscc, waybill_no, seq, weight_g, track_token)
  SELECT sscc, waybill_no, 1, 200 + floor(8000 * core.demo_draw('weight' || n) ^ 2)::int, md5('demo-track-' || n) FROM core.demo_parcel;
  INSERT INTO core.leg (waybill_no, seq, from_gln, to_gln, plan_dep, plan_arr)
  SELECT waybill_no, seq, from_gln, to_gln, coalesce(lag(arr) OVER (PARTITION BY n ORDER BY seq), dep), arr
  FROM core.demo_leg JOIN core.demo_parcel USING (n) WHERE seq > 0;

  WITH fate AS MATERIALIZED (
    SELECT p.n, p.sscc, p.destination, last.ready, core.demo_draw('fate' || p.n) AS draw,
      last.ready + interval '1 hour' + interval '7 hours' * core.demo_draw('round' || p.n) AS out_at
    FROM core.demo_parcel p JOIN LATERAL (SELECT ready FROM core.demo_leg l WHERE l.n = p.n ORDER BY seq DESC LIMIT 1) AS last ON true
  ), told (at, event) AS (
    SELECT l.ready - interval '5 minutes', jsonb_build_object('type', 'ObjectEvent', 'action', 'OBSERVE', 'bizStep', 'collecting', 'epcList', jsonb_build_array(epc), 'place', p.origin)
    FROM core.demo_leg l JOIN core.demo_parcel p USING (n), LATERAL (SELECT 'https://id.gs1.org/00/' || p.sscc AS epc) AS named WHERE l.seq = 0
    UNION ALL
    SELECT dep - interval '30 minutes', jsonb_build_object('type', 'AggregationEvent', 'action', 'ADD', 'bizStep', 'packing', 'parentID', 'https://id.gs1.org/00/' || unit,
      'childEPCs', jsonb_agg('https://id.gs1.org/00/' || sscc ORDER BY sscc), 'place', from_gln)
    FROM core.demo_leg JOIN core.demo_parcel USING (n) WHERE seq > 0 GROUP BY unit, dep, from_gln
    UNION ALL
    SELECT DISTINCT step.at, jsonb_build_object('type', 'ObjectEvent', 'action', 'OBSERVE', 'bizStep', step.name, 'disposition', 'in_transit',
      'epcList', jsonb_build_array('https://id.gs1.org/00/' || unit), 'place', step.place)
    FROM core.demo_leg, LATERAL (VALUES (dep, 'departing', from_gln), (arr, 'arriving', to_gln)) AS step (at, name, place) WHERE seq > 0
    UNION ALL
    SELECT DISTINCT arr + interval '40 minutes', jsonb_build_object('type', 'AggregationEvent', 'action', 'DELETE', 'bizStep', 'unloading',
      'parentID', 'https://id.gs1.org/00/' || unit, 'place', to_gln)
    FROM core.demo_leg WHERE seq > 0
    UNION ALL
    SELECT step.at, jsonb_strip_nulls(jsonb_build_object('type', 'ObjectEvent', 'action', 'OBSERVE', 'bizStep', step.name, 'disposition', step.disposition,
      'epcList', jsonb_build_array('https://id.gs1.org/00/' || sscc), 'place', destination, 'consignee', step.name = 'accepting'))
    FROM fate, LATERAL (VALUES
      (out_at, CASE WHEN draw < 0.015 THEN 'inspecting' ELSE 'staging_outbound' END, CASE WHEN draw < 0.015 THEN 'damaged' END),
      (out_at + interval '3 hours', CASE WHEN draw >= 0.015 THEN 'accepting' WHEN draw < 0.008 THEN 'holding' END, CASE WHEN draw < 0.008 THEN 'returned' END)
    ) AS step (at, name, disposition) WHERE step.name IS NOT NULL
  )
  SELECT jsonb_agg((event - 'place' - 'consignee') || jsonb_build_object('eventTime', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'eventTimeZoneOffset', '+08:00',
      CASE WHEN event ->> 'consignee' = 'true' THEN 'bizLocation' ELSE 'readPoint' END,
      jsonb_build_object('id', format('https://id.gs1.org/414/%s%s', event ->> 'place', CASE WHEN event ->> 'consignee' = 'true' THEN '/254/consignee' END)))
    ORDER BY at, event)
  INTO v_events FROM told WHERE at <= p_until;
  DROP TABLE core.demo_parcel, core.demo_leg;
  RETURN v_events;
END $$;

/* What a module adds to the demo; each module that has something to show replaces it. */
CREATE FUNCTION core.seed_receipts(p_until timestamptz) RETURNS void LANGUAGE sql AS $$
  SELECT
$$;

/* {parcels?, days?, until?}: fills the tenant with demo data. ICL09 when they are there already. */
CREATE FUNCTION api.seed_demo(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_params jsonb := pack.params();
  v_parcels int := pack.opt_int(p, 'parcels', 400, 10, 5000);
  v_days int := pack.opt_int(p, 'days', 30, 2, 90);
  v_until timestamptz := pack.opt_time(p, 'until', now());
  v_drafts epcis.draft[];
BEGIN
  PERFORM epcis.lock_containment('[{"errorDeclaration": {}}]');
  IF EXISTS (SELECT FROM core.facility WHERE gln = core.demo_gln(1)) THEN
    PERFORM core.fail_taken('demo data', 'demo');
  END IF;
  IF v_until > now() THEN
    PERFORM pack.fail_field('until', 'a time that is not in the future');
  END IF;
  PERFORM epcis.make_month(month) FROM generate_series(v_until - (v_days + 1) * interval '1 day', v_until, interval '20 days') AS month;
  PERFORM core.seed_network(v_until - (v_days + 1) * interval '1 day', v_params);
  v_drafts := ARRAY(SELECT d FROM epcis.drafts(core.seed_parcels(v_parcels, v_days, v_until, v_params), '{}') AS d);
  IF EXISTS (SELECT FROM unnest(v_drafts) WHERE problem IS NOT NULL) THEN
    PERFORM epcis.refuse((SELECT jsonb_agg(problem) FROM unnest(v_drafts) WHERE problem IS NOT NULL));
  END IF;
  PERFORM epcis.absorb(epcis.store(v_drafts, interval '20 seconds'), '{}');
  PERFORM core.seed_receipts(v_until);
  RETURN jsonb_build_object('parcels', v_parcels, 'events', cardinality(v_drafts), 'days', v_days, 'until', v_until);
END $$;
SELECT pack.declare_function('seed_demo', true);
