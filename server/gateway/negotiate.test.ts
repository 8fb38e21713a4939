import { expect, test } from 'vitest';
import { chooseMediaType } from './negotiate.ts';

const OFFERED = ['application/ld+json', 'application/json'];

test.each([
  [undefined, 'application/ld+json'],
  ['', 'application/ld+json'],
  ['*/*', 'application/ld+json'],
  ['application/*', 'application/ld+json'],
  ['application/json', 'application/json'],
  ['APPLICATION/JSON; charset=utf-8', 'application/json'],
  ['application/xml, application/json;q=0.1', 'application/json'],
  ['application/ld+json;q=0.2, application/json;q=0.9', 'application/json'],
  ['*/*, application/ld+json;q=0', 'application/json'],
])('%j gets %s', (accept, type) => {
  expect(chooseMediaType(accept, OFFERED)).toBe(type);
});

test.each(['application/xml', 'text/*', 'application/json;q=0', 'nonsense'])('%j cannot be had', (accept) => {
  expect(() => chooseMediaType(accept, OFFERED)).toThrow(
    expect.objectContaining({ code: 'not_acceptable', facts: { offered: OFFERED } }),
  );
});
