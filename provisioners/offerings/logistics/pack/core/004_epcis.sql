-- The event store after GS1 EPCIS 2.0, the vocabulary after CBV 2.0, and the hash that names an event by its content.

CREATE SCHEMA epcis;

-- What a business step says of the parcels it touches; NULL: nothing. All 41 steps of CBV 2.0.
CREATE TABLE epcis.biz_step (code text PRIMARY KEY, parcel_state text);
INSERT INTO epcis.biz_step (code, parcel_state)
SELECT code, NULL FROM unnest('{accepting,assembling,commissioning,consigning,creating_class_instance,cycle_counting,
  decommissioning,destroying,disassembling,dispensing,encoding,entering_exiting,holding,inspecting,installing,killing,other,packing,picking,
  receiving,removing,repackaging,repairing,replacing,reserving,retail_selling,sampling,sensor_reporting,stock_taking,stocking,storing,
  unpacking,void_shipping}'::text[]) AS code
UNION ALL SELECT 'collecting', 'picked_up'
UNION ALL SELECT 'staging_outbound', 'out_for_delivery'
UNION ALL SELECT code, 'in_transit' FROM unnest('{shipping,departing,loading,transporting,arriving,unloading}'::text[]) AS code;

-- All 33 dispositions of CBV 2.0. What they say of a parcel goes before what the step says.
CREATE TABLE epcis.disposition (code text PRIMARY KEY, parcel_state text);
INSERT INTO epcis.disposition (code, parcel_state)
SELECT code, NULL FROM unnest('{active,available,completeness_verified,completeness_inferred,conformant,container_closed,container_open,
  dispensed,encoded,expired,in_progress,in_transit,inactive,needs_replacement,partially_dispensed,recalled,reserved,retail_sold,
  sellable_accessible,sellable_not_accessible,unavailable,unknown,non_sellable_other,no_pedigree_match}'::text[]) AS code
UNION ALL SELECT code, 'exception' FROM unnest('{damaged,destroyed,disposed,mismatch_instance,mismatch_class,mismatch_quantity,
  non_conformant,stolen}'::text[]) AS code
UNION ALL SELECT 'returned', 'returned';

-- Which event an id belongs to, whatever its month: partitions cannot say that of each other. The gate of deduplication.
CREATE TABLE epcis.known (
  event_id text PRIMARY KEY,
  event_time timestamptz NOT NULL,
  content_hash bytea NOT NULL
);
CREATE INDEX known_by_time ON epcis.known (event_time);

CREATE TABLE epcis.event (
  event_id text NOT NULL,
  event_time timestamptz NOT NULL,
  record_time timestamptz NOT NULL,
  type text NOT NULL CHECK (type IN ('ObjectEvent', 'AggregationEvent', 'TransactionEvent', 'TransformationEvent', 'AssociationEvent')),
  action text CHECK (action IN ('ADD', 'OBSERVE', 'DELETE')),
  biz_step text,
  disposition text,
  read_point text,
  biz_location text,
  body jsonb NOT NULL, -- as it was sent, without errorDeclaration
  PRIMARY KEY (event_id, event_time),
  CHECK ((type = 'TransformationEvent') = (action IS NULL))
) PARTITION BY RANGE (event_time);
CREATE INDEX event_by_time ON epcis.event (event_time, event_id);
CREATE INDEX event_by_record ON epcis.event (record_time);

-- Each identifier of an event, in canonical form. whole: the parent of an aggregation event that names no children.
CREATE TABLE epcis.event_epc (
  epc text NOT NULL,
  event_time timestamptz NOT NULL,
  event_id text NOT NULL,
  role text NOT NULL CHECK (role IN ('epc', 'parent', 'whole', 'child', 'in', 'out', 'class')),
  PRIMARY KEY (epc, event_time, event_id, role)
) PARTITION BY RANGE (event_time);

-- Events that were declared to be in error, by a copy with errorDeclaration. They stay, and move nothing.
CREATE TABLE epcis.error_declaration (
  event_id text PRIMARY KEY,
  event_time timestamptz NOT NULL,
  declared_at timestamptz NOT NULL,
  reason text,
  corrective_ids text[] NOT NULL DEFAULT '{}',
  body jsonb NOT NULL, -- errorDeclaration as it was sent
  recorded_at timestamptz NOT NULL DEFAULT now()
);

