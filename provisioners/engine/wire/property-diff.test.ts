import { expect, test } from 'vitest';
import { diffProperties } from './property-diff.ts';
import { UNKNOWN, toSecret } from './values.ts';

test('equal bags have no differences', () => {
  expect(diffProperties({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] })).toEqual([]);
});

test('differences are told by path', () => {
  expect(diffProperties({ a: { b: 1, c: 2 }, list: [1, 2] }, { a: { b: 2, d: 3 }, list: [1] })).toEqual([
    { path: 'a.b', kind: 'update', before: 1, after: 2 },
    { path: 'a.c', kind: 'delete', before: 2 },
    { path: 'a.d', kind: 'add', after: 3 },
    { path: 'list[1]', kind: 'delete', before: 2 },
  ]);
});

test('secrets are masked, also where only one side is secret', () => {
  expect(diffProperties({ a: 'old', b: toSecret('x') }, { a: toSecret('new'), b: toSecret('y') })).toEqual([
    { path: 'a', kind: 'update', before: 'old', after: { secret: true }, secret: true },
    { path: 'b', kind: 'update', before: { secret: true }, after: { secret: true }, secret: true },
  ]);
});

test('unknowns and what forces a replacement are marked', () => {
  expect(diffProperties({ a: { b: 1 }, c: 1 }, { a: { b: UNKNOWN }, c: 2 }, ['a'])).toEqual([
    { path: 'a.b', kind: 'update', before: 1, after: { unknown: true }, unknown: true, replaces: true },
    { path: 'c', kind: 'update', before: 1, after: 2 },
  ]);
});
