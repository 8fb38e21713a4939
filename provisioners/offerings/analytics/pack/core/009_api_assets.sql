-- The register of data assets, and sharing without persons.

/* {dataset, description?, owner?, classification?, personal?, residency?, retentionDays?, purposes?, valueMinor?}: registers a dataset or
   changes what is named. */
CREATE FUNCTION api.register_dataset(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_name text := pack.need_text(p, 'dataset', 63);
  v asset.dataset;
BEGIN
  IF v_name !~ '^[a-z][a-z0-9_]*$' THEN
    PERFORM pack.fail_field('dataset', 'lower-case letters, digits and underscores');
  END IF;
  IF p ->> 'purposes' IS NOT NULL AND (jsonb_typeof(p -> 'purposes') <> 'array' OR jsonb_array_length(p -> 'purposes') > 20) THEN
    PERFORM pack.fail_field('purposes', 'a list of at most 20');
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('analytics.dataset ' || v_name, 0));
  SELECT * INTO v FROM asset.dataset WHERE dataset = v_name;
  v.description := pack.opt_text(p, 'description', v.description, 500);
  v.owner := pack.opt_text(p, 'owner', v.owner);
  v.classification := pack.opt_text(p, 'classification', coalesce(v.classification, 'internal'), 20);
  v.personal := pack.opt_bool(p, 'personal', coalesce(v.personal, false));
  v.residency := pack.opt_text(p, 'residency', v.residency, 60);
  v.retention_days := pack.opt_int(p, 'retentionDays', v.retention_days, 1, 36500);
  v.purposes := CASE WHEN p ->> 'purposes' IS NULL THEN coalesce(v.purposes, '{}') ELSE ARRAY(SELECT jsonb_array_elements_text(p -> 'purposes')) END;
  v.value_minor := pack.opt_minor(p, 'valueMinor', v.value_minor);
  IF v.classification NOT IN ('public', 'internal', 'confidential', 'restricted') OR (v.personal AND v.classification IN ('public', 'internal')) THEN
    PERFORM pack.fail_field('classification', CASE WHEN v.personal THEN 'confidential or restricted, as it is about persons'
      ELSE 'public, internal, confidential or restricted' END);
  END IF;
  INSERT INTO asset.dataset (dataset, description, owner, classification, personal, residency, retention_days, purposes, value_minor)
  VALUES (v_name, coalesce(v.description, v_name), v.owner, v.classification, v.personal, v.residency, v.retention_days, v.purposes, v.value_minor)
  ON CONFLICT (dataset) DO UPDATE SET description = excluded.description, owner = excluded.owner, classification = excluded.classification,
    personal = excluded.personal, residency = excluded.residency, retention_days = excluded.retention_days, purposes = excluded.purposes,
    value_minor = excluded.value_minor, updated_at = now();
  RETURN jsonb_build_object('dataset', v_name, 'owner', v.owner, 'classification', v.classification, 'purposes', to_jsonb(v.purposes));
END $$;
SELECT pack.declare_function('register_dataset', true);

/* {child, parent, via}: the child is made of the parent. */
CREATE FUNCTION api.link_datasets(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_child text := pack.need_text(p, 'child', 63);
  v_parent text := pack.need_text(p, 'parent', 63);
  v_missing text := (SELECT min(d) FROM unnest(ARRAY[v_child, v_parent]) AS d WHERE NOT EXISTS (SELECT FROM asset.dataset WHERE dataset = d));
BEGIN
  IF v_missing IS NOT NULL THEN
    PERFORM asset.fail_missing('dataset', v_missing);
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('analytics.lineage', 0));
  IF v_child = v_parent OR EXISTS (
    WITH RECURSIVE ancestor (dataset) AS (
      SELECT v_parent UNION SELECT l.parent FROM asset.lineage l JOIN ancestor ON l.child = ancestor.dataset)
    SELECT FROM ancestor WHERE dataset = v_child) THEN
    PERFORM pack.fail('ICA10', 'the parent is made of the child', jsonb_build_object('child', v_child, 'parent', v_parent));
  END IF;
  INSERT INTO asset.lineage (child, parent, via) VALUES (v_child, v_parent, pack.need_text(p, 'via'))
  ON CONFLICT (child, parent) DO UPDATE SET via = excluded.via;
  RETURN jsonb_build_object('child', v_child, 'parent', v_parent, 'via', p ->> 'via');
END $$;
SELECT pack.declare_function('link_datasets', true);

/* {metric, by?, from?, to?, where?, source?}: makes figures by day, in all or by one dimension, ready to be shared, as far as enough
   persons are behind each. What was exported of these days before is replaced. */
