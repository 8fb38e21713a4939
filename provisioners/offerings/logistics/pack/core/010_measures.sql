-- What must always hold, and how the network is doing. Service smoke is the self-test's and counts in no figure.

CREATE VIEW core.invariants AS
-- Of every thing that is in a container: it was put there then, and nothing that came after says otherwise.
SELECT 'containment_follows_events' AS rule, count(*) AS violations
FROM epcis.containment c
WHERE upper_inf(c.during) AND (
  NOT EXISTS (SELECT FROM epcis.aggregation a WHERE (a.parent, a.child, a.event_time, a.action) = (c.parent, c.child, lower(c.during), 'ADD'))
  OR EXISTS (SELECT FROM epcis.aggregation a WHERE a.child = c.child AND a.event_time > lower(c.during)
    AND ((a.action = 'ADD') = (a.parent <> c.parent)))
  OR EXISTS (SELECT FROM epcis.aggregation a WHERE a.child = '' AND a.parent = c.parent AND a.event_time >= lower(c.during) AND a.action = 'DELETE'))
UNION ALL
SELECT 'one_container_at_a_time', count(*)
FROM (SELECT child FROM epcis.containment WHERE upper_inf(during) GROUP BY child HAVING count(*) > 1) twice
UNION ALL
SELECT 'events_are_indexed', count(*)
FROM epcis.event e
WHERE NOT EXISTS (SELECT FROM epcis.event_epc x WHERE x.event_id = e.event_id AND x.event_time = e.event_time)
  AND jsonb_path_exists(e.body, '$.keyvalue() ? (@.key == "parentID" || @.key like_regex "^(epcList|childEPCs|(in|out)putEPCList|.*uantityList)$") .value[*]')
UNION ALL
SELECT 'events_are_known_once', count(*)
FROM epcis.event e FULL JOIN epcis.known k USING (event_id, event_time) WHERE e.type IS NULL OR k.content_hash IS NULL
UNION ALL
SELECT 'declared_errors_move_nothing', count(*)
FROM epcis.error_declaration d
WHERE EXISTS (SELECT FROM epcis.aggregation a WHERE a.event_id = d.event_id) OR EXISTS (SELECT FROM core.step s WHERE s.event_id = d.event_id)
UNION ALL
SELECT 'parcels_follow_their_steps', count(*)
FROM core.parcel p
LEFT JOIN (SELECT sscc, count(*) AS scans, max(event_time) AS last_event,
    (array_agg(state ORDER BY event_time DESC, event_id DESC) FILTER (WHERE state IS NOT NULL))[1] AS state
  FROM core.step GROUP BY sscc) s USING (sscc)
WHERE p.state <> 'cancelled' AND (p.state, p.scans, p.last_event) IS DISTINCT FROM (coalesce(s.state, 'created'), coalesce(s.scans, 0), s.last_event)
UNION ALL
SELECT 'tracked_parcels_show', count(*)
FROM core.parcel p
WHERE (EXISTS (SELECT FROM core.step s WHERE s.sscc = p.sscc AND s.biz_step IS NOT NULL))
  <> (EXISTS (SELECT FROM core.track t WHERE t.track_token = p.track_token))
UNION ALL
-- A route begins at the origin, ends at the destination, and each leg begins where and when the one before ends.
SELECT 'routes_join_up', count(*)
FROM core.waybill w
WHERE NOT EXISTS (SELECT FROM core.leg l WHERE l.waybill_no = w.waybill_no AND l.seq = 1 AND l.from_gln = w.origin)
  OR NOT EXISTS (SELECT FROM core.leg l WHERE l.waybill_no = w.waybill_no AND l.to_gln = w.destination
    AND l.seq = (SELECT count(*) FROM core.leg n WHERE n.waybill_no = w.waybill_no))
  OR EXISTS (SELECT FROM core.leg l JOIN core.leg n ON n.waybill_no = l.waybill_no AND n.seq = l.seq + 1
    WHERE l.waybill_no = w.waybill_no AND (l.to_gln, l.plan_arr) <> (n.from_gln, n.plan_dep));

SELECT pack.add_view_part('invariants', 'core.invariants');

