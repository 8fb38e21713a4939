-- Catalogue search: full text and likeness over what is on sale, kept by triggers, so it is never behind.
--
-- Words are matched as they are written, in any language ("simple"); likeness forgives typing errors, and a part of a text is found where
-- there are no spaces between words, as in Chinese.

CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA ext;

CREATE SCHEMA search;

CREATE TABLE search.document (
  product_id uuid PRIMARY KEY REFERENCES catalog.product ON DELETE CASCADE,
  body text NOT NULL, -- name, brand, SKUs, description, folded to lower case
  words tsvector GENERATED ALWAYS AS (to_tsvector('simple', body)) STORED
);
CREATE INDEX document_words ON search.document USING gin (words);
CREATE INDEX document_likeness ON search.document USING gin (body ext.gin_trgm_ops);

-- All of it follows from the catalogue: nothing is lost when the module goes.

CREATE FUNCTION search.body_of(p_product_id uuid) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT lower(concat_ws(' ', p.name, p.brand, p.slug,
    (SELECT string_agg(v.sku, ' ' ORDER BY v.sku) FROM catalog.variant v WHERE v.product_id = p.product_id), p.description))
  FROM catalog.product p WHERE p.product_id = p_product_id
$$;

CREATE FUNCTION search.refresh() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO search.document (product_id, body) VALUES (NEW.product_id, search.body_of(NEW.product_id))
  ON CONFLICT (product_id) DO UPDATE SET body = excluded.body WHERE document.body <> excluded.body;
  RETURN NULL;
END $$;
CREATE TRIGGER refresh_search AFTER INSERT OR UPDATE OF name, brand, description ON catalog.product
  FOR EACH ROW EXECUTE FUNCTION search.refresh();
CREATE TRIGGER refresh_search AFTER INSERT ON catalog.variant
  FOR EACH ROW EXECUTE FUNCTION search.refresh();

INSERT INTO search.document (product_id, body) SELECT product_id, search.body_of(product_id) FROM catalog.product;

/* {text, category?, inStock?, limit?}: published products, the best match first. */
CREATE FUNCTION api.search_products(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_text text := lower(btrim(pack.need_text(p, 'text', 200)));
  v_category text := pack.opt_text(p, 'category', NULL, 100);
  v_in_stock boolean := pack.opt_bool(p, 'inStock', false);
  v_limit int := pack.opt_int(p, 'limit', 20, 1, 100);
  v_query tsquery := plainto_tsquery('simple', v_text);
  v_part text := '%' || replace(replace(replace(v_text, '\', '\\'), '%', '\%'), '_', '\_') || '%';
BEGIN
  IF v_category IS NOT NULL AND NOT EXISTS (SELECT FROM catalog.category WHERE path::text = v_category) THEN
    PERFORM catalog.fail_missing('category', v_category);
  END IF;
  RETURN jsonb_build_object('items', coalesce((
    SELECT jsonb_agg(jsonb_build_object('slug', slug, 'name', name, 'brand', brand, 'category', category, 'score', round(score::numeric, 3))
      ORDER BY score DESC, slug)
    FROM (
      SELECT pr.slug, pr.name, pr.brand, c.path::text AS category,
        4 * ts_rank(d.words, v_query) + ext.word_similarity(v_text, d.body) + CASE WHEN d.body LIKE v_part THEN 1 ELSE 0 END AS score
      FROM search.document d
      JOIN catalog.product pr USING (product_id)
      LEFT JOIN catalog.category c USING (category_id)
      WHERE pr.published AND NOT pr.archived
        AND (d.words @@ v_query OR d.body LIKE v_part OR ext.word_similarity(v_text, d.body) >= 0.45)
        AND (v_category IS NULL OR c.path OPERATOR(ext.<@) v_category::ext.ltree)
        AND (NOT v_in_stock OR EXISTS (
          SELECT FROM catalog.variant v JOIN stock.bucket b USING (sku) WHERE v.product_id = pr.product_id AND b.on_hand > b.reserved))
      ORDER BY score DESC, pr.slug
      LIMIT v_limit) AS best), '[]'));
END $$;
SELECT pack.declare_function('search_products', false);

CREATE VIEW search.invariants AS
SELECT 'search_knows_the_catalogue' AS rule, count(*) AS violations
FROM catalog.product p
LEFT JOIN search.document d USING (product_id)
WHERE d.body IS DISTINCT FROM lower(concat_ws(' ', p.name, p.brand, p.slug,
  (SELECT string_agg(v.sku, ' ' ORDER BY v.sku) FROM catalog.variant v WHERE v.product_id = p.product_id), p.description));

SELECT pack.add_view_part('invariants', 'search.invariants');
