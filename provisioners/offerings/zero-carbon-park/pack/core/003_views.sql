-- What a reader sees. The keyset key of each view is named above it; pages ascend by it.
-- Views run with their owner's rights on tables but with the reader's on functions: only built-in functions here.

-- key: meter
CREATE VIEW api.meters AS
SELECT m.meter, m.name, m.carrier, m.zone, m.building, m.registered_at, last.at AS last_reading_at
FROM park.meter m
LEFT JOIN LATERAL (SELECT at FROM park.reading r WHERE r.meter = m.meter ORDER BY at DESC LIMIT 1) AS last ON true;

-- key: meter, at
CREATE VIEW api.readings AS
SELECT r.meter, r.at, r.wh, r.received_at, EXISTS (SELECT FROM park.correction c WHERE (c.meter, c.at) = (r.meter, r.at)) AS corrected
FROM park.reading r;

-- key: correction_id
CREATE VIEW api.corrections AS
SELECT correction_id, meter, at, old_wh, new_wh, reason, corrected_at FROM park.correction;

-- key: zone, carrier, valid_from
CREATE VIEW api.factors AS
SELECT zone, carrier, lower(valid) AS valid_from, upper(valid) AS valid_until, grams_per_kwh, origin, valid @> now() AS current FROM park.factor;

-- key: certificate_no
CREATE VIEW api.certificates AS
SELECT certificate_no, source, lower(made)::text AS made_from, (upper(made) - 1)::text AS made_to, zone, wh, retired_wh, wh - retired_wh AS left_wh
FROM park.certificate;

-- key: retirement_id
CREATE VIEW api.retirements AS
SELECT retirement_id, certificate_no, to_char(month, 'YYYY-MM') AS month, wh, retired_at FROM park.retirement;

-- What each reading emitted; no grams where no factor holds.
CREATE VIEW park.emission AS
SELECT m.zone, m.carrier, k.scope, m.building, r.meter, r.at, r.wh, CASE WHEN k.scope = 0 THEN 0 ELSE r.wh * f.grams_per_kwh / 1000.0 END AS grams
FROM park.reading r
JOIN park.meter m USING (meter)
JOIN park.carrier k USING (carrier)
LEFT JOIN park.factor f ON f.zone = m.zone AND f.carrier = m.carrier AND f.valid @> r.at;

-- key: day, zone, carrier. Days of UTC; location-based: certificates change nothing here.
CREATE VIEW api.emissions_by_day AS
SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day, zone, carrier, scope, (sum(wh) / 1000)::double precision AS kwh,
  round(sum(grams) / 1000, 3)::double precision AS kg, count(*) FILTER (WHERE grams IS NULL)::int AS without_factor
FROM park.emission WHERE zone <> 'smoke'
GROUP BY 1, 2, 3, 4;

-- key: zone, month. Months of UTC. Market-based: what certificates stand for emits nothing.
CREATE VIEW api.balance_by_month AS
SELECT used.zone, to_char(used.month, 'YYYY-MM') AS month, (used.grid_wh / 1000)::double precision AS grid_kwh,
  (used.solar_wh / 1000)::double precision AS solar_kwh, (coalesce(claims.wh, 0) / 1000)::double precision AS certified_kwh,
  round(used.grams / 1000, 3)::double precision AS location_kg,
  round((used.grams - used.grid_grams * coalesce(claims.wh, 0) / nullif(used.grid_wh, 0)) / 1000, 3)::double precision AS market_kg,
  round(100.0 * (used.solar_wh + coalesce(claims.wh, 0)) / nullif(used.grid_wh + used.solar_wh, 0), 2)::double precision AS zero_carbon_percent
FROM (
  SELECT zone, date_trunc('month', at AT TIME ZONE 'UTC')::date AS month, coalesce(sum(wh) FILTER (WHERE carrier = 'grid'), 0) AS grid_wh,
    coalesce(sum(wh) FILTER (WHERE carrier = 'solar'), 0) AS solar_wh, coalesce(sum(grams), 0) AS grams,
    coalesce(sum(grams) FILTER (WHERE carrier = 'grid'), 0) AS grid_grams
  FROM park.emission GROUP BY 1, 2) AS used
