-- What there is, whose it is, where it came from, and what may leave.

CREATE SCHEMA asset;

CREATE TABLE asset.dataset (
  dataset text PRIMARY KEY CHECK (dataset ~ '^[a-z][a-z0-9_]{0,62}$'),
  description text NOT NULL,
  relation text,                   -- of the pack; NULL for what lies elsewhere
  owner text,
  classification text NOT NULL CHECK (classification IN ('public', 'internal', 'confidential', 'restricted')),
  personal boolean NOT NULL,
  residency text,
  retention_days int CHECK (retention_days > 0),
  purposes text[] NOT NULL DEFAULT '{}',
  value_minor bigint CHECK (value_minor >= 0), -- what it is worth to the organisation, in the report currency
  registered_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CHECK (NOT personal OR classification IN ('confidential', 'restricted'))
);

CREATE TABLE asset.lineage (
  child text NOT NULL REFERENCES asset.dataset,
  parent text NOT NULL REFERENCES asset.dataset,
  via text NOT NULL,
  PRIMARY KEY (child, parent),
  CHECK (child <> parent)
);
CREATE INDEX lineage_by_parent ON asset.lineage (parent);

INSERT INTO asset.dataset (dataset, description, relation, owner, classification, personal, purposes) VALUES
  ('events', 'Events as they were sent', 'ingest.event', 'data-office', 'restricted', true, '{operations}'),
  ('dim_product', 'Products and their versions', 'dwh.member', 'data-office', 'internal', false, '{reporting}'),
  ('dim_customer', 'Customers by pseudonym', 'dwh.member', 'data-office', 'confidential', true, '{reporting}'),
  ('fact_sales', 'Lines of paid orders', 'dwh.fact_sales', 'data-office', 'confidential', true, '{reporting}'),
  ('sales_daily', 'Sales by day, category and region', 'dwh.sales_daily', 'data-office', 'internal', false, '{reporting}'),
  ('metric_day', 'Anonymous figures by day', 'asset.metric_day', 'data-office', 'internal', false, '{reporting,benchmarking,research}');
INSERT INTO asset.lineage (child, parent, via) VALUES
  ('dim_product', 'events', 'model dim_product'),
  ('dim_customer', 'events', 'model dim_customer'),
  ('fact_sales', 'events', 'model fact_sales'),
  ('fact_sales', 'dim_product', 'model fact_sales'),
  ('fact_sales', 'dim_customer', 'model fact_sales'),
  ('sales_daily', 'fact_sales', 'model sales_daily'),
  ('metric_day', 'fact_sales', 'export_metric');

-- ── What leaves ────────────────────────────────────────────────────────────────────────────────────────────────────

-- The only figures that another place may ever see. No cell about fewer than ten persons: the CHECK is the referee, whatever
-- the export function does.
CREATE TABLE asset.metric_day (
  scope text NOT NULL DEFAULT 'all' CHECK (scope IN ('all', 'smoke')),
  metric text NOT NULL,
  d date NOT NULL,
  dimension text NOT NULL,         -- 'all' for the total
  cell text NOT NULL,
  value numeric NOT NULL,
  n bigint NOT NULL CHECK (n >= 10),
  unit text NOT NULL,
  exported_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (scope, metric, d, dimension, cell)
);

CREATE TABLE asset.share (
  share_id uuid PRIMARY KEY DEFAULT uuidv7(),
  dataset text NOT NULL REFERENCES asset.dataset,
  metric text NOT NULL,
  dimension text NOT NULL,
  scope text NOT NULL,
  grantee text NOT NULL,
  purpose text NOT NULL,
  until timestamptz NOT NULL,
  granted_at timestamptz NOT NULL DEFAULT now(),
  granted_by text NOT NULL
);

/* ICA04 when there is none. */
CREATE FUNCTION asset.fail_missing(p_kind text, p_id text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pack.fail('ICA04', format('no %s %s', p_kind, p_id), jsonb_build_object('kind', p_kind, 'id', p_id));
END $$;

CREATE FUNCTION asset.fail_taken(p_kind text, p_id text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pack.fail('ICA05', format('%s %s exists', p_kind, p_id), jsonb_build_object('kind', p_kind, 'id', p_id));
END $$;

/* Cells that may leave: those about enough persons. If a day has cells that may not, and together they are about too few, the
   smallest of the others stays too: else whoever knows the total could reckon out what is missing. */
CREATE FUNCTION asset.publishable(p semantic.question, p_k int) RETURNS TABLE (d date, cell text, value numeric, n bigint)
LANGUAGE sql STABLE AS $$
  SELECT key::date, coalesce(series, 'all'), c.value, people
  FROM (
    SELECT cells.*, bool_or(people < p_k) OVER day AS some_hidden,
      coalesce(sum(people) OVER (day ORDER BY people, series ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS smaller
    FROM semantic.cells(p) AS cells
    WINDOW day AS (PARTITION BY key)) AS c
  WHERE people >= p_k AND (NOT some_hidden OR smaller >= p_k) AND c.value IS NOT NULL
$$;
