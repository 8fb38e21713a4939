/** What a plan diff shows: the engine's rows as JSON, their order, counts and groups. Pure. */
export type DiffOperation =
  | 'create'
  | 'update'
  | 'replace'
  | 'delete'
  | 'same'
  | 'read'
  | 'refresh'
  | 'retain'
  | 'discard';

/** One property that differs; secrets come masked, unknowns flagged, as the engine reports them. */
export interface DiffChange {
  readonly path: string;
  readonly kind: 'add' | 'update' | 'delete';
  readonly before?: unknown;
  readonly after?: unknown;
  readonly secret?: boolean;
  readonly unknown?: boolean;
  readonly replaces?: boolean;
}

export interface DiffRow {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly operation: DiffOperation;
  readonly changes: readonly DiffChange[];
  /** Inputs of a resource to be created; `{ secret: true }` and `{ unknown: true }` stand for values that cannot be shown. */
  readonly inputs?: Readonly<Record<string, unknown>>;
  /** Heading it stands under: "Public edge". Rows without one come first. */
  readonly place?: string;
  /** What it means, in words: "15 connections", "restart of 140 ms". */
  readonly consequence?: string;
  /** What the customer notices; opens the row. */
  readonly notice?: { readonly tone: 'wait' | 'ok' | 'bad'; readonly text: string };
}

export const COUNTED = ['create', 'update', 'replace', 'delete', 'same'] as const;
export type CountedOperation = (typeof COUNTED)[number];

export const SIGN = { create: '+', update: '~', replace: '±', delete: '\u2212', same: '=' } as const satisfies Record<
  CountedOperation,
  string
>;

/** The five operations people are shown; reading, keeping and refreshing change nothing they could notice. */
export function countedAs(operation: DiffOperation): CountedOperation {
  if (operation === 'discard') return 'delete';
  return COUNTED.find((counted) => counted === operation) ?? 'same';
}

export function countRows(rows: readonly DiffRow[]): Readonly<Record<CountedOperation, number>> {
  const counts = { create: 0, update: 0, replace: 0, delete: 0, same: 0 };
  for (const row of rows) counts[countedAs(row.operation)]++;
  return counts;
}

/** Replacing, deleting and whatever carries a notice opens by itself. */
export function opensByItself(row: DiffRow): boolean {
  const takesAway = row.operation === 'replace' || row.operation === 'delete';
  return row.notice !== undefined || (takesAway && row.consequence === undefined);
}

export interface DiffGroup {
  readonly place: string | null;
  readonly rows: readonly DiffRow[];
}

/** Rows by place, in the order in which the places first appear. */
export function groupRows(rows: readonly DiffRow[]): readonly DiffGroup[] {
  const groups = new Map<string | null, DiffRow[]>();
  for (const row of rows) {
    const place = row.place ?? null;
    const group = groups.get(place);
    if (group) group.push(row);
    else groups.set(place, [row]);
  }
  return [...groups].map(([place, members]) => ({ place, rows: members }));
}

export type DiffValue =
  | { readonly kind: 'value'; readonly text: string }
  | { readonly kind: 'secret' | 'secret-changed' | 'unknown' };

export interface DiffLine {
  readonly sign: '+' | '\u2212';
  readonly path: string;
  readonly value: DiffValue;
  readonly replaces: boolean;
}

function hasFlag(value: unknown, flag: 'secret' | 'unknown'): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    (value as Record<string, unknown>)[flag] === true &&
    Object.keys(value).length === 1
  );
}

function writeValue(value: unknown): DiffValue {
  if (hasFlag(value, 'secret')) return { kind: 'secret' };
  if (hasFlag(value, 'unknown')) return { kind: 'unknown' };
  return { kind: 'value', text: JSON.stringify(value) ?? 'undefined' };
}

/** The lines of an opened row: removed, then added. A changed secret is one line, because neither side can be shown. */
export function diffLines(row: DiffRow): readonly DiffLine[] {
  if (row.changes.length === 0 && countedAs(row.operation) === 'create') {
    return Object.entries(row.inputs ?? {}).map(([path, value]) => ({
      sign: '+',
      path,
      value: writeValue(value),
      replaces: false,
    }));
  }
  return row.changes.flatMap((change): DiffLine[] => {
    const replaces = change.replaces ?? false;
    const line = (sign: DiffLine['sign'], value: DiffValue): DiffLine => ({ sign, path: change.path, value, replaces });
    if (change.secret)
      return [
        line(change.kind === 'delete' ? '\u2212' : '+', {
          kind: change.kind === 'update' ? 'secret-changed' : 'secret',
        }),
      ];
    const removed = change.kind === 'add' ? [] : [line('\u2212', writeValue(change.before))];
    const added =
      change.kind === 'delete' ? [] : [line('+', change.unknown ? { kind: 'unknown' } : writeValue(change.after))];
    return [...removed, ...added];
  });
}
