/** What a list shows, as its address says it: search, filters, order, page. Pure; the same on server and browser. */
export type SearchParams = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface Sort {
  readonly key: string;
  readonly direction: 'asc' | 'desc';
}

export interface ListQuery {
  readonly q: string;
  /** Chosen values by filter key; absent keys are "any". */
  readonly filters: Readonly<Record<string, readonly string[]>>;
  readonly sort: Sort | null;
  /** The keyset's mark: rows after it. */
  readonly after: string | null;
}

/** What a list allows; anything else in the address is dropped. */
export interface ListRules {
  /** Values by filter key; `null` allows any value (an id, a name). */
  readonly filters: Readonly<Record<string, readonly string[] | null>>;
  readonly sortable?: readonly string[];
}

const SEARCH_LENGTH_MAX = 200;

function readOne(params: SearchParams, key: string): string {
  const value = params[key];
  return (typeof value === 'string' ? value : (value?.[0] ?? '')).trim();
}

function parseSort(text: string, sortable: readonly string[]): Sort | null {
  const direction = text.startsWith('-') ? 'desc' : 'asc';
  const key = text.replace(/^-/, '');
  return sortable.includes(key) ? { key, direction } : null;
}

/** Reads `?q=…&state=active,failed&sort=-created&after=…`. */
export function parseListQuery(params: SearchParams, rules: ListRules): ListQuery {
  const filters: Record<string, readonly string[]> = {};
  for (const [key, allowed] of Object.entries(rules.filters)) {
    const values = readOne(params, key).split(',');
    const kept = [...new Set(values)].filter((value) => value !== '' && (allowed === null || allowed.includes(value)));
    if (kept.length > 0) filters[key] = kept;
  }
  return {
    q: readOne(params, 'q').slice(0, SEARCH_LENGTH_MAX),
    filters,
    sort: parseSort(readOne(params, 'sort'), rules.sortable ?? []),
    after: readOne(params, 'after') || null,
  };
}

/** The address of a list, from its path; `?` only when something is chosen. Commas stay readable. */
export function writeListQuery(path: string, query: Partial<ListQuery>): string {
  const params = new URLSearchParams();
  if (query.q) params.set('q', query.q);
  for (const [key, values] of Object.entries(query.filters ?? {}))
    if (values.length > 0) params.set(key, values.join(','));
  if (query.sort) params.set('sort', `${query.sort.direction === 'desc' ? '-' : ''}${query.sort.key}`);
  if (query.after) params.set('after', query.after);
  const text = params.toString().replaceAll('%2C', ',');
  return text === '' ? path : `${path}?${text}`;
}

/** Changes parameters of an address and forgets the page, which no longer fits; `null` and `''` remove one. */
export function changeParams(search: string, changes: Readonly<Record<string, string | null>>): string {
  const params = new URLSearchParams(search);
  params.delete('after');
  for (const [key, value] of Object.entries(changes)) {
    if (value === null || value === '') params.delete(key);
    else params.set(key, value);
  }
  const text = params.toString().replaceAll('%2C', ',');
  return text === '' ? '' : `?${text}`;
}
