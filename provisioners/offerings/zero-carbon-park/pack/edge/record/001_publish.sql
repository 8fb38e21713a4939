-- The private side shows proofs of its certificates in the transaction that changed them, what zones emitted once a day is over, and takes
-- in the readings that the edge has kept.

CREATE SCHEMA edge_link;

INSERT INTO edge.pulse (at) VALUES (now());

CREATE FUNCTION edge_link.show_certificate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    DELETE FROM edge.certificate WHERE certificate_no = OLD.certificate_no;
    RETURN NULL;
  END IF;
  INSERT INTO edge.certificate AS e (certificate_no, scope, source, made_from, made_to, wh, state)
  VALUES (NEW.certificate_no, CASE NEW.zone WHEN 'smoke' THEN 'smoke' ELSE 'all' END, NEW.source, lower(NEW.made), upper(NEW.made) - 1, NEW.wh,
    CASE WHEN NEW.retired_wh = NEW.wh THEN 'retired' ELSE 'valid' END)
  ON CONFLICT (certificate_no) DO UPDATE SET state = excluded.state WHERE e.state <> excluded.state;
  RETURN NULL;
END $$;
CREATE TRIGGER edge_certificate AFTER INSERT OR UPDATE OR DELETE ON park.certificate
  FOR EACH ROW EXECUTE FUNCTION edge_link.show_certificate();

-- Days whose total is to be made anew. Noted as often as they are touched, so that writers never wait for each other here.
CREATE TABLE edge_link.touched (
  zone text NOT NULL,
  day date NOT NULL
);

CREATE FUNCTION edge_link.note_readings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO edge_link.touched (zone, day)
  SELECT DISTINCT m.zone, (c.at AT TIME ZONE 'UTC')::date FROM changed c JOIN park.meter m USING (meter) WHERE m.zone <> 'smoke';
  RETURN NULL;
END $$;
CREATE TRIGGER edge_inserted AFTER INSERT ON park.reading REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION edge_link.note_readings();
CREATE TRIGGER edge_updated AFTER UPDATE ON park.reading REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION edge_link.note_readings();

/* Totals are made by one at a time, and not while a factor changes. */
CREATE FUNCTION edge_link.lock_days() RETURNS void LANGUAGE sql AS $$
  SELECT pg_advisory_xact_lock(hashtextextended('park.edge_days', 0))
$$;

/* Another factor is another total, of every day shown since. */
CREATE FUNCTION edge_link.note_factor() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  v_factor park.factor := CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
BEGIN
  PERFORM edge_link.lock_days();
  INSERT INTO edge_link.touched (zone, day)
  SELECT zone, day FROM edge.emission_day WHERE zone = v_factor.zone AND day >= (lower(v_factor.valid) AT TIME ZONE 'UTC')::date;
  RETURN NULL;
END $$;
CREATE TRIGGER edge_factor AFTER INSERT OR UPDATE OR DELETE ON park.factor
  FOR EACH ROW EXECUTE FUNCTION edge_link.note_factor();

-- A park with a past shows it, too.
INSERT INTO edge.certificate (certificate_no, scope, source, made_from, made_to, wh, state)
SELECT certificate_no, CASE zone WHEN 'smoke' THEN 'smoke' ELSE 'all' END, source, lower(made), upper(made) - 1, wh,
  CASE WHEN retired_wh = wh THEN 'retired' ELSE 'valid' END
FROM park.certificate;
INSERT INTO edge_link.touched (zone, day)
SELECT DISTINCT m.zone, (r.at AT TIME ZONE 'UTC')::date FROM park.reading r JOIN park.meter m USING (meter) WHERE m.zone <> 'smoke';

/* Makes totals of touched days that are over: whoever watches a total grow would read the meters. Returns how many. */
CREATE FUNCTION edge_link.show_days() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  v_days bigint;
BEGIN
  PERFORM edge_link.lock_days();
  WITH due AS (
    DELETE FROM edge_link.touched WHERE day < (now() AT TIME ZONE 'UTC')::date RETURNING zone, day
  )
  INSERT INTO edge.emission_day AS e (zone, day, kg, complete)
  SELECT d.zone, d.day, t.kg, t.complete
  FROM (SELECT DISTINCT zone, day FROM due) AS d
  CROSS JOIN LATERAL (
    SELECT round(coalesce(sum(m.grams), 0) / 1000)::bigint AS kg, count(*) = count(m.grams) AS complete FROM park.emission m
    WHERE m.zone = d.zone AND m.at >= d.day::timestamp AT TIME ZONE 'UTC' AND m.at < (d.day + 1)::timestamp AT TIME ZONE 'UTC') AS t
  ON CONFLICT (zone, day) DO UPDATE SET kg = excluded.kg, complete = excluded.complete
  WHERE (e.kg, e.complete) <> (excluded.kg, excluded.complete);
  GET DIAGNOSTICS v_days = ROW_COUNT;
  RETURN v_days;
