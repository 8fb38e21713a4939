-- The private side shows its public face: triggers write schema edge in the transaction that changed the network.

CREATE SCHEMA edge_link;

INSERT INTO edge.pulse (at) VALUES (now());

CREATE FUNCTION edge_link.track_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    DELETE FROM edge.track WHERE (track_token, event_time, code) = (OLD.track_token, OLD.event_time, OLD.code);
  END IF;
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO edge.track (track_token, event_time, code, city, facility)
    VALUES (NEW.track_token, NEW.event_time, NEW.code, NEW.city, NEW.facility);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER edge_track AFTER INSERT OR UPDATE OR DELETE ON core.track
  FOR EACH ROW EXECUTE FUNCTION edge_link.track_changed();

CREATE FUNCTION edge_link.parcel_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO edge.parcel AS e (track_token, state, promised_at)
  SELECT NEW.track_token, NEW.state, w.promised_at FROM core.waybill w WHERE w.waybill_no = NEW.waybill_no
  ON CONFLICT (track_token) DO UPDATE SET state = excluded.state, promised_at = excluded.promised_at WHERE e IS DISTINCT FROM excluded;
  RETURN NULL;
END $$;
CREATE TRIGGER edge_parcel AFTER INSERT OR UPDATE OF state ON core.parcel
  FOR EACH ROW EXECUTE FUNCTION edge_link.parcel_changed();

CREATE FUNCTION edge_link.lane_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    DELETE FROM edge.lane WHERE (from_gln, service, to_gln) = (OLD.from_gln, OLD.service, OLD.to_gln);
  END IF;
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO edge.lane (from_gln, service, to_gln, from_city, to_city, transit_minutes, cost_minor)
    SELECT NEW.from_gln, NEW.service, NEW.to_gln, f.city, t.city, NEW.transit_minutes, NEW.cost_minor
    FROM core.facility f, core.facility t WHERE f.gln = NEW.from_gln AND t.gln = NEW.to_gln;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER edge_lane AFTER INSERT OR UPDATE OR DELETE ON core.lane
  FOR EACH ROW EXECUTE FUNCTION edge_link.lane_changed();

CREATE FUNCTION edge_link.proof_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    DELETE FROM edge.receipt_proof WHERE number_hash = OLD.number_hash;
    RETURN NULL;
  END IF;
  INSERT INTO edge.receipt_proof (number_hash, head_hash, live) VALUES (NEW.number_hash, NEW.head_hash, NEW.live)
  ON CONFLICT (number_hash) DO UPDATE SET head_hash = excluded.head_hash, live = excluded.live;
  RETURN NULL;
END $$;
CREATE TRIGGER edge_proof AFTER INSERT OR UPDATE OR DELETE ON core.receipt_proof
  FOR EACH ROW EXECUTE FUNCTION edge_link.proof_changed();

-- A network with a past shows it, too.
INSERT INTO edge.track SELECT track_token, event_time, code, city, facility FROM core.track;
INSERT INTO edge.parcel SELECT p.track_token, p.state, w.promised_at FROM core.parcel p JOIN core.waybill w USING (waybill_no);
INSERT INTO edge.receipt_proof SELECT number_hash, head_hash, live FROM core.receipt_proof;
INSERT INTO edge.lane
SELECT l.from_gln, l.service, l.to_gln, f.city, t.city, l.transit_minutes, l.cost_minor
FROM core.lane l JOIN core.facility f ON f.gln = l.from_gln JOIN core.facility t ON t.gln = l.to_gln;
