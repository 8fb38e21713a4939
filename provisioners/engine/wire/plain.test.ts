import { expect, test } from 'vitest';
import { findImproper } from './plain.ts';
import { UNKNOWN, toSecret } from './values.ts';

test('plain values are proper, secrets and absent members too', () => {
  expect(findImproper({ a: [1, 'x', null, undefined, { b: toSecret(true) }] }, false)).toBeNull();
  expect(findImproper({ a: UNKNOWN }, true)).toBeNull();
});

test('what JSON cannot carry is named with its place', () => {
  const holdsItself: Record<string, unknown> = {};
  holdsItself['me'] = holdsItself;
  expect(findImproper({ a: [{ b: 1n }] }, false)).toBe('a bigint at a.0.b');
  expect(findImproper({ a: Number.NaN }, false)).toBe('a number that is not finite at a');
  expect(findImproper({ a: new Date() }, false)).toBe('a Date at a');
  expect(findImproper({ a: () => {} }, false)).toBe('a function at a');
  expect(findImproper({ a: { b: UNKNOWN } }, false)).toBe('an unknown value at a.b');
  expect(findImproper(holdsItself, false)).toBe('a value that holds itself');
});
