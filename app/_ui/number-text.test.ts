import { expect, test } from 'vitest';
import { parseNumber, stepNumber } from './number-text.ts';

test.each([
  ['1,095', 1095],
  ['1\u00a0095.5', 1095.5],
  ['−3.5', -3.5],
  ['１２', 12],
  ['.5', 0.5],
  ['5.', 5],
  ['', null],
  ['-', null],
  ['1e5', null],
  ['12 GiB', null],
])('%s → %s', (text, value) => expect(parseNumber(text)).toBe(value));

test('steps stay in range and exact', () => {
  expect(stepNumber(0.1, 0.2)).toBe(0.3);
  expect(stepNumber(64, 1, 1, 64)).toBe(64);
  expect(stepNumber(1, -10, 1, 64)).toBe(1);
});
