/** Bytes of a standard's request to the value that a binding asks for: JSON, events in their three modes, rows of a table. */
import type { IncomingMessage } from 'node:http';
import { parse } from 'csv-parse/sync';
import { eventModeOf, eventOfHeaders, isJsonType } from '../domain/bind-cloudevents.ts';
import { headerFlaw, itemsOfRows, type RowItem, type TableRow } from '../domain/bind-rows.ts';
import { mediaTypesOf, type BoundBody } from '../domain/binding.ts';
import { problem } from './problems.ts';
import { contentOf, parseJson, readBytes, textOf } from './read-body.ts';

type CsvBody = Extract<BoundBody, { decoder: 'csv' }>;
const COLUMNS_MAX = 100;

/** @returns the value for the member that the binding names
 * @throws Problem `media_type`, `body_too_large`, `json_invalid`, `table_invalid` */
export async function decodeBody(req: IncomingMessage, body: BoundBody, bytesMax: number): Promise<unknown> {
  const { mediaType } = contentOf(req);
  if (body.decoder === 'cloudevents') return decodeEvents(req, body, mediaType, bytesMax);
  if (!body.mediaTypes.includes(mediaType)) throw wrongType(body);
  const bytes = await readBytes(req, bytesMax);
  return body.decoder === 'json' ? parseJson(bytes) : decodeTable(bytes, body);
}

const wrongType = (body: BoundBody) => {
  const accepted = mediaTypesOf(body);
  return problem('media_type', { accepted }, { 'accept-post': accepted.join(', '), connection: 'close' });
};

async function decodeEvents(
  req: IncomingMessage,
  body: BoundBody,
  mediaType: string,
  bytesMax: number,
): Promise<unknown> {
  const { headers } = req;
  const mode = eventModeOf({ mediaType, headers });
  if (mode === null) throw wrongType(body);
  const bytes = await readBytes(req, bytesMax);
  if (mode !== 'binary') return mode === 'batched' ? parseJson(bytes) : [parseJson(bytes)];
  if (bytes.length === 0) return [eventOfHeaders({ headers }, null)];
  if (mediaType === '' ? headers['content-type'] === undefined : isJsonType(mediaType)) {
    return [eventOfHeaders({ headers }, { json: parseJson(bytes) })];
  }
  const data = mediaType.startsWith('text/') ? textOrNull(bytes) : null;
  return [eventOfHeaders({ headers }, data === null ? { base64: bytes.toString('base64') } : { text: data })];
}

function textOrNull(bytes: Buffer): string | null {
  try {
    return textOf(bytes);
  } catch {
    return null;
  }
}

/** A table as a whole is refused for its form alone (no header, a quote that never ends); a row that does not fit is an item of its own. */
function decodeTable(bytes: Buffer, body: CsvBody): RowItem[] {
  const [{ record: header } = {}, ...rows] = readRecords(bytes);
  if (header === undefined) throw problem('table_invalid', { why: 'there is no header row' });
  if (header.length > COLUMNS_MAX) throw problem('table_invalid', { why: `more than ${COLUMNS_MAX} columns` });
  const flaw = headerFlaw(body, header);
  if (flaw !== null) throw problem('table_invalid', { why: flaw, columns: body.columns.map(({ name }) => name) });
  const numbered = rows.map(({ record: fields, info }): TableRow => {
    const fits = fields.length === header.length;
    const why = `${fields.length} fields, the header has ${header.length}`;
    return { row: info.lines, fields, ...(fits ? {} : { flaw: why }) };
  });
  return itemsOfRows(body, header, numbered);
}

interface CsvRecord {
  readonly record: readonly string[];
  /** `lines`: the line of the file that it ends on. */
  readonly info: { readonly lines: number };
}

function readRecords(bytes: Buffer): readonly CsvRecord[] {
  try {
    textOf(bytes); // the parser would put question marks for what is not UTF-8
    const options = { bom: true, info: true, relax_column_count: true, skip_empty_lines: true, trim: true } as const;
    return parse(bytes, options) as unknown as CsvRecord[];
  } catch (error) {
    const line = error instanceof Error && 'lines' in error && typeof error.lines === 'number' ? error.lines : null;
    throw problem('table_invalid', line === null ? {} : { line });
  }
}
