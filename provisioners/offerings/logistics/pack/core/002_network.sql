-- Who and where: parties, facilities, and the lanes between them.

CREATE TABLE core.party (
  gln core.gln PRIMARY KEY,
  name text NOT NULL,
  role text NOT NULL CHECK (role IN ('shipper', 'carrier', 'consignee', 'warehouse', 'financier')),
  contact jsonb, -- names a person; no view shows it
  archived boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE core.facility (
  gln core.gln PRIMARY KEY,
  name text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('hub', 'warehouse', 'station', 'port')),
  city text NOT NULL,
  region text NOT NULL,
  lat double precision CHECK (lat BETWEEN -90 AND 90),
  lon double precision CHECK (lon BETWEEN -180 AND 180),
  archived boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE core.lane (
  from_gln core.gln NOT NULL REFERENCES core.facility,
  to_gln core.gln NOT NULL REFERENCES core.facility,
  service text NOT NULL,
  transit_minutes int NOT NULL CHECK (transit_minutes > 0), -- above zero, so that no way round is ever the best way
  cost_minor bigint NOT NULL CHECK (cost_minor BETWEEN 0 AND 100000000000),
  daily_capacity int NOT NULL CHECK (daily_capacity > 0),
  PRIMARY KEY (from_gln, service, to_gln),
  CHECK (from_gln <> to_gln)
);

/* p.<field> as the GLN of a facility in use. */
CREATE FUNCTION core.need_facility(p jsonb, p_field text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  v_gln text := core.need_gln(p, p_field);
BEGIN
  IF NOT EXISTS (SELECT FROM core.facility WHERE gln = v_gln AND NOT archived) THEN
    PERFORM core.fail_missing('facility', v_gln);
  END IF;
  RETURN v_gln;
END $$;

CREATE FUNCTION core.need_party(p jsonb, p_field text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  v_gln text := core.need_gln(p, p_field);
BEGIN
  IF NOT EXISTS (SELECT FROM core.party WHERE gln = v_gln AND NOT archived) THEN
    PERFORM core.fail_missing('party', v_gln);
  END IF;
  RETURN v_gln;
END $$;

/* A service of the parameters, or `smoke`, which belongs to the self-test and stays out of every figure. */
CREATE FUNCTION core.need_service(p jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  v_services jsonb := pack.params() -> 'services';
  v_service text := pack.opt_text(p, 'service', v_services ->> 0, 40);
BEGIN
  IF v_service <> 'smoke' AND NOT v_services ? v_service THEN
    PERFORM pack.fail_field('service', format('one of %s', v_services));
  END IF;
  RETURN v_service;
END $$;

CREATE FUNCTION core.opt_coordinate(p jsonb, p_field text, p_most int) RETURNS double precision LANGUAGE plpgsql AS $$
BEGIN
  IF p ->> p_field IS NULL THEN
    RETURN NULL;
  END IF;
  IF jsonb_typeof(p -> p_field) <> 'number' OR abs((p ->> p_field)::numeric) > p_most THEN
    PERFORM pack.fail_field(p_field, format('degrees from -%s to %s', p_most, p_most));
  END IF;
  RETURN (p ->> p_field)::double precision;
END $$;

CREATE FUNCTION core.opt_object(p jsonb, p_field text) RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
  IF p ->> p_field IS NULL THEN
    RETURN NULL;
  END IF;
  IF jsonb_typeof(p -> p_field) <> 'object' THEN
    PERFORM pack.fail_field(p_field, 'an object');
  END IF;
  RETURN p -> p_field;
END $$;

/* {gln?, name, role, contact?}: without a GLN, one under the tenant's own prefix. */
CREATE FUNCTION api.create_party(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_gln text := CASE WHEN p ->> 'gln' IS NULL THEN core.new_gln() ELSE core.need_gln(p, 'gln') END;
  v_role text := pack.need_text(p, 'role');
BEGIN
  IF v_role NOT IN ('shipper', 'carrier', 'consignee', 'warehouse', 'financier') THEN
    PERFORM pack.fail_field('role', 'one of shipper, carrier, consignee, warehouse, financier');
  END IF;
  INSERT INTO core.party (gln, name, role, contact) VALUES (v_gln, pack.need_text(p, 'name'), v_role, core.opt_object(p, 'contact'))
  ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    PERFORM core.fail_taken('party', v_gln);
  END IF;
  RETURN jsonb_build_object('gln', v_gln, 'uri', 'https://id.gs1.org/417/' || v_gln);
END $$;
SELECT pack.declare_function('create_party', true);

/* {gln?, name, kind, city, region?, lat?, lon?} */
CREATE FUNCTION api.create_facility(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_regions jsonb := pack.params() -> 'regions';
  v_region text := pack.opt_text(p, 'region', v_regions ->> 0, 10);
  v_gln text := CASE WHEN p ->> 'gln' IS NULL THEN core.new_gln() ELSE core.need_gln(p, 'gln') END;
  v_kind text := pack.need_text(p, 'kind');
BEGIN
  IF NOT v_regions ? v_region THEN
    PERFORM pack.fail_field('region', format('one of %s', v_regions));
  END IF;
  IF v_kind NOT IN ('hub', 'warehouse', 'station', 'port') THEN
    PERFORM pack.fail_field('kind', 'one of hub, warehouse, station, port');
  END IF;
  INSERT INTO core.facility (gln, name, kind, city, region, lat, lon)
  VALUES (v_gln, pack.need_text(p, 'name'), v_kind, pack.need_text(p, 'city', 100), v_region,
    core.opt_coordinate(p, 'lat', 90), core.opt_coordinate(p, 'lon', 180))
  ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    PERFORM core.fail_taken('facility', v_gln);
  END IF;
  RETURN jsonb_build_object('gln', v_gln, 'uri', 'https://id.gs1.org/414/' || v_gln);
END $$;
SELECT pack.declare_function('create_facility', true);

/* {from, to, service?, transitMinutes, costMinor?, dailyCapacity?}: adds a lane or changes it. Booked parcels keep their route. */
CREATE FUNCTION api.set_lane(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_lane core.lane;
BEGIN
  IF p ->> 'from' = p ->> 'to' THEN
    PERFORM pack.fail_field('to', 'another facility than from');
  END IF;
  IF pack.opt_minor(p, 'costMinor', 0) > 100000000000 THEN
    PERFORM pack.fail_field('costMinor', 'at most 100000000000');
  END IF;
  INSERT INTO core.lane (from_gln, to_gln, service, transit_minutes, cost_minor, daily_capacity)
  VALUES (core.need_facility(p, 'from'), core.need_facility(p, 'to'), core.need_service(p),
    pack.need_int(p, 'transitMinutes', 1, 100000), pack.opt_minor(p, 'costMinor', 0), pack.opt_int(p, 'dailyCapacity', 1000, 1, 10000000))
  ON CONFLICT (from_gln, service, to_gln) DO UPDATE SET transit_minutes = excluded.transit_minutes,
    cost_minor = excluded.cost_minor, daily_capacity = excluded.daily_capacity
  RETURNING * INTO v_lane;
  RETURN jsonb_build_object('from', v_lane.from_gln, 'to', v_lane.to_gln, 'service', v_lane.service,
    'transitMinutes', v_lane.transit_minutes, 'costMinor', v_lane.cost_minor::text, 'dailyCapacity', v_lane.daily_capacity);
END $$;
SELECT pack.declare_function('set_lane', true);

/* {from, to, service?} */
CREATE FUNCTION api.remove_lane(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_from text := core.need_gln(p, 'from');
  v_to text := core.need_gln(p, 'to');
  v_service text := core.need_service(p);
BEGIN
  DELETE FROM core.lane WHERE (from_gln, service, to_gln) = (v_from, v_service, v_to);
  IF NOT FOUND THEN
    PERFORM core.fail_missing('lane', format('%s-%s %s', v_from, v_to, v_service));
  END IF;
  RETURN jsonb_build_object('from', v_from, 'to', v_to, 'service', v_service);
END $$;
SELECT pack.declare_function('remove_lane', true, true);
