import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson, sha256Hex } from './canonical-json.ts';

test('sorts keys, drops undefined, keeps the order of arrays', () => {
  expect(canonicalJson({ b: [3, 1, { z: 1, a: null }], a: undefined, '': true })).toBe(
    '{"":true,"b":[3,1,{"a":null,"z":1}]}',
  );
});

test('says the same of a value however its keys were written, and can be read back', () => {
  const shuffle = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(shuffle);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value as Record<string, unknown>).toReversed();
    return Object.fromEntries(entries.map(([key, item]) => [key, shuffle(item)]));
  };
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const json: unknown = JSON.parse(JSON.stringify(value));
      expect(canonicalJson(shuffle(json))).toBe(canonicalJson(json));
      expect(JSON.parse(canonicalJson(json))).toEqual(json);
    }),
  );
});

test('refuses what JSON cannot hold', () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 1n, undefined, () => 1]) {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  }
});

test('hashes UTF-8', async () => {
  expect(await sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});
