-- Requests that the edge took become orders, each exactly once, at the price that the buyer was shown.

/* Turns one request into an order like any other: its goods go from escrow to the shelf and are reserved there. */
CREATE FUNCTION edge_link.place(r intake.order_request) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  v_params jsonb := pack.params();
  v_included boolean := v_params ->> 'tax_mode' = 'inclusive';
  v_order_id uuid := uuidv7();
  v_order_no text;
  v_line record;
BEGIN
  INSERT INTO sales.orders (order_id, order_no, idempotency_key, request_hash, channel, location, currency,
    subtotal_minor, tax_minor, tax_included, expires_at)
  SELECT v_order_id, (v_params ->> 'order_no_prefix') || to_char(nextval('sales.order_no_seq'), 'FM0000000000'),
    'edge:' || r.request_id, sha256(convert_to(r.request_id::text, 'UTF8')), r.channel, edge_link.shelf(), r.currency,
    sum(unit_minor * qty), sum(sales.tax_of(unit_minor * qty, rate_bp, v_included)), v_included,
    now() + make_interval(mins => (v_params -> 'hold_minutes')::int)
  FROM edge_link.lines_of(r)
  RETURNING order_no INTO v_order_no;
  INSERT INTO sales.order_line (order_id, line_no, sku, qty, unit_minor, tax_rate_bp, tax_minor)
  SELECT v_order_id, line_no, sku, qty, unit_minor, rate_bp, sales.tax_of(unit_minor * qty, rate_bp, v_included)
  FROM edge_link.lines_of(r);
  FOR v_line IN SELECT * FROM edge_link.lines_of(r) LOOP
    PERFORM edge_link.move(v_line.sku, -v_line.qty);
    INSERT INTO sales.allocation (order_id, line_no, sku, location, bucket, qty)
    SELECT v_order_id, v_line.line_no, v_line.sku, edge_link.shelf(), bucket, qty
    FROM stock.reserve(v_line.sku, edge_link.shelf(), v_line.qty);
  END LOOP;
  INSERT INTO sales.order_event (order_id, seq, from_state, to_state, actor, data)
  VALUES (v_order_id, 1, NULL, 'pending_payment', 'edge', jsonb_build_object('requestId', r.request_id, 'buyerToken', r.buyer_token));
  RETURN v_order_no;
END $$;

/* Its lines, in ascending order of the SKU, with the tax rate of now. */
CREATE FUNCTION edge_link.lines_of(r intake.order_request, OUT line_no smallint, OUT sku text, OUT qty int, OUT unit_minor bigint, OUT rate_bp int)
RETURNS SETOF record LANGUAGE sql STABLE AS $$
  SELECT (row_number() OVER (ORDER BY line ->> 'sku'))::smallint, line ->> 'sku', (line -> 'qty')::int,
    (line ->> 'unitMinor')::bigint, coalesce(c.tax_rate_bp, 0)
  FROM jsonb_array_elements(r.lines) AS line
  LEFT JOIN catalog.variant v ON v.sku = line ->> 'sku'
  LEFT JOIN catalog.product p USING (product_id)
  LEFT JOIN catalog.category c USING (category_id)
  ORDER BY 1
$$;

/* One request, once. What cannot be ordered is refused by its cause, and its units go back to the shelf. */
CREATE FUNCTION edge_link.take_in(r intake.order_request) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  v_order_no text;
  v_cause text;
BEGIN
  BEGIN
    v_order_no := edge_link.place(r);
  EXCEPTION WHEN OTHERS THEN
    IF SQLSTATE IN ('40P01', '40001', '55P03', '57014') THEN
      RAISE; -- a matter of the moment: the next pass tries again
    END IF;
    v_cause := SQLSTATE;
  END;
  INSERT INTO edge_link.settled (request_id, sku, epoch, qty)
  SELECT r.request_id, line ->> 'sku', (slice -> 'epoch')::int, (slice -> 'qty')::int
  FROM jsonb_array_elements(r.lines) AS line, jsonb_array_elements(line -> 'taken') AS slice;
  INSERT INTO edge.order_request_done (request_id, outcome, order_no, cause)
  VALUES (r.request_id, CASE WHEN v_order_no IS NULL THEN 'refused' ELSE 'ordered' END, v_order_no, v_cause);
  RETURN v_order_no;
END $$;

/* {limit?}: takes in what came from the edge, brings back what is no longer needed there. Meant to be run every few seconds;
   repeating it does nothing twice, so it needs no key. */