CREATE VIEW core.kpis AS
WITH month AS MATERIALIZED (
  SELECT p.state, p.had_exception, p.scans, p.delivered_at, w.promised_at, w.booked_at
  FROM core.parcel p JOIN core.waybill w USING (waybill_no)
  WHERE w.service <> 'smoke' AND w.booked_at > now() - interval '30 days'
), visit AS ( -- from the first to the last step of a parcel at a hub, in the last 7 days
  SELECT extract(epoch FROM max(s.event_time) - min(s.event_time)) / 60 AS minutes
  FROM core.step s
  JOIN core.parcel p USING (sscc)
  JOIN core.waybill w USING (waybill_no)
  JOIN core.facility f ON f.gln = substring(s.place FROM '^https://id\.gs1\.org/414/([0-9]{13})')
  WHERE s.event_time > now() - interval '7 days' AND f.kind IN ('hub', 'port') AND w.service <> 'smoke' AND s.place NOT LIKE '%/254/%'
  GROUP BY s.sscc, f.gln HAVING count(*) > 1
), lag AS (
  SELECT percentile_disc(0.95) WITHIN GROUP (ORDER BY e.record_time - e.event_time) AS p95
  FROM epcis.event e WHERE e.record_time > now() - interval '1 day' AND e.event_time > now() - interval '8 days' AND NOT EXISTS (
    SELECT FROM core.facility f WHERE f.name LIKE 'smoke-%'
      AND f.gln = substring(coalesce(e.read_point, e.biz_location) FROM '^https://id\.gs1\.org/414/([0-9]{13})'))
), day AS (
  SELECT count(*) AS moved FROM core.leg l JOIN core.parcel p USING (waybill_no) JOIN core.waybill w USING (waybill_no)
  WHERE l.plan_dep > now() - interval '1 day' AND l.plan_dep <= now() AND w.service <> 'smoke' AND p.state <> 'cancelled'
)
SELECT 'parcels_per_day' AS name, (SELECT count(*) FROM month WHERE booked_at > now() - interval '1 day')::double precision AS value, '1/d' AS unit
UNION ALL SELECT 'parcels_under_way', (SELECT count(*) FROM core.parcel p JOIN core.waybill w USING (waybill_no)
  WHERE p.state IN ('picked_up', 'in_transit', 'out_for_delivery', 'exception') AND w.service <> 'smoke'), '1'
UNION ALL SELECT 'on_time_percent', (SELECT 100.0 * count(*) FILTER (WHERE delivered_at <= promised_at) / nullif(count(*), 0)
  FROM month WHERE delivered_at IS NOT NULL), '%'
UNION ALL SELECT 'dwell_p95_minutes', (SELECT percentile_cont(0.95) WITHIN GROUP (ORDER BY minutes) FROM visit), 'min'
UNION ALL SELECT 'scans_per_parcel', (SELECT avg(scans) FROM month WHERE state = 'delivered'), '1'
UNION ALL SELECT 'exception_percent', (SELECT 100.0 * count(*) FILTER (WHERE had_exception) / nullif(count(*) FILTER (WHERE scans > 0), 0) FROM month), '%'
UNION ALL SELECT 'event_lag_p95_ms', (SELECT 1000 * greatest(0, extract(epoch FROM p95)) FROM lag), 'ms'
UNION ALL SELECT 'lane_utilisation_percent', (SELECT 100.0 * moved / nullif((SELECT sum(daily_capacity) FROM core.lane WHERE service <> 'smoke'), 0) FROM day), '%';

SELECT pack.add_view_part('kpis', 'core.kpis');

-- key: day. Days in UTC: what was booked and what arrived, on time or not.
CREATE VIEW api.parcels_by_day AS
SELECT to_char(day, 'YYYY-MM-DD') AS day, sum(booked)::int AS booked, sum(delivered)::int AS delivered, sum(late)::int AS late
FROM (
  SELECT date_trunc('day', w.booked_at AT TIME ZONE 'UTC') AS day, 1 AS booked, 0 AS delivered, 0 AS late
  FROM core.parcel JOIN core.waybill w USING (waybill_no) WHERE w.service <> 'smoke'
  UNION ALL
  SELECT date_trunc('day', p.delivered_at AT TIME ZONE 'UTC'), 0, 1, CASE WHEN p.delivered_at > w.promised_at THEN 1 ELSE 0 END
  FROM core.parcel p JOIN core.waybill w USING (waybill_no) WHERE w.service <> 'smoke' AND p.delivered_at IS NOT NULL) AS moves
GROUP BY day;

-- key: state. Parcels of waybills booked in the last 90 days.
CREATE VIEW api.parcels_by_state AS
SELECT p.state, count(*)::int AS parcels
FROM core.parcel p JOIN core.waybill w USING (waybill_no)
WHERE w.service <> 'smoke' AND w.booked_at > now() - interval '90 days'
GROUP BY p.state;

-- key: gln. How long parcels stay in a hub, last 30 days.
CREATE VIEW api.dwell AS
SELECT gln, name, city, count(*)::int AS visits, round(percentile_cont(0.5) WITHIN GROUP (ORDER BY minutes)) AS p50_minutes,
  round(percentile_cont(0.95) WITHIN GROUP (ORDER BY minutes)) AS p95_minutes
FROM (
  SELECT f.gln::text AS gln, f.name, f.city, extract(epoch FROM max(s.event_time) - min(s.event_time)) / 60 AS minutes
  FROM core.step s JOIN core.facility f ON f.gln = substring(s.place FROM '^https://id\.gs1\.org/414/([0-9]{13})')
  WHERE s.event_time > now() - interval '30 days' AND s.place NOT LIKE '%/254/%' AND NOT f.archived
  GROUP BY s.sscc, f.gln HAVING count(*) > 1) AS visit
GROUP BY gln, name, city;
