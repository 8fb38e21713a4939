-- What a hybrid network shows to the public. The same tables stand in the private database, in its DMZ and at the edge; this file is applied
-- to all three, so they cannot differ. Whatever is here leaves the private side: no party, no consignee, no number of a parcel.
--
-- Primary keys are the replicas' identity. Nothing refers to tables outside of this schema.

CREATE SCHEMA edge;

CREATE TABLE edge.parcel (
  track_token text PRIMARY KEY,
  state text NOT NULL,
  promised_at timestamptz NOT NULL
);

CREATE TABLE edge.track (
  track_token text NOT NULL,
  event_time timestamptz NOT NULL,
  code text NOT NULL,
  city text,
  facility text,
  PRIMARY KEY (track_token, event_time, code)
);

-- The price list.
CREATE TABLE edge.lane (
  from_gln text NOT NULL,
  service text NOT NULL,
  to_gln text NOT NULL,
  from_city text NOT NULL,
  to_city text NOT NULL,
  transit_minutes int NOT NULL,
  cost_minor bigint NOT NULL,
  PRIMARY KEY (from_gln, service, to_gln)
);

CREATE TABLE edge.receipt_proof (
  number_hash text PRIMARY KEY,
  head_hash text NOT NULL,
  live boolean NOT NULL
);

-- What became of a batch of scans, or of a request to book, that the edge took.
CREATE TABLE edge.scan_batch_done (
  batch_id uuid PRIMARY KEY,
  captured int NOT NULL,
  duplicates int NOT NULL,
  rejected int NOT NULL,
  at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE edge.booking_done (
  request_id uuid PRIMARY KEY,
  outcome text NOT NULL CHECK (outcome IN ('booked', 'refused')),
  waybill_no text,
  track_token text,
  cause text,
  at timestamptz NOT NULL DEFAULT now(),
  CHECK ((outcome = 'booked') = (waybill_no IS NOT NULL))
);

-- The pulse of the private side: how old it is at the edge says how old everything there is.
CREATE TABLE edge.pulse (
  id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  at timestamptz NOT NULL
);