CREATE FUNCTION api.export_metric(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_by text := pack.opt_text(p, 'by', NULL, 63);
  v_question semantic.question := semantic.question_of(p - 'by');
  v_metric semantic.metric := semantic.need_metric(v_question.metric);
  v_k int := greatest(10, (pack.params() -> 'k_anonymity')::int);
  v_scope text := CASE WHEN v_question.source = 'smoke' THEN 'smoke' ELSE 'all' END;
  v_cells bigint;
  v_published bigint;
BEGIN
  IF v_by = 'customer' OR v_by = 'day' THEN
    PERFORM pack.fail_field('by', 'a dimension other than day and customer');
  END IF;
  v_question.dims := array_remove(ARRAY['day', v_by], NULL);
  SELECT count(*) INTO v_cells FROM semantic.cells(v_question);
  PERFORM pg_advisory_xact_lock(hashtextextended('analytics.export', 0));
  DELETE FROM asset.metric_day WHERE scope = v_scope AND metric = v_metric.metric AND dimension = coalesce(v_by, 'all')
    AND d BETWEEN v_question.since AND v_question.until;
  INSERT INTO asset.metric_day (scope, metric, d, dimension, cell, value, n, unit)
  SELECT v_scope, v_metric.metric, d, coalesce(v_by, 'all'), cell, value, n, CASE WHEN v_metric.money THEN v_question.currency ELSE v_metric.unit END
  FROM asset.publishable(v_question, v_k);
  GET DIAGNOSTICS v_published = ROW_COUNT;
  RETURN jsonb_build_object('metric', v_metric.metric, 'by', coalesce(v_by, 'all'), 'k', v_k, 'cells', v_cells, 'published', v_published,
    'suppressed', v_cells - v_published);
END $$;
SELECT pack.declare_function('export_metric', true);

/* {metric, by?, grantee, purpose, until, source?}: lets somebody read exported figures, for a registered purpose, until then. */
CREATE FUNCTION api.grant_share(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_metric semantic.metric := semantic.need_metric(pack.need_text(p, 'metric', 63));
  v_by text := pack.opt_text(p, 'by', 'all', 63);
  v_purpose text := pack.need_text(p, 'purpose', 60);
  v_until timestamptz := pack.opt_time(p, 'until', NULL);
  v_dataset asset.dataset;
  v_share asset.share;
BEGIN
  IF v_until IS NULL OR v_until <= now() OR v_until > now() + interval '3 years' THEN
    PERFORM pack.fail_field('until', 'a time within the next three years');
  END IF;
  SELECT * INTO v_dataset FROM asset.dataset WHERE dataset = 'metric_day';
  IF v_dataset.classification = 'restricted' OR NOT v_purpose = ANY (v_dataset.purposes) THEN
    PERFORM pack.fail('ICA11', 'the dataset may not be shared for this', jsonb_build_object('dataset', v_dataset.dataset,
      'reason', CASE WHEN v_dataset.classification = 'restricted' THEN 'restricted' ELSE 'purpose' END, 'purposes', to_jsonb(v_dataset.purposes)));
  END IF;
  INSERT INTO asset.share (dataset, metric, dimension, scope, grantee, purpose, until, granted_by)
  VALUES (v_dataset.dataset, v_metric.metric, v_by, CASE WHEN p ->> 'source' = 'smoke' THEN 'smoke' ELSE 'all' END, pack.need_text(p, 'grantee'),
    v_purpose, v_until, coalesce(nullif(current_setting('app.caller', true), ''), 'unknown'))
  RETURNING * INTO v_share;
  RETURN jsonb_build_object('shareId', v_share.share_id, 'metric', v_share.metric, 'by', v_share.dimension, 'until', v_share.until);
END $$;
SELECT pack.declare_function('grant_share', true);

/* p.shareId. ICA04 when there is none. */
CREATE FUNCTION asset.need_share(p jsonb) RETURNS asset.share LANGUAGE plpgsql AS $$
DECLARE
  v_share asset.share;
BEGIN
  SELECT * INTO v_share FROM asset.share WHERE share_id = pack.need_uuid(p, 'shareId');
  IF NOT FOUND THEN
    PERFORM asset.fail_missing('share', p ->> 'shareId');
  END IF;
  RETURN v_share;
END $$;

/* {shareId, from?, to?}: what the grantee may see, as long as the share lasts. */
CREATE FUNCTION api.read_share(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_share asset.share := asset.need_share(p);
BEGIN
  IF v_share.until <= now() THEN
    PERFORM pack.fail('ICA07', 'the share has ended', jsonb_build_object('shareId', v_share.share_id, 'until', v_share.until));
  END IF;
  RETURN (
    SELECT jsonb_build_object('shareId', v_share.share_id, 'metric', v_share.metric, 'by', v_share.dimension, 'purpose', v_share.purpose,
      'until', v_share.until, 'rows', coalesce(jsonb_agg(jsonb_build_object('day', d, 'cell', cell, 'value', value::text, 'unit', unit, 'people', n)
        ORDER BY d, cell), '[]'))
    FROM asset.metric_day
    WHERE scope = v_share.scope AND metric = v_share.metric AND dimension = v_share.dimension
      AND d BETWEEN semantic.day_of(p, 'from', '1900-01-01') AND semantic.day_of(p, 'to', '9999-12-31'));
END $$;
SELECT pack.declare_function('read_share', false);

/* {shareId}: ends it now. */
CREATE FUNCTION api.end_share(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_share asset.share := asset.need_share(p);
BEGIN
  UPDATE asset.share SET until = least(until, now()) WHERE share_id = v_share.share_id RETURNING * INTO v_share;
  RETURN jsonb_build_object('shareId', v_share.share_id, 'until', v_share.until);
END $$;
SELECT pack.declare_function('end_share', true, true);
