-- Functions, views, rules and figures of warehouse work.

/* {facility, bin} */
CREATE FUNCTION api.create_bin(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_facility text := core.need_facility(p, 'facility');
  v_bin text := pack.need_text(p, 'bin', 125);
BEGIN
  IF v_bin !~ '^[A-Za-z0-9-]{1,20}(\.[A-Za-z0-9-]{1,20}){0,5}$' THEN
    PERFORM pack.fail_field('bin', 'labels joined by dots, such as A.01.3');
  END IF;
  INSERT INTO wms.bin (facility, bin) VALUES (v_facility, v_bin) ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    PERFORM core.fail_taken('bin', v_bin);
  END IF;
  RETURN jsonb_build_object('facility', v_facility, 'bin', v_bin);
END $$;
SELECT pack.declare_function('create_bin', true);

/* {facility, bin, item, qty, toBin?}: goods come in at a bin such as the dock; with toBin a task to put them away is made. */
CREATE FUNCTION api.receive_goods(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_facility text := core.need_facility(p, 'facility');
  v_bin text := wms.need_bin(p, 'bin', v_facility);
  v_item text := pack.need_text(p, 'item', 64);
  v_qty int := pack.need_int(p, 'qty', 1, 1000000);
  v_task uuid;
BEGIN
  PERFORM wms.change(v_facility, v_item, v_bin, v_qty, 'receive', NULL);
  IF p ->> 'toBin' IS NOT NULL THEN
    UPDATE wms.stock SET reserved = reserved + v_qty WHERE (facility, item, bin) = (v_facility, v_item, v_bin);
    INSERT INTO wms.task (kind, facility, item, qty, from_bin, to_bin)
    VALUES ('putaway', v_facility, v_item, v_qty, v_bin, wms.need_bin(p, 'toBin', v_facility)) RETURNING task_id INTO v_task;
  END IF;
  RETURN jsonb_build_object('item', v_item, 'bin', v_bin, 'qty', v_qty, 'taskId', v_task);
END $$;
SELECT pack.declare_function('receive_goods', true);

/* {facility, lines: [{item, qty}], reference?}: reserves all lines, or none, bin by bin, and makes the picks. ICL15 when one is short. */
CREATE FUNCTION api.create_wave(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_facility text := core.need_facility(p, 'facility');
  v_wave uuid;
  v_line record;
  v_bin record;
  v_left int;
BEGIN
  IF jsonb_typeof(p -> 'lines') IS DISTINCT FROM 'array' OR jsonb_array_length(p -> 'lines') NOT BETWEEN 1 AND 200 THEN
    PERFORM pack.fail_field('lines', '1 to 200 lines');
  END IF;
  INSERT INTO wms.wave (facility, reference) VALUES (v_facility, pack.opt_text(p, 'reference', NULL)) RETURNING wave_id INTO v_wave;
  FOR v_line IN -- items ascend, so that two waves do not wait for each other in a circle
    SELECT item, sum(qty)::int AS qty
    FROM (SELECT pack.need_text(line, 'item', 64) AS item, pack.need_int(line, 'qty', 1, 1000000) AS qty FROM jsonb_array_elements(p -> 'lines') AS line) AS lines
    GROUP BY item ORDER BY item COLLATE "C"
  LOOP
    v_left := v_line.qty;
    FOR v_bin IN
      SELECT bin, qty - reserved AS free FROM wms.stock WHERE facility = v_facility AND item = v_line.item ORDER BY bin FOR NO KEY UPDATE
    LOOP
      CONTINUE WHEN v_bin.free = 0;
      EXIT WHEN v_left = 0;
      UPDATE wms.stock SET reserved = reserved + least(v_bin.free, v_left) WHERE (facility, item, bin) = (v_facility, v_line.item, v_bin.bin);
      INSERT INTO wms.task (kind, facility, item, qty, from_bin, wave_id)
      VALUES ('pick', v_facility, v_line.item, least(v_bin.free, v_left), v_bin.bin, v_wave);
      v_left := v_left - least(v_bin.free, v_left);
    END LOOP;
    IF v_left > 0 THEN
      PERFORM wms.fail_short(v_facility, NULL, v_line.item, v_line.qty, v_line.qty - v_left);
    END IF;
  END LOOP;
  RETURN jsonb_build_object('waveId', v_wave, 'tasks', (
    SELECT jsonb_agg(jsonb_build_object('taskId', task_id, 'item', item, 'bin', from_bin, 'qty', qty) ORDER BY item, from_bin) FROM wms.task WHERE wave_id = v_wave));
END $$;
SELECT pack.declare_function('create_wave', true);

/* {taskId}: the goods have been put away, or picked and are gone. */
CREATE FUNCTION api.complete_task(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_task wms.task := wms.lock_task(p);
BEGIN
  PERFORM 1 FROM wms.stock WHERE facility = v_task.facility AND item = v_task.item AND bin IN (v_task.from_bin, v_task.to_bin)
  ORDER BY bin FOR NO KEY UPDATE;
  UPDATE wms.stock SET reserved = reserved - v_task.qty WHERE (facility, item, bin) = (v_task.facility, v_task.item, v_task.from_bin);
  PERFORM wms.change(v_task.facility, v_task.item, v_task.from_bin, -v_task.qty, v_task.kind, v_task.task_id);
  IF v_task.kind = 'putaway' THEN
    PERFORM wms.change(v_task.facility, v_task.item, v_task.to_bin, v_task.qty, 'putaway', v_task.task_id);
  END IF;
  UPDATE wms.task SET state = 'done', closed_at = now() WHERE task_id = v_task.task_id;
  RETURN jsonb_build_object('taskId', v_task.task_id, 'state', 'done');
END $$;
SELECT pack.declare_function('complete_task', true, true);

/* {taskId}: the goods stay where they are, free. */
CREATE FUNCTION api.cancel_task(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_task wms.task := wms.lock_task(p);
BEGIN
  UPDATE wms.stock SET reserved = reserved - v_task.qty WHERE (facility, item, bin) = (v_task.facility, v_task.item, v_task.from_bin);
  UPDATE wms.task SET state = 'cancelled', closed_at = now() WHERE task_id = v_task.task_id;
  RETURN jsonb_build_object('taskId', v_task.task_id, 'state', 'cancelled');
END $$;
SELECT pack.declare_function('cancel_task', true, true);

/* {facility, bin, item, counted}: brings the books to what was counted; never below what is reserved. */
CREATE FUNCTION api.count_bin(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_facility text := core.need_facility(p, 'facility');
  v_bin text := wms.need_bin(p, 'bin', v_facility);
  v_item text := pack.need_text(p, 'item', 64);
  v_counted int := pack.need_int(p, 'counted', 0, 1000000);
  v_delta int;
BEGIN
  SELECT v_counted - qty INTO v_delta FROM wms.stock WHERE (facility, item, bin) = (v_facility, v_item, v_bin) FOR NO KEY UPDATE;
  v_delta := coalesce(v_delta, v_counted);
  IF v_delta <> 0 THEN
    PERFORM wms.change(v_facility, v_item, v_bin, v_delta, 'count', NULL);
  END IF;
  RETURN jsonb_build_object('item', v_item, 'bin', v_bin, 'counted', v_counted, 'difference', v_delta);
END $$;
SELECT pack.declare_function('count_bin', true);

-- key: facility, bin
CREATE VIEW api.bins AS
SELECT b.facility::text AS facility, b.bin, coalesce(s.items, 0) AS items, coalesce(s.qty, 0) AS qty
FROM wms.bin b
JOIN core.facility f ON f.gln = b.facility AND NOT f.archived
LEFT JOIN (SELECT facility, bin, count(*)::int AS items, sum(qty)::int AS qty FROM wms.stock WHERE qty > 0 GROUP BY facility, bin) s
  ON (s.facility, s.bin) = (b.facility, b.bin);

-- key: facility, item, bin
CREATE VIEW api.bin_stock AS
SELECT s.facility::text AS facility, s.item, s.bin, s.qty, s.reserved, s.qty - s.reserved AS available
FROM wms.stock s JOIN core.facility f ON f.gln = s.facility AND NOT f.archived;

-- key: task_id
CREATE VIEW api.tasks AS
SELECT task_id, kind, facility::text AS facility, item, qty, from_bin, to_bin, wave_id, state, created_at, closed_at FROM wms.task;

-- key: wave_id
CREATE VIEW api.waves AS
SELECT w.wave_id, w.facility::text AS facility, w.reference, w.created_at, t.tasks, t.open
FROM wms.wave w CROSS JOIN LATERAL (
  SELECT count(*)::int AS tasks, (count(*) FILTER (WHERE state = 'open'))::int AS open FROM wms.task WHERE wave_id = w.wave_id) t;

CREATE VIEW wms.invariants AS
SELECT 'bins_match_movements' AS rule, count(*) AS violations
FROM wms.stock s
WHERE s.qty <> (SELECT coalesce(sum(m.delta), 0) FROM wms.movement m WHERE (m.facility, m.item, m.bin) = (s.facility, s.item, s.bin))
UNION ALL
SELECT 'reserved_matches_open_tasks', count(*)
FROM (SELECT facility::text, item, bin, reserved FROM wms.stock WHERE reserved <> 0) s
FULL JOIN (SELECT facility::text, item, from_bin AS bin, sum(qty) AS held FROM wms.task WHERE state = 'open' GROUP BY 1, 2, 3) t USING (facility, item, bin)
WHERE s.reserved IS DISTINCT FROM t.held;
SELECT pack.add_view_part('invariants', 'wms.invariants');

CREATE VIEW wms.kpis AS
SELECT 'open_tasks' AS name, (SELECT count(*) FROM wms.task WHERE state = 'open')::double precision AS value, '1' AS unit
UNION ALL SELECT 'oldest_task_minutes', (SELECT extract(epoch FROM now() - min(created_at)) / 60 FROM wms.task WHERE state = 'open'), 'min';
SELECT pack.add_view_part('kpis', 'wms.kpis');