LEFT JOIN (
  SELECT c.zone, t.month, sum(t.wh) AS wh FROM park.retirement t JOIN park.certificate c USING (certificate_no) GROUP BY 1, 2
) AS claims USING (zone, month);

CREATE VIEW park.invariants AS
SELECT 'certificates_match_retirements' AS rule, count(*) AS violations
FROM park.certificate c WHERE c.retired_wh <> (SELECT coalesce(sum(t.wh), 0) FROM park.retirement t WHERE t.certificate_no = c.certificate_no)
UNION ALL
SELECT 'claims_within_consumption', count(*)
FROM (SELECT c.zone, t.month, sum(t.wh) AS wh FROM park.retirement t JOIN park.certificate c USING (certificate_no) GROUP BY 1, 2) AS claims
LEFT JOIN (
  SELECT m.zone, date_trunc('month', r.at AT TIME ZONE 'UTC')::date AS month, sum(r.wh) AS wh
  FROM park.reading r JOIN park.meter m USING (meter) WHERE m.carrier = 'grid' GROUP BY 1, 2) AS used USING (zone, month)
WHERE claims.wh > coalesce(used.wh, 0)
UNION ALL
-- The last correction of a reading says what the reading says, and each begins where the one before ended.
SELECT 'corrections_lead_to_readings', count(*)
FROM (SELECT c.new_wh, lead(c.old_wh, 1, r.wh) OVER (PARTITION BY c.meter, c.at ORDER BY c.correction_id) AS then_wh
  FROM park.correction c JOIN park.reading r USING (meter, at)) AS chain
WHERE new_wh <> then_wh;

SELECT pack.add_view_part('invariants', 'park.invariants');

CREATE VIEW park.kpis AS
WITH recent AS MATERIALIZED (
  SELECT carrier, at, wh, grams FROM park.emission WHERE zone <> 'smoke' AND at > now() - interval '30 days'
), month AS (
  SELECT sum(wh) FILTER (WHERE carrier IN ('grid', 'solar')) AS electricity, sum(wh) FILTER (WHERE carrier = 'solar') AS solar,
    count(*) AS readings, count(grams) AS with_factor FROM recent
), claims AS (
  SELECT coalesce(sum(t.wh), 0) AS wh FROM park.retirement t JOIN park.certificate c USING (certificate_no)
  WHERE c.zone <> 'smoke' AND t.month > now() - interval '31 days'
), day AS (
  SELECT coalesce(sum(wh), 0) AS wh, coalesce(sum(grams), 0) AS grams FROM recent WHERE at > now() - interval '1 day'
)
SELECT 'energy_kwh' AS name, (wh / 1000.0)::double precision AS value, 'kWh' AS unit FROM day
UNION ALL SELECT 'emissions_kg', grams / 1000.0, 'kg' FROM day
UNION ALL SELECT 'zero_carbon_percent', least(100, 100.0 * (coalesce(solar, 0) + claims.wh) / nullif(electricity, 0)), '%' FROM month, claims
UNION ALL SELECT 'factor_coverage_percent', 100.0 * with_factor / nullif(readings, 0), '%' FROM month
UNION ALL SELECT 'meters_silent', count(*), '1' FROM park.meter m
  WHERE zone <> 'smoke' AND registered_at < now() - interval '1 day'
    AND NOT EXISTS (SELECT FROM park.reading r WHERE r.meter = m.meter AND r.at > now() - interval '1 day')
UNION ALL SELECT 'certificates_left_mwh', coalesce(sum(wh - retired_wh), 0) / 1000000.0, 'MWh' FROM park.certificate WHERE zone <> 'smoke';

SELECT pack.add_view_part('kpis', 'park.kpis');
