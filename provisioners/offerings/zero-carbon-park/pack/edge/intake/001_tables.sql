-- What is born at the edge and goes to the private side, by insert only. The same table stands at the edge and in the private
-- database; this file is applied to both.

CREATE SCHEMA intake;

-- Readings of a meter as they were sent. They stay at the edge until the private side has said what became of them, and no longer.
CREATE TABLE intake.batch (
  batch_id uuid PRIMARY KEY,
  meter text NOT NULL,
  readings jsonb NOT NULL,
  at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX batch_by_time ON intake.batch (at);