-- What went into what: one row for each child an aggregation names; child '' for all of the parent's. Without declared errors.
CREATE TABLE epcis.aggregation (
  parent text NOT NULL,
  child text NOT NULL,
  event_time timestamptz NOT NULL,
  event_id text NOT NULL,
  action text NOT NULL CHECK (action IN ('ADD', 'DELETE')),
  PRIMARY KEY (parent, child, event_time, event_id)
);
CREATE INDEX aggregation_by_child ON epcis.aggregation (child, event_time);
CREATE INDEX aggregation_by_event ON epcis.aggregation (event_id);

-- The fold of epcis.aggregation: a thing is in one container at a time, and the key is the referee.
CREATE TABLE epcis.containment (
  child text NOT NULL,
  parent text NOT NULL,
  during tstzrange NOT NULL CHECK (NOT isempty(during)),
  PRIMARY KEY (child, during WITHOUT OVERLAPS)
);
CREATE INDEX containment_by_parent ON epcis.containment (parent);

-- One row for each captured document, as GET /capture/{captureID} of the standard tells it.
CREATE TABLE epcis.capture_job (
  capture_id uuid PRIMARY KEY DEFAULT uuidv7(),
  created_at timestamptz NOT NULL DEFAULT now(),
  behaviour text NOT NULL CHECK (behaviour IN ('rollback', 'proceed')),
  captured int NOT NULL,
  duplicates int NOT NULL,
  errors jsonb NOT NULL
);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON epcis.event
  FOR EACH STATEMENT EXECUTE FUNCTION core.deny_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON epcis.error_declaration
  FOR EACH STATEMENT EXECUTE FUNCTION core.deny_change();

-- ── Months ─────────────────────────────────────────────────────────────────────────────────────────────────────────

CREATE TABLE epcis.event_default PARTITION OF epcis.event DEFAULT;
CREATE TABLE epcis.event_epc_default PARTITION OF epcis.event_epc DEFAULT;

/* Partitions of a month (UTC) for both tables, with what waited in the default ones moved over. True when the month is new. */
CREATE FUNCTION epcis.make_month(p_month timestamptz) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  v_from timestamptz := date_trunc('month', p_month, 'UTC');
  v_to timestamptz := date_trunc('month', v_from + interval '40 days', 'UTC');
  v_table text;
  v_name text;
BEGIN
  IF to_regclass('epcis.' || to_char(v_from AT TIME ZONE 'UTC', '"event_y"YYYY"m"MM')) IS NOT NULL THEN
    RETURN false;
  END IF;
  FOREACH v_table IN ARRAY '{event,event_epc}'::text[] LOOP
    v_name := v_table || to_char(v_from AT TIME ZONE 'UTC', '"_y"YYYY"m"MM');
    EXECUTE format('CREATE TABLE epcis.%I (LIKE epcis.%I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', v_name, v_table);
    EXECUTE format('WITH moved AS (DELETE FROM epcis.%I WHERE event_time >= %L AND event_time < %L RETURNING *) INSERT INTO epcis.%I SELECT * FROM moved',
      v_table || '_default', v_from, v_to, v_name);
    EXECUTE format('ALTER TABLE epcis.%I ATTACH PARTITION epcis.%I FOR VALUES FROM (%L) TO (%L)', v_table, v_name, v_from, v_to);
  END LOOP;
  RETURN true;
END $$;

SELECT epcis.make_month(now() + n * interval '1 month') FROM generate_series(-1, 2) AS n;

-- ── Words of the vocabulary ────────────────────────────────────────────────────────────────────────────────────────

