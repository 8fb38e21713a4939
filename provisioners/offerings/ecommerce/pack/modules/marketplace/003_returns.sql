-- Sellers and the returns desk: what the desk refunds is taken back from the seller of the line, with its part of the commission.
-- Whichever of the two modules comes second joins them.

ALTER TABLE market.entry ADD COLUMN rma_no text;
ALTER TABLE market.entry DROP CONSTRAINT entry_kind_check;
ALTER TABLE market.entry ADD CONSTRAINT entry_kind_check CHECK (
  kind IN ('sale', 'commission', 'sale_back', 'commission_back', 'return', 'return_commission', 'payout')
  AND (rma_no IS NOT NULL) = (kind IN ('return', 'return_commission')));
ALTER TABLE market.entry DROP CONSTRAINT entry_order_id_line_no_kind_key;
CREATE UNIQUE INDEX entry_once ON market.entry (order_id, line_no, kind, coalesce(rma_no, '')) WHERE order_id IS NOT NULL;

CREATE OR REPLACE FUNCTION market.follow_order() RETURNS trigger LANGUAGE plpgsql AS $$
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
    ON CONFLICT DO NOTHING;
  ELSE
    INSERT INTO market.entry (seller, kind, order_id, line_no, currency, amount_minor)
    SELECT seller, kind || '_back', order_id, line_no, currency, -amount_minor
    FROM market.entry WHERE order_id = NEW.order_id AND kind IN ('sale', 'commission')
    ON CONFLICT DO NOTHING;
  END IF;
  RETURN NULL;
END $$;

/* A refund of the desk. Commissions come back in proportion, over all returns of a line together, so that nothing is lost in rounding. */
CREATE FUNCTION market.follow_refund() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO market.entry (seller, kind, order_id, line_no, rma_no, currency, amount_minor)
  SELECT s.seller, part.kind, l.order_id, l.line_no, r.rma_no, s.currency, part.amount
  FROM rma.line l
  JOIN rma.request r USING (rma_id)
  JOIN sales.order_line o ON o.order_id = l.order_id AND o.line_no = l.line_no
  JOIN market.entry s ON s.order_id = l.order_id AND s.line_no = l.line_no AND s.kind = 'sale'
  JOIN market.entry c ON c.order_id = l.order_id AND c.line_no = l.line_no AND c.kind = 'commission'
  CROSS JOIN LATERAL (SELECT coalesce(sum(b.accepted), 0) AS qty FROM rma.line b JOIN rma.request q USING (rma_id)
    WHERE b.order_id = l.order_id AND b.line_no = l.line_no AND q.state = 'refunded') AS gone
  CROSS JOIN LATERAL (SELECT coalesce(sum(e.amount_minor), 0) AS minor FROM market.entry e
    WHERE e.order_id = l.order_id AND e.line_no = l.line_no AND e.kind = 'return_commission') AS before
  CROSS JOIN LATERAL (VALUES ('return', -o.unit_minor * l.accepted),
    ('return_commission', round(-c.amount_minor::numeric * gone.qty / o.qty)::bigint - before.minor)) AS part (kind, amount)
  WHERE l.rma_id = NEW.rma_id AND l.accepted > 0;
  RETURN NULL;
END $$;

CREATE FUNCTION market.join_returns() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF to_regclass('rma.refund') IS NOT NULL THEN
    CREATE OR REPLACE TRIGGER settle_sellers AFTER INSERT ON rma.refund FOR EACH ROW EXECUTE FUNCTION market.follow_refund();
  END IF;
END $$;
SELECT market.join_returns();

CREATE OR REPLACE FUNCTION api.seller_statement(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_id text := pack.need_text(p, 'seller', 80);
  v_currency text := pack.opt_text(p, 'currency', pack.params() -> 'currencies' ->> 0, 3);
BEGIN
  IF NOT EXISTS (SELECT FROM market.seller WHERE seller = v_id) THEN
    PERFORM catalog.fail_missing('seller', v_id);
  END IF;
  RETURN (
    SELECT jsonb_build_object('seller', v_id, 'currency', v_currency,
      'salesMinor', coalesce(sum(amount_minor) FILTER (WHERE kind IN ('sale', 'sale_back', 'return')), 0)::text,
      'commissionMinor', coalesce(-sum(amount_minor) FILTER (WHERE kind IN ('commission', 'commission_back', 'return_commission')), 0)::text,
      'paidOutMinor', coalesce(-sum(amount_minor) FILTER (WHERE kind = 'payout'), 0)::text,
      'balanceMinor', coalesce(sum(amount_minor), 0)::text)
    FROM market.entry WHERE seller = v_id AND currency = v_currency);
END $$;

-- key: entry_id
CREATE OR REPLACE VIEW api.seller_entries AS
SELECT e.entry_id, e.seller, e.kind, o.order_no, e.line_no, e.reference, e.currency::text AS currency, e.amount_minor::text AS amount_minor, e.at,
  e.rma_no
FROM market.entry e LEFT JOIN sales.orders o USING (order_id);

CREATE OR REPLACE VIEW market.invariants AS
-- The sale of a line is its amount, the commission is part of it, and what was taken back is no more than there was.
SELECT 'seller_entries_match_lines' AS rule, count(*) AS violations
FROM market.entry e JOIN sales.order_line l USING (order_id, line_no)
WHERE CASE
  WHEN e.kind = 'sale' THEN e.amount_minor <> l.unit_minor * l.qty
    OR (SELECT coalesce(-sum(b.amount_minor), 0) FROM market.entry b
        WHERE (b.order_id, b.line_no) = (e.order_id, e.line_no) AND b.kind IN ('sale_back', 'return')) NOT BETWEEN 0 AND e.amount_minor
  WHEN e.kind = 'commission' THEN e.amount_minor NOT BETWEEN -l.unit_minor * l.qty AND 0
    OR (SELECT coalesce(sum(b.amount_minor), 0) FROM market.entry b
        WHERE (b.order_id, b.line_no) = (e.order_id, e.line_no) AND b.kind IN ('commission_back', 'return_commission')) NOT BETWEEN 0 AND -e.amount_minor
  WHEN e.kind IN ('sale_back', 'commission_back') THEN -e.amount_minor IS DISTINCT FROM (SELECT w.amount_minor FROM market.entry w
    WHERE (w.order_id, w.line_no) = (e.order_id, e.line_no) AND w.kind = replace(e.kind, '_back', ''))
  ELSE false END
UNION ALL
SELECT 'seller_entries_follow_orders', count(*)
FROM sales.orders o
WHERE (o.state = 'returned') <> EXISTS (SELECT FROM market.entry e WHERE e.order_id = o.order_id AND e.kind = 'sale_back')
  AND EXISTS (SELECT FROM market.entry e WHERE e.order_id = o.order_id AND e.kind = 'sale');
