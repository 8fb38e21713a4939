-- What a reader sees. The keyset key of each view is named above it; pages ascend by it.
-- Views run with their owner's rights on tables but with the reader's on functions: only built-in functions here.

-- key: source
CREATE VIEW api.sources AS
SELECT s.source, max(s.description) AS description, coalesce(max(k.events), 0)::int AS events
FROM (SELECT source, description FROM ingest.source WHERE source <> 'smoke'
  UNION ALL SELECT jsonb_array_elements_text(value), NULL FROM pack.param WHERE key = 'sources') AS s
LEFT JOIN (SELECT source, count(*) AS events FROM ingest.event_key GROUP BY source) AS k USING (source)
GROUP BY s.source;

-- key: seq
CREATE VIEW api.events AS
SELECT seq, source, id, type, subject, time, received_at, data FROM ingest.event;

-- key: day, source, type. Days of what happened, UTC.
CREATE VIEW api.events_by_day AS
SELECT to_char(time AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day, source, type, count(*)::int AS events
FROM ingest.event WHERE source <> 'smoke' GROUP BY 1, 2, 3;

-- key: reject_id
CREATE VIEW api.rejects AS
SELECT reject_id, rejected_at, source, event_id, reason, raw FROM ingest.reject;

-- key: product_key
CREATE VIEW api.dim_product AS
SELECT product_key, sku, name, category, attributes, valid_from, valid_until FROM dwh.dim_product;

-- key: customer_key
CREATE VIEW api.dim_customer AS
SELECT customer_key, customer_id, region, segment, attributes, valid_from, valid_until FROM dwh.dim_customer;

-- key: source, event_id, line
CREATE VIEW api.fact_sales AS
SELECT source, event_id, line, sold_at, to_date(date_key::text, 'YYYYMMDD')::text AS day, product_key, customer_key, qty,
  revenue_minor::text AS revenue_minor, currency::text AS currency
FROM dwh.fact_sales;

-- key: day, source, currency, category, region
CREATE VIEW api.sales_daily AS
SELECT to_char(d.d, 'YYYY-MM-DD') AS day, s.source, s.currency::text AS currency, s.category, s.region, s.lines, s.qty,
  s.revenue_minor::text AS revenue_minor
FROM dwh.sales_daily s JOIN dwh.dim_date d USING (date_key)
WHERE s.source <> 'smoke';

-- key: model
CREATE VIEW api.models AS
SELECT m.model, m.kind, m.description, to_jsonb(m.depends_on) AS depends_on, last.state, last.ended_at AS ran_at, last.rows,
  last.failed_test, last.blocked_by,
  (SELECT count(*)::int FROM dq.test t WHERE t.model = m.model) AS tests
FROM dwh.model m
LEFT JOIN LATERAL (SELECT * FROM dwh.run r WHERE r.model = m.model ORDER BY started_at DESC LIMIT 1) AS last ON true;

-- key: run_id
CREATE VIEW api.runs AS
SELECT run_id, refresh_id, model, started_at, (1000 * extract(epoch FROM ended_at - started_at))::int AS took_ms, rows, state,
  failed_test, blocked_by, error
FROM dwh.run;

-- key: test
CREATE VIEW api.tests AS
SELECT t.test, t.model, t.kind, t.on_column AS "column", t.argument, t.severity, t.owner, last.failures, last.ended_at AS checked_at
FROM dq.test t
LEFT JOIN LATERAL (
  SELECT res.failures, r.ended_at FROM dq.result res JOIN dwh.run r USING (run_id) WHERE res.test = t.test
  ORDER BY r.started_at DESC LIMIT 1) AS last ON true;

-- key: metric
CREATE VIEW api.metrics AS
SELECT metric, title, kind, measure, numerator, denominator, money, unit, additive, built_in FROM semantic.metric;

-- key: dimension
CREATE VIEW api.dimensions AS
SELECT dimension, title, of, attribute, built_in FROM semantic.dimension;

-- key: dataset
CREATE VIEW api.datasets AS
SELECT d.dataset, d.description, d.owner, d.classification, d.personal, d.residency, d.retention_days, to_jsonb(d.purposes) AS purposes,
  d.value_minor::text AS value_minor, d.registered_at, d.updated_at,
  CASE WHEN d.relation = 'ingest.event' THEN (SELECT sum(pg_total_relation_size(inhrelid))::bigint FROM pg_inherits
      WHERE inhparent = (SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'ingest' AND c.relname = 'event'))
    ELSE (SELECT pg_total_relation_size(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname || '.' || c.relname = d.relation) END AS bytes
FROM asset.dataset d;

-- key: child, parent
CREATE VIEW api.lineage AS
SELECT child, parent, via FROM asset.lineage;

-- key: path. Lineage as a tree: under each dataset what is made of it; what has several parents stands under each of them.
CREATE VIEW api.lineage_tree AS
WITH RECURSIVE node AS (
  SELECT dataset AS path, NULL::text AS parent, dataset, NULL::text AS via
  FROM asset.dataset WHERE NOT EXISTS (SELECT FROM asset.lineage l WHERE l.child = dataset)
  UNION ALL
  SELECT node.path || '/' || l.child, node.path, l.child, l.via FROM node JOIN asset.lineage l ON l.parent = node.dataset
)
SELECT node.path, node.parent, node.dataset, node.via, d.classification, d.owner FROM node JOIN asset.dataset d USING (dataset);

-- key: share_id
CREATE VIEW api.shares AS
SELECT share_id, dataset, metric, dimension AS "by", grantee, purpose, until, until > now() AS running, granted_at, granted_by
FROM asset.share WHERE scope <> 'smoke';

-- key: metric, day, by, cell. What has left or may leave.
CREATE VIEW api.metric_day AS
SELECT metric, to_char(d, 'YYYY-MM-DD') AS day, dimension AS "by", cell, value, unit, n AS people, exported_at
FROM asset.metric_day WHERE scope = 'all';
