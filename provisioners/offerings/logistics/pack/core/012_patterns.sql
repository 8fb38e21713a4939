-- Queries as EPCIS 2.0 defines them in full: patterns of identifiers, what events of which kind match, the order of the answer.

/* Ranges of canonical identifiers that a pure identity pattern of the EPC Tag Data Standard stands for, with the form that an identifier in
   the range must have. A star stands for all that follows, so patterns are 1.2.*, 1.*.* or *.*.*; no rows for what is no pattern.
   The first digit of an item reference or serial stands before the company prefix in a Digital Link: then there are ten ranges. */
CREATE FUNCTION epcis.pattern_ranges(p_uri text) RETURNS TABLE (lo text, hi text, form text) LANGUAGE sql IMMUTABLE AS $$
  WITH pattern AS (
    SELECT found[1] AS scheme, array_remove(parts, '*') AS known, cardinality(array_positions(parts, '*')) AS stars
    FROM (SELECT regexp_match(p_uri, '^urn:epc:idpat:([a-z]+):((?:[^.*\s]+\.)*(?:\*\.)*\*)$') AS found) AS matched,
      LATERAL (SELECT string_to_array(found[2], '.') AS parts) AS split
    WHERE found IS NOT NULL
  ), prefix AS (
    SELECT 'https://id.gs1.org/01/' || core.with_digit(left(known[2], 1) || known[1] || substr(known[2], 2)) || '/21/' AS lo, '.'::text AS rest
      FROM pattern WHERE scheme = 'sgtin' AND cardinality(known) = 2 AND stars = 1 AND known[1] || known[2] ~ '^[0-9]{13}$'
    UNION ALL
    SELECT format('https://id.gs1.org/01/%s%s', digit, known[1]), '/21/' FROM pattern, generate_series(0, 9) AS digit
      WHERE scheme = 'sgtin' AND cardinality(known) = 1 AND stars = 2
    UNION ALL SELECT 'https://id.gs1.org/01/', '/21/' FROM pattern WHERE scheme = 'sgtin' AND stars = 3
    UNION ALL
    SELECT format('https://id.gs1.org/00/%s%s', digit, known[1]), '.' FROM pattern, generate_series(0, 9) AS digit
      WHERE scheme = 'sscc' AND cardinality(known) = 1 AND stars = 1
    UNION ALL SELECT 'https://id.gs1.org/00/', '.' FROM pattern WHERE scheme = 'sscc' AND stars = 2
    UNION ALL
    SELECT 'https://id.gs1.org/414/' || core.with_digit(known[1] || known[2]), '^(/254/.*)?$'
      FROM pattern WHERE scheme = 'sgln' AND cardinality(known) = 2 AND stars = 1 AND known[1] || known[2] ~ '^[0-9]{12}$'
    UNION ALL SELECT 'https://id.gs1.org/414/' || coalesce(known[1], ''), '.' FROM pattern WHERE scheme = 'sgln' AND stars >= 2
    UNION ALL
    SELECT 'https://id.gs1.org/8003/0' || core.with_digit(known[1] || known[2]), '.'
      FROM pattern WHERE scheme = 'grai' AND cardinality(known) = 2 AND stars = 1 AND known[1] || known[2] ~ '^[0-9]{12}$'
    UNION ALL SELECT 'https://id.gs1.org/8003/0' || coalesce(known[1], ''), '.' FROM pattern WHERE scheme = 'grai' AND stars >= 2
    UNION ALL SELECT 'https://id.gs1.org/8004/' || coalesce(known[1], ''), '.' FROM pattern WHERE scheme = 'giai' AND stars >= 1
    UNION ALL -- other schemes stay as they are written
    SELECT format('urn:epc:id:%s:%s', scheme, (SELECT coalesce(string_agg(part || '.', '' ORDER BY n), '') FROM unnest(known) WITH ORDINALITY AS each (part, n))), '.'
      FROM pattern WHERE scheme NOT IN ('sgtin', 'sscc', 'sgln', 'grai', 'giai')
  )
  SELECT prefix.lo, prefix.lo || U&'\+10FFFF', rest FROM prefix
$$;

/* One of the standard's MATCH parameters: exact identifiers in any of their forms, and patterns. */
CREATE TYPE epcis.matcher AS (exact text[], ranges text[], roles text[]);

/* NULL when it was not asked. ICL07 for a pattern that is none. */
CREATE FUNCTION epcis.matcher_of(p jsonb, p_field text, p_roles text[]) RETURNS epcis.matcher LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_asked text[] := epcis.asked(p, p_field);
  v_wrong text;
