-- Escrow: units that the edge may sell while the two sides are apart. They lie at a stock location of their own, `edge`, out
-- of reach of every other order, from the grant of an epoch until they are ordered or the epoch is closed on both sides.
--
--   free(edge) ≥ Σ outstanding(epoch), always:
--     open or closing   granted − what its requests have been turned into
--     closed            what the edge says it sold − what its requests have been turned into
--   What is free beyond that goes back to the shelf, and only that.
--
-- Order of locks: one advisory lock for everything that moves escrow, then stripes of stock in ascending order of the SKU.

SELECT pack.default_params('{"edge_allotment_percent": 30}');

CREATE FUNCTION edge_link.location() RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'edge' $$;

CREATE FUNCTION edge_link.shelf() RETURNS text LANGUAGE sql STABLE AS $$
  SELECT value #>> '{}' FROM pack.param WHERE key = 'default_location'
$$;

CREATE FUNCTION edge_link.lock() RETURNS void LANGUAGE sql AS $$
  SELECT pg_advisory_xact_lock(hashtextextended('edge escrow', 0)), set_config('app.escrow', 'on', true)
$$;

/* Whoever would take free units out of escrow by another way (an order, a count) is refused. The platform's self-test tidies up
   after itself. */
CREATE FUNCTION edge_link.guard_escrow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pack.fail('ICO04', 'these units are set apart for the edge', jsonb_build_object(
    'sku', NEW.sku, 'location', NEW.location, 'asked', (OLD.on_hand - OLD.reserved) - (NEW.on_hand - NEW.reserved), 'available', 0));
  RETURN NULL;
END $$;
CREATE TRIGGER guard_escrow BEFORE UPDATE ON stock.bucket FOR EACH ROW
  WHEN (NEW.location = 'edge' AND NEW.on_hand - NEW.reserved < OLD.on_hand - OLD.reserved
    AND current_setting('app.escrow', true) IS DISTINCT FROM 'on' AND current_setting('app.channel', true) IS DISTINCT FROM 'smoke')
  EXECUTE FUNCTION edge_link.guard_escrow();

/* Variants of the self-test, whose stock it empties itself. */
CREATE VIEW edge_link.smoke_variant AS
SELECT v.sku FROM catalog.variant v JOIN catalog.product p USING (product_id) WHERE p.slug LIKE 'smoke-%';

-- What has become of requests, line by line and epoch by epoch.
CREATE TABLE edge_link.settled (
  request_id uuid NOT NULL,
  sku text NOT NULL,
  epoch int NOT NULL,
  qty int NOT NULL CHECK (qty > 0),
  PRIMARY KEY (request_id, sku, epoch)
);
CREATE INDEX settled_by_epoch ON edge_link.settled (sku, epoch) INCLUDE (qty);

/* Per epoch: units that may still turn up as requests. */
CREATE VIEW edge_link.outstanding AS
SELECT a.sku, a.epoch, a.state, a.granted, coalesce(s.qty, 0) AS settled, c.used,
  CASE WHEN a.state = 'closed' THEN c.used ELSE a.granted END - coalesce(s.qty, 0) AS qty
FROM edge.allotment a
LEFT JOIN intake.allotment_closed c USING (sku, epoch)
LEFT JOIN (SELECT sku, epoch, sum(qty)::int AS qty FROM edge_link.settled GROUP BY sku, epoch) s USING (sku, epoch);

CREATE FUNCTION edge_link.outstanding_of(p_sku text) RETURNS int LANGUAGE sql STABLE AS $$
  SELECT coalesce(sum(qty), 0)::int FROM edge_link.outstanding WHERE sku = p_sku
$$;

/* Moves units between the shelf and escrow; a movement each way, so the books still add up. */
CREATE FUNCTION edge_link.move(p_sku text, p_qty int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM stock.change(p_sku, edge_link.shelf(), -p_qty, 'rebalance', 'edge allotment'),
    stock.change(p_sku, edge_link.location(), p_qty, 'rebalance', 'edge allotment');
END $$;

CREATE FUNCTION edge_link.grant_units(p_sku text, p_qty int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  v_epoch int;
BEGIN
  PERFORM edge_link.move(p_sku, p_qty);
  INSERT INTO edge.allotment (sku, epoch, granted)
  SELECT p_sku, coalesce(max(epoch), 0) + 1, p_qty FROM edge.allotment WHERE sku = p_sku
  RETURNING epoch INTO v_epoch;
  RETURN v_epoch;
END $$;

/* Brings back what is free in escrow beyond what may still be asked for. Returns how many units came back. */
CREATE FUNCTION edge_link.sweep() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  v_back bigint := 0;
  v record;
BEGIN
  UPDATE edge.allotment a SET state = 'closed' FROM intake.allotment_closed c
  WHERE (c.sku, c.epoch) = (a.sku, a.epoch) AND a.state <> 'closed';
  FOR v IN
    SELECT sku, sum(on_hand - reserved)::int - edge_link.outstanding_of(sku) AS surplus
    FROM stock.bucket WHERE location = edge_link.location()
    GROUP BY sku HAVING sum(on_hand - reserved) > edge_link.outstanding_of(sku) ORDER BY sku
  LOOP
    PERFORM edge_link.move(v.sku, -v.surplus);
    v_back := v_back + v.surplus;
  END LOOP;
  RETURN v_back;
END $$;
