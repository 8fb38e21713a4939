/** Periods that a list can be narrowed to, and where they begin. Pure. */
import { zoneOffsetMs } from '@/app/_ui/format-time.ts';

export const PERIODS = ['hour', 'today', 'week', 'month'] as const;
export type Period = (typeof PERIODS)[number];

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const BACK_MS = { hour: HOUR_MS, week: 7 * DAY_MS, month: 30 * DAY_MS } as const;

/** When the period began; `today` at midnight of the reader's zone. */
export function periodStart(period: Period, now: Date, timeZone: string): Date {
  if (period !== 'today') return new Date(now.getTime() - BACK_MS[period]);
  const offsetMs = zoneOffsetMs(now, timeZone);
  const localMs = now.getTime() + offsetMs;
  return new Date(localMs - (localMs % DAY_MS) - offsetMs);
}
