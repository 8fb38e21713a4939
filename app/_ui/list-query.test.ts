import { expect, test } from 'vitest';
import { changeParams, parseListQuery, writeListQuery } from './list-query.ts';

const rules = { filters: { state: ['active', 'failed'], org: null }, sortable: ['name', 'created'] };

test('reads what the list allows', () => {
  expect(
    parseListQuery({ q: ' shop ', state: 'active,nonsense,active', org: 'o1', sort: '-created', after: 'x' }, rules),
  ).toEqual({
    q: 'shop',
    filters: { state: ['active'], org: ['o1'] },
    sort: { key: 'created', direction: 'desc' },
    after: 'x',
  });
});

test('drops the rest', () => {
  expect(parseListQuery({ state: 'nonsense', sort: 'password', other: 'x', q: 'a'.repeat(500) }, rules)).toEqual({
    q: 'a'.repeat(200),
    filters: {},
    sort: null,
    after: null,
  });
  expect(parseListQuery({ q: ['first', 'second'] }, rules).q).toBe('first');
});

test('writes what it reads', () => {
  const query = parseListQuery({ q: 'a&b', state: 'active,failed', sort: 'name' }, rules);
  const address = writeListQuery('/tenants', query);
  expect(address).toBe('/tenants?q=a%26b&state=active,failed&sort=name');
  expect(parseListQuery(Object.fromEntries(new URL(address, 'http://x').searchParams), rules)).toEqual(query);
  expect(writeListQuery('/tenants', {})).toBe('/tenants');
});

test('a changed filter starts at the first page', () => {
  expect(changeParams('?state=active&after=x', { state: 'active,failed' })).toBe('?state=active,failed');
  expect(changeParams('?state=active&q=a', { state: null })).toBe('?q=a');
  expect(changeParams('?state=active', { state: '' })).toBe('');
});
