-- What follows from the events: what is in what, which way each parcel came, and what the public may see of it. All of it is a fold over the
-- set of events, made anew for whatever an event touches, so that late, repeated and corrected events lead to the same state in any order.

-- The way of a parcel: each event that touched it, by itself or through what it was in.
CREATE TABLE core.step (
  sscc core.sscc NOT NULL REFERENCES core.parcel,
  event_time timestamptz NOT NULL,
  event_id text NOT NULL,
  biz_step text,
  disposition text,
  place text,
  via text,  -- the container through which the event reached it; NULL: it was named itself
  state text, -- what the event says of it
  PRIMARY KEY (sscc, event_time, event_id)
);
CREATE INDEX step_by_time ON core.step (event_time);

-- What anybody with the token may see: no name, no address, no number of a parcel.
CREATE TABLE core.track (
  track_token text NOT NULL,
  event_time timestamptz NOT NULL,
  code text NOT NULL,
  city text,
  facility text, -- with track_precision facility
  PRIMARY KEY (track_token, event_time, code)
);

-- Lets anybody with a receipt's number and head hash check that it exists and lives; says nothing of goods or holders. Filled by the module
-- warehouse-receipts.
CREATE TABLE core.receipt_proof (
  number_hash text PRIMARY KEY,
  head_hash text NOT NULL,
  live boolean NOT NULL
);

/* Where a child was, from the aggregations that name it or all of its parent's children. Adding it elsewhere takes it out of where it was. */
CREATE FUNCTION epcis.fold(p_child text) RETURNS TABLE (parent text, during tstzrange) LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_parent text;
  v_from timestamptz;
  v_act record;
BEGIN
  FOR v_act IN
    SELECT a.parent, a.action, a.event_time, a.event_id FROM epcis.aggregation a WHERE a.child = p_child
    UNION ALL
    SELECT w.parent, w.action, w.event_time, w.event_id FROM epcis.aggregation w
    WHERE w.child = '' AND w.parent IN (SELECT a.parent FROM epcis.aggregation a WHERE a.child = p_child)
    ORDER BY event_time, action, event_id
  LOOP
    CONTINUE WHEN (v_act.action = 'ADD') = (v_act.parent IS NOT DISTINCT FROM v_parent);
    IF v_parent IS NOT NULL AND v_act.event_time > v_from THEN
      parent := v_parent;
      during := tstzrange(v_from, v_act.event_time);
      RETURN NEXT;
    END IF;
    v_parent := CASE v_act.action WHEN 'ADD' THEN v_act.parent END;
    v_from := v_act.event_time;
  END LOOP;
  IF v_parent IS NOT NULL THEN
    parent := v_parent;
    during := tstzrange(v_from, NULL);
    RETURN NEXT;
  END IF;
END $$;

/* Brings containment of these children up to date. The caller holds the containment lock. */
CREATE FUNCTION epcis.refold(p_children text[]) RETURNS void LANGUAGE sql AS $$
  DELETE FROM epcis.containment WHERE child = ANY (p_children);
  INSERT INTO epcis.containment (child, parent, during)
  SELECT child, f.parent, f.during FROM (SELECT DISTINCT child FROM unnest(p_children) AS child) AS each, LATERAL epcis.fold(child) AS f;
$$;

/* Parcels that are one of these things or have ever been inside one. */
CREATE FUNCTION epcis.parcels_within(p_epcs text[]) RETURNS SETOF text LANGUAGE sql STABLE AS $$
  WITH RECURSIVE inside (epc) AS (
    SELECT unnest(p_epcs)
    UNION
    SELECT c.child FROM inside i JOIN epcis.containment c ON c.parent = i.epc
  )
  SELECT p.sscc::text FROM inside JOIN core.parcel p USING (epc)
$$;

