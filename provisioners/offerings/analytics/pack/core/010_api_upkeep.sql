-- Upkeep: days to come, days that are over, what the proof leaves behind.

/* {}: makes the partitions of today and of the next days, so that no batch has to. */
CREATE FUNCTION api.open_days(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN jsonb_build_object('opened', (
    SELECT count(*) FILTER (WHERE ingest.open_day(day)) FROM (SELECT ingest.today() + n AS day FROM generate_series(0, 3) AS n) AS days));
END $$;
SELECT pack.declare_function('open_days', true, true);

/* {}: drops days that arrived longer ago than event_retention_days, once all models have loaded them; facts stay. Two days of
   grace: an event may say a time up to a day after it arrived, and one that is sent again must be too old to be taken twice.
   Rejects and the log of batches go after the same time, runs after 90 days. */
CREATE FUNCTION api.drop_old_days(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_keep int := (pack.params() -> 'event_retention_days')::int;
  v_loaded bigint;
  v_day date;
  v_dropped date[] := '{}';
  v_held date[] := '{}';
BEGIN
  PERFORM dwh.lock_star();
  SELECT min(upto) INTO v_loaded FROM dwh.watermark;
  FOR v_day IN
    SELECT to_date(right(relname, 8), 'YYYYMMDD') AS day FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
    WHERE inhparent = 'ingest.event'::regclass AND to_date(right(relname, 8), 'YYYYMMDD') < ingest.today() - v_keep - 2
    ORDER BY day
  LOOP
    IF EXISTS (SELECT FROM ingest.event WHERE received_on = v_day AND seq > v_loaded) THEN
      v_held := v_held || v_day;
      CONTINUE;
    END IF;
    INSERT INTO ingest.dropped_day (received_on, events, lines, revenue_minor)
    SELECT v_day, count(*), coalesce(sum(lines), 0), coalesce(sum(revenue_minor), 0) FROM ingest.event WHERE received_on = v_day
    ON CONFLICT (received_on) DO UPDATE SET events = dropped_day.events + excluded.events, lines = dropped_day.lines + excluded.lines,
      revenue_minor = dropped_day.revenue_minor + excluded.revenue_minor;
    DELETE FROM ingest.event_key WHERE received_on = v_day;
    EXECUTE format('DROP TABLE ingest.%I', ingest.partition_of(v_day));
    v_dropped := v_dropped || v_day;
  END LOOP;
  DELETE FROM ingest.reject WHERE rejected_at < now() - make_interval(days => v_keep);
  DELETE FROM ingest.batch WHERE at < now() - make_interval(days => v_keep);
  DELETE FROM dwh.run WHERE started_at < now() - interval '90 days';
  RETURN jsonb_build_object('dropped', to_jsonb(v_dropped), 'notLoadedYet', to_jsonb(v_held));
END $$;
SELECT pack.declare_function('drop_old_days', true, true);

/* {}: takes away all that the proof made: events, facts, members, tests, shares and figures of source smoke. */
CREATE FUNCTION api.smoke_cleanup(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_events bigint;
  v_facts bigint;
  v_customers bigint[];
BEGIN
  PERFORM dwh.lock_star();
  v_customers := ARRAY(SELECT DISTINCT customer_key FROM dwh.fact_sales WHERE source = 'smoke' AND customer_key IS NOT NULL);
  INSERT INTO dwh.stale_day (date_key) SELECT DISTINCT date_key FROM dwh.fact_sales WHERE source = 'smoke' ON CONFLICT DO NOTHING;
  DELETE FROM dwh.fact_sales WHERE source = 'smoke';
  GET DIAGNOSTICS v_facts = ROW_COUNT;
  DELETE FROM ingest.event WHERE source = 'smoke';
  GET DIAGNOSTICS v_events = ROW_COUNT;
  DELETE FROM ingest.event_key WHERE source = 'smoke';
  DELETE FROM ingest.reject WHERE source = 'smoke';
  DELETE FROM ingest.batch WHERE smoke;
  DELETE FROM dwh.member m WHERE dimension = 'product' AND id LIKE 'smoke-%'
    AND NOT EXISTS (SELECT FROM dwh.fact_sales f WHERE f.product_key = m.member_key);
  DELETE FROM dwh.member m WHERE member_key = ANY (v_customers)
    AND NOT EXISTS (SELECT FROM dwh.fact_sales f WHERE f.customer_key = m.member_key);
  DELETE FROM dwh.run WHERE refresh_id IN (SELECT refresh_id FROM dwh.run WHERE failed_test LIKE 'smoke-%');
  DELETE FROM dq.test WHERE test LIKE 'smoke-%';
  DELETE FROM asset.share WHERE scope = 'smoke';
  DELETE FROM asset.metric_day WHERE scope = 'smoke';
  PERFORM dwh.build_sales_daily(0, 0);
  RETURN jsonb_build_object('events', v_events, 'facts', v_facts);
END $$;
SELECT pack.declare_function('smoke_cleanup', true, true);
