-- Warehouse work: bins as paths, stock by bin and item, tasks to put away and to pick, waves that reserve before anybody walks, counts.

CREATE SCHEMA wms;

CREATE TABLE wms.bin (
  facility core.gln NOT NULL REFERENCES core.facility,
  bin text NOT NULL CHECK (bin ~ '^[A-Za-z0-9-]{1,20}(\.[A-Za-z0-9-]{1,20}){0,5}$'), -- zone.aisle.rack.level
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (facility, bin)
);

CREATE TABLE wms.stock (
  facility core.gln NOT NULL,
  item text NOT NULL,
  bin text NOT NULL,
  qty int NOT NULL DEFAULT 0 CHECK (qty >= 0),
  reserved int NOT NULL DEFAULT 0 CHECK (reserved BETWEEN 0 AND qty),
  PRIMARY KEY (facility, item, bin),
  FOREIGN KEY (facility, bin) REFERENCES wms.bin
);

CREATE TABLE wms.wave (
  wave_id uuid PRIMARY KEY DEFAULT uuidv7(),
  facility core.gln NOT NULL REFERENCES core.facility,
  reference text,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE wms.task (
  task_id uuid PRIMARY KEY DEFAULT uuidv7(),
  kind text NOT NULL CHECK (kind IN ('putaway', 'pick')),
  facility core.gln NOT NULL REFERENCES core.facility,
  item text NOT NULL,
  qty int NOT NULL CHECK (qty > 0),
  from_bin text NOT NULL,
  to_bin text,
  wave_id uuid REFERENCES wms.wave,
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done', 'cancelled')),
  created_at timestamptz NOT NULL DEFAULT now(),
  closed_at timestamptz,
  CHECK ((kind = 'pick') = (wave_id IS NOT NULL)),
  CHECK ((state = 'open') = (closed_at IS NULL))
);
CREATE INDEX task_open ON wms.task (facility, item, from_bin) WHERE state = 'open';
CREATE INDEX task_by_wave ON wms.task (wave_id);

CREATE TABLE wms.movement (
  movement_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  facility core.gln NOT NULL,
  item text NOT NULL,
  bin text NOT NULL,
  delta int NOT NULL CHECK (delta <> 0),
  reason text NOT NULL CHECK (reason IN ('receive', 'putaway', 'pick', 'count')),
  task_id uuid REFERENCES wms.task,
  at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX movement_by_stock ON wms.movement (facility, item, bin) INCLUDE (delta);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON wms.movement
  FOR EACH STATEMENT EXECUTE FUNCTION core.deny_change();

CREATE FUNCTION wms.fail_short(p_facility text, p_bin text, p_item text, p_asked int, p_available int) RETURNS void LANGUAGE sql AS $$
  SELECT pack.fail('ICL15', 'there is not enough', jsonb_build_object('facility', p_facility, 'bin', p_bin, 'item', p_item,
    'asked', p_asked, 'available', p_available))
$$;

/* Changes what is in a bin and writes it down. What is reserved cannot be taken. */
CREATE FUNCTION wms.change(p_facility text, p_item text, p_bin text, p_delta int, p_reason text, p_task uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO wms.stock (facility, item, bin) VALUES (p_facility, p_item, p_bin) ON CONFLICT DO NOTHING;
  UPDATE wms.stock SET qty = qty + p_delta WHERE (facility, item, bin) = (p_facility, p_item, p_bin) AND qty + p_delta >= reserved;
  IF NOT FOUND THEN
    PERFORM wms.fail_short(p_facility, p_bin, p_item, -p_delta,
      (SELECT qty - reserved FROM wms.stock WHERE (facility, item, bin) = (p_facility, p_item, p_bin)));
  END IF;
  INSERT INTO wms.movement (facility, item, bin, delta, reason, task_id) VALUES (p_facility, p_item, p_bin, p_delta, p_reason, p_task);
END $$;

/* p.<field> as a bin of the facility. */
CREATE FUNCTION wms.need_bin(p jsonb, p_field text, p_facility text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  v_bin text := pack.need_text(p, p_field, 125);
BEGIN
  IF NOT EXISTS (SELECT FROM wms.bin WHERE facility = p_facility AND bin = v_bin) THEN
    PERFORM core.fail_missing('bin', v_bin);
  END IF;
  RETURN v_bin;
END $$;

/* Locks the open task in p.taskId. ICL16 when it is closed. */
CREATE FUNCTION wms.lock_task(p jsonb) RETURNS wms.task LANGUAGE plpgsql AS $$
DECLARE
  v_id uuid := pack.need_uuid(p, 'taskId');
  v_task wms.task;
BEGIN
  SELECT * INTO v_task FROM wms.task WHERE task_id = v_id FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    PERFORM core.fail_missing('task', v_id::text);
  END IF;
  IF v_task.state <> 'open' THEN
    PERFORM pack.fail('ICL16', 'the task is closed', jsonb_build_object('taskId', v_id, 'state', v_task.state));
  END IF;
  RETURN v_task;
END $$;
