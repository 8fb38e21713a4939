-- What must always hold, and how the tenant is doing. Source smoke is the proof's and counts in no figure.

CREATE VIEW dwh.invariants AS
WITH loaded AS (
  SELECT upto FROM dwh.watermark WHERE model = 'fact_sales'
), sent AS (
  SELECT coalesce(sum(lines), 0) AS lines, coalesce(sum(revenue_minor), 0) AS revenue FROM ingest.event, loaded WHERE seq <= loaded.upto
), gone AS (
  SELECT coalesce(sum(lines), 0) AS lines, coalesce(sum(revenue_minor), 0) AS revenue FROM ingest.dropped_day
), facts AS (
  SELECT count(*) AS lines, coalesce(sum(revenue_minor), 0) AS revenue FROM dwh.fact_sales
)
-- Every line of every event up to the watermark is a fact, and nothing else is; also when days have been dropped.
SELECT 'facts_match_events' AS rule, abs(facts.lines - sent.lines - gone.lines)::bigint AS violations FROM facts, sent, gone
UNION ALL
SELECT 'revenue_matches_events', abs(facts.revenue - sent.revenue - gone.revenue)::bigint FROM facts, sent, gone
UNION ALL
SELECT 'events_are_there_once', abs((SELECT count(*) FROM ingest.event) - (SELECT count(*) FROM ingest.event_key))
UNION ALL
-- A fact points to the version that held when it was sold.
SELECT 'facts_hold_their_version', count(*)
FROM dwh.fact_sales f
JOIN dwh.member p ON p.member_key = f.product_key
LEFT JOIN dwh.member c ON c.member_key = f.customer_key
WHERE NOT p.during @> f.sold_at OR NOT c.during @> f.sold_at
UNION ALL
SELECT 'days_match_facts', count(*)
FROM (SELECT date_key, sum(lines) AS lines, sum(revenue_minor) AS revenue FROM dwh.sales_daily GROUP BY date_key) AS days
FULL JOIN (SELECT date_key, count(*) AS lines, sum(revenue_minor) AS revenue FROM dwh.fact_sales GROUP BY date_key) AS sums USING (date_key)
WHERE (days.lines, days.revenue) IS DISTINCT FROM (sums.lines, sums.revenue)
  AND NOT EXISTS (SELECT FROM dwh.stale_day s WHERE s.date_key = coalesce(days.date_key, sums.date_key))
UNION ALL
SELECT 'shared_cells_are_anonymous', count(*) FROM asset.metric_day WHERE n < 10;

SELECT pack.add_view_part('invariants', 'dwh.invariants');

CREATE VIEW dwh.kpis AS
WITH recent AS ( -- the last day's batches
  SELECT coalesce(sum(accepted) FILTER (WHERE at > now() - interval '5 minutes'), 0) AS lately, coalesce(sum(accepted), 0) AS accepted,
    coalesce(sum(duplicate), 0) AS duplicate, coalesce(sum(rejected), 0) AS rejected
  FROM ingest.batch WHERE NOT smoke AND at > now() - interval '1 day'
), waiting AS ( -- how long the oldest event has been waiting to be loaded
  SELECT min(received_at) AS since, count(*) AS events FROM ingest.event, (SELECT min(upto) AS upto FROM dwh.watermark) AS loaded
  WHERE seq > loaded.upto AND source <> 'smoke'
), runs AS (
  SELECT count(*) AS all_runs, count(*) FILTER (WHERE state = 'ok') AS good FROM dwh.run WHERE started_at > now() - interval '1 day'
), tests AS (
  SELECT count(*) FILTER (WHERE last.failures > 0) AS failing
  FROM dq.test t CROSS JOIN LATERAL (
    SELECT res.failures FROM dq.result res JOIN dwh.run r USING (run_id) WHERE res.test = t.test ORDER BY r.started_at DESC LIMIT 1) AS last
), money AS (
  SELECT coalesce(sum(revenue_minor), 0) AS revenue FROM dwh.fact_sales
  WHERE source <> 'smoke' AND date_key = to_char(now() AT TIME ZONE 'UTC', 'YYYYMMDD')::int
    AND currency = (SELECT value #>> '{}' FROM pack.param WHERE key = 'currency')
)
SELECT 'events_per_second' AS name, (lately / 300.0)::double precision AS value, '1/s' AS unit FROM recent
UNION ALL SELECT 'events_today', accepted, '1' FROM recent
UNION ALL SELECT 'reject_percent', 100.0 * rejected / nullif(accepted + duplicate + rejected, 0), '%' FROM recent
UNION ALL SELECT 'duplicate_percent', 100.0 * duplicate / nullif(accepted + duplicate + rejected, 0), '%' FROM recent
UNION ALL SELECT 'freshness_ms', coalesce(1000 * extract(epoch FROM now() - since), 0), 'ms' FROM waiting
UNION ALL SELECT 'events_waiting', events, '1' FROM waiting
UNION ALL SELECT 'model_success_percent', 100.0 * good / nullif(all_runs, 0), '%' FROM runs
UNION ALL SELECT 'test_failures', failing, '1' FROM tests
UNION ALL SELECT 'revenue_today_minor', revenue, 'minor' FROM money
UNION ALL SELECT 'facts_total', count(*), '1' FROM dwh.fact_sales WHERE source <> 'smoke'
UNION ALL SELECT 'datasets_with_owner_percent', 100.0 * count(owner) / nullif(count(*), 0), '%' FROM asset.dataset
UNION ALL SELECT 'shares_about_to_end', count(*), '1' FROM asset.share
  WHERE scope <> 'smoke' AND until > now() AND until < now() + interval '7 days';

SELECT pack.add_view_part('kpis', 'dwh.kpis');
