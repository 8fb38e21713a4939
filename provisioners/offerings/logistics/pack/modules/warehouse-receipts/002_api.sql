-- Functions, views, rules and figures of warehouse receipts.

/* {warehouse, commodity, grade?, uom?, qty, bin?, unitValueMinor?} */
CREATE FUNCTION api.create_lot(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_lot wr.lot;
  v_uom text := pack.opt_text(p, 'uom', 'TNE', 3);
BEGIN
  IF v_uom !~ '^[A-Z0-9]{3}$' THEN
    PERFORM pack.fail_field('uom', 'a code of UN/ECE Recommendation 20, such as TNE or KGM');
  END IF;
  IF pack.opt_minor(p, 'unitValueMinor', 0) > 100000000000 THEN
    PERFORM pack.fail_field('unitValueMinor', 'at most 100000000000');
  END IF;
  INSERT INTO wr.lot (warehouse, bin, commodity, grade, uom, qty, unit_value_minor)
  VALUES (core.need_facility(p, 'warehouse'), pack.opt_text(p, 'bin', NULL, 100), pack.need_text(p, 'commodity', 100), pack.opt_text(p, 'grade', NULL, 100),
    v_uom, wr.need_qty(p, 'qty'), pack.opt_minor(p, 'unitValueMinor', NULL))
  RETURNING * INTO v_lot;
  RETURN jsonb_build_object('lotId', v_lot.lot_id, 'qty', trim_scale(v_lot.qty)::text, 'uom', v_lot.uom);
END $$;
SELECT pack.declare_function('create_lot', true);

/* {lotId, counted}: what a count found; the difference to the books is a figure, not a correction. */
CREATE FUNCTION api.count_lot(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_id uuid := pack.need_uuid(p, 'lotId');
  v_lot wr.lot;
BEGIN
  UPDATE wr.lot SET counted = wr.need_qty(p, 'counted'), counted_at = now() WHERE lot_id = v_id RETURNING * INTO v_lot;
  IF NOT FOUND THEN
    PERFORM core.fail_missing('lot', v_id::text);
  END IF;
  RETURN jsonb_build_object('lotId', v_id, 'counted', trim_scale(v_lot.counted)::text, 'difference', trim_scale(v_lot.counted - v_lot.qty)::text);
END $$;
SELECT pack.declare_function('count_lot', true);

/* {lotId, qty, holder, receiptNo?, negotiable?, expiresOn?}: ICL02 when the lot has less that is not receipted yet. */
CREATE FUNCTION api.issue_receipt(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_params jsonb := pack.params();
  v_id uuid := pack.need_uuid(p, 'lotId');
  v_qty numeric := wr.need_qty(p, 'qty');
  v_holder text := core.need_party(p, 'holder');
  v_no text := pack.opt_text(p, 'receiptNo', 'R' || lpad(nextval('wr.receipt_seq')::text, 10, '0'), 40);
  v_expires text := pack.opt_text(p, 'expiresOn', NULL, 10);
  v_lot wr.lot;
BEGIN
  IF v_expires IS NOT NULL AND NOT (v_expires ~ '^\d{4}-\d\d-\d\d$' AND pg_input_is_valid(v_expires, 'date')) THEN
    PERFORM pack.fail_field('expiresOn', 'a date such as 2027-03-31');
  END IF;
  UPDATE wr.lot SET receipted = receipted + v_qty WHERE lot_id = v_id AND receipted + v_qty <= qty RETURNING * INTO v_lot;
  IF NOT FOUND THEN
    SELECT * INTO v_lot FROM wr.lot WHERE lot_id = v_id;
    IF NOT FOUND THEN
      PERFORM core.fail_missing('lot', v_id::text);
    END IF;
    PERFORM pack.fail('ICL02', 'the lot is short', jsonb_build_object('lotId', v_id, 'asked', v_qty::text, 'available', trim_scale(v_lot.qty - v_lot.receipted)::text));
  END IF;
  INSERT INTO wr.receipt (receipt_no, lot_id, qty, negotiable, jurisdiction, holder, expires_on)
  VALUES (v_no, v_id, v_qty, pack.opt_bool(p, 'negotiable', (v_params -> 'wr_negotiable')::boolean), v_params ->> 'wr_jurisdiction', v_holder, v_expires::date)
  ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    PERFORM core.fail_taken('receipt', v_no);
  END IF;
  PERFORM wr.log(v_no, 'issue', v_lot.warehouse, jsonb_build_object('to', v_holder, 'qty', trim_scale(v_qty)::text, 'lotId', v_id));
  RETURN wr.summary(v_no);
END $$;
SELECT pack.declare_function('issue_receipt', true);

/* {receiptNo, actor, to}: the holder passes control on. ICL12 when the receipt is not negotiable. */
CREATE FUNCTION api.transfer_receipt(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_receipt wr.receipt := wr.lock_own(p);
  v_to text := core.need_party(p, 'to');
BEGIN
  IF NOT v_receipt.negotiable THEN
    PERFORM pack.fail('ICL12', 'the receipt is not negotiable', jsonb_build_object('receiptNo', v_receipt.receipt_no));
  END IF;
  UPDATE wr.receipt SET holder = v_to WHERE receipt_no = v_receipt.receipt_no;
  PERFORM wr.log(v_receipt.receipt_no, 'transfer', v_receipt.holder, jsonb_build_object('to', v_to));
  RETURN wr.summary(v_receipt.receipt_no);
END $$;
SELECT pack.declare_function('transfer_receipt', true);

/* {receiptNo, actor, pledgee}: from now on only the pledgee can release it. */
CREATE FUNCTION api.pledge_receipt(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_receipt wr.receipt := wr.lock_own(p);
  v_pledgee text := core.need_party(p, 'pledgee');
BEGIN
  UPDATE wr.receipt SET state = 'pledged', pledgee = v_pledgee WHERE receipt_no = v_receipt.receipt_no;
  PERFORM wr.log(v_receipt.receipt_no, 'pledge', v_receipt.holder, jsonb_build_object('to', v_pledgee));
  RETURN wr.summary(v_receipt.receipt_no);
END $$;
SELECT pack.declare_function('pledge_receipt', true);

/* {receiptNo, actor}: ICL03 for everybody but the pledgee. */
CREATE FUNCTION api.release_receipt(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_receipt wr.receipt := wr.lock_receipt(p);
  v_actor text := core.need_gln(p, 'actor');
BEGIN
  IF v_receipt.pledgee IS DISTINCT FROM v_actor THEN
    PERFORM pack.fail('ICL03', 'only the pledgee releases', jsonb_build_object('receiptNo', v_receipt.receipt_no, 'actor', v_actor));
  END IF;
  UPDATE wr.receipt SET state = 'active', pledgee = NULL WHERE receipt_no = v_receipt.receipt_no;
  PERFORM wr.log(v_receipt.receipt_no, 'release', v_actor, '{}');
  RETURN wr.summary(v_receipt.receipt_no);
END $$;
SELECT pack.declare_function('release_receipt', true);

/* {receiptNo, actor, parts: [qty, …]}: 2 to 100 parts that add up; the receipt ends, each part goes on from its last hash. */
CREATE FUNCTION api.split_receipt(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_receipt wr.receipt := wr.lock_own(p);
  v_parts numeric[];
  v_nos text[];
  v_hash bytea;
BEGIN
  IF jsonb_typeof(p -> 'parts') IS DISTINCT FROM 'array' OR jsonb_array_length(p -> 'parts') NOT BETWEEN 2 AND 100 THEN
    PERFORM pack.fail_field('parts', '2 to 100 quantities');
  END IF;
  v_parts := ARRAY(SELECT wr.need_qty(jsonb_build_object('parts', part), 'parts') FROM jsonb_array_elements(p -> 'parts') WITH ORDINALITY AS each (part, n) ORDER BY n);
  IF (SELECT sum(part) FROM unnest(v_parts) AS part) <> v_receipt.qty THEN
    PERFORM pack.fail('ICL05', 'the parts do not add up', jsonb_build_object('receiptNo', v_receipt.receipt_no, 'qty', trim_scale(v_receipt.qty)::text, 'parts', p -> 'parts'));
  END IF;
  UPDATE wr.receipt SET state = 'split' WHERE receipt_no = v_receipt.receipt_no;
  WITH made AS (
    INSERT INTO wr.receipt (receipt_no, lot_id, qty, negotiable, jurisdiction, holder, parent, expires_on)
    SELECT v_receipt.receipt_no || '.' || n, v_receipt.lot_id, part, v_receipt.negotiable, v_receipt.jurisdiction, v_receipt.holder,
      v_receipt.receipt_no, v_receipt.expires_on
    FROM unnest(v_parts) WITH ORDINALITY AS each (part, n) RETURNING receipt_no
  ) SELECT array_agg(receipt_no ORDER BY length(receipt_no), receipt_no) INTO v_nos FROM made;
  v_hash := wr.log(v_receipt.receipt_no, 'split', v_receipt.holder, jsonb_build_object('into', v_nos));
  PERFORM wr.log(v_nos[n], 'issue', v_receipt.holder, jsonb_build_object('to', v_receipt.holder, 'qty', trim_scale(v_parts[n])::text,
    'lotId', v_receipt.lot_id, 'from', v_receipt.receipt_no), v_hash)
  FROM generate_subscripts(v_nos, 1) AS n;
  RETURN wr.summary(v_receipt.receipt_no) || jsonb_build_object('parts', (SELECT jsonb_agg(wr.summary(no) ORDER BY n) FROM unnest(v_nos) WITH ORDINALITY AS each (no, n)));
END $$;
SELECT pack.declare_function('split_receipt', true);

/* Ends a receipt and frees its goods from it; p_leave: they leave the warehouse. */
CREATE FUNCTION wr.finish(p_receipt wr.receipt, p_act text, p_state text, p_actor text, p_leave boolean, p_data jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
  UPDATE wr.receipt SET state = p_state WHERE receipt_no = p_receipt.receipt_no;
  UPDATE wr.lot SET receipted = receipted - p_receipt.qty, qty = qty - CASE WHEN p_leave THEN p_receipt.qty ELSE 0 END WHERE lot_id = p_receipt.lot_id;
  PERFORM wr.log(p_receipt.receipt_no, p_act, p_actor, p_data);
  RETURN wr.summary(p_receipt.receipt_no);
END $$;

/* {receiptNo, actor}: the holder takes the goods; receipt and goods leave the lot. */
CREATE FUNCTION api.withdraw_receipt(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_receipt wr.receipt := wr.lock_own(p);
BEGIN
  RETURN wr.finish(v_receipt, 'withdraw', 'withdrawn', v_receipt.holder, true, '{}');
END $$;
SELECT pack.declare_function('withdraw_receipt', true);

/* {receiptNo, actor, reason?}: the holder gives the receipt back; the goods stay and may be receipted anew. */
CREATE FUNCTION api.cancel_receipt(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_receipt wr.receipt := wr.lock_own(p);
BEGIN
  RETURN wr.finish(v_receipt, 'cancel', 'cancelled', v_receipt.holder, false, jsonb_build_object('reason', pack.opt_text(p, 'reason', 'request', 500)));
END $$;
SELECT pack.declare_function('cancel_receipt', true);

/* {receiptNo}: the acts of a receipt and of those it was split from, hashed anew, one after the other. */
CREATE FUNCTION api.verify_receipt(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_no text := pack.need_text(p, 'receiptNo', 40);
BEGIN
  IF NOT EXISTS (SELECT FROM wr.receipt WHERE receipt_no = v_no) THEN
    PERFORM core.fail_missing('receipt', v_no);
  END IF;
  RETURN wr.summary(v_no) || (
    WITH RECURSIVE line (receipt_no, depth) AS (
      SELECT v_no, 0 UNION ALL SELECT r.parent, depth + 1 FROM line JOIN wr.receipt r USING (receipt_no) WHERE r.parent IS NOT NULL
    ), acts AS (
      SELECT a.*, lag(a.hash) OVER (ORDER BY l.depth DESC, a.seq) AS before FROM line l JOIN wr.act a USING (receipt_no)
    )
    SELECT jsonb_build_object('acts', count(*), 'intact', bool_and(prev IS NOT DISTINCT FROM before
      AND hash = wr.hash_of(prev, receipt_no, seq, act, actor, data, at))) FROM acts);
END $$;
SELECT pack.declare_function('verify_receipt', false);

-- key: lot_id
CREATE VIEW api.lots AS
SELECT l.lot_id, l.warehouse::text AS warehouse, f.name AS facility, l.bin, l.commodity, l.grade, l.uom::text AS uom, trim_scale(l.qty)::text AS qty,
  trim_scale(l.receipted)::text AS receipted, trim_scale(l.qty - l.receipted)::text AS free, l.unit_value_minor::text AS unit_value_minor,
  trim_scale(l.counted)::text AS counted, l.counted_at, l.created_at
FROM wr.lot l JOIN core.facility f ON f.gln = l.warehouse WHERE NOT f.archived;

-- key: receipt_no
CREATE VIEW api.receipts AS
SELECT r.receipt_no, r.lot_id, l.commodity, trim_scale(r.qty)::text AS qty, l.uom::text AS uom, r.state, r.holder::text AS holder, h.name AS holder_name,
  r.pledgee::text AS pledgee, r.negotiable, r.jurisdiction::text AS jurisdiction, r.parent, r.issued_at, r.expires_on
FROM wr.receipt r JOIN wr.lot l USING (lot_id) JOIN core.party h ON h.gln = r.holder WHERE NOT h.archived;

-- key: state
CREATE VIEW api.receipts_by_state AS
SELECT r.state, count(*)::int AS receipts
FROM wr.receipt r JOIN core.party h ON h.gln = r.holder WHERE NOT h.archived GROUP BY r.state;

-- key: receipt_no, seq
CREATE VIEW api.receipt_acts AS
SELECT receipt_no, seq, act, actor::text AS actor, data, at, encode(prev, 'hex') AS prev, encode(hash, 'hex') AS hash FROM wr.act;

-- key: number_hash
CREATE VIEW api.receipt_proofs AS
SELECT number_hash, head_hash, live FROM core.receipt_proof;

CREATE VIEW wr.invariants AS
SELECT 'receipts_match_lots' AS rule, count(*) AS violations
FROM wr.lot l
WHERE l.receipted <> (SELECT coalesce(sum(r.qty), 0) FROM wr.receipt r JOIN wr.receipt_state s USING (state) WHERE r.lot_id = l.lot_id AND s.live)
UNION ALL
SELECT 'receipt_chains_hold', count(*)
FROM wr.act a
LEFT JOIN wr.act before ON before.receipt_no = a.receipt_no AND before.seq = a.seq - 1
LEFT JOIN wr.receipt r ON r.receipt_no = a.receipt_no
LEFT JOIN wr.act split ON split.receipt_no = r.parent AND split.act = 'split'
WHERE a.prev IS DISTINCT FROM CASE WHEN a.seq = 1 THEN split.hash ELSE before.hash END
  OR a.hash <> sha256(coalesce(a.prev, '') || convert_to(jsonb_build_object('receiptNo', a.receipt_no, 'seq', a.seq, 'act', a.act, 'actor', a.actor,
    'data', a.data, 'at', to_char(a.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::text, 'UTF8'))
UNION ALL
-- What a receipt says is what its acts add up to: the state of the last one, the holder of the last that named one.
SELECT 'receipts_follow_their_acts', count(*)
FROM wr.receipt r
LEFT JOIN (
  SELECT receipt_no, (array_agg(act ORDER BY seq DESC))[1] AS act,
    (array_agg(data ->> 'to' ORDER BY seq DESC) FILTER (WHERE act IN ('issue', 'transfer')))[1] AS holder
  FROM wr.act GROUP BY receipt_no) a USING (receipt_no)
WHERE (r.state, r.holder::text) IS DISTINCT FROM (CASE a.act WHEN 'pledge' THEN 'pledged' WHEN 'split' THEN 'split' WHEN 'withdraw' THEN 'withdrawn'
  WHEN 'cancel' THEN 'cancelled' WHEN NULL THEN NULL ELSE 'active' END, a.holder)
UNION ALL
SELECT 'splits_add_up', count(*)
FROM wr.receipt r
WHERE r.state = 'split' AND r.qty <> (SELECT coalesce(sum(c.qty), 0) FROM wr.receipt c WHERE c.parent = r.receipt_no);
SELECT pack.add_view_part('invariants', 'wr.invariants');

CREATE VIEW wr.kpis AS
WITH live AS MATERIALIZED (
  SELECT r.state, r.qty, l.unit_value_minor, CASE l.uom WHEN 'TNE' THEN 1 WHEN 'KGM' THEN 0.001 WHEN 'GRM' THEN 0.000001 END AS tonnes
  FROM wr.receipt r JOIN wr.lot l USING (lot_id) JOIN wr.receipt_state s USING (state) JOIN core.facility f ON f.gln = l.warehouse
  WHERE s.live AND f.name NOT LIKE 'smoke-%'
)
SELECT 'receipts_outstanding_t' AS name, (SELECT coalesce(sum(qty * tonnes), 0) FROM live)::double precision AS value, 't' AS unit
UNION ALL SELECT 'receipts_value_minor', (SELECT coalesce(sum(qty * unit_value_minor), 0) FROM live), 'minor'
UNION ALL SELECT 'pledged_percent', (SELECT 100.0 * sum(qty * tonnes) FILTER (WHERE state = 'pledged') / nullif(sum(qty * tonnes), 0) FROM live), '%'
UNION ALL SELECT 'lot_difference_t', (SELECT coalesce(sum(abs(l.counted - l.qty) * CASE l.uom WHEN 'TNE' THEN 1 WHEN 'KGM' THEN 0.001 END), 0)
  FROM wr.lot l JOIN core.facility f ON f.gln = l.warehouse WHERE l.counted IS NOT NULL AND f.name NOT LIKE 'smoke-%'), 't';
SELECT pack.add_view_part('kpis', 'wr.kpis');
