/** Several series as one table of moments, for charts and for their tables. Pure. */
export interface SeriesPoint {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** `null` is a gap. */
  readonly value: number | null;
}

export interface Series {
  readonly key: string;
  readonly label: string;
  readonly points: readonly SeriesPoint[];
  /** Drawn dashed: a forecast. */
  readonly forecast?: boolean;
}

export type SeriesRow = { readonly at: number } & Readonly<Record<string, number | null>>;

/** One row per moment that any series knows, oldest first; a series without a value there has a gap. */
export function joinSeries(series: readonly Series[]): readonly SeriesRow[] {
  const rows = new Map<number, Record<string, number | null>>();
  for (const { key, points } of series) {
    for (const { at, value } of points) {
      const row = rows.get(at) ?? Object.fromEntries(series.map((one) => [one.key, null]));
      row[key] = value;
      rows.set(at, row);
    }
  }
  return [...rows].sort(([a], [b]) => a - b).map(([at, values]): SeriesRow => ({ ...values, at }));
}

/** Where the value axis ends: above everything shown, thresholds included; bars and shares start at zero. */
export function axisTop(series: readonly Series[], thresholds: readonly number[]): number {
  const values = series.flatMap(({ points }) => points.flatMap(({ value }) => (value === null ? [] : [value])));
  const top = Math.max(0, ...values, ...thresholds) * 1.1;
  if (top === 0) return 1;
  const magnitude = 10 ** Math.floor(Math.log10(top));
  const nice = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((factor) => factor * magnitude >= top) ?? 10;
  return Number((nice * magnitude).toPrecision(6));
}

const isRound = (step: number): boolean => Number(step.toPrecision(1)) === Number(step.toPrecision(6));

/** Evenly from zero to the end of the axis, in steps of one digit: 0, 10, 20 … 50 and never 0, 20, 40, 50. */
export function valueTicks(top: number): readonly number[] {
  const parts = [4, 5, 3, 2].find((count) => isRound(top / count)) ?? 4;
  return Array.from({ length: parts + 1 }, (_, index) => Number(((top * index) / parts).toPrecision(6)));
}

const MINUTE_MS = 60_000;
const TICK_STEPS_MS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10_080, 43_200].map(
  (minutes) => minutes * MINUTE_MS,
);

/**
 * Round moments for a time axis, on the reader's clock.
 * @param offsetMs the zone's distance from UTC
 */
export function timeTicks(first: number, last: number, offsetMs: number, most = 8): readonly number[] {
  const step = TICK_STEPS_MS.find((size) => (last - first) / size <= most) ?? (last - first) / most;
  if (step <= 0) return [first];
  const ticks: number[] = [];
  for (let at = Math.ceil((first + offsetMs) / step) * step - offsetMs; at <= last; at += step) ticks.push(at);
  return ticks.length > 0 ? ticks : [first];
}
