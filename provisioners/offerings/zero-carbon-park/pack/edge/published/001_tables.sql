-- What a hybrid park shows to the public. The same tables stand in the private database, in its DMZ and at the edge; this file is
-- applied to all three, so they cannot differ. Whatever is here leaves the private side: proofs of certificates, and what a zone
-- emitted on a day that is over. No meter, no reading, nobody.
--
-- Primary keys are the replicas' identity. Nothing refers to tables outside of this schema.

CREATE SCHEMA edge;

-- The public proof of a certificate. `retired` when nothing of it is left; how much was used, and for what, stays private.
CREATE TABLE edge.certificate (
  certificate_no text PRIMARY KEY,
  scope text NOT NULL CHECK (scope IN ('all', 'smoke')),
  source text NOT NULL,
  made_from date NOT NULL,
  made_to date NOT NULL,
  wh bigint NOT NULL,
  state text NOT NULL CHECK (state IN ('valid', 'retired'))
);

-- Full kilograms of all carriers together. Incomplete when energy had no factor.
CREATE TABLE edge.emission_day (
  zone text NOT NULL,
  day date NOT NULL,
  kg bigint NOT NULL,
  complete boolean NOT NULL,
  PRIMARY KEY (zone, day)
);

-- What became of a batch of readings that the edge took.
CREATE TABLE edge.batch_done (
  batch_id uuid PRIMARY KEY,
  taken int NOT NULL,
  known int NOT NULL,
  differing int NOT NULL,
  cause text,
  at timestamptz NOT NULL DEFAULT now()
);

-- The pulse of the private side: how old it is at the edge says how old everything there is.
CREATE TABLE edge.pulse (
  id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  at timestamptz NOT NULL
);
