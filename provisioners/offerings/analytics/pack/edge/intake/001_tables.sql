-- What is born at the edge and goes to the private side, by insert only. The same table stands at the edge and in the private
-- database; this file is applied to both.

CREATE SCHEMA intake;

-- A batch of events as it was sent. It stays at the edge until the private side has taken it in, and no longer.
CREATE TABLE intake.batch (
  batch_id uuid PRIMARY KEY,
  events jsonb NOT NULL,
  at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX batch_by_time ON intake.batch (at);
