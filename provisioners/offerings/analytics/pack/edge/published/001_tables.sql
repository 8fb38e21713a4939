-- What a hybrid tenant shows to the public. The same tables stand in the private database, in its DMZ and at the edge; this file is
-- applied to all three, so they cannot differ. Whatever is here leaves the private side: figures about enough people, and who may
-- read them for what and until when is told by a number alone.
--
-- Primary keys are the replicas' identity. Nothing refers to tables outside of this schema.

CREATE SCHEMA edge;

CREATE TABLE edge.metric_day (
  scope text NOT NULL CHECK (scope IN ('all', 'smoke')),
  metric text NOT NULL,
  d date NOT NULL,
  dimension text NOT NULL,
  cell text NOT NULL,
  value numeric NOT NULL,
  n bigint NOT NULL CHECK (n >= 10),
  unit text NOT NULL,
  exported_at timestamptz NOT NULL,
  PRIMARY KEY (scope, metric, d, dimension, cell)
);

CREATE TABLE edge.share (
  share_id uuid PRIMARY KEY,
  metric text NOT NULL,
  dimension text NOT NULL,
  scope text NOT NULL,
  purpose text NOT NULL,
  until timestamptz NOT NULL
);

-- What became of a batch that the edge took.
CREATE TABLE edge.batch_done (
  batch_id uuid PRIMARY KEY,
  accepted int NOT NULL,
  duplicate int NOT NULL,
  rejected int NOT NULL,
  at timestamptz NOT NULL DEFAULT now()
);

-- The pulse of the private side: how old it is at the edge says how old everything there is.
CREATE TABLE edge.pulse (
  id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  at timestamptz NOT NULL
);
