-- Upkeep: months of events, personal data that is due, what self-tests leave behind.

/* {}: makes the months from the last to the one after next, drops those older than event_retention_months with all that only they need.
   What waits in the default partitions moves into its month. Repeating it changes nothing. */
CREATE FUNCTION api.maintain_partitions(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_oldest timestamptz := date_trunc('month', now() - make_interval(months => (pack.params() -> 'event_retention_months')::int), 'UTC');
  v_month timestamptz;
  v_made text[] := '{}';
  v_dropped text[] := '{}';
  v_name text;
  v_freed bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('epcis.containment', 0));
  FOR v_month IN
    SELECT date_trunc('month', event_time, 'UTC') FROM epcis.event_default WHERE event_time >= v_oldest
    UNION SELECT date_trunc('month', now(), 'UTC') + n * interval '1 month' FROM generate_series(-1, 2) AS n
    ORDER BY 1
  LOOP
    IF epcis.make_month(v_month) THEN
      v_made := v_made || to_char(v_month AT TIME ZONE 'UTC', 'YYYY-MM');
    END IF;
  END LOOP;

  FOR v_name IN
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent IN ('epcis.event'::regclass, 'epcis.event_epc'::regclass) AND c.relname ~ '_y[0-9]{4}m[0-9]{2}$'
      AND right(c.relname, 7) < to_char(v_oldest AT TIME ZONE 'UTC', 'YYYY"m"MM')
    ORDER BY 1
  LOOP
    EXECUTE format('DROP TABLE epcis.%I', v_name);
    v_dropped := v_dropped || v_name;
  END LOOP;

  -- What is left of the dropped months: the gate, and the history of things that were taken out of their containers before then.
  DELETE FROM epcis.known WHERE event_time < v_oldest;
  GET DIAGNOSTICS v_freed = ROW_COUNT;
  DELETE FROM epcis.event_default WHERE event_time < v_oldest;
  DELETE FROM epcis.event_epc_default WHERE event_time < v_oldest;
  DELETE FROM epcis.containment WHERE upper(during) <= v_oldest;
  DELETE FROM epcis.aggregation a WHERE a.event_time < v_oldest AND NOT EXISTS (
    SELECT FROM epcis.containment c WHERE c.child = a.child AND lower(c.during) <= a.event_time);
  DELETE FROM epcis.capture_job WHERE created_at < v_oldest;
  RETURN jsonb_build_object('oldest', v_oldest, 'made', to_jsonb(v_made), 'dropped', to_jsonb(v_dropped), 'eventsForgotten', v_freed);
END $$;
SELECT pack.declare_function('maintain_partitions', true, true);

/* {}: erases consignees of waybills that ended longer than pii_retention_days ago. The waybills stay. */
CREATE FUNCTION api.purge_expired_personal_data(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_before timestamptz := now() - make_interval(days => (pack.params() -> 'pii_retention_days')::int);
  v_erased bigint;
BEGIN
  UPDATE core.waybill w SET consignee = NULL, erased_at = now()
  WHERE w.booked_at < v_before AND w.erased_at IS NULL AND w.consignee IS NOT NULL AND NOT EXISTS (
    SELECT FROM core.parcel p WHERE p.waybill_no = w.waybill_no
      AND (p.state NOT IN ('delivered', 'returned', 'cancelled') OR coalesce(p.last_event, w.booked_at) >= v_before));
  GET DIAGNOSTICS v_erased = ROW_COUNT;
  RETURN jsonb_build_object('before', v_before, 'erased', v_erased);
END $$;
SELECT pack.declare_function('purge_expired_personal_data', true, true);

/* {waybillNo}: at the person's request. */
CREATE FUNCTION api.erase_consignee(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_no text := pack.need_text(p, 'waybillNo', 40);
BEGIN
  UPDATE core.waybill SET consignee = NULL, erased_at = coalesce(erased_at, now()) WHERE waybill_no = v_no;
  IF NOT FOUND THEN
    PERFORM core.fail_missing('waybill', v_no);
  END IF;
  RETURN jsonb_build_object('waybillNo', v_no, 'erased', true);
END $$;
SELECT pack.declare_function('erase_consignee', true, true);

/* {}: takes what self-tests made out of use: lanes of service smoke, facilities and parties named smoke-…. History stays. */
CREATE FUNCTION api.smoke_cleanup(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_lanes bigint;
  v_facilities bigint;
  v_parties bigint;
BEGIN
  DELETE FROM core.lane WHERE service = 'smoke';
  GET DIAGNOSTICS v_lanes = ROW_COUNT;
  UPDATE core.facility SET archived = true WHERE name LIKE 'smoke-%' AND NOT archived;
  GET DIAGNOSTICS v_facilities = ROW_COUNT;
  UPDATE core.party SET archived = true WHERE name LIKE 'smoke-%' AND NOT archived;
  GET DIAGNOSTICS v_parties = ROW_COUNT;
  RETURN jsonb_build_object('lanesRemoved', v_lanes, 'facilitiesArchived', v_facilities, 'partiesArchived', v_parties);
END $$;
SELECT pack.declare_function('smoke_cleanup', true, true);
