-- The star: dimensions with versions in time, facts, and what is added up by day.

CREATE SCHEMA dwh;

CREATE TABLE dwh.dim_date (
  date_key int PRIMARY KEY,
  d date NOT NULL UNIQUE
);

-- Members of dimensions, each version for a span of time (slowly changing, type 2): the temporal key lets no two versions hold
-- at one instant. The version that reaches back for ever is described by the earliest sale known; `known_at`, `known_by` say
-- by which, so that the same events give the same versions in whatever order they arrive.
CREATE TABLE dwh.member (
  member_key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  dimension text NOT NULL CHECK (dimension IN ('product', 'customer')),
  id text NOT NULL,
  attributes jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(attributes) = 'object'),
  during tstzrange NOT NULL CHECK (NOT isempty(during)),
  known_at timestamptz NOT NULL DEFAULT 'infinity',
  known_by text NOT NULL DEFAULT '',
  UNIQUE (dimension, id, during WITHOUT OVERLAPS)
);

CREATE VIEW dwh.dim_product AS
SELECT member_key AS product_key, id AS sku, attributes ->> 'name' AS name, attributes ->> 'category' AS category, attributes,
  lower(during) AS valid_from, upper(during) AS valid_until
FROM dwh.member WHERE dimension = 'product';

-- Persons only by pseudonym.
CREATE VIEW dwh.dim_customer AS
SELECT member_key AS customer_key, id AS customer_id, attributes ->> 'region' AS region, attributes ->> 'segment' AS segment, attributes,
  lower(during) AS valid_from, upper(during) AS valid_until
FROM dwh.member WHERE dimension = 'customer';

CREATE TABLE dwh.fact_sales (
  source text NOT NULL,
  event_id text NOT NULL,
  line smallint NOT NULL,
  seq bigint NOT NULL,
  date_key int NOT NULL REFERENCES dwh.dim_date,
  product_key bigint NOT NULL REFERENCES dwh.member,
  customer_key bigint REFERENCES dwh.member,
  qty int NOT NULL CHECK (qty > 0),
  revenue_minor bigint NOT NULL CHECK (revenue_minor >= 0),
  currency char(3) NOT NULL,
  sold_at timestamptz NOT NULL,
  PRIMARY KEY (source, event_id, line)
);
CREATE INDEX fact_sales_by_day ON dwh.fact_sales (date_key);
CREATE INDEX fact_sales_by_product ON dwh.fact_sales (product_key);
CREATE INDEX fact_sales_by_customer ON dwh.fact_sales (customer_key);

CREATE TABLE dwh.sales_daily (
  date_key int NOT NULL REFERENCES dwh.dim_date,
  source text NOT NULL,
  currency char(3) NOT NULL,
  category text NOT NULL,
  region text NOT NULL,
  lines int NOT NULL,
  qty bigint NOT NULL,
  revenue_minor numeric NOT NULL,
  PRIMARY KEY (date_key, source, currency, category, region)
);

-- Days of which dwh.sales_daily is to be made anew.
CREATE TABLE dwh.stale_day (date_key int PRIMARY KEY);

-- ── Pseudonyms ─────────────────────────────────────────────────────────────────────────────────────────────────────

-- Made when it is first needed: what is in a template would be the same for all tenants.
CREATE TABLE dwh.salt (one boolean PRIMARY KEY DEFAULT true CHECK (one), salt text NOT NULL);

