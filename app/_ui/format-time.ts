/** Durations and points in time as people read them. Pure: locale, zone and "now" come in. */
import type { Locale } from '../../server/domain/text.ts';

const NBSP = '\u00a0';
const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const UNITS = {
  en: { ms: 'ms', s: 's', min: 'min', h: 'h', d: 'd' },
  zh: { ms: '毫秒', s: '秒', min: '分', h: '小时', d: '天' },
} as const satisfies Record<Locale, Record<string, string>>;

/** `38 ms`, `1.4 s`, `2 min 14 s`, `3 h 05 min`, `12 d`; in Chinese `2 分 14 秒`. */
export function formatDuration(ms: number, locale: Locale): string {
  const unit = UNITS[locale];
  const value = Math.max(0, ms);
  if (value < SECOND_MS) return `${Math.floor(value)}${NBSP}${unit.ms}`;
  // 59.95 s would round to "60 s".
  if (value < 59_950) return `${(value / SECOND_MS).toFixed(1).replace(/\.0$/, '')}${NBSP}${unit.s}`;
  if (value < HOUR_MS - SECOND_MS / 2) {
    const seconds = Math.round(value / SECOND_MS);
    const rest = seconds % 60;
    const minutes = `${Math.floor(seconds / 60)}${NBSP}${unit.min}`;
    return rest === 0 && locale === 'en'
      ? minutes
      : `${minutes}${NBSP}${String(rest).padStart(2, '0')}${NBSP}${unit.s}`;
  }
  if (value < DAY_MS) {
    const minutes = Math.floor(Math.max(value, HOUR_MS) / MINUTE_MS);
    return `${Math.floor(minutes / 60)}${NBSP}${unit.h}${NBSP}${String(minutes % 60).padStart(2, '0')}${NBSP}${unit.min}`;
  }
  return `${Math.floor(value / DAY_MS)}${NBSP}${unit.d}`;
}

interface Clock {
  readonly year: string;
  readonly month: string;
  readonly day: string;
  readonly hour: string;
  readonly minute: string;
  readonly second: string;
  readonly zone: string;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function clockFormat(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'shortOffset',
  });
  clocks.set(timeZone, made);
  return made;
}

function readClock(at: Date, timeZone: string): Clock {
  const part: Record<string, string> = {};
  for (const { type, value } of clockFormat(timeZone).formatToParts(at)) part[type] = value;
  const zone = (part['timeZoneName'] ?? 'GMT').replace('GMT', 'UTC').replace(/\+0$/, '').replace('-', '\u2212');
  return {
    year: part['year'] ?? '',
    month: part['month'] ?? '',
    day: part['day'] ?? '',
    hour: part['hour'] ?? '',
    minute: part['minute'] ?? '',
    second: part['second'] ?? '',
    zone,
  };
}

/** How far a zone is from UTC at a moment, in milliseconds. */
export function zoneOffsetMs(at: Date, timeZone: string): number {
  const c = readClock(at, timeZone);
  const local = Date.UTC(
    Number(c.year),
    Number(c.month) - 1,
    Number(c.day),
    Number(c.hour),
    Number(c.minute),
    Number(c.second),
  );
  return local - Math.floor(at.getTime() / SECOND_MS) * SECOND_MS;
}

/** `2026-11-22 15:23:02 UTC+8`: titles, audit, deadlines. */
export function formatAbsolute(at: Date, timeZone: string): string {
  const c = readClock(at, timeZone);
  return `${c.year}-${c.month}-${c.day} ${c.hour}:${c.minute}:${c.second} ${c.zone}`;
}

/** `15:23:02`, with `ms` `15:23:02.204`. */
export function formatClock(at: Date, timeZone: string, precision: 'min' | 's' | 'ms' = 's'): string {
  const c = readClock(at, timeZone);
  const minutes = `${c.hour}:${c.minute}`;
  if (precision === 'min') return minutes;
  const seconds = `${minutes}:${c.second}`;
  return precision === 's' ? seconds : `${seconds}.${String(at.getUTCMilliseconds()).padStart(3, '0')}`;
}

/** `22 Nov 2026`, this year `22 Nov`; in Chinese `2026年11月22日`, `11月22日`. */
export function formatDate(at: Date, locale: Locale, timeZone: string, now?: Date): string {
  const c = readClock(at, timeZone);
  const sameYear = now !== undefined && readClock(now, timeZone).year === c.year;
  const day = Number(c.day);
  const month = Number(c.month);
  if (locale === 'zh') return `${sameYear ? '' : `${c.year}年`}${month}月${day}日`;
  return `${day} ${MONTHS[month - 1] ?? ''}${sameYear ? '' : ` ${c.year}`}`;
}

/** `22 Nov 15:23`; in Chinese `11月22日 15:23`. The year stands when it is not this one. */
export function formatDateTime(at: Date, locale: Locale, timeZone: string, now?: Date): string {
  return `${formatDate(at, locale, timeZone, now)} ${formatClock(at, timeZone, 'min')}`;
}

function formatRelative(distanceMs: number, locale: Locale): string {
  const size = Math.abs(distanceMs);
  const future = distanceMs > 0;
  const amount = size < MINUTE_MS ? Math.floor(size / SECOND_MS) : Math.floor(size / MINUTE_MS);
  if (locale === 'zh') {
    if (amount === 0) return future ? '即将' : '刚刚';
    return `${amount}${NBSP}${size < MINUTE_MS ? '秒' : '分钟'}${future ? '后' : '前'}`;
  }
  if (amount === 0) return 'now';
  const words = `${amount}${NBSP}${size < MINUTE_MS ? 's' : 'min'}`;
  return future ? `in ${words}` : `${words} ago`;
}

/** Relative within an hour, then the clock today, then `22 Nov`, then `22 Nov 2026`. */
export function formatWhen(at: Date, now: Date, locale: Locale, timeZone: string): string {
  const distanceMs = at.getTime() - now.getTime();
  if (Math.abs(distanceMs) < HOUR_MS) return formatRelative(distanceMs, locale);
  const [then, today] = [readClock(at, timeZone), readClock(now, timeZone)];
  const isToday = then.year === today.year && then.month === today.month && then.day === today.day;
  return isToday ? formatClock(at, timeZone, 'min') : formatDate(at, locale, timeZone, now);
}