/* `shipping` for any way to write a business step or disposition of CBV; another vocabulary's URI stays. */
CREATE FUNCTION epcis.word(p_value text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$
  SELECT coalesce(substring(p_value FROM '^(?:https?://ref\.gs1\.org/cbv/|cbv:)(?:BizStep|Disp)-(.+)$'),
    substring(p_value FROM '^urn:epcglobal:cbv:(?:bizstep|disp):(.+)$'), p_value)
$$;

-- ── The content hash of CBV 2.0, section 8.9 ───────────────────────────────────────────────────────────────────────
-- Every member that counts, in the standard's order, as name=value without anything between; sha-256 over it. eventID, recordTime and
-- errorDeclaration do not count, so an event and its error declaration have one hash, and so do two ways to write the same event.

-- Order of members by the object they are in; `item`: what one element of a list is called.
CREATE TABLE epcis.member_order (
  parent text NOT NULL,
  seq int NOT NULL,
  name text NOT NULL,
  item text,
  PRIMARY KEY (parent, name)
);
INSERT INTO epcis.member_order (parent, seq, name, item)
SELECT parent, seq, split_part(member, ':', 1), nullif(split_part(member, ':', 2), '')
FROM (VALUES
  ('event', 'eventTime,eventTimeZoneOffset,certificationInfo,parentID,epcList:epc,inputEPCList:epc,childEPCs:epc,quantityList:quantityElement,childQuantityList:quantityElement,inputQuantityList:quantityElement,outputEPCList:epc,outputQuantityList:quantityElement,action,transformationID,bizStep,disposition,persistentDisposition,readPoint,bizLocation,bizTransactionList:,sourceList:,destinationList:,sensorElementList:sensorElement'),
  ('quantityElement', 'epcClass,quantity,uom'), ('persistentDisposition', 'set,unset'), ('readPoint', 'id'), ('bizLocation', 'id'),
  ('bizTransactionList', 'type,bizTransaction'), ('sourceList', 'type,source'), ('destinationList', 'type,destination'),
  ('sensorElement', 'sensorMetadata,sensorReport'),
  ('sensorMetadata', 'time,startTime,endTime,deviceID,deviceMetadata,rawData,dataProcessingMethod,bizRules'),
  ('sensorReport', 'type,exception,deviceID,deviceMetadata,rawData,dataProcessingMethod,time,microorganism,chemicalSubstance,value,component,stringValue,booleanValue,hexBinaryValue,uriValue,minValue,maxValue,meanValue,sDev,percRank,percValue,uom,coordinateReferenceSystem')
) AS listed (parent, members), unnest(string_to_array(members, ',')) WITH ORDINALITY AS member (member, seq);

/* The prefix a bare word of CBV stands for, by the member and the object it is in. */
CREATE FUNCTION epcis.expand(p_parent text, p_name text, p_text text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN p_name = 'bizStep' THEN 'https://ref.gs1.org/cbv/BizStep-'
    WHEN p_name IN ('disposition', 'set', 'unset') THEN 'https://ref.gs1.org/cbv/Disp-'
    WHEN p_name = 'type' AND p_parent = 'bizTransactionList' THEN 'https://ref.gs1.org/cbv/BTT-'
    WHEN p_name = 'type' AND p_parent IN ('sourceList', 'destinationList') THEN 'https://ref.gs1.org/cbv/SDT-'
    WHEN p_name IN ('type', 'exception') AND p_parent = 'sensorReport' THEN 'https://gs1.org/voc/'
    WHEN p_name = 'component' THEN 'https://ref.gs1.org/cbv/Comp-'
    ELSE '' END || p_text
  WHERE p_text !~ ':'
  UNION ALL
  SELECT regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(p_text,
      '^urn:epcglobal:cbv:bizstep:', 'https://ref.gs1.org/cbv/BizStep-'), '^urn:epcglobal:cbv:disp:', 'https://ref.gs1.org/cbv/Disp-'),
      '^urn:epcglobal:cbv:btt:', 'https://ref.gs1.org/cbv/BTT-'), '^urn:epcglobal:cbv:sdt:', 'https://ref.gs1.org/cbv/SDT-'), '^gs1:', 'https://gs1.org/voc/')
  WHERE p_text ~ ':'
$$;

