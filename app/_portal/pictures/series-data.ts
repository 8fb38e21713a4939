/** Rows of a series picture as lines over time or as bars by category. Pure. */
import type { Series } from '../../_ui/series-rows.ts';
import type { Picture } from '../../../server/domain/picture.ts';
import type { Locale } from '../../../server/domain/text.ts';
import { cellText, minorDigits, toInstant, toNumber, type OffsetAt, type Row } from './cells.ts';

export type SeriesPicture = Extract<Picture, { kind: 'series' }>;

/** Lines that can be told apart. */
const LINES_MAX = 4;

interface Line {
  readonly key: string;
  readonly label: string;
  readonly valueOf: (row: Row) => number | null;
}

const inMajor = (value: number | null, digits: number): number | null => (value === null ? null : value / 10 ** digits);

/** A line per measure, or per value of one column: those with most. */
function linesOf(picture: SeriesPicture, rows: readonly Row[], locale: Locale): readonly Line[] {
  const { measures, by, figure, unit, words } = picture;
  const digitsOf = (currency: string): number => (figure === 'money' ? minorDigits(currency) : 0);
  if (by === null) {
    return measures.map(({ column, label }) => ({
      key: column,
      label: label[locale],
      valueOf: (row) => inMajor(toNumber(row[column]), digitsOf(unit)),
    }));
  }
  const column = measures[0]!.column;
  const totals = new Map<string, number>();
  for (const row of rows) {
    const code = cellText(row[by], {}, locale);
    totals.set(code, (totals.get(code) ?? 0) + Math.abs(toNumber(row[column]) ?? 0));
  }
  const most = [...totals].toSorted(([, a], [, b]) => b - a).slice(0, LINES_MAX);
  return most.map(([code]) => ({
    key: `by ${code}`,
    label: cellText(code, words, locale),
    valueOf: (row) =>
      cellText(row[by], {}, locale) === code
        ? inMajor(toNumber(row[column]), digitsOf(unit === '' ? code : unit))
        : null,
  }));
}

/** Lines over time, on the reader's clock. */
export function linesOverTime(
  picture: SeriesPicture,
  rows: readonly Row[],
  locale: Locale,
  offsetMsAt: OffsetAt,
): readonly Series[] {
  return linesOf(picture, rows, locale).map(({ key, label, valueOf }) => ({
    key,
    label,
    points: rows.flatMap((row) => {
      const at = toInstant(row[picture.x.column], offsetMsAt);
      const value = valueOf(row);
      return at === null || value === null ? [] : [{ at, value }];
    }),
  }));
}

export interface Bars {
  /** Heads of the columns of bars. */
  readonly lines: readonly { readonly key: string; readonly label: string }[];
  readonly rows: readonly { readonly category: string; readonly values: readonly (number | null)[] }[];
  /** What the longest bar stands for. */
  readonly top: number;
}

/** A row per category, in the order of the rows; a bar per line. */
export function barsByCategory(picture: SeriesPicture, rows: readonly Row[], locale: Locale): Bars {
  const lines = linesOf(picture, rows, locale);
  const categories = new Map<string, (number | null)[]>();
  for (const row of rows) {
    const category = cellText(row[picture.x.column], picture.words, locale);
    const values = categories.get(category) ?? lines.map(() => null);
    lines.forEach(({ valueOf }, index) => {
      const value = valueOf(row);
      if (value !== null) values[index] = (values[index] ?? 0) + value;
    });
    categories.set(category, values);
  }
  const values = [...categories.values()].flat().map((value) => Math.abs(value ?? 0));
  return {
    lines: lines.map(({ key, label }) => ({ key, label })),
    rows: Array.from(categories, ([category, of]) => ({ category, values: of })),
    top: Math.max(0, ...values),
  };
}
