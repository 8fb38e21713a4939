-- What is born at the edge and goes to the private side, by insert only. The same tables stand at the edge and in the
-- private database; this file is applied to both.

CREATE SCHEMA intake;

-- `lines`: [{sku, qty, unitMinor, taken: [{epoch, qty}]}]. The buyer is a token that means something to the shop alone.
CREATE TABLE intake.order_request (
  request_id uuid PRIMARY KEY,
  channel text NOT NULL,
  currency char(3) NOT NULL,
  lines jsonb NOT NULL,
  buyer_token text,
  at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX order_request_by_time ON intake.order_request (at);

-- The edge's word that it sells nothing more of an epoch. It travels behind the epoch's last request.
CREATE TABLE intake.allotment_closed (
  sku text NOT NULL,
  epoch int NOT NULL,
  used int NOT NULL CHECK (used >= 0),
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (sku, epoch)
);
