-- Who one's customers are: by how recently, how often and for how much they bought, each in fifths; a model of its own after the facts,
-- and one more dimension for every metric.

CREATE TABLE dwh.customer_value (
  customer_id text PRIMARY KEY,
  last_bought_on date NOT NULL,
  orders int NOT NULL,
  revenue_minor numeric NOT NULL,
  recency smallint NOT NULL CHECK (recency BETWEEN 1 AND 5),   -- 5: the latest fifth
  frequency smallint NOT NULL CHECK (frequency BETWEEN 1 AND 5),
  value smallint NOT NULL CHECK (value BETWEEN 1 AND 5),
  segment text NOT NULL CHECK (segment IN ('champion', 'loyal', 'new', 'at_risk', 'lost', 'other'))
);

CREATE FUNCTION dwh.build_customer_value(p_after bigint, p_upto bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  v_rows bigint;
BEGIN
  DELETE FROM dwh.customer_value;
  INSERT INTO dwh.customer_value (customer_id, last_bought_on, orders, revenue_minor, recency, frequency, value, segment)
  SELECT customer_id, last_bought_on, orders, revenue_minor, recency, frequency, value, CASE
    WHEN recency >= 4 AND frequency >= 4 AND value >= 4 THEN 'champion'
    WHEN recency >= 3 AND frequency >= 4 THEN 'loyal'
    WHEN recency >= 4 AND orders = 1 THEN 'new'
    WHEN recency <= 2 AND frequency >= 3 THEN 'at_risk'
    WHEN recency <= 2 THEN 'lost'
    ELSE 'other' END
  FROM (
    SELECT customer_id, last_bought_on, orders, revenue_minor, ntile(5) OVER (ORDER BY last_bought_on, customer_id) AS recency,
      ntile(5) OVER (ORDER BY orders, customer_id) AS frequency, ntile(5) OVER (ORDER BY revenue_minor, customer_id) AS value
    FROM (
      SELECT c.id AS customer_id, (max(f.sold_at) AT TIME ZONE 'UTC')::date AS last_bought_on,
        count(DISTINCT (f.source, f.event_id))::int AS orders, sum(f.revenue_minor) AS revenue_minor
      FROM dwh.fact_sales f JOIN dwh.member c ON c.member_key = f.customer_key
      WHERE f.source <> 'smoke' AND f.currency = (SELECT value #>> '{}' FROM pack.param WHERE key = 'currency')
      GROUP BY c.id) AS bought) AS ranked;
  GET DIAGNOSTICS v_rows = ROW_COUNT;
  RETURN v_rows;
END $$;

INSERT INTO dwh.model (model, kind, relation, builder, depends_on, description) VALUES
  ('customer_value', 'table', 'dwh.customer_value', 'dwh.build_customer_value(bigint, bigint)', '{fact_sales}',
    'Customers by recency, frequency and value');
-- Nothing of the past is missing from a table that is made anew each time.
INSERT INTO dwh.watermark (model, upto) SELECT 'customer_value', upto FROM dwh.watermark WHERE model = 'fact_sales';
INSERT INTO semantic.dimension (dimension, title, of, attribute, built_in, expression, joins) VALUES
  ('value_segment', 'Segment by value', 'module', 'segment', true, 'coalesce(cv.segment, ''unknown'')',
    'LEFT JOIN dwh.customer_value cv ON cv.customer_id = c.id');
INSERT INTO asset.dataset (dataset, description, relation, owner, classification, personal, purposes) VALUES
  ('customer_value', 'Customers by recency, frequency and value', 'dwh.customer_value', 'data-office', 'confidential', true, '{reporting}');
INSERT INTO asset.lineage (child, parent, via) VALUES ('customer_value', 'fact_sales', 'model customer_value');

-- key: customer_id
CREATE VIEW api.customer_value AS
SELECT customer_id, last_bought_on::text AS last_bought_on, orders, revenue_minor::text AS revenue_minor, recency, frequency, value, segment
FROM dwh.customer_value;

-- key: segment
CREATE VIEW api.customer_segments AS
SELECT segment, count(*)::int AS customers, sum(orders)::int AS orders, sum(revenue_minor)::text AS revenue_minor,
  round(100 * sum(revenue_minor) / nullif(sum(sum(revenue_minor)) OVER (), 0), 2)::double precision AS revenue_percent
FROM dwh.customer_value GROUP BY segment;
