import { describe, expect, test } from 'vitest';
import { levelOf, quotaUses, softLevelOf, turnsOf, type QuotaUse } from './quota-levels.ts';

describe('level', () => {
  test.each([
    [0, 'ok'],
    [79.9, 'ok'],
    [80, 'warn'],
    [94.9, 'warn'],
    [95, 'alert'],
    [99.9, 'alert'],
    [100, 'full'],
    [140, 'full'],
  ] as const)('%d of 100 is %s', (used, level) => {
    expect(levelOf(used, 100)).toBe(level);
  });

  test('what was refused is full; what only waits is not', () => {
    expect(levelOf(1, 100, 1)).toBe('full');
    expect(softLevelOf(100, 100, 0)).toBe('alert');
    expect(softLevelOf(100, 100, 3)).toBe('full');
    expect(softLevelOf(82, 100, 0)).toBe('warn');
  });

  test('what cannot be measured, and what a plan does not have, is no cause to tell anything', () => {
    expect(levelOf(null, 100)).toBe('ok');
    expect(levelOf(0, 0)).toBe('ok');
  });
});

const use = (level: QuotaUse['level']): QuotaUse => ({ used: 1, max: 2, level, refused: 0, hold: 'enforced' });

test('storage is told of each side by its own limit', () => {
  const gib = 2 ** 30;
  const uses = quotaUses(
    { storageBytes: 8.5 * gib, storageLevel: 'warn', edgeStorage: { usedBytes: gib, maxBytes: gib, level: 'full' } },
    { storageGib: 10 },
  );
  expect(uses.record.storage).toMatchObject({ used: 8.5, max: 10, level: 'warn' });
  expect(uses.edge.storage).toMatchObject({ used: 1, max: 1, level: 'full' });
  expect(quotaUses({}, { storageGib: 1 }).edge).toEqual({});
});

test('what turned is told once, on the side where it did; the processors are not', () => {
  const before = { record: { rate: use('ok'), memory: use('warn') }, edge: {} };
  const after = { record: { rate: use('full'), memory: use('warn'), cpu: use('full') }, edge: { rate: use('warn') } };
  expect(
    turnsOf(before, after).map(({ side, quota, before: was, use: { level } }) => [side, quota, was, level]),
  ).toEqual([
    ['record', 'rate', 'ok', 'full'],
    ['edge', 'rate', 'ok', 'warn'],
  ]);
  expect(turnsOf(after, after)).toEqual([]);
});
