-- A park on its way to zero carbon: what its meters counted, what that emitted, and the certificates that stand against it.
--
-- Errors of this pack (DETAIL is a JSON object of facts; HTTP statuses and titles are in ../api.ts):
--   ICZ01 the certificate has less left       {certificateNo, askedWh, leftWh}
--   ICZ02 more than was consumed              {zone, month, askedWh, consumedWh, claimedWh}
--   ICZ03 idempotency key reused              {key, …}
--   ICZ04 not found                           {kind, id}
--   ICZ05 already exists                      {kind, id}
--   ICZ06 the certificate is of another time  {certificateNo, month, from, to}
--   ICZ09 invalid value                       {field, expected}
--
-- Energy is bigint watt-hours, emissions are grams: no figure is ever a binary fraction. A zone is a part of the grid with
-- factors of its own; zone `smoke` belongs to the platform's proof and counts in no figure.

CREATE SCHEMA park;

SELECT pack.default_params('{
  "idempotency_error": "ICZ03",
  "body_error": "ICZ09",
  "zone": "park",
  "interval_minutes": 15,
  "target_percent": 100
}');

CREATE TABLE park.carrier (
  carrier text PRIMARY KEY,
  scope smallint NOT NULL CHECK (scope IN (0, 1, 2)) -- of the GHG Protocol; 0: made here without emissions
);
INSERT INTO park.carrier (carrier, scope) VALUES ('grid', 2), ('heat', 2), ('gas', 1), ('solar', 0);

CREATE TABLE park.meter (
  meter text PRIMARY KEY,
  name text NOT NULL,
  carrier text NOT NULL REFERENCES park.carrier,
  zone text NOT NULL,
  building text,
  registered_at timestamptz NOT NULL DEFAULT now()
);

-- Energy of the interval that begins at `at`.
CREATE TABLE park.reading (
  meter text NOT NULL REFERENCES park.meter,
  at timestamptz NOT NULL,
  wh bigint NOT NULL CHECK (wh BETWEEN 0 AND 1000000000),
  received_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (meter, at) INCLUDE (wh)
);
CREATE INDEX reading_by_time ON park.reading (at);

-- A reading is never simply changed: what it was, what it became, and why, stay.
CREATE TABLE park.correction (
  correction_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  meter text NOT NULL,
  at timestamptz NOT NULL,
  old_wh bigint NOT NULL,
  new_wh bigint NOT NULL,
  reason text NOT NULL,
  corrected_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (meter, at) REFERENCES park.reading
);
CREATE INDEX correction_by_reading ON park.correction (meter, at);

-- One factor for a carrier in a zone at any instant: the temporal key is the referee.
CREATE TABLE park.factor (
  zone text NOT NULL,
  carrier text NOT NULL REFERENCES park.carrier,
  valid tstzrange NOT NULL CHECK (NOT isempty(valid)),
  grams_per_kwh int NOT NULL CHECK (grams_per_kwh BETWEEN 0 AND 5000),
  origin text NOT NULL,
  PRIMARY KEY (zone, carrier, valid WITHOUT OVERLAPS)
);

-- Energy attribute certificates (guarantee of origin, I-REC, GEC): who retires one has used that energy, once.
CREATE TABLE park.certificate (
  certificate_no text PRIMARY KEY,
  source text NOT NULL CHECK (source IN ('solar', 'wind', 'hydro', 'biomass')),
  made daterange NOT NULL CHECK (NOT isempty(made)),
  wh bigint NOT NULL CHECK (wh > 0),
  retired_wh bigint NOT NULL DEFAULT 0,
  zone text NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  CHECK (retired_wh BETWEEN 0 AND wh)
);

