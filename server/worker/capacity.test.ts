import { expect, test } from 'vitest';
import { api, database } from '../../provisioners/kit/offering.ts';
import { shortage } from './capacity.ts';

const components = [
  database('orders', {
    pack: 'shop',
    modules: [],
    params: {},
    storageGib: 10,
    apiConnections: 6,
    sqlConnections: 2,
    tempFileMib: 64,
  }),
  api('v1', { of: 'orders', rps: 10, burst: 20, connections: 6, storageGib: 10 }),
];

test('there is room as long as every resource has what the components ask', () => {
  const capacity = [
    { resource: 'connections', used: 92, total: 100, unit: 'connections' },
    { resource: 'databases', used: 9, total: 10, unit: 'databases' },
    { resource: 'disk', used: 90, total: 100, unit: 'GiB' },
  ];
  expect(shortage(components, capacity)).toBeNull();
});

test('the first resource that is short is named with what is asked and what is free', () => {
  const capacity = [
    { resource: 'databases', used: 9, total: 10, unit: 'databases' },
    { resource: 'connections', used: 93, total: 100, unit: 'connections' },
  ];
  expect(shortage(components, capacity)).toEqual({
    code: 'capacity_exceeded',
    resource: 'connections',
    asked: 8,
    free: 7,
    unit: 'connections',
  });
});

test('of a resource that is not known, a tenant takes one', () => {
  expect(shortage(components, [{ resource: 'slots', used: 4, total: 5, unit: '' }])).toBeNull();
  expect(shortage(components, [{ resource: 'slots', used: 5, total: 5, unit: '' }])).toMatchObject({
    asked: 1,
    free: 0,
  });
});
