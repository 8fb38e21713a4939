-- What comes in: CloudEvents 1.0, each once, and what could not be read.
--
-- Errors of this pack (DETAIL is a JSON object of facts; HTTP statuses and titles are in ../api.ts):
--   ICA01 unknown metric                      {metric}
--   ICA02 unknown dimension                   {dimension}
--   ICA03 idempotency key reused              {key, …}
--   ICA04 not found                           {kind, id}
--   ICA05 already exists                      {kind, id}
--   ICA06 the figure cannot be made           {metric, reason}
--   ICA07 the share has ended                 {shareId, until}
--   ICA08 still in use                        {kind, id, by}
--   ICA09 invalid value                       {field, expected}
--   ICA10 lineage would go in a circle        {child, parent}
--   ICA11 may not be shared                   {dataset, reason}
--   ICA99 a test failed (never leaves the pack: it ends the building of a model)
--
-- Source `smoke` belongs to the platform's own proof: its events count in no figure unless a query names that source.

CREATE SCHEMA ingest;

SELECT pack.default_params('{
  "idempotency_error": "ICA03",
  "body_error": "ICA09",
  "sources": ["shop"],
  "event_retention_days": 400,
  "week_start": "monday",
  "currency": "CNY",
  "k_anonymity": 10,
  "refresh_minutes": 5
}');

-- Sources beside those of the parameters.
CREATE TABLE ingest.source (
  source text PRIMARY KEY,
  description text,
  registered_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO ingest.source (source, description) VALUES ('smoke', 'the proof of the platform');

CREATE SEQUENCE ingest.event_seq;

-- Events in the order of their arrival, a partition for each day of arrival (UTC): retention drops whole days. `lines` and
-- `revenue_minor` are what the event says it brings to dwh.fact_sales; control totals are made of them.
CREATE TABLE ingest.event (
  seq bigint NOT NULL DEFAULT nextval('ingest.event_seq'),
  received_on date NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  source text NOT NULL,
  id text NOT NULL,
  type text NOT NULL,
  subject text,
  time timestamptz NOT NULL,
  data jsonb,
  lines smallint NOT NULL DEFAULT 0,
  revenue_minor bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (seq, received_on) INCLUDE (lines, revenue_minor)
) PARTITION BY RANGE (received_on);
CREATE INDEX event_by_identity ON ingest.event (source, id);

-- CloudEvents says that source and id name an event for good, whatever its time. A key of its own, because a key of a
-- partitioned table would have to contain the day, and the same event sent again tomorrow would pass.
CREATE TABLE ingest.event_key (
  source text NOT NULL,
  id text NOT NULL,
  received_on date NOT NULL,
  PRIMARY KEY (source, id)
);
CREATE INDEX event_key_by_day ON ingest.event_key (received_on);

CREATE TABLE ingest.reject (
  reject_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  rejected_at timestamptz NOT NULL DEFAULT now(),
  source text,
  event_id text,
  reason text NOT NULL,
  raw jsonb NOT NULL
);
CREATE INDEX reject_by_age ON ingest.reject (rejected_at);

-- One row a call, so that no counter is hot.
CREATE TABLE ingest.batch (
  batch_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  caller text,
  smoke boolean NOT NULL,
  accepted int NOT NULL,
  duplicate int NOT NULL,
  rejected int NOT NULL
);
CREATE INDEX batch_by_age ON ingest.batch (at);

-- What days held that retention has dropped, so that facts can still be checked against what they came from.
CREATE TABLE ingest.dropped_day (
  received_on date PRIMARY KEY,
  events bigint NOT NULL,
  lines bigint NOT NULL,
  revenue_minor numeric NOT NULL,
  dropped_at timestamptz NOT NULL DEFAULT now()
);

CREATE FUNCTION ingest.today() RETURNS date LANGUAGE sql STABLE AS $$ SELECT (now() AT TIME ZONE 'UTC')::date $$;

CREATE FUNCTION ingest.partition_of(p_day date) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT 'event_' || to_char(p_day, 'YYYYMMDD')
$$;

/* Is there a partition of this day? Asked of the catalogue's rows, as a lookup by name may be answered from before a wait. */
CREATE FUNCTION ingest.day_is_open(p_day date) RETURNS boolean LANGUAGE sql VOLATILE AS $$
  SELECT EXISTS (SELECT FROM pg_class WHERE relnamespace = 'ingest'::regnamespace AND relname = ingest.partition_of(p_day))
$$;

/* Makes the partition of a day. Attaching takes a weak lock: who is writing to other days goes on. Returns true when new. */
CREATE FUNCTION ingest.open_day(p_day date) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  v_name text := ingest.partition_of(p_day);
BEGIN
  IF ingest.day_is_open(p_day) THEN
    RETURN false;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('analytics.open_day', 0));
  IF ingest.day_is_open(p_day) THEN
    RETURN false;
  END IF;
  EXECUTE format('CREATE TABLE ingest.%I (LIKE ingest.event INCLUDING DEFAULTS)', v_name);
  EXECUTE format('ALTER TABLE ingest.event ATTACH PARTITION ingest.%I FOR VALUES FROM (%L) TO (%L)', v_name, p_day, p_day + 1);
  RETURN true;
END $$;

