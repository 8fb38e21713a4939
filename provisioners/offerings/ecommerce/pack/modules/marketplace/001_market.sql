-- Marketplace: sellers, what they sell in the shop, and what they are owed.
--
-- A seller's entries come with the delivery of an order: the sale of each line, and the shop's commission on it; a return takes both
-- back. What has not been paid out is the seller's balance. Entries are append-only, so a balance can be told at any time.
--
-- Rows of the module belong to parties. A connection that works for one says so in the setting app.party; row-level security then shows
-- it its own rows and no others. Without a party it works for the shop, which sees all.
--   ICO20 nothing to pay out                  {seller, currency}

CREATE SCHEMA market;

CREATE TABLE market.seller (
  seller text PRIMARY KEY,
  name text NOT NULL,
  commission_bp int NOT NULL CHECK (commission_bp BETWEEN 0 AND 10000),
  active boolean NOT NULL DEFAULT true,
  since timestamptz NOT NULL DEFAULT now()
);

-- Whose product it is; a product without a row is the shop's own.
CREATE TABLE market.listing (
  product_id uuid PRIMARY KEY REFERENCES catalog.product,
  seller text NOT NULL REFERENCES market.seller,
  listed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX listing_by_seller ON market.listing (seller);

CREATE TABLE market.entry (
  entry_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  seller text NOT NULL REFERENCES market.seller,
  kind text NOT NULL CHECK (kind IN ('sale', 'commission', 'sale_back', 'commission_back', 'payout')),
  order_id uuid REFERENCES sales.orders,
  line_no smallint,
  reference text,
  currency char(3) NOT NULL REFERENCES catalog.currency,
  amount_minor bigint NOT NULL, -- what the seller gains; commissions and payouts are negative
  at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (order_id, line_no, kind),
  CHECK ((kind = 'payout') = (order_id IS NULL) AND (kind = 'payout') = (reference IS NOT NULL))
);
CREATE INDEX entry_by_seller ON market.entry (seller, currency) INCLUDE (amount_minor);
CREATE UNIQUE INDEX payout_once ON market.entry (seller, reference) WHERE kind = 'payout';

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON market.entry
  FOR EACH STATEMENT EXECUTE FUNCTION stock.deny_change();

SELECT pack.declare_module_tables('marketplace', ARRAY['market.seller', 'market.listing', 'market.entry']);

/* For whom this transaction works; NULL for the shop itself. */
CREATE FUNCTION market.party() RETURNS text LANGUAGE sql STABLE AS $$
  SELECT nullif(current_setting('app.party', true), '')
$$;

-- The owner of the tables runs every function and view, so the policies must hold for it, too.
ALTER TABLE market.seller ENABLE ROW LEVEL SECURITY;
ALTER TABLE market.seller FORCE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON market.seller USING (coalesce(nullif(current_setting('app.party', true), ''), seller) = seller);
ALTER TABLE market.listing ENABLE ROW LEVEL SECURITY;
ALTER TABLE market.listing FORCE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON market.listing USING (coalesce(nullif(current_setting('app.party', true), ''), seller) = seller);
ALTER TABLE market.entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE market.entry FORCE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON market.entry USING (coalesce(nullif(current_setting('app.party', true), ''), seller) = seller);

/* A share of an amount in basis points, rounded once half to even. */
CREATE FUNCTION market.share(p_amount bigint, p_bp int) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
  SELECT sales.tax_of(p_amount, p_bp, false)
$$;

/* What a delivery means for the sellers of its lines, or a return of the whole. Later changes of a commission do not reach back. */
CREATE FUNCTION market.follow_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state = 'delivered' THEN
    INSERT INTO market.entry (seller, kind, order_id, line_no, currency, amount_minor)
    SELECT s.seller, part.kind, l.order_id, l.line_no, NEW.currency, part.amount
    FROM sales.order_line l
    JOIN catalog.variant v USING (sku)
    JOIN market.listing m USING (product_id)
    JOIN market.seller s USING (seller)
    CROSS JOIN LATERAL (VALUES ('sale', l.unit_minor * l.qty), ('commission', -market.share(l.unit_minor * l.qty, s.commission_bp)))
      AS part (kind, amount)
    WHERE l.order_id = NEW.order_id
    ON CONFLICT (order_id, line_no, kind) DO NOTHING;
  ELSE
    INSERT INTO market.entry (seller, kind, order_id, line_no, currency, amount_minor)
    SELECT seller, kind || '_back', order_id, line_no, currency, -amount_minor
    FROM market.entry WHERE order_id = NEW.order_id AND kind IN ('sale', 'commission')
    ON CONFLICT (order_id, line_no, kind) DO NOTHING;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER settle_sellers AFTER UPDATE OF state ON sales.orders
  FOR EACH ROW WHEN (NEW.state IN ('delivered', 'returned')) EXECUTE FUNCTION market.follow_order();

/* Locks the seller in p.seller. ICO08 when there is none, or none that this party may see. */
CREATE FUNCTION market.lock_seller(p jsonb) RETURNS market.seller LANGUAGE plpgsql AS $$
DECLARE
  v_id text := pack.need_text(p, 'seller', 80);
  v_seller market.seller;
BEGIN
  SELECT * INTO v_seller FROM market.seller WHERE seller = v_id FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    PERFORM catalog.fail_missing('seller', v_id);
  END IF;
  RETURN v_seller;
END $$;

CREATE FUNCTION market.balance(p_seller text, p_currency text) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT coalesce(sum(amount_minor), 0)::bigint FROM market.entry WHERE seller = p_seller AND currency = p_currency
$$;
