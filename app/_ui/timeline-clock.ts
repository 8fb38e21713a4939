/** The one clock that all bars of a run share. Pure; milliseconds from the run's start. */
export type TimelineState = 'pending' | 'running' | 'waiting' | 'done' | 'failed' | 'skipped';

export interface TimelineBar {
  readonly state: TimelineState;
  /** From the run's start; absent for what has not begun. */
  readonly startMs?: number | undefined;
  /** Absent while it goes on. */
  readonly endMs?: number | undefined;
  /** Human time (an approval) is not drawn. */
  readonly offClock?: boolean | undefined;
}

export interface Clock {
  /** Length of the axis. */
  readonly spanMs: number;
  /** Where the axis names a time. */
  readonly ticksMs: readonly number[];
  /** A wait goes on: its bar leaves the axis at "now". */
  readonly openEnd: boolean;
}

const STEPS_MS = [
  10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000,
  3_600_000, 7_200_000, 21_600_000, 86_400_000,
];
const TICKS_MAX = 5;
const TAIL = 0.25;

/**
 * The axis covers what is finished and what is at work. A wait does not stretch it: minutes of waiting would press the milliseconds of
 * work into a point, so the wait runs off the right end, which is "now".
 */
export function layClock(bars: readonly TimelineBar[], nowMs: number): Clock {
  const drawn = bars.filter((bar) => bar.startMs !== undefined && !bar.offClock);
  const openEnd = drawn.some((bar) => bar.state === 'waiting' && bar.endMs === undefined);
  const ends = drawn.map((bar) => {
    const start = bar.startMs ?? 0;
    if (bar.endMs !== undefined) return bar.endMs;
    return bar.state === 'running' && !openEnd ? Math.max(start, nowMs) : start;
  });
  const worked = Math.max(1, ...ends);
  const spanMs = openEnd ? worked / (1 - TAIL) : worked;
  const step = STEPS_MS.find((size) => worked / size <= TICKS_MAX) ?? Math.ceil(worked / TICKS_MAX);
  const ticksMs = Array.from({ length: Math.floor(worked / step) + 1 }, (_, index) => index * step);
  return { spanMs, ticksMs, openEnd };
}

/** Left edge and width in percent of the axis; null for what is not drawn. */
export function placeBar(
  bar: TimelineBar,
  clock: Clock,
  nowMs: number,
): { readonly left: number; readonly width: number } | null {
  if (bar.startMs === undefined || bar.offClock) return null;
  const left = Math.min(100, (bar.startMs / clock.spanMs) * 100);
  const open = bar.endMs === undefined && (clock.openEnd || bar.state === 'waiting');
  const end = bar.endMs ?? (open ? clock.spanMs : nowMs);
  return { left, width: Math.max(0.6, Math.min(100 - left, ((end - bar.startMs) / clock.spanMs) * 100)) };
}
