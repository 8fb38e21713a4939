import { expect, test } from 'vitest';
import { findUnstorable } from './storable.ts';

const itself: Record<string, unknown> = { name: 'a' };
itself.self = itself;

test.each<[string, unknown]>([
  ['ordinary text', { q: 'Käse 奶酪 🧀', n: 1, big: 1n, none: null, list: ['a', { b: true }] }],
  ['dates of our days', { at: new Date('2026-11-22T00:00:00Z') }],
  ['an object that holds itself', itself],
  ['nothing', undefined],
])('%s is fine', (_, input) => {
  expect(findUnstorable(input)).toBeNull();
});

test.each<[string, unknown, string]>([
  ['a NUL', { filter: { q: 'a\0b' } }, 'filter.q'],
  ['half a character', { list: ['a', 'b\uD800'] }, 'list.1'],
  ['a name with a NUL', { body: { 'a\0': 1 } }, 'body'],
  ['a date before the calendar', { from: new Date(-8.64e15) }, 'from'],
  ['a date after it', { to: new Date(8.64e15) }, 'to'],
  ['a bare string', '\0', ''],
])('%s is found', (_, input, path) => {
  expect(findUnstorable(input)).toMatchObject({ path });
});

test('depth costs no stack', () => {
  let deep: unknown = '\0';
  for (let i = 0; i < 100_000; i++) deep = [deep];
  expect(findUnstorable(deep)).not.toBeNull();
});
