import { describe, expect, test } from 'vitest';
import { applyKeyChange, FIRST_KEYS, keyState, secretsOf, type KeyChange, type KeySpec } from './keys.ts';

const AT = '2026-11-22T12:00:00.000Z';
const keyId = '01a205a4-2aa4-785f-8787-4e5559f9b410';
const create: KeyChange = {
  op: 'create',
  keyId,
  name: 'till',
  at: AT,
  scopes: ['read'],
  party: 'red',
  lifetimeDays: 30,
};
const rotate = (overlapHours: number, at = AT, lifetimeDays: number | null = null): KeyChange => ({
  op: 'rotate',
  keyId,
  name: 'default',
  at,
  lifetimeDays,
  overlapHours,
});
const versions = (keys: readonly KeySpec[], name = 'default') => keys.find((key) => key.name === name)?.versions;

describe('a change of keys', () => {
  test('adds a key beside those that are there', () => {
    const keys = applyKeyChange(FIRST_KEYS, create);
    expect(secretsOf(keys)).toEqual([
      { name: 'default', generation: 1, scopes: ['read', 'write'], party: null, expiresAt: null },
      { name: 'till', generation: 1, scopes: ['read'], party: 'red', expiresAt: '2026-12-22T12:00:00.000Z' },
    ]);
    expect(() => applyKeyChange(keys, create)).toThrow('name_taken');
  });

  test('rotates: the old secret ends after the overlap, the new one lives as long as is said', () => {
    const keys = applyKeyChange(FIRST_KEYS, rotate(24, AT, 10));
    expect(versions(keys)).toEqual([
      { generation: 1, expiresAt: '2026-11-23T12:00:00.000Z' },
      { generation: 2, expiresAt: '2026-12-02T12:00:00.000Z' },
    ]);
  });

  test('never lengthens what ends already', () => {
    const once = applyKeyChange(FIRST_KEYS, rotate(1));
    const twice = applyKeyChange(once, rotate(72));
    expect(versions(twice)?.map(({ expiresAt }) => expiresAt)).toEqual([
      '2026-11-22T13:00:00.000Z',
      '2026-11-25T12:00:00.000Z',
      null,
    ]);
  });

  test('without an overlap ends all secrets before the new one at once, and forgets them at the next change', () => {
    const keys = applyKeyChange(applyKeyChange(FIRST_KEYS, rotate(72)), rotate(0));
    expect(versions(keys)).toEqual([
      { generation: 1, expiresAt: AT },
      { generation: 2, expiresAt: AT },
      { generation: 3, expiresAt: null },
    ]);
    const later = applyKeyChange(keys, { ...create, at: '2026-11-22T12:00:01.000Z' });
    expect(versions(later)).toEqual([{ generation: 3, expiresAt: null }]);
  });

  test('revokes all secrets of a key; what is gone cannot change', () => {
    const keys = applyKeyChange(FIRST_KEYS, { op: 'revoke', keyId, name: 'default', at: AT });
    expect(keys).toEqual([]);
    expect(() => applyKeyChange(keys, rotate(1))).toThrow('not_found');
  });

  test('keeps an expired secret that has no successor: its bearer is told that it has expired', () => {
    const keys = applyKeyChange(FIRST_KEYS, create);
    const later = applyKeyChange(keys, rotate(0, '2027-06-01T00:00:00.000Z'));
    expect(versions(later, 'till')).toEqual([{ generation: 1, expiresAt: '2026-12-22T12:00:00.000Z' }]);
  });
});

test.each([
  [null, null, 'active'],
  [null, '2026-12-07T12:00:00Z', 'active'],
  [null, '2026-12-06T12:00:00Z', 'expiring'],
  [null, AT, 'expired'],
  [AT, null, 'revoked'],
])('a key revoked %s that ends %s is %s', (revoked, ends, state) => {
  const date = (text: string | null) => (text === null ? null : new Date(text));
  expect(keyState({ revokedAt: date(revoked), expiresAt: date(ends) }, new Date(AT))).toBe(state);
});
