-- The public side of a hybrid park: proofs of certificates and daily emissions as of the last word from the private side, and a door for
-- readings. It holds no credential for the private side and goes on while that one is away.

SELECT pack.default_params('{"idempotency_error": "ICZ03", "body_error": "ICZ09", "interval_minutes": 15}');

CREATE SCHEMA front;

/* Refuses a reading that no meter could have sent. Whether the meter is one of the park is for the private side to say. */
CREATE FUNCTION front.check_reading(p jsonb, p_minutes int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_at timestamptz := pack.opt_time(p, 'at', NULL);
BEGIN
  IF v_at IS NULL OR v_at > now() OR extract(epoch FROM v_at) % (60 * p_minutes) <> 0 THEN
    PERFORM pack.fail_field('at', format('a past time at which an interval of %s minutes begins', p_minutes));
  END IF;
  IF jsonb_typeof(p -> 'wh') IS DISTINCT FROM 'number' OR p ->> 'wh' !~ '^[0-9]{1,10}$' OR (p ->> 'wh')::bigint > 1000000000 THEN
    PERFORM pack.fail_field('wh', 'whole watt-hours, at most 1000000000');
  END IF;
END $$;

/* {meter, readings: [{at, wh}]}: keeps a batch until the private side takes it in. A reading that is sent again is found there, by meter and
   time, and counts once. */
CREATE FUNCTION api.send_readings(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_id uuid := uuidv7();
  v_minutes int := (SELECT value::int FROM pack.param WHERE key = 'interval_minutes');
BEGIN
  IF pack.need_text(p, 'meter', 60) !~ '^[A-Za-z0-9][A-Za-z0-9._-]*$' THEN
    PERFORM pack.fail_field('meter', 'letters, digits, dots, hyphens, underscores');
  END IF;
  IF jsonb_typeof(p -> 'readings') IS DISTINCT FROM 'array' OR jsonb_array_length(p -> 'readings') NOT BETWEEN 1 AND 3000 THEN
    PERFORM pack.fail_field('readings', '1 to 3000 readings');
  END IF;
  PERFORM front.check_reading(reading, v_minutes) FROM jsonb_array_elements(p -> 'readings') AS reading;
  INSERT INTO intake.batch (batch_id, meter, readings) VALUES (v_id, p ->> 'meter', p -> 'readings');
  RETURN jsonb_build_object('batchId', v_id, 'readings', jsonb_array_length(p -> 'readings'), 'state', 'kept');
END $$;
SELECT pack.declare_function('send_readings', true);

/* {}: forgets readings that the private side has settled. Only inserts travel, so nothing is taken back by this. */
CREATE FUNCTION api.forget_settled_batches(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_forgotten bigint;
BEGIN
  DELETE FROM intake.batch b USING edge.batch_done d WHERE d.batch_id = b.batch_id;
  GET DIAGNOSTICS v_forgotten = ROW_COUNT;
  RETURN jsonb_build_object('forgotten', v_forgotten);
END $$;
SELECT pack.declare_function('forget_settled_batches', false, true);

/* {certificateNo}: the public proof of a certificate. ICZ04 for one that has not come here. */
CREATE FUNCTION api.verify_certificate(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v edge.certificate;
BEGIN
  SELECT * INTO v FROM edge.certificate WHERE certificate_no = pack.need_text(p, 'certificateNo', 60);
  IF NOT FOUND THEN
    PERFORM pack.fail('ICZ04', 'no certificate of this number', jsonb_build_object('kind', 'certificate', 'id', p ->> 'certificateNo'));
  END IF;
  RETURN jsonb_build_object('certificateNo', v.certificate_no, 'source', v.source, 'from', v.made_from, 'to', v.made_to, 'wh', v.wh,
    'state', v.state, 'asOf', (SELECT at FROM edge.pulse));
END $$;
SELECT pack.declare_function('verify_certificate', false);

-- key: certificate_no
CREATE VIEW api.certificates AS
SELECT certificate_no, source, made_from::text AS made_from, made_to::text AS made_to, wh, state FROM edge.certificate WHERE scope = 'all';

-- key: day, zone
CREATE VIEW api.emissions_by_day AS
SELECT to_char(day, 'YYYY-MM-DD') AS day, zone, kg, complete FROM edge.emission_day;

-- key: batch_id. `kept` until the private side has said what became of it.
CREATE VIEW api.batches AS
SELECT batch_id, coalesce(b.at, d.at) AS at,
  CASE WHEN d.batch_id IS NULL THEN 'kept' WHEN d.cause IS NULL THEN 'taken' ELSE 'refused' END AS state, d.taken, d.known, d.differing, d.cause
FROM edge.batch_done d FULL JOIN intake.batch b USING (batch_id);

CREATE VIEW front.invariants AS
SELECT 'edge_names_no_meter' AS rule, count(*) AS violations
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
WHERE c.relnamespace = 'edge'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
  AND a.attname ~ '(meter|reading|building|name|person|email|phone|address|kwh|consum)';

SELECT pack.add_view_part('invariants', 'front.invariants');

CREATE VIEW front.kpis AS
SELECT 'edge_staleness_seconds' AS name, (SELECT greatest(0, extract(epoch FROM now() - at)) FROM edge.pulse)::double precision AS value, 's' AS unit
UNION ALL SELECT 'certificates_shown', (SELECT count(*) FROM edge.certificate WHERE scope = 'all'), '1'
UNION ALL SELECT 'batches_waiting', (SELECT count(*) FROM intake.batch b
    WHERE NOT EXISTS (SELECT FROM edge.batch_done d WHERE d.batch_id = b.batch_id)), '1';

SELECT pack.add_view_part('kpis', 'front.kpis');
