/**
 * Pictures: what an offering wants people to look at rather than read, declared in its manifest as data. The tenant's page draws each by its
 * kind and never by its offering; the rows come from the tenant's own API, through the same door as every other call.
 *
 * A picture names where its rows come from (`rows`), what a reader chooses first (`inputs`), and which column plays which part. Columns are
 * names of the view's columns (or fields of a function's rows). Cells that are codes are shown in the words of `words`.
 *
 * - `series`  figures over a time or by category; a line per measure, or per value of one column
 * - `path`    steps of one thing in order, such as a parcel's way; a step without a time has not happened yet
 * - `tree`    rows that name their parent row, such as parcels in pallets in trucks
 * - `ledger`  accounts with debit, credit and balance: a trial balance, or T-accounts of single postings
 * - `states`  the map of a state machine with how many are in each state
 *
 * A view is read in the order of its key, up to PICTURE_ROWS_MAX rows: let the view itself be the window ("the last 90 days") and the order.
 */
import { z } from 'zod';
import { LocalText } from './text.ts';

/** Rows read for one picture; what lies beyond is cut off, and the picture says so. */
export const PICTURE_ROWS_MAX = 2_000;

const Name = z.string().regex(/^[a-z][a-z0-9_]*$/);
/** A column of the rows. */
const Column = z.string().regex(/^[A-Za-z][A-Za-z0-9_]*$/);

/**
 * Where rows come from.
 * `view`: a view of the API; `where` are columns with the value that each must equal. An input narrows the column of its own name.
 * `function`: one that does not write; `{{input}}` in its body is filled in, and a field whose input was left empty is left out.
 * `at` is the path of the array in the answer, such as `rows` or `result.steps`.
 */
export const PictureRows = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('view'), name: Name, where: z.record(Column, z.string()) }),
  z.strictObject({ kind: z.literal('function'), name: Name, body: z.record(z.string(), z.unknown()), at: z.string() }),
]);
export type PictureRows = z.infer<typeof PictureRows>;

/** What may be chosen: known values in words, or the distinct values of a column of a view (`label`: the column that names them). */
const PictureChoices = z.union([
  z.strictObject({ values: z.array(z.strictObject({ value: z.string(), label: LocalText })).min(1) }),
  z.strictObject({ view: Name, value: Column, label: Column.nullable() }),
]);

/** What a reader gives before there is a picture, such as a tracking number. With choices the first is taken unless it is optional. */
export const PictureInput = z.strictObject({
  /** For a view: the column that must equal it. For a function: the name in `{{name}}`. */
  name: Column,
  label: LocalText,
  /** Null: free text. */
  choices: PictureChoices.nullable(),
  /** May be left empty; then it narrows nothing. */
  optional: z.boolean(),
  /** Shown as an example in an empty field; null for none. */
  example: z.string().nullable(),
});
export type PictureInput = z.infer<typeof PictureInput>;

/** How figures are shown. `money`: integers of minor units. */
const FigureKind = z.enum(['number', 'count', 'money', 'percent', 'ms']);

const common = {
  /** Unique within the manifest. */
  name: Name,
  title: LocalText,
  /** One sentence: what one sees. */
  what: LocalText,
  rows: PictureRows,
  inputs: z.array(PictureInput).max(4),
  /** Codes in cells → words. */
  words: z.record(z.string(), LocalText),
  /** Module that brings it; null for the core. */
  module: z.string().nullable(),
};

export const SeriesPicture = z.strictObject({
  ...common,
  kind: z.literal('series'),
  /** `time`: an instant or a date. `category`: any text; then bars. */
  x: z.strictObject({ column: Column, kind: z.enum(['time', 'category']) }),
  measures: z
    .array(z.strictObject({ column: Column, label: LocalText }))
    .min(1)
    .max(4),
  /** A line per value of this column (the four with most); then there is one measure. Null: a line per measure. */
  by: Column.nullable(),
  figure: FigureKind,
  /** Words after figures, such as `t` or `/min`; for money the currency when it is always the same; empty for none. */
  unit: z.string(),
});

export const PathPicture = z.strictObject({
  ...common,
  kind: z.literal('path'),
  /** What happened. */
  step: Column,
  /** When; empty in a row that is still ahead. Null: the order alone is known. */
  at: Column.nullable(),
  place: Column.nullable(),
  note: Column.nullable(),
});

export const TreePicture = z.strictObject({
  ...common,
  kind: z.literal('tree'),
  id: Column,
  /** Empty, or not among the rows: a root. */
  parent: Column,
  /** Null: the id is the label. */
  label: Column.nullable(),
  /** Kind of thing, beside the label. */
  type: Column.nullable(),
  state: Column.nullable(),
  note: Column.nullable(),
});

export const LedgerPicture = z.strictObject({
  ...common,
  kind: z.literal('ledger'),
  /** `balance`: a row an account, with totals a currency. `accounts`: a row a posting, drawn as T-accounts. */
  shape: z.enum(['balance', 'accounts']),
  account: Column,
  /** Name of the account; null when the account says it. */
  label: Column.nullable(),
  /** Minor units, as number or string of digits; empty for none. */
  debit: Column,
  credit: Column,
  /** Null: debit less credit. */
  balance: Column.nullable(),
  currency: Column.nullable(),
  /** Digits of the minor unit: the column that tells, else 2. */
  digits: Column.nullable(),
  at: Column.nullable(),
  text: Column.nullable(),
});

export const StatesPicture = z.strictObject({
  ...common,
  kind: z.literal('states'),
  /** The machine; null: the manifest's own `stateMachine`. */
  machine: z
    .strictObject({
      states: z.array(z.strictObject({ code: z.string(), name: LocalText, terminal: z.boolean() })).min(1),
      transitions: z.array(z.strictObject({ from: z.string(), to: z.string() })),
    })
    .nullable(),
  state: Column,
  count: Column,
});

export const Picture = z.discriminatedUnion('kind', [
  SeriesPicture,
  PathPicture,
  TreePicture,
  LedgerPicture,
  StatesPicture,
]);
export type Picture = z.infer<typeof Picture>;

const present = (columns: readonly (string | null)[]): string[] => columns.filter((column) => column !== null);

/** Every column that a picture draws. */
export function columnsOf(picture: Picture): readonly string[] {
  switch (picture.kind) {
    case 'series':
      return present([picture.x.column, ...picture.measures.map(({ column }) => column), picture.by]);
    case 'path':
      return present([picture.step, picture.at, picture.place, picture.note]);
    case 'tree':
      return present([picture.id, picture.parent, picture.label, picture.type, picture.state, picture.note]);
    case 'ledger': {
      const { account, label, debit, credit, balance, currency, digits, at, text } = picture;
      return present([account, label, debit, credit, balance, currency, digits, at, text]);
    }
    case 'states':
    default:
      return [picture.state, picture.count];
  }
}
