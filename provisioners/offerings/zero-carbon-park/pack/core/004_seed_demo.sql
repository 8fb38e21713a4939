-- A park with a past: the same one every time. Everything random is a hash of a name.

CREATE FUNCTION park.demo_draw(p_name text) RETURNS double precision LANGUAGE sql IMMUTABLE AS $$
  SELECT ('x' || left(md5(p_name), 8))::bit(32)::bigint / 4294967296.0
$$;

/* What demo meter n counts in an hour: workdays and daylight, seasons left out. */
CREATE FUNCTION park.demo_wh(p_meter text, p_carrier text, p_size double precision, p_at timestamptz) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
  SELECT round(p_size * (0.85 + 0.3 * park.demo_draw(p_meter || p_at)) * CASE
    WHEN p_carrier = 'solar' THEN greatest(0, sin(pi() * (hour - 6) / 12)) * CASE WHEN hour BETWEEN 6 AND 18 THEN 1 ELSE 0 END
    WHEN dow <= 5 AND hour BETWEEN 7 AND 19 THEN 1.0 ELSE 0.3 END)::bigint
  FROM (SELECT extract(hour FROM p_at AT TIME ZONE 'UTC')::int AS hour, extract(isodow FROM p_at AT TIME ZONE 'UTC')::int AS dow) AS t
$$;

/* {days?, until?}: 12 meters with a reading an hour, factors, certificates and what was retired. ICZ05 when they are there already. */
CREATE FUNCTION api.seed_demo(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_days int := pack.opt_int(p, 'days', 60, 32, 365);
  v_until timestamptz := date_trunc('hour', pack.opt_time(p, 'until', now()), 'UTC');
  v_zone text := park.zone_of('{}');
  v_start timestamptz := v_until - v_days * interval '1 day';
  v_month date := park.month_of(v_until - interval '28 days');
  v_readings bigint;
  v_wh bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('seed_demo', 0));
  IF EXISTS (SELECT FROM park.meter WHERE meter LIKE 'demo-%') THEN
    PERFORM park.fail_taken('demo data', 'demo');
  END IF;
  IF v_until > now() THEN
    PERFORM pack.fail_field('until', 'a time that is not in the future');
  END IF;
  INSERT INTO park.meter (meter, name, carrier, zone, building, registered_at)
  SELECT format('demo-%s-%s', carrier, to_char(n, 'FM00')), format('%s %s', initcap(carrier), n), carrier, v_zone, 'Hall ' || 1 + n % 3, v_start
  FROM (VALUES ('grid', 6), ('solar', 3), ('gas', 2), ('heat', 1)) AS kind (carrier, meters), generate_series(1, meters) AS n;
  INSERT INTO park.reading (meter, at, wh, received_at)
  SELECT meter, at, park.demo_wh(meter, carrier, 20000 + 60000 * park.demo_draw(meter), at), at + interval '1 hour'
  FROM park.meter, generate_series(v_start, v_until - interval '1 hour', interval '1 hour') AS at
  WHERE meter LIKE 'demo-%' ORDER BY at, meter;
  GET DIAGNOSTICS v_readings = ROW_COUNT;
  INSERT INTO park.factor (zone, carrier, valid, grams_per_kwh, origin) VALUES
    (v_zone, 'grid', tstzrange(v_start, v_start + v_days / 2.0 * interval '1 day'), 581, 'demo, grid average of the year before'),
    (v_zone, 'grid', tstzrange(v_start + v_days / 2.0 * interval '1 day', NULL), 536, 'demo, grid average of the year'),
    (v_zone, 'gas', tstzrange(v_start, NULL), 202, 'demo'), (v_zone, 'heat', tstzrange(v_start, NULL), 290, 'demo')
  ON CONFLICT DO NOTHING;
  v_wh := park.consumed_wh(v_zone, v_month) * 6 / 10;
  IF v_wh > 0 THEN
    INSERT INTO park.certificate (certificate_no, source, made, wh, retired_wh, zone) VALUES
      ('DEMO-WIND-1', 'wind', daterange(v_month, (v_month + interval '1 month')::date), v_wh + 40000000, v_wh, v_zone),
      ('DEMO-HYDRO-1', 'hydro', daterange(v_month, (v_month + interval '1 month')::date), 25000000, 0, v_zone);
    INSERT INTO park.retirement (certificate_no, month, wh) VALUES ('DEMO-WIND-1', v_month, v_wh);
  END IF;
  RETURN jsonb_build_object('meters', 12, 'readings', v_readings, 'days', v_days, 'until', v_until);
END $$;
SELECT pack.declare_function('seed_demo', true);