BEGIN
  IF v_asked IS NULL THEN
    RETURN NULL;
  END IF;
  SELECT id INTO v_wrong FROM unnest(v_asked) AS id
    WHERE id LIKE 'urn:epc:idpat:%' AND NOT ('class' = ANY (p_roles)) AND NOT EXISTS (SELECT FROM epcis.pattern_ranges(id)) LIMIT 1;
  IF v_wrong IS NOT NULL THEN
    PERFORM pack.fail_field(p_field, 'a pattern such as urn:epc:idpat:sgtin:0614141.107346.*, urn:epc:idpat:sscc:0614141.* or urn:epc:idpat:sgln:0614141.*.*');
  END IF;
  RETURN ROW(
    ARRAY(SELECT form FROM unnest(v_asked) AS id, LATERAL (SELECT id AS form UNION SELECT epcis.class_link(id) WHERE 'class' = ANY (p_roles)) AS forms
      WHERE form IS NOT NULL AND (form NOT LIKE 'urn:epc:idpat:%' OR 'class' = ANY (p_roles))),
    ARRAY(SELECT id FROM unnest(v_asked) AS id WHERE id LIKE 'urn:epc:idpat:%' AND NOT ('class' = ANY (p_roles))),
    p_roles)::epcis.matcher;
END $$;

/* The Digital Link of a class of things that is written as a URN: a GTIN, with a lot or without. NULL for all else. */
CREATE FUNCTION epcis.class_link(p_id text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT 'https://id.gs1.org/01/' || core.with_digit(left(part[2], 1) || part[1] || substr(part[2], 2)) || coalesce('/10/' || part[3], '')
  FROM (SELECT coalesce(regexp_match(p_id, '^urn:epc:idpat:sgtin:([0-9]+)\.([0-9]+)\.\*()$'), regexp_match(p_id, '^urn:epc:class:lgtin:([0-9]+)\.([0-9]+)\.([^*]+)$')) AS found) AS matched,
    LATERAL (SELECT ARRAY[found[1], found[2], nullif(found[3], '')] AS part) AS parts
  WHERE part[1] || part[2] ~ '^[0-9]{13}$'
$$;

/* The condition that something in event e matches, as SQL: with values in it the plan can be for them. Classes that were captured as URNs are
   found by their Digital Links, too. Empty when nothing was asked. */
CREATE FUNCTION epcis.match_clause(p epcis.matcher) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN count(*) = 0 THEN '' ELSE format('AND (e.event_id, e.event_time) IN (SELECT x.event_id, x.event_time FROM epcis.event_epc x WHERE x.role = ANY (%L::text[]) AND (%s))',
    p.roles, string_agg('(' || term || ')', ' OR ')) END
  FROM (
    SELECT format('x.epc = ANY (%L::text[])', p.exact) AS term WHERE p.exact <> '{}'
    UNION ALL
    SELECT format('x.epc >= ''urn:epc:'' AND x.epc < ''urn:epc;'' AND epcis.class_link(x.epc) = ANY (%L::text[])', p.exact)
    WHERE 'class' = ANY (p.roles) AND p.exact <> '{}'
    UNION ALL
    SELECT format('x.epc >= %L AND x.epc < %L AND substr(x.epc, %s) ~ %L', lo, hi, length(lo) + 1, form)
    FROM unnest(p.ranges) AS pattern, LATERAL epcis.pattern_ranges(pattern)) AS terms
$$;

/* An event with every identifier as a Digital Link, where it has one: the form that the standard answers in unless asked otherwise. */
CREATE FUNCTION epcis.with_links(e jsonb) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT e || coalesce((SELECT jsonb_object_agg(field, linked) FROM (
    SELECT field, (SELECT jsonb_agg(to_jsonb(core.canonical_id(item #>> '{}')) ORDER BY n) FROM jsonb_array_elements(e -> field) WITH ORDINALITY AS each (item, n)) AS linked
    FROM unnest('{epcList,childEPCs,inputEPCList,outputEPCList}'::text[]) AS field WHERE epcis.has_items(e, field)
    UNION ALL
    SELECT field, (SELECT jsonb_agg(item || jsonb_build_object('epcClass', coalesce(epcis.class_link(item ->> 'epcClass'), item ->> 'epcClass')) ORDER BY n)
      FROM jsonb_array_elements(e -> field) WITH ORDINALITY AS each (item, n))
    FROM unnest('{quantityList,childQuantityList,inputQuantityList,outputQuantityList}'::text[]) AS field WHERE epcis.has_items(e, field)
    UNION ALL
    SELECT field, (e -> field) || jsonb_build_object('id', core.canonical_id(e -> field ->> 'id')) FROM unnest('{readPoint,bizLocation}'::text[]) AS field WHERE e -> field ? 'id'
    UNION ALL
    SELECT 'parentID', to_jsonb(core.canonical_id(e ->> 'parentID')) WHERE e ->> 'parentID' IS NOT NULL) AS changed), '{}')
$$;

/* An EPCISQueryDocument around events. Namespaces that events were captured with stand in them, as they came. */
CREATE FUNCTION epcis.query_document(p_events jsonb) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('@context', jsonb_build_array('https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld'),
    'type', 'EPCISQueryDocument', 'schemaVersion', '2.0', 'creationDate', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'epcisBody', jsonb_build_object('queryResults', jsonb_build_object('queryName', 'SimpleEventQuery', 'resultsBody', jsonb_build_object('eventList', p_events))))
$$;
