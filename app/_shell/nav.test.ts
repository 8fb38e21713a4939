import { describe, expect, test } from 'vitest';
import { currentNavKey, NAV, NAV_ITEMS, navKeys } from './nav.ts';

const personas = Object.keys(NAV) as (keyof typeof NAV)[];

test('a path belongs to the longest address that begins it', () => {
  expect(currentNavKey('customer', '/tenants/t_7k2m9q')).toBe('tenants');
  expect(currentNavKey('customer', '/tenants')).toBe('tenants');
  expect(currentNavKey('customer', '/tenantsx')).toBeNull();
  expect(currentNavKey('desk', '/desk/quotes/1')).toBe('deskQuotes');
  expect(currentNavKey('customer', '/admin/people')).toBeNull();
});

describe.each(personas)('%s', (persona) => {
  test('go-to keys are told apart', () => {
    const keys = navKeys(persona).map((key) => NAV_ITEMS[key].goKey);
    expect(new Set(keys).size).toBe(keys.length);
  });
  test('no page twice', () => expect(new Set(navKeys(persona)).size).toBe(navKeys(persona).length));
});
