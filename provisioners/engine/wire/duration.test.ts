import { expect, test } from 'vitest';
import { DurationError, parseDurationSeconds } from './duration.ts';

test('a duration is the sum of its parts', () => {
  expect(parseDurationSeconds('90s')).toBe(90);
  expect(parseDurationSeconds('1h30m')).toBe(5400);
  expect(parseDurationSeconds('1.5m')).toBe(90);
  expect(parseDurationSeconds('250ms')).toBe(0.25);
});

test.each(['', '5', 'm', '5 m', '-5m', '5m!'])('"%s" is none', (text) => {
  expect(() => parseDurationSeconds(text)).toThrow(DurationError);
});