/* One value as the hash sees it: times in UTC to the millisecond, numbers without idle zeros, identifiers as Digital Links. */
CREATE FUNCTION epcis.plain_value(p_parent text, p_name text, p_value jsonb) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN p_name ILIKE '%time%' AND p_name NOT ILIKE '%offset%' AND pg_input_is_valid(v, 'timestamptz')
      THEN to_char(date_trunc('milliseconds', v::timestamptz) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
    WHEN v ~ '^[+-]?[0-9]+(\.[0-9]+)?$' THEN trim_scale(v::numeric)::text
    ELSE core.canonical_id(epcis.expand(p_parent, p_name, v)) END
  FROM (SELECT btrim(p_value #>> '{}') AS v) AS trimmed
$$;

/* A member outside the standard: `example:field` as {namespace}field, its parts in order. */
CREATE FUNCTION epcis.extension_text(p_key text, p_value jsonb, p_spaces jsonb) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_key text := CASE WHEN p_spaces ? split_part(p_key, ':', 1)
    THEN format('{%s}', p_spaces ->> split_part(p_key, ':', 1)) || substr(p_key, strpos(p_key, ':') + 1) ELSE p_key END;
BEGIN
  RETURN CASE jsonb_typeof(p_value)
    WHEN 'object' THEN v_key || coalesce((SELECT string_agg(part, '' ORDER BY part COLLATE "C")
      FROM jsonb_each(p_value) AS each (key, value), LATERAL (SELECT epcis.extension_text(key, value, p_spaces) AS part) AS made), '')
    WHEN 'array' THEN coalesce((SELECT string_agg(part, '' ORDER BY part COLLATE "C")
      FROM jsonb_array_elements(p_value) AS item, LATERAL (SELECT epcis.extension_text(p_key, item, p_spaces) AS part) AS made), '')
    ELSE v_key || '=' || epcis.plain_value('', p_key, p_value) END;
END $$;

/* One member of an object: its name and what is in it. */
CREATE FUNCTION epcis.member_text(p_parent text, p_name text, p_item text, p_value jsonb, p_spaces jsonb) RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF p_value IS NULL OR p_value IN ('null', '[]', '{}', '""') THEN
    RETURN '';
  END IF;
  IF p_name IN ('bizTransactionList', 'sourceList', 'destinationList') THEN
    RETURN p_name || (SELECT string_agg(part, '' ORDER BY part COLLATE "C")
      FROM jsonb_array_elements(p_value) AS item, LATERAL (SELECT epcis.object_text(p_name, item, p_spaces) AS part) AS made);
  END IF;
  IF p_item IS NOT NULL THEN
    RETURN p_name || (SELECT string_agg(part, '' ORDER BY part COLLATE "C")
      FROM jsonb_array_elements(p_value) AS item, LATERAL (SELECT epcis.member_text(p_name, p_item, NULL, item, p_spaces) AS part) AS made);
  END IF;
  RETURN CASE jsonb_typeof(p_value)
    WHEN 'object' THEN p_name || epcis.object_text(p_name, p_value, p_spaces)
    WHEN 'array' THEN (SELECT string_agg(part, '' ORDER BY part COLLATE "C")
      FROM jsonb_array_elements(p_value) AS item, LATERAL (SELECT epcis.member_text(p_parent, p_name, NULL, item, p_spaces) AS part) AS made)
    ELSE p_name || '=' || epcis.plain_value(p_parent, p_name, p_value) END;
END $$;

/* An object of the standard: its members in order, then what is not of the standard. */
CREATE FUNCTION epcis.object_text(p_kind text, p_value jsonb, p_spaces jsonb) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT coalesce((
      SELECT string_agg(epcis.member_text(p_kind, o.name, o.item, p_value -> o.name, p_spaces), '' ORDER BY o.seq)
      FROM epcis.member_order o WHERE o.parent = p_kind AND p_value ? o.name), '')
    || coalesce((
      SELECT string_agg(part, '' ORDER BY part COLLATE "C")
      FROM jsonb_each(p_value) AS each (key, value), LATERAL (SELECT epcis.extension_text(key, value, p_spaces) AS part) AS made
      WHERE key NOT IN ('type', 'eventID', 'recordTime', 'errorDeclaration', '@context', 'rdfs:comment')
        AND NOT EXISTS (SELECT FROM epcis.member_order o WHERE o.parent = p_kind AND o.name = key)), '')
$$;

/* @param p_spaces prefix → namespace, of the document's @context */
CREATE FUNCTION epcis.content_hash(p_event jsonb, p_spaces jsonb) RETURNS bytea LANGUAGE sql STABLE AS $$
  SELECT sha256(convert_to('eventType=' || (p_event ->> 'type') || epcis.object_text('event', p_event, p_spaces), 'UTF8'))
$$;

/* Prefixes that an @context declares. */
CREATE FUNCTION epcis.spaces(p_context jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(jsonb_object_agg(key, value), '{}')
  FROM jsonb_array_elements(CASE jsonb_typeof(p_context) WHEN 'array' THEN p_context WHEN 'object' THEN jsonb_build_array(p_context) ELSE '[]' END) AS parts (part),
    LATERAL jsonb_each(CASE jsonb_typeof(part) WHEN 'object' THEN part ELSE '{}' END) AS each (key, value)
  WHERE jsonb_typeof(value) = 'string'
$$;
