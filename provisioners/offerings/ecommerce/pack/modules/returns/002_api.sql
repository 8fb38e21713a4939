-- Functions, views and rules of the returns desk.

/* {orderNo, reason, lines: [{sku, qty}]}: of a delivered order. ICO16 when more is asked than was bought and not asked for yet. */
CREATE FUNCTION api.request_return(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_order sales.orders := sales.lock_order(p);
  v_reason text := pack.need_text(p, 'reason', 500);
  v_rma_id bigint;
  v_asked record;
  v_line sales.order_line;
  v_left bigint;
BEGIN
  IF v_order.state <> 'delivered' THEN
    PERFORM pack.fail('ICO01', 'only what was delivered can come back',
      jsonb_build_object('orderNo', v_order.order_no, 'from', v_order.state, 'to', 'returned'));
  END IF;
  INSERT INTO rma.request (rma_no, order_id, reason)
  VALUES ('R' || to_char(nextval('rma.no_seq'), 'FM00000000'), v_order.order_id, v_reason)
  RETURNING rma_id INTO v_rma_id;
  INSERT INTO rma.event (rma_id, seq, from_state, to_state, actor, note) VALUES (v_rma_id, 1, NULL, 'requested', sales.actor(), v_reason);
  FOR v_asked IN SELECT sku, qty FROM sales.draft_lines(p) LOOP
    SELECT * INTO v_line FROM sales.order_line WHERE order_id = v_order.order_id AND sku = v_asked.sku;
    IF NOT FOUND THEN
      PERFORM catalog.fail_missing('order line', v_asked.sku);
    END IF;
    SELECT v_line.qty - coalesce(sum(CASE WHEN r.state IN ('requested', 'approved') THEN l.qty ELSE l.accepted END), 0) INTO v_left
    FROM rma.line l JOIN rma.request r USING (rma_id)
    WHERE l.order_id = v_order.order_id AND l.line_no = v_line.line_no AND r.state <> 'rejected';
    IF v_asked.qty > v_left THEN
      PERFORM pack.fail('ICO16', 'more than can be returned', jsonb_build_object(
        'orderNo', v_order.order_no, 'sku', v_asked.sku, 'asked', v_asked.qty, 'left', v_left));
    END IF;
    INSERT INTO rma.line (rma_id, order_id, line_no, sku, qty) VALUES (v_rma_id, v_order.order_id, v_line.line_no, v_asked.sku, v_asked.qty);
  END LOOP;
  RETURN rma.summary(v_rma_id);
END $$;
SELECT pack.declare_function('request_return', true);

/* {rmaNo, note?} */
CREATE FUNCTION api.approve_return(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_request rma.request := rma.lock(p);
BEGIN
  PERFORM rma.move(v_request, 'approved', pack.opt_text(p, 'note', NULL, 500));
  RETURN rma.summary(v_request.rma_id);
END $$;
SELECT pack.declare_function('approve_return', true);

/* {rmaNo, reason}: what was asked for may be asked for again. */
CREATE FUNCTION api.reject_return(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_request rma.request := rma.lock(p);
BEGIN
  PERFORM rma.move(v_request, 'rejected', pack.need_text(p, 'reason', 500));
  RETURN rma.summary(v_request.rma_id);
END $$;
SELECT pack.declare_function('reject_return', true);

/* {rmaNo, lines: [{sku, accepted, restock}]}: what came back in order is refunded, what can be sold again goes back on the
   shelf. Lines that are not named came back whole and can be sold. */
CREATE FUNCTION api.inspect_return(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_request rma.request := rma.lock(p);
  v_order sales.orders;
  v_found record;
BEGIN
  PERFORM rma.move(v_request, 'inspected', pack.opt_text(p, 'note', NULL, 500));
  SELECT * INTO v_order FROM sales.orders WHERE order_id = v_request.order_id;
  IF jsonb_typeof(coalesce(p -> 'lines', '[]')) <> 'array' THEN
    PERFORM pack.fail_field('lines', 'a list of lines');
  END IF;
  FOR v_found IN SELECT line ->> 'sku' AS sku FROM jsonb_array_elements(coalesce(p -> 'lines', '[]')) AS line LOOP
    IF NOT EXISTS (SELECT FROM rma.line WHERE rma_id = v_request.rma_id AND sku = v_found.sku) THEN
      PERFORM catalog.fail_missing('return line', coalesce(v_found.sku, ''));
    END IF;
  END LOOP;
  FOR v_found IN
    SELECT l.line_no, l.sku, o.unit_minor, o.tax_rate_bp, took.qty AS accepted, pack.opt_int(given, 'restock', took.qty, 0, took.qty) AS restocked
    FROM rma.line l
    JOIN sales.order_line o USING (order_id, line_no)
    LEFT JOIN LATERAL (SELECT line FROM jsonb_array_elements(coalesce(p -> 'lines', '[]')) AS line WHERE line ->> 'sku' = l.sku LIMIT 1)
      AS named (given) ON true
    CROSS JOIN LATERAL (SELECT pack.opt_int(given, 'accepted', l.qty, 0, l.qty)) AS took (qty)
    WHERE l.rma_id = v_request.rma_id
    ORDER BY l.sku -- the order of locks of stock
  LOOP
    UPDATE rma.line SET accepted = v_found.accepted, restocked = v_found.restocked,
      refund_minor = v_found.unit_minor * v_found.accepted + CASE WHEN v_order.tax_included THEN 0
        ELSE sales.tax_of(v_found.unit_minor * v_found.accepted, v_found.tax_rate_bp, false) END
    WHERE rma_id = v_request.rma_id AND line_no = v_found.line_no;
    IF v_found.restocked > 0 THEN
      PERFORM stock.change(v_found.sku, v_order.location, v_found.restocked, 'return', v_request.rma_no);
    END IF;
  END LOOP;
  RETURN rma.summary(v_request.rma_id);
END $$;
SELECT pack.declare_function('inspect_return', true);

/* {rmaNo}: the money of what was accepted is to be given back, once, against the capture of the order. */
CREATE FUNCTION api.refund_return(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_request rma.request := rma.lock(p);
BEGIN
  PERFORM rma.move(v_request, 'refunded', NULL);
  INSERT INTO rma.refund (rma_id, order_id, provider, provider_ref, amount_minor)
  SELECT v_request.rma_id, v_request.order_id, c.provider, c.provider_ref,
    (SELECT sum(refund_minor) FROM rma.line WHERE rma_id = v_request.rma_id)
  FROM sales.payment c WHERE c.order_id = v_request.order_id AND c.kind = 'capture';
  RETURN rma.summary(v_request.rma_id);
END $$;
SELECT pack.declare_function('refund_return', true);

-- key: rma_no
CREATE VIEW api.returns AS
SELECT r.rma_no, o.order_no, r.state, r.reason, o.currency::text AS currency,
  (SELECT sum(refund_minor) FROM rma.line l WHERE l.rma_id = r.rma_id)::text AS refund_minor, r.requested_at, r.updated_at
FROM rma.request r JOIN sales.orders o USING (order_id);

-- key: rma_no, line_no
CREATE VIEW api.return_lines AS
SELECT r.rma_no, l.line_no, l.sku, l.qty, l.accepted, l.restocked, l.accepted - l.restocked AS scrapped, l.refund_minor::text AS refund_minor
FROM rma.line l JOIN rma.request r USING (rma_id);

-- key: rma_no
CREATE VIEW api.return_refunds AS
SELECT r.rma_no, o.order_no, f.provider, f.provider_ref, f.amount_minor::text AS amount_minor, o.currency::text AS currency, f.at
FROM rma.refund f JOIN rma.request r USING (rma_id) JOIN sales.orders o ON o.order_id = f.order_id;

CREATE VIEW rma.invariants AS
SELECT 'returns_within_bought' AS rule, count(*) AS violations
FROM (SELECT l.order_id, l.line_no, sum(CASE WHEN r.state IN ('requested', 'approved') THEN l.qty ELSE l.accepted END) AS back
      FROM rma.line l JOIN rma.request r USING (rma_id) WHERE r.state <> 'rejected' GROUP BY l.order_id, l.line_no) b
JOIN sales.order_line o USING (order_id, line_no)
WHERE b.back > o.qty
UNION ALL
SELECT 'return_refunds_match_lines', count(*)
FROM rma.request r
LEFT JOIN rma.refund f USING (rma_id)
WHERE (r.state = 'refunded') <> (f.rma_id IS NOT NULL)
  OR f.amount_minor <> (SELECT sum(refund_minor) FROM rma.line l WHERE l.rma_id = r.rma_id)
UNION ALL
SELECT 'return_refunds_within_captured', count(*)
FROM (SELECT order_id, sum(amount_minor) AS back FROM rma.refund GROUP BY order_id) f
LEFT JOIN (SELECT order_id, sum(amount_minor) AS taken FROM sales.payment WHERE kind = 'capture' GROUP BY order_id) c USING (order_id)
WHERE f.back > coalesce(c.taken, 0);

SELECT pack.add_view_part('invariants', 'rma.invariants');
