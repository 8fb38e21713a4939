-- What is born at the edge and goes to the private side, by insert only. The same tables stand at the edge and in the private database; this
-- file is applied to both.

CREATE SCHEMA intake;

-- Events of the standard, as they were scanned. The id may be the scanner's own: a batch sent twice is one batch.
CREATE TABLE intake.scan_batch (
  batch_id uuid PRIMARY KEY,
  events jsonb NOT NULL,
  at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX scan_batch_by_time ON intake.scan_batch (at);

-- Asked for, not promised: the private side gives the numbers. The consignee is a token that means something to the shipper alone.
CREATE TABLE intake.booking_request (
  request_id uuid PRIMARY KEY,
  shipper text NOT NULL,
  origin text NOT NULL,
  destination text NOT NULL,
  service text NOT NULL,
  parcels jsonb NOT NULL,
  consignee_token text,
  at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX booking_request_by_time ON intake.booking_request (at);
