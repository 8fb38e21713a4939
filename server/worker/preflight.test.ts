import { expect, test } from 'vitest';
import { database } from '../../provisioners/kit/offering.ts';
import { preflightFault } from '../domain/preflight.ts';
import { checkGrowth, checkRoom } from './preflight.ts';

const spec = { pack: 'shop', modules: [], params: {}, apiConnections: 6, sqlConnections: 2, tempFileMib: 64 };
const components = [database('orders', { ...spec, storageGib: 10 })];
const disk = (used: number) => checkRoom(components, { resource: 'disk', used, total: 100, unit: 'GiB' });

test('room passes, the last fifth warns, too little fails, and only what passes needs no advice', () => {
  expect([disk(10), disk(75), disk(95)].map(({ verdict }) => verdict)).toEqual(['pass', 'warn', 'fail']);
  expect([disk(10), disk(75), disk(95)].map(({ advice }) => advice === null)).toEqual([true, false, false]);
});

test('what fails is a fault with its numbers, what warns is none', () => {
  expect(preflightFault([disk(10), disk(75)])).toBeNull();
  const fault = { code: 'capacity_exceeded', resource: 'disk', asked: 10, free: 5, unit: 'GiB' };
  expect(preflightFault([disk(75), disk(95)])).toEqual(fault);
});

test('what is asked is what the components promise, all together; of a resource that is not known, one', () => {
  const asked = (resource: string) =>
    checkRoom([...components, ...components], { resource, used: 0, total: 100, unit: '' }).asked;
  expect(['connections', 'databases', 'disk', 'slots'].map(asked)).toEqual([16, 2, 20, 1]);
});

test('exactly enough is enough', () => {
  const slots = (used: number) => checkRoom(components, { resource: 'slots', used, total: 5, unit: '' });
  expect([slots(4).verdict, slots(5).verdict]).toEqual(['warn', 'fail']);
});

test('the first resource that is short is the one that is named', () => {
  const checks = [
    { resource: 'databases', used: 9, total: 10, unit: 'databases' },
    { resource: 'connections', used: 93, total: 100, unit: 'connections' },
  ].map((resource) => checkRoom(components, resource));
  expect(preflightFault(checks)).toMatchObject({ resource: 'connections', asked: 8, free: 7 });
});

test('a change is held against what it takes more of, and nothing else', () => {
  const larger = [database('orders', { ...spec, storageGib: 50 })];
  const capacity = [
    { resource: 'disk', used: 50, total: 100, unit: 'GiB' },
    { resource: 'connections', used: 99, total: 100, unit: 'connections' },
    { resource: 'memory', used: 100, total: 100, unit: 'MiB' },
  ];
  expect(checkGrowth(components, larger, capacity)).toMatchObject([
    { code: 'disk', verdict: 'warn', asked: 40, free: 50 },
  ]);
  expect(checkGrowth(larger, components, capacity)).toEqual([]);
  expect(checkGrowth(components, larger, [{ ...capacity[0]!, used: 70 }])).toMatchObject([
    { verdict: 'fail', free: 30 },
  ]);
});
