-- A key that is bound to a source sends that source's events, and no others: what it sends of another is kept as a reject, as any event is
-- that cannot be taken.

/* Why this party may not send this event; NULL when it may. `shop` covers `shop` and what is below it, such as `shop/till-7`. */
CREATE FUNCTION ingest.party_flaw(p jsonb) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN pack.party() IS NOT NULL AND jsonb_typeof(p) = 'object'
    AND (p ->> 'source') IS DISTINCT FROM pack.party()
    AND NOT coalesce(starts_with(p ->> 'source', rtrim(pack.party(), '/') || '/'), false)
    THEN 'source is not the one that the key is bound to' END
$$;

ALTER FUNCTION ingest.flaw(jsonb, text[], timestamptz) RENAME TO form_flaw;

/* Why an element of a batch is no event for this tenant from this caller; NULL when it is one. */
CREATE FUNCTION ingest.flaw(p jsonb, p_sources text[], p_oldest timestamptz) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT coalesce(ingest.party_flaw(p), ingest.form_flaw(p, p_sources, p_oldest))
$$;

SELECT pack.open_to_parties(ARRAY['ingest_events']);
