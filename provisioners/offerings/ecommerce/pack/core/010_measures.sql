-- What must always hold, and how the shop is doing. Channel smoke is the self-test's and counts in no figure.

CREATE VIEW sales.invariants AS
-- What is promised equals what open lines hold, stripe by stripe; also for stripes that do not exist.
SELECT 'reserved_matches_held' AS rule, count(*) AS violations
FROM (SELECT sku, location, bucket, reserved FROM stock.bucket WHERE reserved <> 0) b
FULL JOIN (SELECT sku, location, bucket, sum(qty) AS held FROM sales.allocation WHERE state = 'held' GROUP BY sku, location, bucket) a
  USING (sku, location, bucket)
WHERE b.reserved IS DISTINCT FROM a.held
UNION ALL
SELECT 'stock_matches_movements', count(*)
FROM stock.bucket b
WHERE b.on_hand <> (SELECT coalesce(sum(m.delta), 0) FROM stock.movement m WHERE (m.sku, m.location, m.bucket) = (b.sku, b.location, b.bucket))
UNION ALL
SELECT 'subtotal_matches_lines', count(*)
FROM sales.orders o
LEFT JOIN (SELECT order_id, sum(unit_minor * qty) AS lines, sum(tax_minor) AS tax FROM sales.order_line GROUP BY order_id) l USING (order_id)
WHERE (o.subtotal_minor, o.tax_minor) IS DISTINCT FROM (l.lines, l.tax)
UNION ALL
-- Every line of an order that is on its way is fully allocated: held before the goods leave, committed after.
SELECT 'lines_are_allocated', count(*)
FROM sales.orders o
JOIN sales.order_line l USING (order_id)
LEFT JOIN (SELECT order_id, line_no, sum(qty) AS qty FROM sales.allocation WHERE state IN ('held', 'committed') GROUP BY order_id, line_no) a
  USING (order_id, line_no)
WHERE o.state NOT IN ('cancelled', 'returned') AND a.qty IS DISTINCT FROM l.qty
UNION ALL
SELECT 'closed_orders_hold_nothing', count(*)
FROM sales.orders o
WHERE o.state IN ('shipped', 'delivered', 'completed', 'cancelled', 'returned')
  AND EXISTS (SELECT FROM sales.allocation a WHERE a.order_id = o.order_id AND a.state = 'held')
UNION ALL
-- Unpaid: nothing taken. Paid and on: exactly the total, nothing back. Cancelled or returned: all that was taken is back.
SELECT 'payments_match_orders', count(*)
FROM sales.orders o
LEFT JOIN (
  SELECT order_id, sum(amount_minor) FILTER (WHERE kind = 'capture') AS taken, sum(amount_minor) FILTER (WHERE kind = 'refund') AS back
  FROM sales.payment GROUP BY order_id) p USING (order_id)
WHERE CASE
  WHEN o.state = 'pending_payment' THEN p.taken IS NOT NULL
  WHEN o.state IN ('cancelled', 'returned') THEN p.taken IS DISTINCT FROM p.back OR p.taken <> o.total_minor
  ELSE p.taken IS DISTINCT FROM o.total_minor OR p.back IS NOT NULL END
UNION ALL
-- The history of an order is unbroken, follows the table of transitions and ends in the state the order has.
SELECT 'history_matches_state', count(*)
FROM sales.orders o
WHERE NOT EXISTS (
    SELECT FROM sales.order_event e WHERE e.order_id = o.order_id AND e.seq = o.history_seq AND e.to_state = o.state)
  OR o.history_seq <> (SELECT count(*) FROM sales.order_event e WHERE e.order_id = o.order_id)
UNION ALL
SELECT 'history_follows_transitions', count(*)
FROM sales.order_event e
LEFT JOIN sales.order_event before ON before.order_id = e.order_id AND before.seq = e.seq - 1
LEFT JOIN sales.order_transition t ON t.from_state = e.from_state AND t.to_state = e.to_state
WHERE e.from_state IS DISTINCT FROM before.to_state
  OR (e.seq = 1 AND e.to_state <> 'pending_payment')
  OR (e.seq > 1 AND t.to_state IS NULL);

SELECT pack.add_view_part('invariants', 'sales.invariants');