END $$;

-- Batches to be looked at: refused, or with readings that say something else than is known. Apart from what replication may copy anew.
CREATE TABLE edge_link.set_aside (
  batch_id uuid PRIMARY KEY REFERENCES edge.batch_done ON DELETE CASCADE,
  meter text NOT NULL,
  readings jsonb NOT NULL,
  at timestamptz NOT NULL
);

/* Takes one batch in through the door of all readings, and tells the edge. */
CREATE FUNCTION edge_link.take_in(p intake.batch) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_answer jsonb;
  v_cause text;
BEGIN
  BEGIN
    v_answer := api.submit_readings(jsonb_build_object('meter', p.meter, 'readings', p.readings));
  EXCEPTION WHEN OTHERS THEN
    IF SQLSTATE NOT LIKE 'ICZ%' AND left(SQLSTATE, 2) NOT IN ('22', '23') THEN
      RAISE; -- not the fault of the batch: the next pass tries again
    END IF;
    v_cause := SQLSTATE;
  END;
  INSERT INTO edge.batch_done (batch_id, taken, known, differing, cause)
  VALUES (p.batch_id, coalesce((v_answer -> 'taken')::int, 0), coalesce((v_answer -> 'known')::int, 0),
    coalesce(jsonb_array_length(v_answer -> 'differing'), 0), v_cause);
  IF v_cause IS NOT NULL OR v_answer -> 'differing' <> '[]' THEN
    INSERT INTO edge_link.set_aside (batch_id, meter, readings, at) VALUES (p.batch_id, p.meter, p.readings, p.at);
  END IF;
END $$;

/* {limit?}: takes in batches that the edge has kept, in their order, each once, and shows days that are over. What became of a batch is
   known for a month. */
CREATE FUNCTION api.settle_edge(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_batch intake.batch;
  v_batches int := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('park.settle_edge', 0));
  FOR v_batch IN
    SELECT * FROM intake.batch b WHERE NOT EXISTS (SELECT FROM edge.batch_done d WHERE d.batch_id = b.batch_id)
    ORDER BY at, batch_id LIMIT pack.opt_int(p, 'limit', 20, 1, 200)
  LOOP
    PERFORM edge_link.take_in(v_batch);
    v_batches := v_batches + 1;
  END LOOP;
  -- Also what was copied here a second time, when the link was made anew.
  DELETE FROM intake.batch b USING edge.batch_done d WHERE d.batch_id = b.batch_id;
  DELETE FROM edge.batch_done WHERE at < now() - interval '31 days';
  UPDATE edge.pulse SET at = now();
  RETURN jsonb_build_object('batches', v_batches, 'days', edge_link.show_days());
END $$;
SELECT pack.declare_function('settle_edge', false);

-- key: batch_id. Those that wait, and those that somebody should look at.
CREATE VIEW api.edge_batches AS
SELECT b.batch_id, b.meter, b.at, 'waiting' AS state, NULL AS cause, NULL::int AS taken, NULL::int AS known, NULL::int AS differing, b.readings
FROM intake.batch b WHERE NOT EXISTS (SELECT FROM edge.batch_done d WHERE d.batch_id = b.batch_id)
UNION ALL
SELECT batch_id, a.meter, a.at, CASE WHEN d.cause IS NULL THEN 'differing' ELSE 'refused' END, d.cause, d.taken, d.known, d.differing, a.readings
FROM edge_link.set_aside a JOIN edge.batch_done d USING (batch_id);

CREATE VIEW edge_link.invariants AS
SELECT 'edge_shows_certificates_as_they_are' AS rule, count(*) AS violations
FROM park.certificate c FULL JOIN edge.certificate e USING (certificate_no)
WHERE (c.wh, c.retired_wh = c.wh, c.source) IS DISTINCT FROM (e.wh, e.state = 'retired', e.source)
UNION ALL
SELECT 'edge_shows_only_days_that_are_over', count(*) FROM edge.emission_day WHERE day >= (now() AT TIME ZONE 'UTC')::date
UNION ALL
-- Of a month: older days are as they were when they were looked at last.
SELECT 'edge_shows_emissions_as_they_are', count(*)
FROM (SELECT zone, (at AT TIME ZONE 'UTC')::date AS day, round(coalesce(sum(grams), 0) / 1000)::bigint AS kg, count(*) = count(grams) AS complete
  FROM park.emission
  WHERE zone <> 'smoke' AND at >= date_trunc('day', now(), 'UTC') - interval '31 days' AND at < date_trunc('day', now(), 'UTC')
  GROUP BY 1, 2) AS real
LEFT JOIN edge.emission_day e USING (zone, day)
WHERE (real.kg, real.complete) IS DISTINCT FROM (e.kg, e.complete)
  AND NOT EXISTS (SELECT FROM edge_link.touched t WHERE (t.zone, t.day) = (real.zone, real.day));

SELECT pack.add_view_part('invariants', 'edge_link.invariants');