CREATE TABLE park.retirement (
  retirement_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  certificate_no text NOT NULL REFERENCES park.certificate,
  month date NOT NULL CHECK (extract(day FROM month) = 1),
  wh bigint NOT NULL CHECK (wh > 0),
  retired_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX retirement_by_certificate ON park.retirement (certificate_no);
CREATE INDEX retirement_by_month ON park.retirement (month);

CREATE FUNCTION park.fail_missing(p_kind text, p_id text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pack.fail('ICZ04', format('no %s %s', p_kind, p_id), jsonb_build_object('kind', p_kind, 'id', p_id));
END $$;

CREATE FUNCTION park.fail_taken(p_kind text, p_id text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pack.fail('ICZ05', format('%s %s exists', p_kind, p_id), jsonb_build_object('kind', p_kind, 'id', p_id));
END $$;

CREATE FUNCTION park.need_code(p jsonb, p_field text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  IF pack.need_text(p, p_field, 60) !~ '^[A-Za-z0-9][A-Za-z0-9._-]*$' THEN
    PERFORM pack.fail_field(p_field, 'letters, digits, dots, hyphens, underscores');
  END IF;
  RETURN p ->> p_field;
END $$;

CREATE FUNCTION park.zone_of(p jsonb) RETURNS text LANGUAGE sql AS $$
  SELECT pack.opt_text(p, 'zone', (SELECT value #>> '{}' FROM pack.param WHERE key = 'zone'), 60)
$$;

CREATE FUNCTION park.need_carrier(p jsonb) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM park.carrier WHERE carrier = pack.need_text(p, 'carrier', 20)) THEN
    PERFORM pack.fail_field('carrier', (SELECT 'one of ' || string_agg(carrier, ', ' ORDER BY carrier) FROM park.carrier));
  END IF;
  RETURN p ->> 'carrier';
END $$;

/* Watt-hours in p, a whole number of at most 10^9 (a GWh) in an interval, 10^15 in a certificate. */
CREATE FUNCTION park.need_wh(p jsonb, p_field text, p_max bigint) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
  IF jsonb_typeof(p -> p_field) IS DISTINCT FROM 'number' OR p ->> p_field !~ '^[0-9]{1,16}$' OR (p ->> p_field)::bigint > p_max THEN
    PERFORM pack.fail_field(p_field, format('whole watt-hours, at most %s', p_max));
  END IF;
  RETURN (p ->> p_field)::bigint;
END $$;

CREATE FUNCTION park.need_day(p jsonb, p_field text) RETURNS date LANGUAGE plpgsql AS $$
BEGIN
  IF pack.need_text(p, p_field, 10) !~ '^\d{4}-\d\d-\d\d$' OR NOT pg_input_is_valid(p ->> p_field, 'date') THEN
    PERFORM pack.fail_field(p_field, 'a day such as 2026-11-01');
  END IF;
  RETURN (p ->> p_field)::date;
END $$;

/* p.month, such as 2026-11, as its first day. */
CREATE FUNCTION park.need_month(p jsonb) RETURNS date LANGUAGE plpgsql AS $$
BEGIN
  IF pack.need_text(p, 'month', 7) !~ '^\d{4}-(0[1-9]|1[0-2])$' THEN
    PERFORM pack.fail_field('month', 'a month such as 2026-11');
  END IF;
  RETURN (p ->> 'month' || '-01')::date;
END $$;

/* Consumption and claims of a zone and month change one after the other. */
CREATE FUNCTION park.lock_month(p_zone text, p_month date) RETURNS void LANGUAGE sql AS $$
  SELECT pg_advisory_xact_lock(hashtextextended(concat_ws(' ', 'park.month', p_zone, p_month), 0))
$$;

CREATE FUNCTION park.month_of(p_at timestamptz) RETURNS date LANGUAGE sql STABLE AS $$
  SELECT date_trunc('month', p_at AT TIME ZONE 'UTC')::date
$$;

/* Grid energy that a zone consumed in a month (UTC). */
CREATE FUNCTION park.consumed_wh(p_zone text, p_month date) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT coalesce(sum(r.wh), 0)::bigint FROM park.reading r JOIN park.meter m USING (meter)
  WHERE m.zone = p_zone AND m.carrier = 'grid'
    AND r.at >= p_month::timestamp AT TIME ZONE 'UTC' AND r.at < (p_month + interval '1 month') AT TIME ZONE 'UTC'
$$;

CREATE FUNCTION park.claimed_wh(p_zone text, p_month date) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT coalesce(sum(t.wh), 0)::bigint FROM park.retirement t JOIN park.certificate c USING (certificate_no)
  WHERE c.zone = p_zone AND t.month = p_month
$$;
