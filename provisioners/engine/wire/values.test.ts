import { expect, test } from 'vitest';
import {
  UNKNOWN,
  hasSecret,
  hasUnknown,
  isEqual,
  isSecret,
  markLike,
  mask,
  reveal,
  toSecret,
  withoutUndefined,
} from './values.ts';

test('a secret is marked once and revealed at any depth', () => {
  const once = toSecret('x');
  expect(toSecret(once)).toBe(once);
  expect(isSecret(once)).toBe(true);
  expect(reveal({ a: [once, { b: toSecret({ c: toSecret(1) }) }] })).toEqual({ a: ['x', { b: { c: 1 } }] });
  expect(hasSecret({ a: [1, { b: once }] })).toBe(true);
  expect(hasSecret({ a: [1, { b: 'x' }] })).toBe(false);
});

test('unknowns are found at any depth', () => {
  expect(hasUnknown({ a: [{ b: UNKNOWN }] })).toBe(true);
  expect(hasUnknown({ a: toSecret(UNKNOWN) })).toBe(true);
  expect(hasUnknown({ a: 'unknown' })).toBe(false);
});

test('outside, secrets and unknowns show as what they are and not by their values', () => {
  expect(mask({ a: toSecret('x'), b: [UNKNOWN], c: 1 })).toEqual({ a: { secret: true }, b: [{ unknown: true }], c: 1 });
});

test('equality is structural and minds secrecy', () => {
  expect(isEqual({ a: [1, { b: null }] }, { a: [1, { b: null }] })).toBe(true);
  expect(isEqual({ a: 1 }, { a: 1, b: null })).toBe(false);
  expect(isEqual([], {})).toBe(false);
  expect(isEqual(toSecret(1), toSecret(1))).toBe(true);
  expect(isEqual(toSecret(1), 1)).toBe(false);
});

test('undefined does not travel', () => {
  expect(withoutUndefined({ a: undefined, b: [undefined, { c: undefined }] })).toEqual({ b: [null, {}] });
});

test('outputs that equal a secret input at the same place are marked', () => {
  const inputs = { login: toSecret('x'), nested: { deep: [toSecret('y')] } };
  expect(markLike({ login: 'x', nested: { deep: ['y'] }, other: 'x' }, inputs)).toEqual({ ...inputs, other: 'x' });
  expect(markLike({ login: 'changed' }, inputs)).toEqual({ login: 'changed' });
});
