-- What a hybrid shop shows to the public. The same tables stand in the private database, in its DMZ and at the edge; this
-- file is applied to all three, so they cannot differ. Whatever is here leaves the private side: no column names a person,
-- no cost, no stock beyond what was set apart for the edge.
--
-- Primary keys are the replicas' identity. Nothing refers to tables outside of this schema.

CREATE SCHEMA edge;

CREATE TABLE edge.product (
  slug text PRIMARY KEY,
  title text NOT NULL,
  description text,
  brand text,
  category text,
  updated_at timestamptz NOT NULL
);

CREATE TABLE edge.variant (
  sku text PRIMARY KEY,
  slug text NOT NULL,
  gtin14 char(14),
  attributes jsonb NOT NULL
);
CREATE INDEX variant_by_slug ON edge.variant (slug);

CREATE TABLE edge.offer (
  sku text NOT NULL,
  channel text NOT NULL,
  currency char(3) NOT NULL,
  valid_from timestamptz NOT NULL,
  valid_until timestamptz,
  price_minor bigint NOT NULL,
  PRIMARY KEY (sku, channel, currency, valid_from)
);

CREATE TABLE edge.order_status (
  order_no text PRIMARY KEY,
  status text NOT NULL, -- schema.org/OrderStatus
  updated_at timestamptz NOT NULL
);

-- Units of a SKU that the edge may sell without asking. `closing` asks the edge to stop; `closed` once it has said how many
-- it sold. An epoch's number is never used again.
CREATE TABLE edge.allotment (
  sku text NOT NULL,
  epoch int NOT NULL CHECK (epoch > 0),
  granted int NOT NULL CHECK (granted > 0),
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closing', 'closed')),
  granted_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (sku, epoch)
);
CREATE INDEX allotment_in_use ON edge.allotment (sku, epoch) WHERE state <> 'closed';

-- What became of a request that the edge took: an order, or a refusal with its cause.
CREATE TABLE edge.order_request_done (
  request_id uuid PRIMARY KEY,
  outcome text NOT NULL CHECK (outcome IN ('ordered', 'refused')),
  order_no text,
  cause text,
  at timestamptz NOT NULL DEFAULT now(),
  CHECK ((outcome = 'ordered') = (order_no IS NOT NULL))
);

-- The pulse of the private side: how old it is at the edge says how old everything there is.
CREATE TABLE edge.pulse (
  id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  at timestamptz NOT NULL
);
