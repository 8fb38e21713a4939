-- What must always hold at the edge, and how it is doing.

CREATE VIEW sale.invariants AS
SELECT 'allotment_not_oversold' AS rule, count(*) AS violations
FROM sale.allotment_used u JOIN edge.allotment a USING (sku, epoch) WHERE u.used > a.granted
UNION ALL
SELECT 'requests_match_allotments', count(*)
FROM sale.allotment_used u
FULL JOIN (
  SELECT line ->> 'sku' AS sku, (slice -> 'epoch')::int AS epoch, sum((slice -> 'qty')::int) AS qty
  FROM intake.order_request r, jsonb_array_elements(r.lines) AS line, jsonb_array_elements(line -> 'taken') AS slice
  GROUP BY 1, 2) r USING (sku, epoch)
WHERE coalesce(u.used, 0) <> coalesce(r.qty, 0)
UNION ALL
-- What the edge said of a closed epoch is what it sold.
SELECT 'closed_allotments_stay_closed', count(*)
FROM intake.allotment_closed c JOIN sale.allotment_used u USING (sku, epoch) WHERE u.used <> c.used OR NOT u.closed
UNION ALL
SELECT 'edge_names_no_person', count(*)
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
WHERE c.relnamespace = 'edge'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
  AND a.attname ~ '(email|e_mail|phone|name|address|customer|buyer|cost)';

SELECT pack.add_view_part('invariants', 'sale.invariants');

CREATE VIEW sale.kpis AS
SELECT 'edge_staleness_seconds' AS name,
  (SELECT greatest(0, extract(epoch FROM now() - at)) FROM edge.pulse)::double precision AS value, 's' AS unit
UNION ALL SELECT 'products_shown', (SELECT count(*) FROM edge.product), '1'
UNION ALL SELECT 'requests_waiting', (SELECT count(*) FROM intake.order_request r
    WHERE NOT EXISTS (SELECT FROM edge.order_request_done d WHERE d.request_id = r.request_id)), '1'
UNION ALL SELECT 'allotment_used_percent', (
    SELECT 100.0 * sum(coalesce(u.used, 0)) / nullif(sum(a.granted), 0)
    FROM edge.allotment a LEFT JOIN sale.allotment_used u USING (sku, epoch) WHERE a.state = 'open'), '%';

SELECT pack.add_view_part('kpis', 'sale.kpis');
