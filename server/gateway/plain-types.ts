/**
 * How column values become JSON: exactly. bigint and numeric are strings (they do not fit a JSON number), times are ISO 8601 in UTC with the
 * microseconds the database has, everything JSON has a form for takes that form, all else stays PostgreSQL's text.
 */
import { types } from 'pg';

const OID = {
  bool: 16,
  int2: 21,
  int4: 23,
  float4: 700,
  float8: 701,
  json: 114,
  jsonb: 3802,
  timestamptz: 1184,
  timestamp: 1114,
};

const asText = (value: string): string => value;
/** `2026-11-22 15:23:02.123456+00` → `2026-11-22T15:23:02.123456Z`; `infinity` stays. */
const asInstant = (value: string): string => value.replace(' ', 'T').replace(/\+00(:00)?$/, 'Z');
/** NaN and Infinity have no form in JSON. */
const asNumber = (value: string): number | string => (Number.isFinite(Number(value)) ? Number(value) : value);

const PARSERS = new Map<number, (value: string) => unknown>([
  [OID.bool, (value) => value === 't'],
  [OID.int2, Number],
  [OID.int4, Number],
  [OID.float4, asNumber],
  [OID.float8, asNumber],
  [OID.json, (value) => JSON.parse(value) as unknown],
  [OID.jsonb, (value) => JSON.parse(value) as unknown],
  [OID.timestamptz, asInstant],
  [OID.timestamp, asInstant],
]);

/** pg's own reading, by the type's number. */
const parserOf: (oid: number) => (value: string) => unknown = types.getTypeParser;
const TEXT_ARRAY = 1009;
/** Arrays whose elements have a form in JSON: bool, int2, int4, float4, float8. */
const PLAIN_ARRAYS = [1000, 1005, 1007, 1021, 1022];
/** Arrays whose elements stay text: text, bpchar, varchar, int8, numeric, uuid. */
const TEXT_ARRAYS = [TEXT_ARRAY, 1014, 1015, 1016, 1231, 2951];
for (const oid of PLAIN_ARRAYS) PARSERS.set(oid, parserOf(oid));
for (const oid of TEXT_ARRAYS) PARSERS.set(oid, parserOf(TEXT_ARRAY));

export const plainTypes = { getTypeParser: (oid: number) => PARSERS.get(oid) ?? asText };
