import { describe, expect, test } from 'vitest';
import { lossFault, parameterFault, sameShape, type Holdings } from './change.ts';
import type { ParameterSpec } from './manifest.ts';

const text = { en: '', zh: '' };
const field = (name: string, change?: 'free' | 'grow' | 'fixed'): ParameterSpec => {
  return { name, label: text, help: text, unit: null, ...(change && { change }) };
};
const fields = [field('hold'), field('stripes', 'grow'), field('channels', 'grow'), field('tax', 'fixed')];
const before = { hold: 15, stripes: 4, channels: ['web', 'app'], tax: 'inclusive' };

describe('parameters of a running tenant', () => {
  test.each([
    ['a free one may go either way', { hold: 5 }, null],
    ['a growing number may grow', { stripes: 16 }, null],
    ['and not shrink', { stripes: 3 }, { code: 'parameter_kept', name: 'stripes', rule: 'grow', from: '4', to: '3' }],
    ['a growing list may gain', { channels: ['web', 'app', 'shop'] }, null],
    ['and not lose', { channels: ['web'] }, { code: 'parameter_kept', name: 'channels', rule: 'grow' }],
    ['nor change its default', { channels: ['app', 'web'] }, { code: 'parameter_kept', name: 'channels' }],
    ['a fixed one stays', { tax: 'exclusive' }, { code: 'parameter_kept', name: 'tax', rule: 'fixed' }],
  ])('%s', (_, change, fault) => {
    const found = parameterFault(fields, before, { ...before, ...change });
    if (fault === null) expect(found).toBeNull();
    else expect(found).toMatchObject(fault);
  });
});

describe('what a change would lose', () => {
  const nothing: Holdings = { storageBytes: 2 ** 30, sqlSessions: 0, moduleRows: { flash: 0 } };
  const bounds = { storageGib: 1, sqlConnections: 0 };
  test.each([
    ['nothing at the brim', {}, null],
    ['a byte too much', { storageBytes: 2 ** 30 + 1 }, { code: 'storage_in_use', limitBytes: 2 ** 30 }],
    ['a row of a module', { moduleRows: { flash: 1 } }, { code: 'module_in_use', module: 'flash', rows: 1 }],
    ['a module that stays', { moduleRows: { flash: null } }, { code: 'module_in_use', rows: null }],
    ['an open session', { sqlSessions: 1 }, { code: 'connections_in_use', used: 1, limit: 0 }],
    ['what is not known', { storageBytes: null }, null],
  ] as const)('%s', (_, change, fault) => {
    const found = lossFault({ ...nothing, ...change }, bounds);
    if (fault === null) expect(found).toBeNull();
    else expect(found).toMatchObject(fault);
  });
});

test('shapes are compared by what they mean', () => {
  const shape = { plan: 'M', modules: ['a', 'b'], params: { x: 1, y: [1] } } as const;
  const wish = { ...shape, modules: [...shape.modules] };
  expect(sameShape(wish, { ...wish, modules: ['b', 'a', 'a'], params: { y: [1], x: 1 } })).toBe(true);
  expect(sameShape(wish, { ...wish, modules: ['b'] })).toBe(false);
  expect(sameShape(wish, { ...wish, plan: 'S' })).toBe(false);
  expect(sameShape(wish, { ...wish, params: { x: 1 } })).toBe(false);
});
