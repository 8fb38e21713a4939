-- What is sold: categories, products, variants, offers.
--
-- Errors of this pack (DETAIL is a JSON object of facts; HTTP statuses and titles are in ../api.ts):
--   ICO01 illegal order transition            {orderNo, from, to}
--   ICO02 history is append-only              {table}
--   ICO03 idempotency key reused              {key, …}
--   ICO04 out of stock                        {sku, location, asked, available}
--   ICO05 flash quota is gone                 {campaignId, sku, asked, left}          (module flash-sale)
--   ICO06 not on sale                         {sku, channel, currency, reason}
--   ICO07 wrong amount                        {expectedMinor, givenMinor, currency}
--   ICO08 not found                           {kind, id}
--   ICO09 invalid value                       {field, expected}
--   ICO10 already exists                      {kind, id}
--   ICO11 the hold has expired                {orderNo, expiredAt}
--   ICO12 queue token refused                 {campaignId, reason}                    (module flash-sale)
--   ICO13 not your turn yet                   {campaignId, admittedAt}                (module flash-sale)
--   ICO14 limit per customer reached          {campaignId, limit, bought, asked}      (module flash-sale)
--   ICO15 product is not ready to be published {slug, missing}
--
-- Money is bigint minor units with an ISO 4217 code beside it.

CREATE SCHEMA catalog;

SELECT pack.default_params('{
  "idempotency_error": "ICO03",
  "body_error": "ICO09",
  "currencies": ["CNY"],
  "channels": ["web"],
  "default_location": "MAIN",
  "hold_minutes": 15,
  "stock_buckets": 4,
  "tax_mode": "inclusive",
  "order_no_prefix": "O",
  "pii_retention_days": 1095
}');

CREATE TABLE catalog.currency (
  code char(3) PRIMARY KEY,
  minor_unit smallint NOT NULL CHECK (minor_unit BETWEEN 0 AND 4)
);
INSERT INTO catalog.currency (code, minor_unit)
SELECT code, 2 FROM unnest('{AED,AUD,BRL,CAD,CHF,CNY,CZK,DKK,EUR,GBP,HKD,IDR,ILS,INR,MOP,MXN,MYR,NOK,NZD,PHP,PLN,RUB,SAR,SEK,SGD,THB,TRY,TWD,USD,ZAR}'::text[]) AS code
UNION ALL SELECT code, 0 FROM unnest('{CLP,JPY,KRW,VND}'::text[]) AS code
UNION ALL SELECT code, 3 FROM unnest('{BHD,JOD,KWD,OMR,TND}'::text[]) AS code;

CREATE TABLE catalog.category (
  category_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  path ext.ltree NOT NULL UNIQUE,
  name text NOT NULL,
  tax_rate_bp int NOT NULL DEFAULT 0 CHECK (tax_rate_bp BETWEEN 0 AND 10000)
);

CREATE TABLE catalog.product (
  product_id uuid PRIMARY KEY DEFAULT uuidv7(),
  slug text NOT NULL UNIQUE,
  name text NOT NULL,
  description text,
  brand text,
  category_id bigint REFERENCES catalog.category,
  cost_minor bigint CHECK (cost_minor >= 0), -- the merchant's own; no view shows it
  published boolean NOT NULL DEFAULT false,
  archived boolean NOT NULL DEFAULT false,   -- out of every list, kept for the orders that name it
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CHECK (NOT (published AND archived))
);
CREATE INDEX product_by_category ON catalog.product (category_id);

CREATE TABLE catalog.variant (
  sku text PRIMARY KEY,
  product_id uuid NOT NULL REFERENCES catalog.product,
  gtin14 char(14) CHECK (gtin14 ~ '^[0-9]{14}$'),
  attributes jsonb NOT NULL DEFAULT '{}',
  weight_g int CHECK (weight_g >= 0),
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX variant_by_product ON catalog.variant (product_id);

-- One price for a SKU in a channel and currency at any instant: the temporal key is the referee.
CREATE TABLE catalog.offer (
  sku text NOT NULL REFERENCES catalog.variant,
  channel text NOT NULL,
  currency char(3) NOT NULL REFERENCES catalog.currency,
  valid tstzrange NOT NULL CHECK (NOT isempty(valid)),
  price_minor bigint NOT NULL CHECK (price_minor BETWEEN 0 AND 100000000000), -- so that no sum of an order overflows
  PRIMARY KEY (sku, channel, currency, valid WITHOUT OVERLAPS)
);

/* The GS1 check digit: weights 3 and 1 from the right, sum a multiple of ten. */
CREATE FUNCTION catalog.gtin_is_valid(gtin text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT gtin ~ '^[0-9]{14}$'
    AND (SELECT sum(substr(gtin, i, 1)::int * CASE WHEN i % 2 = 1 THEN 3 ELSE 1 END) % 10 = 0 FROM generate_series(1, 14) AS i)
$$;

/* A channel from the parameters, or `smoke`, which belongs to the self-test and stays out of every figure. */
CREATE FUNCTION catalog.check_channel(p_channel text, p_params jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF p_channel <> 'smoke' AND NOT (p_params -> 'channels') ? p_channel THEN
    PERFORM pack.fail_field('channel', format('one of %s', p_params -> 'channels'));
  END IF;
END $$;

CREATE FUNCTION catalog.check_currency(p_currency text, p_params jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF NOT (p_params -> 'currencies') ? p_currency
     OR NOT EXISTS (SELECT 1 FROM catalog.currency WHERE code = p_currency) THEN
    PERFORM pack.fail_field('currency', format('one of %s', p_params -> 'currencies'));
  END IF;
END $$;
