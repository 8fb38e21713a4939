import { describe, expect, test } from 'vitest';
import {
  formatAbsolute,
  formatClock,
  formatDate,
  formatDateTime,
  formatDuration,
  formatWhen,
  zoneOffsetMs,
} from './format-time.ts';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('durations', () => {
  test.each([
    [0, '0 ms', '0 毫秒'],
    [999.9, '999 ms', '999 毫秒'],
    [1000, '1 s', '1 秒'],
    [1449, '1.4 s', '1.4 秒'],
    [59_949, '59.9 s', '59.9 秒'],
    [59_960, '1 min', '1 分 00 秒'],
    [134_000, '2 min 14 s', '2 分 14 秒'],
    [3_599_400, '59 min 59 s', '59 分 59 秒'],
    [3_599_600, '1 h 00 min', '1 小时 00 分'],
    [11_100_000, '3 h 05 min', '3 小时 05 分'],
    [12 * 86_400_000, '12 d', '12 天'],
    [-5, '0 ms', '0 毫秒'],
  ])('%d', (ms, en, zh) => {
    expect(plain(formatDuration(ms, 'en'))).toBe(en);
    expect(plain(formatDuration(ms, 'zh'))).toBe(zh);
  });
});

describe('points in time', () => {
  const now = new Date('2026-11-22T07:23:02.204Z');
  const zone = 'Asia/Shanghai';
  test('absolute names the zone', () => {
    expect(formatAbsolute(now, zone)).toBe('2026-11-22 15:23:02 UTC+8');
    expect(formatAbsolute(now, 'UTC')).toBe('2026-11-22 07:23:02 UTC');
    expect(formatAbsolute(now, 'America/St_Johns')).toBe('2026-11-22 03:53:02 UTC−3:30');
  });
  test('midnight is 00, not 24', () => expect(formatClock(new Date('2026-11-21T16:00:00Z'), zone)).toBe('00:00:00'));
  test('clock to the millisecond', () => expect(formatClock(now, zone, 'ms')).toBe('15:23:02.204'));
  test.each([
    ['2026-11-22T07:23:02Z', 'now', '刚刚'],
    ['2026-11-22T07:22:20Z', '42 s ago', '42 秒前'],
    ['2026-11-22T07:11:00Z', '12 min ago', '12 分钟前'],
    ['2026-11-22T07:30:03Z', 'in 7 min', '7 分钟后'],
    ['2026-11-22T05:00:00Z', '13:00', '13:00'],
    ['2026-11-20T05:00:00Z', '20 Nov', '11月20日'],
    ['2026-11-21T15:59:00Z', '21 Nov', '11月21日'],
    ['2025-11-20T05:00:00Z', '20 Nov 2025', '2025年11月20日'],
  ])('%s', (at, en, zh) => {
    expect(plain(formatWhen(new Date(at), now, 'en', zone))).toBe(en);
    expect(plain(formatWhen(new Date(at), now, 'zh', zone))).toBe(zh);
  });
  test('the day is the day of the zone', () =>
    expect(formatDate(new Date('2026-11-21T16:30:00Z'), 'en', zone, now)).toBe('22 Nov'));
  test('the distance of a zone', () => {
    expect(zoneOffsetMs(now, zone)).toBe(8 * 3_600_000);
    expect(zoneOffsetMs(now, 'America/St_Johns')).toBe(-3.5 * 3_600_000);
  });
  test('date and time', () => expect(formatDateTime(now, 'zh', zone, now)).toBe('11月22日 15:23'));
});
