import { expect, test } from 'vitest';
import { periodStart } from './period.ts';

const now = new Date('2026-11-22T15:23:02.000Z');

test('today begins at midnight where the reader is', () => {
  expect(periodStart('today', now, 'Asia/Shanghai').toISOString()).toBe('2026-11-21T16:00:00.000Z');
  expect(periodStart('today', now, 'America/New_York').toISOString()).toBe('2026-11-22T05:00:00.000Z');
});

test('other periods go back from now', () => {
  expect(periodStart('hour', now, 'UTC').toISOString()).toBe('2026-11-22T14:23:02.000Z');
  expect(periodStart('week', now, 'UTC').toISOString()).toBe('2026-11-15T15:23:02.000Z');
});
