import { describe, expect, test } from 'vitest';
import { auditChanges, groupChanges } from './changes.ts';

describe('auditChanges', () => {
  test('names what differs by its path, and counts what does not', () => {
    const found = auditChanges(
      { state: 'draft', price: { discountBp: 800, currency: 'CNY' } },
      { state: 'sent', price: { discountBp: 1_200, currency: 'CNY' } },
    );
    expect(found.total).toBe(3);
    expect(found.changes).toEqual([
      { path: 'state', kind: 'update', before: 'draft', after: 'sent' },
      { path: 'price.discountBp', kind: 'update', before: 800, after: 1_200 },
    ]);
  });

  test('shows a creation as added properties and a removal as removed ones', () => {
    expect(auditChanges({}, { name: 'shop' }).changes).toEqual([{ path: 'name', kind: 'add', after: 'shop' }]);
    expect(auditChanges({ name: 'shop' }, {}).changes).toEqual([{ path: 'name', kind: 'delete', before: 'shop' }]);
  });

  test('keeps lists and empty objects whole, whatever the order of keys', () => {
    expect(auditChanges({ modules: ['a'], waits: {} }, { modules: ['a', 'b'], waits: {} })).toEqual({
      changes: [{ path: 'modules', kind: 'update', before: ['a'], after: ['a', 'b'] }],
      total: 2,
    });
    expect(auditChanges({ rows: [{ a: 1, b: 2 }] }, { rows: [{ b: 2, a: 1 }] }).changes).toEqual([]);
  });

  test('has nothing to show where an act changed nothing', () => {
    expect(auditChanges({}, {})).toEqual({ changes: [], total: 0 });
  });
});

test('changes of one object stand together under its path', () => {
  const { changes } = auditChanges(
    {},
    { state: 'sent', configuration: { plan: 'M', params: { mode: 'a' } }, note: '' },
  );
  expect(groupChanges(changes)).toEqual([
    {
      parent: '',
      changes: [
        { path: 'state', kind: 'add', after: 'sent' },
        { path: 'note', kind: 'add', after: '' },
      ],
    },
    { parent: 'configuration', changes: [{ path: 'plan', kind: 'add', after: 'M' }] },
    { parent: 'configuration.params', changes: [{ path: 'mode', kind: 'add', after: 'a' }] },
  ]);
});
