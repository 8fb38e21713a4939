-- Meters, readings, factors, certificates.

/* {meter, name, carrier, zone?, building?} */
CREATE FUNCTION api.register_meter(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_meter text := park.need_code(p, 'meter');
BEGIN
  INSERT INTO park.meter (meter, name, carrier, zone, building)
  VALUES (v_meter, pack.need_text(p, 'name'), park.need_carrier(p), park.zone_of(p), pack.opt_text(p, 'building', NULL))
  ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    PERFORM park.fail_taken('meter', v_meter);
  END IF;
  RETURN jsonb_build_object('meter', v_meter, 'carrier', p ->> 'carrier', 'zone', park.zone_of(p));
END $$;
SELECT pack.declare_function('register_meter', true);

/* p.meter. ICZ04 when there is none. */
CREATE FUNCTION park.need_meter(p jsonb) RETURNS park.meter LANGUAGE plpgsql AS $$
DECLARE
  v_meter park.meter;
BEGIN
  SELECT * INTO v_meter FROM park.meter WHERE meter = pack.need_text(p, 'meter', 60);
  IF NOT FOUND THEN
    PERFORM park.fail_missing('meter', p ->> 'meter');
  END IF;
  RETURN v_meter;
END $$;

/* An instant at which an interval begins, in the past. */
CREATE FUNCTION park.need_interval(p jsonb) RETURNS timestamptz LANGUAGE plpgsql AS $$
DECLARE
  v_at timestamptz := pack.opt_time(p, 'at', NULL);
  v_minutes int := (SELECT value::int FROM pack.param WHERE key = 'interval_minutes');
BEGIN
  IF v_at IS NULL OR v_at > now() OR extract(epoch FROM v_at) % (60 * v_minutes) <> 0 THEN
    PERFORM pack.fail_field('at', format('a past time at which an interval of %s minutes begins', v_minutes));
  END IF;
  RETURN v_at;
END $$;

/* {meter, readings: [{at, wh}]}: takes what is new. What is known with the same value is passed over; with another value it is not
   taken and named: a known reading changes by correct_reading alone. */
CREATE FUNCTION api.submit_readings(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_meter park.meter := park.need_meter(p);
  v_taken int;
  v_differing jsonb;
  v_sent int;
BEGIN
  IF jsonb_typeof(p -> 'readings') IS DISTINCT FROM 'array' OR jsonb_array_length(p -> 'readings') NOT BETWEEN 1 AND 3000 THEN
    PERFORM pack.fail_field('readings', '1 to 3000 readings');
  END IF;
  v_sent := jsonb_array_length(p -> 'readings');
  WITH given AS MATERIALIZED (
    SELECT DISTINCT ON (at) at, wh FROM (
      SELECT park.need_interval(reading) AS at, park.need_wh(reading, 'wh', 1000000000) AS wh, position
      FROM jsonb_array_elements(p -> 'readings') WITH ORDINALITY AS sent (reading, position)) AS checked
    ORDER BY at, position
  )
  INSERT INTO park.reading (meter, at, wh) SELECT v_meter.meter, at, wh FROM given ORDER BY at
  ON CONFLICT DO NOTHING;
  GET DIAGNOSTICS v_taken = ROW_COUNT;
  SELECT jsonb_agg(jsonb_build_object('at', r.at, 'knownWh', r.wh, 'givenWh', (reading -> 'wh')::bigint) ORDER BY r.at) INTO v_differing
  FROM jsonb_array_elements(p -> 'readings') AS reading
  JOIN park.reading r ON r.meter = v_meter.meter AND r.at = (reading ->> 'at')::timestamptz AND r.wh <> (reading -> 'wh')::bigint;
  RETURN jsonb_build_object('taken', v_taken, 'known', v_sent - v_taken - coalesce(jsonb_array_length(v_differing), 0),
    'differing', coalesce(v_differing, '[]'));
END $$;
SELECT pack.declare_function('submit_readings', true);

/* {meter, at, wh, reason}: changes a known reading and keeps what it was. ICZ02 when certificates already stand against more. */
CREATE FUNCTION api.correct_reading(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_meter park.meter := park.need_meter(p);
  v_at timestamptz := park.need_interval(p);
  v_wh bigint := park.need_wh(p, 'wh', 1000000000);
  v_month date := park.month_of(v_at);
  v_old bigint;
BEGIN
  PERFORM park.lock_month(v_meter.zone, v_month);
  SELECT wh INTO v_old FROM park.reading WHERE meter = v_meter.meter AND at = v_at FOR UPDATE;
  IF NOT FOUND THEN
    PERFORM park.fail_missing('reading', concat_ws(' ', v_meter.meter, p ->> 'at'));
  END IF;
  UPDATE park.reading SET wh = v_wh WHERE meter = v_meter.meter AND at = v_at;
  INSERT INTO park.correction (meter, at, old_wh, new_wh, reason) VALUES (v_meter.meter, v_at, v_old, v_wh, pack.need_text(p, 'reason', 500));
  PERFORM park.check_claims(v_meter.zone, v_month, 0);
  RETURN jsonb_build_object('meter', v_meter.meter, 'at', v_at, 'oldWh', v_old, 'wh', v_wh);
END $$;
SELECT pack.declare_function('correct_reading', true);

/* Certificates stand against no more than was consumed: ICZ02. The caller holds the lock of the month. */
CREATE FUNCTION park.check_claims(p_zone text, p_month date, p_more bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_consumed bigint := park.consumed_wh(p_zone, p_month);
  v_claimed bigint := park.claimed_wh(p_zone, p_month);
BEGIN
  IF v_claimed + p_more > v_consumed THEN
    PERFORM pack.fail('ICZ02', 'more would be claimed than was consumed', jsonb_build_object('zone', p_zone, 'month', to_char(p_month, 'YYYY-MM'),
      'askedWh', p_more, 'consumedWh', v_consumed, 'claimedWh', v_claimed));
  END IF;
END $$;

/* {carrier, gramsPerKwh, origin, zone?, validFrom?}: the factor from then on; it ends the one that held, and gives way to one already
   set for later. */
CREATE FUNCTION api.set_factor(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_carrier text := park.need_carrier(p);
  v_zone text := park.zone_of(p);
  v_from timestamptz := pack.opt_time(p, 'validFrom', now());
  v_grams int := pack.need_int(p, 'gramsPerKwh', 0, 5000);
  v_origin text := pack.need_text(p, 'origin');
  v_next timestamptz;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(concat_ws(' ', 'park.factor', v_zone, v_carrier), 0));
  SELECT min(lower(valid)) INTO v_next FROM park.factor WHERE zone = v_zone AND carrier = v_carrier AND lower(valid) > v_from;
  DELETE FROM park.factor WHERE zone = v_zone AND carrier = v_carrier AND lower(valid) = v_from;
  UPDATE park.factor SET valid = tstzrange(lower(valid), v_from) WHERE zone = v_zone AND carrier = v_carrier AND valid @> v_from;
  INSERT INTO park.factor (zone, carrier, valid, grams_per_kwh, origin) VALUES (v_zone, v_carrier, tstzrange(v_from, v_next), v_grams, v_origin);
  RETURN jsonb_build_object('zone', v_zone, 'carrier', v_carrier, 'gramsPerKwh', v_grams, 'validFrom', v_from, 'validUntil', v_next);
END $$;
SELECT pack.declare_function('set_factor', true);

/* {certificateNo, source, from, to, wh, zone?}: a certificate that the park has bought, made between two days. */
CREATE FUNCTION api.receive_certificate(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_no text := park.need_code(p, 'certificateNo');
  v_from date := park.need_day(p, 'from');
  v_to date := park.need_day(p, 'to');
  v_wh bigint := park.need_wh(p, 'wh', 1000000000000000);
BEGIN
  IF pack.need_text(p, 'source', 20) NOT IN ('solar', 'wind', 'hydro', 'biomass') THEN
    PERFORM pack.fail_field('source', 'solar, wind, hydro or biomass');
  END IF;
  IF v_to < v_from OR v_wh = 0 THEN
    PERFORM pack.fail_field(CASE WHEN v_wh = 0 THEN 'wh' ELSE 'to' END, 'more than nothing');
  END IF;
  INSERT INTO park.certificate (certificate_no, source, made, wh, zone)
  VALUES (v_no, p ->> 'source', daterange(v_from, v_to, '[]'), v_wh, park.zone_of(p))
  ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    PERFORM park.fail_taken('certificate', v_no);
  END IF;
  RETURN jsonb_build_object('certificateNo', v_no, 'leftWh', v_wh);
END $$;
SELECT pack.declare_function('receive_certificate', true);

/* {certificateNo, month, wh}: uses it, for good, for energy consumed in a month. Never more than it has left (ICZ01), never more than the
   zone took from the grid (ICZ02), and only energy made in that month or the eleven before (ICZ06). */
CREATE FUNCTION api.retire_certificate(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_month date := park.need_month(p);
  v_wh bigint := park.need_wh(p, 'wh', 1000000000000000);
  v park.certificate;
BEGIN
  SELECT * INTO v FROM park.certificate WHERE certificate_no = pack.need_text(p, 'certificateNo', 60);
  IF NOT FOUND THEN
    PERFORM park.fail_missing('certificate', p ->> 'certificateNo');
  END IF;
  IF v_wh = 0 THEN
    PERFORM pack.fail_field('wh', 'more than nothing');
  END IF;
  IF NOT v.made && daterange((v_month - interval '11 months')::date, (v_month + interval '1 month')::date) THEN
    PERFORM pack.fail('ICZ06', 'the energy was made at another time', jsonb_build_object('certificateNo', v.certificate_no,
      'month', p ->> 'month', 'from', lower(v.made), 'to', upper(v.made) - 1));
  END IF;
  PERFORM park.lock_month(v.zone, v_month); -- the month first, then the certificate: one order for all
  SELECT * INTO v FROM park.certificate WHERE certificate_no = v.certificate_no FOR NO KEY UPDATE;
  IF v_wh > v.wh - v.retired_wh THEN
    PERFORM pack.fail('ICZ01', 'the certificate has less left',
      jsonb_build_object('certificateNo', v.certificate_no, 'askedWh', v_wh, 'leftWh', v.wh - v.retired_wh));
  END IF;
  PERFORM park.check_claims(v.zone, v_month, v_wh);
  UPDATE park.certificate SET retired_wh = retired_wh + v_wh WHERE certificate_no = v.certificate_no;
  INSERT INTO park.retirement (certificate_no, month, wh) VALUES (v.certificate_no, v_month, v_wh);
  RETURN jsonb_build_object('certificateNo', v.certificate_no, 'month', p ->> 'month', 'wh', v_wh, 'leftWh', v.wh - v.retired_wh - v_wh);
END $$;
SELECT pack.declare_function('retire_certificate', true);

/* {}: takes away all that the proof made in zone smoke. */
CREATE FUNCTION api.smoke_cleanup(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_meters bigint;
BEGIN
  DELETE FROM park.retirement WHERE certificate_no IN (SELECT certificate_no FROM park.certificate WHERE zone = 'smoke');
  DELETE FROM park.certificate WHERE zone = 'smoke';
  DELETE FROM park.correction WHERE meter IN (SELECT meter FROM park.meter WHERE zone = 'smoke');
  DELETE FROM park.reading WHERE meter IN (SELECT meter FROM park.meter WHERE zone = 'smoke');
  DELETE FROM park.factor WHERE zone = 'smoke';
  DELETE FROM park.meter WHERE zone = 'smoke';
  GET DIAGNOSTICS v_meters = ROW_COUNT;
  RETURN jsonb_build_object('meters', v_meters);
END $$;
SELECT pack.declare_function('smoke_cleanup', true, true);
