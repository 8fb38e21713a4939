/** From rows of a table to items: columns go where the binding says, rows that share a key become one item with a list in it. */
import type { BoundBody, CsvColumn } from './binding.ts';

type CsvBody = Extract<BoundBody, { decoder: 'csv' }>;

/** One record: the line of the file it ends on, its fields, and why they cannot be read, if so. */
export interface TableRow {
  readonly row: number;
  readonly fields: readonly string[];
  readonly flaw?: string;
}

export type RowItem =
  | { readonly rows: readonly number[]; readonly item: Record<string, unknown> }
  | {
      readonly rows: readonly number[];
      readonly flaw: string;
      readonly raw: readonly Readonly<Record<string, string>>[];
    };

/** What is wrong with a header row; null when it names columns of the binding, all required ones among them, each once. */
export function headerFlaw({ columns }: Pick<CsvBody, 'columns'>, header: readonly string[]): string | null {
  const unknown = header.find((name) => !columns.some((column) => column.name === name));
  if (unknown !== undefined) return `no column is called ${JSON.stringify(unknown.slice(0, 60))}`;
  const twice = header.find((name, i) => header.indexOf(name) !== i);
  if (twice !== undefined) return `column ${twice} is there twice`;
  const missing = columns.find(({ name, required }) => required && !header.includes(name));
  return missing === undefined ? null : `column ${missing.name} is missing`;
}

interface ReadRow {
  readonly row: number;
  readonly raw: Readonly<Record<string, string>>;
  /** What it says, or what is wrong with it. */
  readonly cells: readonly Cell[] | string;
}

/** Items in the order of their first rows. One bad row spoils the item it belongs to: half of it would be worse than none. */
export function itemsOfRows(body: CsvBody, header: readonly string[], rows: readonly TableRow[]): RowItem[] {
  const groups = new Map<string, ReadRow[]>();
  for (const { row, fields, flaw } of rows) {
    const raw = Object.fromEntries(header.map((name, i) => [name, fields[i] ?? '']));
    const key = body.groupBy.map((column) => raw[column] ?? '');
    const name = key.includes('') ? `row ${row}` : JSON.stringify(key);
    const group = groups.get(name) ?? [];
    groups.set(name, group);
    group.push({ row, raw, cells: flaw ?? readRow(body.columns, raw) });
  }
  return Array.from(groups.values(), (group) => itemOf(body, group));
}

function itemOf({ constants, groupBy }: CsvBody, group: readonly ReadRow[]): RowItem {
  const rows = group.map(({ row }) => row);
  const item: Record<string, unknown> = { ...constants };
  let shared: string | null = null;
  for (const [element, { row, cells }] of group.entries()) {
    const ofItem = typeof cells === 'string' ? [] : cells.filter(({ column }) => !isElement(column));
    const said = JSON.stringify(ofItem.map(({ column, value }) => [column.name, value]));
    shared ??= said;
    const flaw =
      typeof cells === 'string' ? cells : said === shared ? null : `not as the first row of this ${groupBy.at(-1)}`;
    if (flaw !== null) return { rows, flaw: `row ${row}: ${flaw}`, raw: group.map((each) => each.raw) };
    for (const { column, value } of cells as readonly Cell[]) {
      if (element === 0 || isElement(column)) place(item, column.to, value, element);
    }
  }
  return { rows, item };
}

interface Cell {
  readonly column: CsvColumn;
  readonly value: unknown;
}

const isElement = ({ to }: CsvColumn): boolean => to.includes('[]');

/** Cells that say something, or what is wrong with one. */
function readRow(columns: readonly CsvColumn[], raw: Readonly<Record<string, string>>): readonly Cell[] | string {
  const cells: Cell[] = [];
  for (const column of columns) {
    const given = raw[column.name] ?? '';
    const text = given === '' ? (column.fallback ?? '') : given;
    if (text === '') {
      if (column.required) return `${column.name} is empty`;
      continue;
    }
    if (column.as === 'integer' && !/^-?\d{1,15}$/.test(text)) return `${column.name} is not a whole number`;
    if (column.as === 'boolean' && text !== 'true' && text !== 'false')
      return `${column.name} is neither true nor false`;
    const value = column.as === 'integer' ? Number(text) : column.as === 'boolean' ? text === 'true' : text;
    cells.push({ column, value });
  }
  return cells;
}

/** Writes a value where `to` points, making objects and lists on the way. */
function place(item: Record<string, unknown>, to: string, value: unknown, element: number): void {
  const parts = to.split('.');
  let at = item;
  for (const [i, part] of parts.entries()) {
    if (part.endsWith('[]')) {
      const list = (at[part.slice(0, -2)] ??= []) as Record<string, unknown>[];
      at = list[element] ??= {};
    } else if (i === parts.length - 1) at[part] = value;
    else at = (at[part] ??= {}) as Record<string, unknown>;
  }
}
