import { expect, test } from 'vitest';
import { parseReason, parseReturnTo } from './sign-in-state.ts';

test.each([
  ['/tenants?state=active', '/tenants?state=active'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['/\t/evil.example', '/'],
  ['https://evil.example', '/'],
  ['javascript:alert(1)', '/'],
  [undefined, '/'],
  [['/a', '/b'], '/'],
])('%s → %s', (given, path) => expect(parseReturnTo(given)).toBe(path));

test('a reason is one we know', () => {
  expect(parseReason('revoked')).toBe('revoked');
  expect(parseReason('<script>')).toBeNull();
});
