-- The private side shows its public face: triggers write schema edge in the transaction that changed the shop.

CREATE SCHEMA edge_link;

INSERT INTO edge.pulse (at) VALUES (now());

/* Makes schema edge say of these products what the catalogue says: what is on sale is there, what is not is gone. Rows
   that would not change are not written, so nothing is replicated for them. */
CREATE FUNCTION edge_link.show(p_products uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM edge.offer e USING catalog.variant v
  WHERE v.sku = e.sku AND v.product_id = ANY (p_products) AND NOT EXISTS (
    SELECT FROM catalog.offer o JOIN catalog.product p ON p.product_id = v.product_id
    WHERE p.published AND (o.sku, o.channel, o.currency, lower(o.valid)) = (e.sku, e.channel, e.currency, e.valid_from));
  DELETE FROM edge.variant e USING catalog.variant v JOIN catalog.product p USING (product_id)
  WHERE v.sku = e.sku AND v.product_id = ANY (p_products) AND NOT p.published;
  DELETE FROM edge.product e USING catalog.product p
  WHERE p.slug = e.slug AND p.product_id = ANY (p_products) AND NOT p.published;

  INSERT INTO edge.product AS e (slug, title, description, brand, category, updated_at)
  SELECT p.slug, p.name, p.description, p.brand, c.path::text, p.updated_at
  FROM catalog.product p LEFT JOIN catalog.category c USING (category_id)
  WHERE p.product_id = ANY (p_products) AND p.published
  ON CONFLICT (slug) DO UPDATE SET title = excluded.title, description = excluded.description, brand = excluded.brand,
    category = excluded.category, updated_at = excluded.updated_at
  WHERE e IS DISTINCT FROM excluded;
  INSERT INTO edge.variant AS e (sku, slug, gtin14, attributes)
  SELECT v.sku, p.slug, v.gtin14, v.attributes
  FROM catalog.variant v JOIN catalog.product p USING (product_id)
  WHERE v.product_id = ANY (p_products) AND p.published
  ON CONFLICT (sku) DO UPDATE SET slug = excluded.slug, gtin14 = excluded.gtin14, attributes = excluded.attributes
  WHERE e IS DISTINCT FROM excluded;
  INSERT INTO edge.offer AS e (sku, channel, currency, valid_from, valid_until, price_minor)
  SELECT o.sku, o.channel, o.currency, lower(o.valid), upper(o.valid), o.price_minor
  FROM catalog.offer o JOIN catalog.variant v USING (sku) JOIN catalog.product p USING (product_id)
  WHERE v.product_id = ANY (p_products) AND p.published AND (upper_inf(o.valid) OR upper(o.valid) > now())
  ON CONFLICT (sku, channel, currency, valid_from)
    DO UPDATE SET valid_until = excluded.valid_until, price_minor = excluded.price_minor
  WHERE e IS DISTINCT FROM excluded;
END $$;

/* Called once per statement, with all the products it touched. The trigger's argument is the SQL that names them. */
CREATE FUNCTION edge_link.product_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM edge_link.show(ARRAY(SELECT product_id FROM changed));
  RETURN NULL;
END $$;
CREATE FUNCTION edge_link.offer_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM edge_link.show(ARRAY(SELECT DISTINCT v.product_id FROM changed JOIN catalog.variant v USING (sku)));
  RETURN NULL;
END $$;

CREATE TRIGGER edge_inserted AFTER INSERT ON catalog.product REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION edge_link.product_changed();
CREATE TRIGGER edge_updated AFTER UPDATE ON catalog.product REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION edge_link.product_changed();
CREATE TRIGGER edge_inserted AFTER INSERT ON catalog.variant REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION edge_link.product_changed();
CREATE TRIGGER edge_updated AFTER UPDATE ON catalog.variant REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION edge_link.product_changed();
CREATE TRIGGER edge_inserted AFTER INSERT ON catalog.offer REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION edge_link.offer_changed();
CREATE TRIGGER edge_updated AFTER UPDATE ON catalog.offer REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION edge_link.offer_changed();
CREATE TRIGGER edge_deleted AFTER DELETE ON catalog.offer REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION edge_link.offer_changed();

/* Number and state of an order; nothing of who ordered what. */
CREATE FUNCTION edge_link.order_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO edge.order_status AS e (order_no, status, updated_at)
  SELECT c.order_no, s.schema_org, c.updated_at FROM changed c JOIN sales.order_state s USING (state)
  ON CONFLICT (order_no) DO UPDATE SET status = excluded.status, updated_at = excluded.updated_at
  WHERE e.status <> excluded.status;
  RETURN NULL;
END $$;
CREATE TRIGGER edge_inserted AFTER INSERT ON sales.orders REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION edge_link.order_changed();
CREATE TRIGGER edge_updated AFTER UPDATE ON sales.orders REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION edge_link.order_changed();

-- A shop with a past shows it, too.
SELECT edge_link.show(ARRAY(SELECT product_id FROM catalog.product WHERE published));
INSERT INTO edge.order_status (order_no, status, updated_at)
SELECT o.order_no, s.schema_org, o.updated_at FROM sales.orders o JOIN sales.order_state s USING (state);