CREATE VIEW sales.kpis AS
WITH shop AS MATERIALIZED (
  SELECT state, cancel_cause, currency, total_minor, placed_at FROM sales.orders WHERE channel <> 'smoke'
), base AS (
  SELECT value ->> 0 AS currency FROM pack.param WHERE key = 'currencies'
), week AS ( -- holds that ended one way or the other, of orders placed in the last 7 days
  SELECT count(*) FILTER (WHERE state <> 'pending_payment') AS ended,
    count(*) FILTER (WHERE state <> 'pending_payment' AND cancel_cause IS NULL) AS kept,
    count(*) FILTER (WHERE cancel_cause = 'expired') AS expired
  FROM shop WHERE placed_at > now() - interval '7 days'
), month AS (
  SELECT count(*) FILTER (WHERE state IN ('delivered', 'completed', 'returned')) AS arrived,
    count(*) FILTER (WHERE state = 'returned') AS returned
  FROM shop WHERE placed_at > now() - interval '30 days'
), money AS ( -- captures in the base currency: sums over several currencies mean nothing
  SELECT coalesce(sum(p.amount_minor) FILTER (WHERE p.at >= date_trunc('day', now())), 0) AS today,
    coalesce(avg(p.amount_minor) FILTER (WHERE p.at > now() - interval '30 days'), 0) AS average
  FROM sales.payment p JOIN sales.orders o USING (order_id) JOIN base ON base.currency = o.currency
  WHERE p.kind = 'capture' AND o.channel <> 'smoke' AND p.at > now() - interval '31 days'
), refused AS (
  SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS orders FROM sales.out_of_stock_seq
), sellable AS (
  SELECT v.sku, EXISTS (SELECT FROM stock.bucket b WHERE b.sku = v.sku AND b.on_hand > b.reserved) AS in_stock
  FROM catalog.variant v JOIN catalog.product p USING (product_id)
  WHERE p.published AND EXISTS (SELECT FROM catalog.offer o WHERE o.sku = v.sku AND o.valid @> now() AND o.channel <> 'smoke')
)
SELECT 'orders_total' AS name, (SELECT count(*) FROM shop)::double precision AS value, '1' AS unit
UNION ALL SELECT 'orders_per_minute', (SELECT count(*) / 5.0 FROM shop WHERE placed_at > now() - interval '5 minutes'), '1/min'
UNION ALL SELECT 'peak_orders_per_second', (SELECT coalesce(max(n), 0) / 60.0 FROM (
    SELECT count(*) AS n FROM shop WHERE placed_at > now() - interval '1 day' GROUP BY date_trunc('minute', placed_at)) AS minutes), '1/s'
UNION ALL SELECT 'open_holds', (SELECT count(*) FROM shop WHERE state = 'pending_payment'), '1'
UNION ALL SELECT 'hold_to_paid_percent', 100.0 * kept / nullif(ended, 0), '%' FROM week
UNION ALL SELECT 'expired_holds_percent', 100.0 * expired / nullif(ended, 0), '%' FROM week
UNION ALL SELECT 'gmv_today_minor', today, 'minor' FROM money
UNION ALL SELECT 'average_order_value_minor', round(average), 'minor' FROM money
UNION ALL SELECT 'return_rate_percent', 100.0 * returned / nullif(arrived, 0), '%' FROM month
UNION ALL SELECT 'out_of_stock_rejects', orders, '1' FROM refused
UNION ALL SELECT 'out_of_stock_percent', 100.0 * orders / nullif(orders + (SELECT count(*) FROM shop), 0), '%' FROM refused
UNION ALL SELECT 'sku_stockout_percent', 100.0 * count(*) FILTER (WHERE NOT in_stock) / nullif(count(*), 0), '%' FROM sellable
UNION ALL SELECT 'stock_accuracy', 100.0 * count(*) FILTER (
    WHERE b.on_hand = (SELECT coalesce(sum(m.delta), 0) FROM stock.movement m WHERE (m.sku, m.location, m.bucket) = (b.sku, b.location, b.bucket)))
  / nullif(count(*), 0), '%' FROM stock.bucket b;

SELECT pack.add_view_part('kpis', 'sales.kpis');

-- key: day, currency. Days in UTC; orders and money captured that day, returns not taken off (gross merchandise value).
CREATE VIEW api.sales_by_day AS
SELECT to_char(p.at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day, o.currency::text AS currency, count(*)::int AS orders, sum(p.amount_minor)::text AS gmv_minor
FROM sales.payment p JOIN sales.orders o USING (order_id)
WHERE p.kind = 'capture' AND o.channel <> 'smoke'
GROUP BY 1, 2;
