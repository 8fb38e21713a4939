-- What a hybrid ledger shows outside. The same tables stand in the private database, in its DMZ and at the edge; this file is
-- applied to all three, so they cannot differ. Whatever is here leaves the private side: no account, no name, no single amount.
--
-- Primary keys are the replicas' identity. Nothing refers to tables outside of this schema.

CREATE SCHEMA edge;

-- Where a payment stands, for whoever knows its UETR.
CREATE TABLE edge.payment_status (
  uetr uuid PRIMARY KEY,
  status char(4) NOT NULL,
  reason text,
  updated_at timestamptz NOT NULL
);

-- What became of a file that the edge took: handed in, with the payments in it, or refused with its cause.
CREATE TABLE edge.initiation_done (
  initiation_id uuid PRIMARY KEY,
  outcome text NOT NULL CHECK (outcome IN ('taken', 'refused')),
  uetrs uuid[] NOT NULL DEFAULT '{}',
  cause text,
  at timestamptz NOT NULL DEFAULT now(),
  CHECK ((outcome = 'refused') = (cause IS NOT NULL))
);

-- End of a business day by kind of account, in full thousands; only where the tenant agreed to it.
CREATE TABLE edge.daily_balance (
  kind char(1) NOT NULL,
  currency char(3) NOT NULL,
  business_date date NOT NULL,
  thousands bigint NOT NULL,
  PRIMARY KEY (kind, currency, business_date)
);

CREATE TABLE edge.rate (
  base char(3) NOT NULL,
  quote char(3) NOT NULL,
  rate numeric NOT NULL,
  valid_from timestamptz NOT NULL,
  PRIMARY KEY (base, quote)
);

-- The pulse of the private side: how old it is at the edge says how old everything there is.
CREATE TABLE edge.pulse (
  id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  at timestamptz NOT NULL
);
