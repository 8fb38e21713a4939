// What can be asked: registered names only, one definition for everybody, money in one currency.
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../../server/testing/postgres.ts';
import { refusal } from '../../../kit/pack/test-tenant.ts';
import { dayOf, openWarehouse, sale, type Warehouse } from './warehouse-fixture.ts';

let tenant: Warehouse;
beforeAll(async () => {
  tenant = await openWarehouse(await createTestDatabase(), (url) => new Pool({ connectionString: url, max: 4 }));
  await tenant.send(
    sale({ id: '1', day: 1, customer: 'ada', region: 'East', qty: 2 }),
    sale({ id: '2', day: 1, customer: 'bob', region: 'West', sku: 'LAMP', category: 'Living', unitMinor: '9000' }),
    sale({ id: '3', day: 2, customer: 'ada', region: 'East', sku: 'LAMP', category: 'Living', unitMinor: '9000' }),
    sale({ id: '4', day: 2, unitMinor: '500' }),
    sale({ id: '5', day: 2, customer: 'eve', currency: 'EUR', unitMinor: '77' }),
    { ...sale({ id: '6', day: 2, unitMinor: '123456' }), source: 'smoke' },
  );
  await tenant.refresh();
});
afterAll(() => tenant.close());

test('figures in all; money in the report currency, or the one that is named', async () => {
  expect(await tenant.ask('revenue')).toEqual({ all: '20500' });
  expect(await tenant.ask('revenue', { currency: 'EUR' })).toEqual({ all: '77' });
  expect(await tenant.ask('orders')).toEqual({ all: '5' });
  expect(await tenant.ask('units')).toEqual({ all: '6' });
  expect(await tenant.ask('customers')).toEqual({ all: '3' });
  expect(await tenant.ask('average_order_value')).toEqual({ all: '5125' });
});

test('by one dimension, by two, filtered, within days', async () => {
  expect(await tenant.ask('revenue', { by: ['category'] })).toEqual({ Kitchen: '2500', Living: '18000' });
  expect(await tenant.ask('revenue', { by: ['currency'] })).toEqual({ CNY: '20500', EUR: '77' });
  expect(await tenant.ask('orders', { by: ['day', 'region'] })).toEqual({
    [`${dayOf(1)} East`]: '1',
    [`${dayOf(1)} West`]: '1',
    [`${dayOf(2)} East`]: '1',
    [`${dayOf(2)} unknown`]: '2',
  });
  expect(await tenant.ask('revenue', { where: { category: ['Living'], region: ['East', 'North'] } })).toEqual({
    all: '9000',
  });
  expect(await tenant.ask('revenue', { from: dayOf(2), to: dayOf(2) })).toEqual({ all: '9500' });
  expect(await tenant.ask('revenue', { from: dayOf(9) })).toEqual({ all: '0' });
});

test('the proof’s source counts nowhere unless it is named', async () => {
  expect(await tenant.ask('revenue', { source: 'smoke' })).toEqual({ all: '123456' });
  expect(await tenant.ask('order_lines', { by: ['source'] })).toEqual({ shop: '5' });
  expect(await tenant.rows("SELECT 1 FROM api.sales_daily WHERE source = 'smoke'")).toEqual([]);
});

test('a week begins on the day that the tenant chose', async () => {
  const [monday] = Object.keys(await tenant.ask('orders', { by: ['week'], to: dayOf(1) }));
  await tenant.rows(`SELECT pack.set_params('{"week_start": "sunday"}')`);
  const [sunday] = Object.keys(await tenant.ask('orders', { by: ['week'], to: dayOf(1) }));
  expect(new Date(String(monday)).getUTCDay()).toBe(1);
  expect(new Date(String(sunday)).getUTCDay()).toBe(0);
});

const HOSTILE = ["x'; DROP TABLE dwh.fact_sales; --", '1) OR (1=1', 'revenue"', 'pg_sleep(10)', '%s', '$1'];

test.each(HOSTILE)('%s reaches no SQL, wherever it is put', async (text) => {
  expect((await refusal(tenant.ask(text))).code).toBe('ICA01');
  expect((await refusal(tenant.ask('revenue', { by: [text] }))).code).toBe('ICA02');
  expect((await refusal(tenant.ask('revenue', { where: { [text]: ['x'] } }))).code).toBe('ICA02');
  expect((await refusal(tenant.ask('revenue', { from: text }))).code).toBe('ICA09');
  expect(await tenant.ask('orders', { where: { category: [text] } })).toEqual({ all: '0' });
  expect(await tenant.ask('orders', { source: text })).toEqual({ all: '0' });
  const name = `d${Math.random().toString(36).slice(2, 8)}`;
  await tenant.call('create_dimension', { dimension: name, title: text, of: 'product', attribute: text });
  expect(await tenant.ask('orders', { by: [name] })).toEqual({ unknown: '5' });
});

test('metrics of one’s own are put together of known parts', async () => {
  const ratio = {
    metric: 'lines_per_order',
    title: 'Lines per order',
    kind: 'ratio',
    numerator: 'order_lines',
    denominator: 'orders',
  };
  await tenant.call('create_metric', ratio);
  await tenant.call('create_metric', { metric: 'buyers', title: 'Buyers', kind: 'distinct', measure: 'customer' });
  await tenant.call('create_metric', {
    ...ratio,
    metric: 'of_ratios',
    numerator: 'lines_per_order',
    denominator: 'buyers',
  });
  expect(await tenant.ask('lines_per_order')).toEqual({ all: '1' });
  expect(await tenant.ask('of_ratios')).toEqual({ all: '0.3333' });
  expect((await refusal(tenant.call('create_metric', ratio))).code).toBe('ICA05');
  expect((await refusal(tenant.call('drop_metric', { metric: 'buyers' }))).facts).toMatchObject({ by: 'of_ratios' });
  expect((await refusal(tenant.call('drop_metric', { metric: 'revenue' }))).code).toBe('ICA08');
  await tenant.call('drop_metric', { metric: 'of_ratios' });
  await tenant.call('drop_metric', { metric: 'buyers' });
  expect((await refusal(tenant.ask('buyers'))).code).toBe('ICA01');
});

test.each([
  ['a sum of customers', { kind: 'sum', measure: 'customer' }],
  ['a count of something', { kind: 'count', measure: 'qty' }],
  ['a sum of nothing', { kind: 'sum' }],
  ['a ratio without a denominator', { kind: 'ratio', numerator: 'orders' }],
  ['a sum with a numerator', { kind: 'sum', measure: 'qty', numerator: 'orders' }],
  ['a kind nobody knows', { kind: 'median', measure: 'qty' }],
])('refuses %s', async (_what, body) => {
  expect((await refusal(tenant.call('create_metric', { metric: 'bad', title: 'Bad', ...body }))).code).toBe('ICA09');
});

test('a long answer is cut, and says so', async () => {
  const answer = await tenant.call('query_metric', { metric: 'orders', by: ['day', 'sku'], limit: 2 }, null);
  expect(answer).toMatchObject({ more: true });
  expect(answer['rows']).toHaveLength(2);
});
