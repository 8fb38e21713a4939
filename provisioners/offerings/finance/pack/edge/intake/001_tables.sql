-- What is born at the edge and goes to the private side, by insert only. The same table stands at the edge and in the private
-- database; this file is applied to both.

CREATE SCHEMA intake;

-- A payment file as it was received. The edge keeps its text until the private side has said what became of it.
CREATE TABLE intake.initiation (
  initiation_id uuid PRIMARY KEY,
  msg_id text NOT NULL,
  sha256 bytea NOT NULL,
  xml text NOT NULL,
  at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX initiation_by_time ON intake.initiation (at);