/* Every event that touches these parcels. An event on a container touches what was in it then; packing something else into it does not. */
CREATE FUNCTION epcis.steps_of(p_parcels text[]) RETURNS SETOF core.step LANGUAGE sql STABLE AS $$
  WITH RECURSIVE above (sscc, epc, during, depth) AS (
    SELECT p.sscc::text, p.epc, tstzrange(NULL, NULL), 0 FROM core.parcel p WHERE p.sscc = ANY (p_parcels)
    UNION
    SELECT a.sscc, c.parent, a.during * c.during, a.depth + 1
    FROM above a JOIN epcis.containment c ON c.child = a.epc AND c.during && a.during
    WHERE a.depth < 10
  ), touch AS (
    SELECT DISTINCT ON (a.sscc, x.event_time, x.event_id) a.sscc, x.event_time, x.event_id, CASE WHEN a.depth > 0 THEN a.epc END AS via
    FROM above a JOIN epcis.event_epc x ON x.epc = a.epc
    WHERE (a.during @> x.event_time OR (x.role = 'whole' AND upper(a.during) = x.event_time))
      AND (a.depth = 0 OR x.role <> 'parent')
      AND NOT EXISTS (SELECT FROM epcis.error_declaration d WHERE d.event_id = x.event_id)
    ORDER BY a.sscc, x.event_time, x.event_id, a.depth, a.epc
  )
  SELECT t.sscc::core.sscc, t.event_time, t.event_id, e.biz_step, e.disposition, coalesce(e.read_point, e.biz_location), t.via,
    coalesce(d.parcel_state,
      CASE WHEN e.biz_step IN ('accepting', 'receiving') AND w.deliver_at IN (e.biz_location, e.read_point) THEN 'delivered' END,
      b.parcel_state)
  FROM touch t
  JOIN epcis.event e USING (event_id, event_time)
  JOIN core.parcel p ON p.sscc = t.sscc
  JOIN core.waybill w USING (waybill_no)
  LEFT JOIN epcis.biz_step b ON b.code = e.biz_step
  LEFT JOIN epcis.disposition d ON d.code = e.disposition
$$;

/* Writes core.step, core.parcel and core.track of these parcels anew, as far as they differ. Locks the parcels in one order. */
CREATE FUNCTION epcis.recompute(p_parcels text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_precise boolean := pack.params() ->> 'track_precision' = 'facility';
BEGIN
  PERFORM 1 FROM core.parcel WHERE sscc = ANY (p_parcels) ORDER BY sscc FOR NO KEY UPDATE;

  MERGE INTO core.step s USING epcis.steps_of(p_parcels) n ON (s.sscc, s.event_time, s.event_id) = (n.sscc, n.event_time, n.event_id)
  WHEN MATCHED AND (s.via, s.state) IS DISTINCT FROM (n.via, n.state) THEN UPDATE SET via = n.via, state = n.state
  WHEN NOT MATCHED BY TARGET THEN INSERT VALUES (n.sscc, n.event_time, n.event_id, n.biz_step, n.disposition, n.place, n.via, n.state)
  WHEN NOT MATCHED BY SOURCE AND s.sscc = ANY (p_parcels) THEN DELETE;

  UPDATE core.parcel p
  SET state = CASE WHEN p.state = 'cancelled' THEN p.state ELSE coalesce(said.state, 'created') END,
    delivered_at = CASE WHEN p.state <> 'cancelled' AND said.state = 'delivered' THEN said.state_at END,
    place = said.place, first_event = said.first_event, last_event = said.last_event,
    had_exception = coalesce(said.had_exception, false), scans = coalesce(said.scans, 0)
  FROM unnest(p_parcels) AS asked
  LEFT JOIN (
    SELECT sscc::text, count(*)::int AS scans, min(event_time) AS first_event, max(event_time) AS last_event,
      bool_or(state = 'exception') AS had_exception,
      (array_agg(state ORDER BY event_time DESC, event_id DESC) FILTER (WHERE state IS NOT NULL))[1] AS state,
      (array_agg(event_time ORDER BY event_time DESC, event_id DESC) FILTER (WHERE state IS NOT NULL))[1] AS state_at,
      (array_agg(place ORDER BY event_time DESC, event_id DESC) FILTER (WHERE place IS NOT NULL))[1] AS place
    FROM core.step WHERE sscc = ANY (p_parcels) GROUP BY sscc) AS said ON said.sscc = asked
  WHERE p.sscc = asked;

  MERGE INTO core.track t USING (
    SELECT DISTINCT ON (p.track_token, s.event_time, s.biz_step) p.track_token, s.event_time, s.biz_step AS code, f.city,
      CASE WHEN v_precise THEN f.name END AS facility
    FROM core.step s
    JOIN core.parcel p USING (sscc)
    LEFT JOIN core.facility f ON f.gln = core.gln_of(s.place)
    WHERE s.sscc = ANY (p_parcels) AND s.biz_step IS NOT NULL
    ORDER BY p.track_token, s.event_time, s.biz_step, s.event_id) AS n
  ON (t.track_token, t.event_time, t.code) = (n.track_token, n.event_time, n.code)
  WHEN MATCHED AND (t.city, t.facility) IS DISTINCT FROM (n.city, n.facility) THEN UPDATE SET city = n.city, facility = n.facility
  WHEN NOT MATCHED BY TARGET THEN INSERT VALUES (n.track_token, n.event_time, n.code, n.city, n.facility)
  WHEN NOT MATCHED BY SOURCE AND t.track_token IN (SELECT track_token FROM core.parcel WHERE sscc = ANY (p_parcels)) THEN DELETE;
END $$;
