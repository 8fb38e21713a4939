/** `GET /t/<ref>/v1/<view>`: rows of a pack's view by keyset, so pages stay right while rows are added. */
import { createHash } from 'node:crypto';
import { escapeIdentifier } from 'pg';
import type { ApiView } from '../domain/manifest.ts';
import type { Route } from '../registry/model.ts';
import { BoundedMap } from './bounded-map.ts';
import { requireScope } from './call-function.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { json, type Answer, type Exchange } from './exchange.ts';
import type { Caller } from './identify.ts';
import { problem } from './problems.ts';
import { isPlanStale, runStatement, type Statement } from './run-statement.ts';
import type { TenantPools } from './tenant-pools.ts';
import type { TenantState } from './tenant-state.ts';

const LIMIT_DEFAULT = 50;
const LIMIT_MAX = 500;
const FILTER_LENGTH_MAX = 500;

export interface ViewQuery {
  readonly limit: number;
  readonly after: readonly string[] | null;
  /** Column of the view → value it must equal. */
  readonly filters: ReadonlyMap<string, string>;
}

interface ViewCall {
  readonly route: Route;
  readonly state: TenantState;
  readonly caller: Caller;
  readonly view: ApiView;
}

export async function readView(exchange: Exchange, tenant: ViewCall, pools: TenantPools): Promise<Answer> {
  const { items, next } = await readPage(exchange, tenant, exchange.query, pools);
  return json(
    200,
    JSON.stringify({ items, next }),
    next === null ? {} : { link: nextLink(tenant.view, exchange.query, next) },
  );
}

/** One page of a view.
 * @param asked `limit`, `after`, and columns with the values they must equal
 * @throws Problem `scope_missing`, `query_invalid`, `cursor_invalid`, and what the statement ends with */
export async function readPage(
  exchange: Pick<Exchange, 'signal'>,
  { route, state, caller, view }: ViewCall,
  asked: URLSearchParams,
  pools: TenantPools,
): Promise<{ items: Record<string, unknown>[]; next: string | null }> {
  requireScope(caller, 'read');
  const query = parseViewQuery(view, asked);
  const statement = viewStatement(view, query);
  const within = { pools, gate: state.gate, route, signal: exchange.signal, party: caller.party };
  const rows = await runStatement(within, statement).catch((error: unknown) => {
    if (!isPlanStale(error)) throw error;
    const { text, values } = statement;
    return runStatement(within, { text, values }); // a read may be repeated
  });
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  const more = rows.length > query.limit && last !== undefined;
  const next = more ? encodeCursor(view.name, last.slice(0, view.key.length).map(String)) : null;
  const columns = Object.keys(view.columns);
  const items = page.map((row) =>
    Object.fromEntries(columns.map((column, i) => [column, row[view.key.length + i] ?? null])),
  );
  return { items, next };
}

/** @throws Problem `query_invalid` or `cursor_invalid` */
export function parseViewQuery(view: ApiView, query: URLSearchParams): ViewQuery {
  const filters = new Map<string, string>();
  let limit = LIMIT_DEFAULT;
  let after: readonly string[] | null = null;
  const seen = new Set<string>();
  for (const [name, value] of query) {
    if (seen.has(name)) throw problem('query_invalid', { parameter: name, why: 'repeated' });
    seen.add(name);
    if (name === 'limit') limit = parseLimit(value);
    else if (name === 'after') after = parseAfter(view, value);
    else if (!Object.hasOwn(view.columns, name))
      throw problem('query_invalid', { parameter: name.slice(0, 60), why: 'unknown' });
    else if (value.length > FILTER_LENGTH_MAX || value.includes('\0')) {
      throw problem('query_invalid', { parameter: name, why: 'value' });
    } else filters.set(name, value);
  }
  return { limit, after, filters };
}

const column = (name: string): string => `v.${escapeIdentifier(name)}`;

/** Ways in which a view is asked: by which columns, from the start or from a place. Each is one text, prepared once a connection. */
const shapes = new WeakMap<ApiView, BoundedMap<string, { readonly name: string; readonly text: string }>>();
const SHAPES_MAX = 32;

/** One row more than asked tells whether there is a next page. Names come from the description alone; values are parameters. */
export function viewStatement(view: ApiView, { limit, after, filters }: ViewQuery): Statement {
  const known = shapes.get(view) ?? new BoundedMap(SHAPES_MAX);
  shapes.set(view, known);
  const columns = [...filters.keys()];
  const { name, text } = known.take(`${columns.join()} ${after !== null}`, () => {
    const made = shapeOf(view, columns, after !== null);
    return { name: createHash('sha256').update(made).digest('base64url').slice(0, 30), text: made };
  });
  return { name, text, values: [...filters.values(), ...(after ?? []), String(limit + 1)] };
}

function shapeOf(view: ApiView, filters: readonly string[], continued: boolean): string {
  let bound = 0;
  const bind = () => `$${++bound}`;
  const key = view.key.map(column);
  const where = filters.map((name) => `${column(name)} = ${bind()}`);
  if (continued) where.push(`(${key.join(', ')}) > (${key.map(bind).join(', ')})`);
  return [
    `SELECT ${[...key.map((name) => `${name}::text`), ...Object.keys(view.columns).map(column)].join(', ')}`,
    `FROM api.${escapeIdentifier(view.name)} v`,
    where.length > 0 ? `WHERE ${where.join(' AND ')}` : '',
    `ORDER BY ${key.join(', ')}`,
    `LIMIT ${bind()}`,
  ].join(' ');
}

function parseLimit(value: string): number {
  const limit = /^\d{1,4}$/.test(value) ? Number(value) : 0;
  if (limit < 1 || limit > LIMIT_MAX) throw problem('query_invalid', { parameter: 'limit', min: 1, max: LIMIT_MAX });
  return limit;
}

function parseAfter(view: ApiView, value: string): readonly string[] {
  const key = decodeCursor(view.name, view.key.length, value);
  if (!key) throw problem('cursor_invalid');
  return key;
}

function nextLink(view: ApiView, query: URLSearchParams, next: string): string {
  const following = new URLSearchParams(query);
  following.set('after', next);
  return `<${view.name}?${following}>; rel="next"`;
}
