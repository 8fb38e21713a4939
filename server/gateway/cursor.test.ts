import { array, assert, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { decodeCursor, encodeCursor } from './cursor.ts';

test('gives back the key, whatever it holds', () => {
  assert(
    property(array(string({ unit: 'grapheme', maxLength: 40 }), { minLength: 1, maxLength: 4 }), (key) => {
      expect(decodeCursor('orders', key.length, encodeCursor('orders', key))).toEqual(key);
    }),
  );
});

test.each([
  ['another view', encodeCursor('products', ['a'])],
  ['another number of columns', encodeCursor('orders', ['a', 'b'])],
  ['values that are no text', Buffer.from('[1,"orders",{}]').toString('base64url')],
  ['another version', Buffer.from('[2,"orders","a"]').toString('base64url')],
  ['no JSON', 'abc'],
  ['no base64url', "a' OR 1=1"],
  ['nothing', ''],
])('refuses %s', (_, cursor) => {
  expect(decodeCursor('orders', 1, cursor)).toBeNull();
});