-- ── The gate between arriving and loading ──────────────────────────────────────────────────────────────────────────
-- Numbers are drawn in another order than that of commits: a loader that took "all up to the highest number seen" would pass
-- over an event whose transaction is still open, for ever. So whoever writes events holds this lock shared until the commit,
-- and a loader takes it alone for an instant: then nobody is in between, and every number drawn so far is settled. No lag has
-- to be guessed, and a slow sender delays the loader instead of losing events.

CREATE FUNCTION ingest.enter() RETURNS void LANGUAGE sql AS $$
  SELECT pg_advisory_xact_lock_shared(hashtextextended('analytics.arrival', 0))
$$;

/* The highest number of which nothing lower is still open. The subtransaction lets go of the lock at once. */
CREATE FUNCTION ingest.settled() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  v_upto bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('analytics.arrival', 0));
  SELECT CASE WHEN is_called THEN last_value ELSE 0 END INTO v_upto FROM ingest.event_seq;
  RAISE EXCEPTION 'let go' USING ERRCODE = 'no_data_found';
EXCEPTION WHEN no_data_found THEN
  RETURN v_upto;
END $$;

-- ── What an event must be ──────────────────────────────────────────────────────────────────────────────────────────

/* The instant of an RFC 3339 time; NULL when it is none. */
CREATE FUNCTION ingest.instant(p_text text) RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN p_text ~ '^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$'
    AND pg_input_is_valid(p_text, 'timestamptz') THEN p_text::timestamptz END
$$;

/* What is wrong with the data of an order; NULL when nothing is. */
CREATE FUNCTION ingest.order_flaw(p_data jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN jsonb_typeof(p_data) IS DISTINCT FROM 'object' THEN 'data must be an object'
    WHEN coalesce(p_data ->> 'currency', '') !~ '^[A-Z]{3}$' THEN 'data.currency must be an ISO 4217 code'
    WHEN jsonb_typeof(p_data -> 'lines') IS DISTINCT FROM 'array' OR jsonb_array_length(p_data -> 'lines') NOT BETWEEN 1 AND 200
      THEN 'data.lines must have 1 to 200 lines'
    WHEN EXISTS (
      SELECT FROM jsonb_array_elements(p_data -> 'lines') AS line
      WHERE jsonb_typeof(line) <> 'object'
        OR jsonb_typeof(line -> 'sku') IS DISTINCT FROM 'string' OR length(line ->> 'sku') NOT BETWEEN 1 AND 100
        OR coalesce(line ->> 'qty', '') !~ '^[1-9][0-9]{0,5}$'
        OR jsonb_typeof(line -> 'unitMinor') IS DISTINCT FROM 'string' OR line ->> 'unitMinor' !~ '^[0-9]{1,12}$')
      THEN 'every line needs sku, qty (1 to 999999) and unitMinor (a string of digits)'
    WHEN (SELECT sum((line ->> 'qty')::numeric * (line ->> 'unitMinor')::numeric) FROM jsonb_array_elements(p_data -> 'lines') AS line) > 1e15
      THEN 'the lines come to more than any order can'
  END
$$;

/* Why an element of a batch is no event for this tenant; NULL when it is one. CloudEvents 1.0 asks for specversion, id, source
   and type; a time is optional there, and so it is here. */
CREATE FUNCTION ingest.flaw(p jsonb, p_sources text[], p_oldest timestamptz) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN jsonb_typeof(p) <> 'object' THEN 'not an object'
    WHEN p ->> 'specversion' IS DISTINCT FROM '1.0' THEN 'specversion must be 1.0'
    WHEN EXISTS (SELECT FROM unnest('{id,source,type}'::text[]) AS a WHERE jsonb_typeof(p -> a) IS DISTINCT FROM 'string'
      OR length(p ->> a) NOT BETWEEN 1 AND 200) THEN 'id, source and type must be texts of 1 to 200 characters'
    WHEN NOT (p ->> 'source' = ANY (p_sources)) THEN 'source is not registered'
    WHEN p ? 'subject' AND (jsonb_typeof(p -> 'subject') <> 'string' OR length(p ->> 'subject') NOT BETWEEN 1 AND 200)
      THEN 'subject must be a text of 1 to 200 characters'
    WHEN p ? 'time' AND ingest.instant(p ->> 'time') IS NULL THEN 'time must be RFC 3339 with its offset'
    WHEN ingest.instant(p ->> 'time') < p_oldest THEN 'time is older than the retention of events'
    WHEN ingest.instant(p ->> 'time') > now() + interval '1 day' THEN 'time is in the future'
    WHEN p ? 'data_base64' THEN 'data must be JSON'
    WHEN EXISTS (SELECT FROM jsonb_object_keys(p) AS k WHERE k !~ '^[a-z0-9]{1,20}$') THEN 'names of attributes are lower-case letters and digits'
    WHEN p ->> 'type' = 'order.paid' THEN ingest.order_flaw(p -> 'data')
    WHEN p ->> 'type' IN ('product.changed', 'customer.changed') AND (NOT p ? 'subject' OR jsonb_typeof(p -> 'data') IS DISTINCT FROM 'object')
      THEN 'a change needs a subject and data with all attributes'
  END
$$;

/* Names of all sources that may send. */
CREATE FUNCTION ingest.sources() RETURNS text[] LANGUAGE sql STABLE AS $$
  SELECT array_agg(source) FROM (
    SELECT source FROM ingest.source
    UNION SELECT jsonb_array_elements_text(value) FROM pack.param WHERE key = 'sources') AS known
$$;
