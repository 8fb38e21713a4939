import { assert, json, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { tokenizeJson } from './json-tokens.ts';

test('keys, strings and literals', () => {
  expect(tokenizeJson('{"a": "b\\"c", "n": -1.5, "t": true}').filter((token) => token.kind !== 'plain')).toEqual([
    { kind: 'key', text: '"a"' },
    { kind: 'string', text: '"b\\"c"' },
    { kind: 'key', text: '"n"' },
    { kind: 'literal', text: '-1.5' },
    { kind: 'key', text: '"t"' },
    { kind: 'literal', text: 'true' },
  ]);
});

test('no character is lost, whatever is typed', () => {
  assert(
    property(
      string(),
      (text) =>
        tokenizeJson(text)
          .map((token) => token.text)
          .join('') === text,
    ),
  );
  assert(
    property(
      json(),
      (text) =>
        tokenizeJson(text)
          .map((token) => token.text)
          .join('') === text,
    ),
  );
});