CREATE FUNCTION api.settle_edge(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_limit int := pack.opt_int(p, 'limit', 100, 1, 5000);
  v_ids uuid[];
  v_request intake.order_request;
  v_ordered int := 0;
  v_refused int := 0;
BEGIN
  PERFORM edge_link.lock();
  v_ids := ARRAY(SELECT request_id FROM intake.order_request r
    WHERE NOT EXISTS (SELECT FROM edge.order_request_done d WHERE d.request_id = r.request_id)
    ORDER BY at, request_id LIMIT v_limit);
  PERFORM 1 FROM stock.bucket b
  WHERE b.location IN (edge_link.location(), edge_link.shelf()) AND b.sku IN (
    SELECT line ->> 'sku' FROM intake.order_request r, jsonb_array_elements(r.lines) AS line WHERE r.request_id = ANY (v_ids))
  ORDER BY b.sku, b.location, b.bucket FOR NO KEY UPDATE;
  FOR v_request IN SELECT * FROM intake.order_request WHERE request_id = ANY (v_ids) ORDER BY at, request_id LOOP
    IF edge_link.take_in(v_request) IS NULL THEN
      v_refused := v_refused + 1;
    ELSE
      v_ordered := v_ordered + 1;
    END IF;
  END LOOP;
  RETURN jsonb_build_object('ordered', v_ordered, 'refused', v_refused, 'returned', edge_link.sweep());
END $$;
SELECT pack.declare_function('settle_edge', false);

/* {sku, qty}: sets units apart for the edge. ICO04 when fewer are free. */
CREATE FUNCTION api.grant_allotment(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_sku text := catalog.need_sku(p);
  v_qty int := pack.need_int(p, 'qty', 1, 1000000);
BEGIN
  PERFORM edge_link.lock();
  RETURN jsonb_build_object('sku', v_sku, 'epoch', edge_link.grant_units(v_sku, v_qty), 'granted', v_qty,
    'outstanding', edge_link.outstanding_of(v_sku));
END $$;
SELECT pack.declare_function('grant_allotment', true);

/* {sku}: asks the edge to stop selling it. What it did not sell comes back when it has answered. */
CREATE FUNCTION api.close_allotment(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_sku text := catalog.need_sku(p);
  v_epochs int;
BEGIN
  PERFORM edge_link.lock();
  UPDATE edge.allotment SET state = 'closing' WHERE sku = v_sku AND state = 'open';
  GET DIAGNOSTICS v_epochs = ROW_COUNT;
  RETURN jsonb_build_object('sku', v_sku, 'closing', v_epochs);
END $$;
SELECT pack.declare_function('close_allotment', true, true);

/* {}: keeps edge_allotment_percent of what can be sold at the edge. Less than half of it left: a new epoch brings the rest.
   More than twice of it, because the shelf ran low: the epochs are closed, and a smaller one follows. */
CREATE FUNCTION api.keep_allotments(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_params jsonb := pack.params();
  v_percent int := (v_params -> 'edge_allotment_percent')::int;
  v_granted int := 0;
  v_closed int := 0;
  v record;
BEGIN
  PERFORM edge_link.lock();
  FOR v IN
    WITH shelf AS (
      SELECT sku, sum(on_hand - reserved)::int AS free FROM stock.bucket WHERE location = v_params ->> 'default_location' GROUP BY sku
    ), away AS (
      SELECT sku, sum(qty)::int AS qty, bool_or(state = 'closing') AS closing FROM edge_link.outstanding WHERE state <> 'closed' GROUP BY sku
    )
    SELECT sku, coalesce(away.qty, 0) AS away, coalesce(away.closing, false) AS closing,
      ((coalesce(shelf.free, 0) + coalesce(away.qty, 0))::bigint * v_percent / 100)::int AS target
    FROM edge.variant LEFT JOIN shelf USING (sku) LEFT JOIN away USING (sku)
    WHERE sku NOT IN (SELECT sku FROM edge_link.smoke_variant) ORDER BY sku
  LOOP
    IF NOT v.closing AND v.away * 2 < v.target THEN
      PERFORM edge_link.grant_units(v.sku, v.target - v.away);
      v_granted := v_granted + 1;
    ELSIF NOT v.closing AND v.away > v.target * 2 THEN
      UPDATE edge.allotment SET state = 'closing' WHERE sku = v.sku AND state = 'open';
      v_closed := v_closed + 1;
    END IF;
  END LOOP;
  RETURN jsonb_build_object('granted', v_granted, 'closing', v_closed);
END $$;
SELECT pack.declare_function('keep_allotments', false);

-- key: sku, epoch
CREATE VIEW api.edge_allotments AS
SELECT sku, epoch, state, granted, settled, used, qty AS outstanding FROM edge_link.outstanding;

-- key: request_id
CREATE VIEW api.edge_requests AS
SELECT r.request_id, r.channel, r.currency::text AS currency, r.lines, r.buyer_token, r.at,
  coalesce(d.outcome, 'waiting') AS state, d.order_no, d.cause
FROM intake.order_request r LEFT JOIN edge.order_request_done d USING (request_id);

CREATE VIEW edge_link.invariants AS
-- Whatever the edge has sold or may still sell lies in escrow.
SELECT 'escrow_covers_allotments' AS rule, count(*) AS violations
FROM (SELECT sku, sum(qty) AS qty FROM edge_link.outstanding GROUP BY sku) o
LEFT JOIN (SELECT sku, sum(on_hand - reserved) AS free FROM stock.bucket WHERE location = 'edge' GROUP BY sku) b USING (sku)
WHERE o.qty > coalesce(b.free, 0) AND sku NOT IN (SELECT sku FROM edge_link.smoke_variant)
UNION ALL
-- A request became one order, or none when it was refused.
SELECT 'edge_requests_ordered_once', count(*)
FROM edge.order_request_done d LEFT JOIN sales.orders o ON o.idempotency_key = 'edge:' || d.request_id
WHERE d.order_no IS DISTINCT FROM o.order_no
UNION ALL
-- The edge never took more out of an epoch than was put in.
SELECT 'allotments_not_exceeded', count(*) FROM edge_link.outstanding WHERE settled > granted OR used > granted OR settled > used;

SELECT pack.add_view_part('invariants', 'edge_link.invariants');
