import { expect, test } from 'vitest';
import { countRows, diffLines, groupRows, opensByItself, type DiffRow } from './diff-rows.ts';

const row = (over: Partial<DiffRow>): DiffRow => ({
  urn: 'urn:x',
  type: 'T',
  name: 'n',
  operation: 'create',
  changes: [],
  ...over,
});

test('counts what people are shown', () => {
  const rows = [
    row({}),
    row({ operation: 'same' }),
    row({ operation: 'read' }),
    row({ operation: 'discard' }),
    row({ operation: 'replace' }),
  ];
  expect(countRows(rows)).toEqual({ create: 1, update: 0, replace: 1, delete: 1, same: 2 });
});

test('places keep the order in which they appear', () => {
  const groups = groupRows([
    row({ name: 'a', place: 'private' }),
    row({ name: 'b' }),
    row({ name: 'c', place: 'private' }),
  ]);
  expect(groups.map((group) => [group.place, group.rows.map((member) => member.name)])).toEqual([
    ['private', ['a', 'c']],
    [null, ['b']],
  ]);
});

test('what hurts opens by itself', () => {
  expect(opensByItself(row({ operation: 'delete' }))).toBe(true);
  expect(opensByItself(row({ operation: 'delete', consequence: 'removed once its rows have moved' }))).toBe(false);
  expect(opensByItself(row({ operation: 'update' }))).toBe(false);
  expect(opensByItself(row({ operation: 'update', notice: { tone: 'wait', text: 'restart' } }))).toBe(true);
});

test('removed before added; secrets and unknowns are words', () => {
  const lines = diffLines(
    row({
      operation: 'update',
      changes: [
        { path: 'rps', kind: 'update', before: 100, after: 300, replaces: true },
        { path: 'key', kind: 'update', before: '***', after: '***', secret: true },
        { path: 'port', kind: 'add', unknown: true },
        { path: 'old', kind: 'delete', before: { a: 1 } },
      ],
    }),
  );
  expect(lines).toEqual([
    { sign: '−', path: 'rps', value: { kind: 'value', text: '100' }, replaces: true },
    { sign: '+', path: 'rps', value: { kind: 'value', text: '300' }, replaces: true },
    { sign: '+', path: 'key', value: { kind: 'secret-changed' }, replaces: false },
    { sign: '+', path: 'port', value: { kind: 'unknown' }, replaces: false },
    { sign: '−', path: 'old', value: { kind: 'value', text: '{"a":1}' }, replaces: false },
  ]);
});

test('a create without changes shows its inputs, never a secret', () => {
  const lines = diffLines(
    row({
      inputs: { name: 't_1', password: { secret: true }, port: { unknown: true }, nested: { secret: true, other: 1 } },
    }),
  );
  expect(lines.map((line) => line.value)).toEqual([
    { kind: 'value', text: '"t_1"' },
    { kind: 'secret' },
    { kind: 'unknown' },
    { kind: 'value', text: '{"secret":true,"other":1}' },
  ]);
});
