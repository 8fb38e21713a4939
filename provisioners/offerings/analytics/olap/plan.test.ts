import { expect, test } from 'vitest';
import { compile, Plan } from './plan.ts';

const HOSTILE = `x'); DROP TABLE f; --`;
const RELATIONS = { sales: 'sales', member: 'member' };

const plan = (more: object): Plan =>
  Plan.parse({
    metric: { metric: 'revenue', kind: 'sum', measure: 'revenue', money: true },
    dims: [],
    filters: [],
    since: 20_260_101,
    until: 20_261_231,
    source: null,
    currency: 'CNY',
    weekStart: 'monday',
    ...more,
  });

test('what a caller wrote is bound, wherever it stands', () => {
  const hostile = plan({
    dims: [{ of: 'product', attribute: HOSTILE }],
    filters: [{ of: 'customer', attribute: HOSTILE, values: [HOSTILE, 'North'] }],
    source: HOSTILE,
    currency: HOSTILE,
  });
  const { sql, values } = compile(hostile, RELATIONS, 10);
  expect(sql).not.toContain('DROP');
  expect(values.filter((value) => value === HOSTILE)).toHaveLength(5);
  expect(values).toContain('North');
  const places = [...sql.matchAll(/\$(\d+)/g)].map(([, n]) => Number(n));
  expect(places.toSorted((a, b) => a - b)).toEqual(values.map((_, n) => n + 1));
});

test('an attribute of a date or a fact that is not known is none of its own', () => {
  const { sql } = compile(
    plan({
      dims: [
        { of: 'date', attribute: HOSTILE },
        { of: 'fact', attribute: HOSTILE },
      ],
    }),
    RELATIONS,
    10,
  );
  expect(sql).not.toContain('DROP');
});

test('a metric of ratios is counted from what it stands on, each once', () => {
  const ratio = (metric: string, numerator: object, denominator: object) => ({
    metric,
    kind: 'ratio',
    numerator,
    denominator,
  });
  const orders = { metric: 'orders', kind: 'distinct', measure: 'order' };
  const revenue = { metric: 'revenue', kind: 'sum', measure: 'revenue' };
  const lines = { metric: 'order_lines', kind: 'count' };
  const metric = ratio('of_ratios', ratio('value', revenue, orders), ratio('size', lines, orders));
  expect(compile(plan({ metric }), RELATIONS, 10).counted).toEqual(['revenue', 'orders', 'order_lines']);
});

test('it asks for one row more than may be answered', () => {
  expect(compile(plan({}), RELATIONS, 20_000).sql).toMatch(/LIMIT 20001$/);
});

test.each([
  ['a third dimension', { dims: ['day', 'week', 'month'].map((attribute) => ({ of: 'date', attribute })) }],
  ['a dimension of a module', { dims: [{ of: 'module', attribute: 'segment' }] }],
  ['a measure that is none', { metric: { metric: 'x', kind: 'sum', measure: 'f.qty) FROM f; --' } }],
])('%s is no plan', (_what, more) => {
  expect(() => plan(more)).toThrow();
});
