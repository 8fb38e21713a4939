import { expect, test } from 'vitest';
import type { ApiView } from '../domain/manifest.ts';
import { parseViewQuery, viewStatement } from './read-view.ts';

const both = { en: 'x', zh: 'x' };
const view: ApiView = {
  name: 'orders',
  summary: both,
  key: ['placed_at', 'order_no'],
  columns: { order_no: both, state: both },
  module: null,
};

test('names come from the description, values are parameters', () => {
  const query = parseViewQuery(view, new URLSearchParams("state=x'; DROP&limit=2"));
  expect(viewStatement(view, { ...query, after: ['2026-11-22', 'O1'] })).toEqual({
    name: expect.stringMatching(/^.{30}$/),
    text: [
      'SELECT v."placed_at"::text, v."order_no"::text, v."order_no", v."state"',
      'FROM api."orders" v',
      'WHERE v."state" = $1 AND (v."placed_at", v."order_no") > ($2, $3)',
      'ORDER BY v."placed_at", v."order_no"',
      'LIMIT $4',
    ].join(' '),
    values: ["x'; DROP", '2026-11-22', 'O1', '3'],
  });
});

test('a key column that is no column of the view cannot be filtered by', () => {
  expect(() => parseViewQuery(view, new URLSearchParams('placed_at=now'))).toThrow('query_invalid');
});

test('one way of asking has one prepared statement, whatever the values; another way has another', () => {
  const ask = (search: string, after: readonly string[] | null = null) =>
    viewStatement(view, { ...parseViewQuery(view, new URLSearchParams(search)), after });
  const first = ask('state=paid&limit=5');
  expect(ask('state=shipped')).toMatchObject({ name: first.name, text: first.text, values: ['shipped', '51'] });
  const others = [ask('order_no=O1'), ask(''), ask('state=paid', ['2026-11-22', 'O1'])];
  expect(new Set([first, ...others].map(({ name }) => name)).size).toBe(4);
});
