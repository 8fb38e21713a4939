-- What a reader sees. The keyset key of each view is named above it; pages ascend by it.
-- Views run with their owner's rights on tables but with the reader's on functions: only built-in functions here.

-- key: gln
CREATE VIEW api.parties AS
SELECT gln::text AS gln, name, role, created_at FROM core.party WHERE NOT archived;

-- key: gln
CREATE VIEW api.facilities AS
SELECT gln::text AS gln, 'https://id.gs1.org/414/' || gln AS uri, name, kind, city, region, lat, lon, created_at
FROM core.facility WHERE NOT archived;

-- key: from_gln, service, to_gln
CREATE VIEW api.lanes AS
SELECT l.from_gln::text AS from_gln, l.service, l.to_gln::text AS to_gln, f.city AS from_city, t.city AS to_city, l.transit_minutes,
  l.cost_minor::text AS cost_minor, l.daily_capacity
FROM core.lane l JOIN core.facility f ON f.gln = l.from_gln JOIN core.facility t ON t.gln = l.to_gln;

-- key: company_prefix
CREATE VIEW api.issuers AS
SELECT company_prefix, name, extension::text AS extension, added_at FROM core.issuer;

-- key: waybill_no
CREATE VIEW api.waybills AS
SELECT w.waybill_no, w.shipper::text AS shipper, w.origin::text AS origin, w.destination::text AS destination, w.service, w.reference,
  w.cost_minor::text AS cost_minor, w.declared_minor::text AS declared_minor, w.booked_at, w.promised_at, w.cancelled_at,
  p.parcels, p.delivered
FROM core.waybill w
CROSS JOIN LATERAL (
  SELECT count(*)::int AS parcels, (count(*) FILTER (WHERE state = 'delivered'))::int AS delivered FROM core.parcel WHERE waybill_no = w.waybill_no) p;

-- key: sscc
CREATE VIEW api.parcels AS
SELECT p.sscc::text AS sscc, p.epc, p.waybill_no, p.seq, p.weight_g, p.state, p.place, f.city, p.scans, p.had_exception, p.first_event,
  p.last_event, p.delivered_at, w.promised_at, c.parent AS inside, p.track_token
FROM core.parcel p
JOIN core.waybill w USING (waybill_no)
LEFT JOIN core.facility f ON f.gln = substring(p.place FROM '^https://id\.gs1\.org/414/([0-9]{13})')
LEFT JOIN epcis.containment c ON c.child = p.epc AND upper_inf(c.during);

-- key: waybill_no, seq
CREATE VIEW api.legs AS
SELECT l.waybill_no, l.seq, l.from_gln::text AS from_gln, l.to_gln::text AS to_gln, f.city AS from_city, t.city AS to_city, l.plan_dep, l.plan_arr
FROM core.leg l JOIN core.facility f ON f.gln = l.from_gln JOIN core.facility t ON t.gln = l.to_gln;

-- key: sscc, event_time, event_id. Each event that touched a parcel, by itself or through its container.
CREATE VIEW api.parcel_path AS
SELECT s.sscc::text AS sscc, s.event_time, s.event_id, s.biz_step, s.disposition, s.state, s.place, f.name AS facility, f.city, f.lat, f.lon, s.via
FROM core.step s
LEFT JOIN core.facility f ON f.gln = substring(s.place FROM '^https://id\.gs1\.org/414/([0-9]{13})');

-- key: child. What is in what now.
CREATE VIEW api.contents AS
SELECT child, parent, lower(during) AS since FROM epcis.containment WHERE upper_inf(during);

-- key: id. Containers with something in them now.
CREATE VIEW api.containers AS
SELECT c.parent AS id, substring(c.parent FROM '([^/:]+)$') AS label, count(*)::int AS things, min(lower(c.during)) AS since
FROM epcis.containment c WHERE upper_inf(c.during) GROUP BY c.parent;

-- key: child, since. What was in what, and is.
CREATE VIEW api.containment AS
SELECT child, lower(during) AS since, upper(during) AS until, parent FROM epcis.containment;

-- key: event_time, event_id
CREATE VIEW api.events AS
SELECT e.event_time, e.event_id, e.record_time, e.type, e.action, e.biz_step, e.disposition, e.read_point, e.biz_location,
  d.reason AS declared_error, e.body
FROM epcis.event e LEFT JOIN epcis.error_declaration d USING (event_id);

-- key: epc, event_time, event_id, role
CREATE VIEW api.event_epcs AS
SELECT epc, event_time, event_id, role FROM epcis.event_epc;

-- key: capture_id
CREATE VIEW api.capture_jobs AS
SELECT capture_id, created_at, behaviour, captured, duplicates, jsonb_array_length(errors) AS rejected, errors FROM epcis.capture_job;

-- key: track_token, event_time, code. What the public page reads.
CREATE VIEW api.tracking AS
SELECT track_token, event_time, code, city, facility FROM core.track;

-- key: code
CREATE VIEW api.business_steps AS
SELECT code, parcel_state FROM epcis.biz_step;

-- key: code
CREATE VIEW api.dispositions AS
SELECT code, parcel_state FROM epcis.disposition;