/* The pseudonym of a person, the same every time in this tenant and no other. */
CREATE FUNCTION dwh.pseudonym(p_subject text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  v_salt text;
BEGIN
  IF p_subject IS NULL THEN
    RETURN NULL;
  END IF;
  SELECT salt INTO v_salt FROM dwh.salt;
  IF NOT FOUND THEN
    INSERT INTO dwh.salt (salt) VALUES (gen_random_uuid()::text || gen_random_uuid()::text) ON CONFLICT DO NOTHING;
    SELECT salt INTO v_salt FROM dwh.salt;
  END IF;
  RETURN 'c_' || left(encode(sha256(convert_to(v_salt || p_subject, 'UTF8')), 'hex'), 20);
END $$;

-- ── Versions ───────────────────────────────────────────────────────────────────────────────────────────────────────

/* Facts, dimensions and what is made of them change one after the other. */
CREATE FUNCTION dwh.lock_star() RETURNS void LANGUAGE sql AS $$
  SELECT pg_advisory_xact_lock(hashtextextended('analytics.star', 0))
$$;

/* From `p_at` until the next change the member has these attributes. Facts of that time move to the new version. Of two changes
   at one instant the one with the greater `p_by` stays, whichever came first. */
CREATE FUNCTION dwh.change_member(p_dimension text, p_id text, p_attributes jsonb, p_at timestamptz, p_by text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_old dwh.member;
  v_new bigint;
BEGIN
  SELECT * INTO v_old FROM dwh.member WHERE dimension = p_dimension AND id = p_id AND during @> p_at;
  IF NOT FOUND THEN
    INSERT INTO dwh.member (dimension, id, during) VALUES (p_dimension, p_id, tstzrange(NULL, p_at));
    INSERT INTO dwh.member (dimension, id, attributes, during, known_at, known_by)
    VALUES (p_dimension, p_id, p_attributes, tstzrange(p_at, NULL), p_at, p_by);
    RETURN;
  END IF;
  IF lower(v_old.during) = p_at THEN
    UPDATE dwh.member SET attributes = p_attributes, known_by = p_by
    WHERE member_key = v_old.member_key AND p_by >= v_old.known_by;
    v_new := v_old.member_key;
  ELSE
    UPDATE dwh.member SET during = tstzrange(lower(v_old.during), p_at) WHERE member_key = v_old.member_key;
    INSERT INTO dwh.member (dimension, id, attributes, during, known_at, known_by)
    VALUES (p_dimension, p_id, p_attributes, tstzrange(p_at, upper(v_old.during)), p_at, p_by)
    RETURNING member_key INTO v_new;
    IF p_dimension = 'product' THEN
      UPDATE dwh.fact_sales SET product_key = v_new WHERE product_key = v_old.member_key AND sold_at >= p_at;
    ELSE
      UPDATE dwh.fact_sales SET customer_key = v_new WHERE customer_key = v_old.member_key AND sold_at >= p_at;
    END IF;
  END IF;
  PERFORM dwh.mark_stale(v_new);
END $$;

/* The days on which this version was sold, or bought, are to be added up anew. */
CREATE FUNCTION dwh.mark_stale(p_member bigint) RETURNS void LANGUAGE sql AS $$
  INSERT INTO dwh.stale_day (date_key)
  SELECT date_key FROM dwh.fact_sales WHERE product_key = p_member
  UNION SELECT date_key FROM dwh.fact_sales WHERE customer_key = p_member
  ON CONFLICT DO NOTHING
$$;

CREATE TYPE dwh.evidence AS (id text, attributes jsonb, at timestamptz, by text);

/* What sales say of members: makes those that are new, and describes the version before all changes by the earliest sale. */
CREATE FUNCTION dwh.describe(p_dimension text, p_evidence dwh.evidence[]) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  v_made bigint;
  v_described bigint[];
BEGIN
  INSERT INTO dwh.member (dimension, id, attributes, during, known_at, known_by)
  SELECT p_dimension, e.id, e.attributes, tstzrange(NULL, NULL), e.at, e.by
  FROM unnest(p_evidence) AS e
  WHERE NOT EXISTS (SELECT FROM dwh.member m WHERE m.dimension = p_dimension AND m.id = e.id);
  GET DIAGNOSTICS v_made = ROW_COUNT;
  WITH described AS (
    UPDATE dwh.member m SET attributes = e.attributes, known_at = e.at, known_by = e.by
    FROM unnest(p_evidence) AS e
    WHERE m.dimension = p_dimension AND m.id = e.id AND lower_inf(m.during) AND (e.at, e.by) < (m.known_at, m.known_by)
    RETURNING m.member_key)
  SELECT array_agg(member_key) INTO v_described FROM described;
  PERFORM dwh.mark_stale(member_key) FROM unnest(v_described) AS member_key;
  RETURN v_made + coalesce(cardinality(v_described), 0);
END $$;
