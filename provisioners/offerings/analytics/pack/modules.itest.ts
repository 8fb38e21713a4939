// What modules bring, and how they go again.
import { readFile } from 'node:fs/promises';
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../../server/testing/postgres.ts';
import { loadPack } from '../../../kit/pack/load.ts';
import { refusal, type Json } from '../../../kit/pack/test-tenant.ts';
import { functions, views } from './api.ts';
import { MODULES, openWarehouse, PACK, sale, type Warehouse } from './warehouse-fixture.ts';

let tenant: Warehouse;
beforeAll(async () => {
  tenant = await openWarehouse(await createTestDatabase(), (url) => new Pool({ connectionString: url, max: 4 }), {
    modules: MODULES,
  });
  await tenant.call('seed_demo', { orders: 900 });
});
afterAll(() => tenant.close());

const rowsOf = (answer: Json): Json[] => answer['rows'] as Json[];

test('quality: ranges, patterns, volume and freshness stand in the way like any test', async () => {
  const rules = [
    { test: 'q-range', model: 'fact_sales', kind: 'between', column: 'qty', argument: [1, 3] },
    { test: 'q-pattern', model: 'dim_product', kind: 'matches', column: 'sku', argument: ['^D[0-9]{3}$'] },
    { test: 'q-volume', model: 'fact_sales', kind: 'min_rows', argument: [100] },
    { test: 'q-fresh', model: 'fact_sales', kind: 'fresh_hours', column: 'sold_at', argument: [24] },
  ];
  for (const rule of rules) expect(await tenant.call('create_test', rule), rule.test).toMatchObject({ failuresNow: 0 });
  await tenant.send(sale({ id: 'odd', sku: 'odd-one', qty: 9 }));
  expect(await tenant.refresh()).toMatchObject({
    dim_product: 'failed',
    fact_sales: 'blocked',
    customer_value: 'blocked',
  });
  await tenant.call('drop_test', { test: 'q-pattern' });
  expect(await tenant.refresh()).toMatchObject({ dim_product: 'ok', fact_sales: 'failed', sales_daily: 'blocked' });
  await tenant.call('drop_test', { test: 'q-range' });
  expect(await tenant.refresh()).toMatchObject({ sales_daily: 'ok' });
  const history = await tenant.rows("SELECT test FROM api.test_history WHERE test = 'q-volume'");
  expect(history.length).toBeGreaterThanOrEqual(2);
  const misfit = { test: 'q-misfit', model: 'fact_sales', kind: 'between', column: 'source', argument: [1, 3] };
  expect((await refusal(tenant.call('create_test', misfit))).code).toBe('ICA09');
});

test('quality: a profile tells what is in each column', async () => {
  const profile = await tenant.call('profile_model', { model: 'sales_daily' }, null);
  const region = (profile['columns'] as Json[]).find(({ column }) => column === 'region');
  expect(region).toMatchObject({ empty: 0, different: expect.any(Number), greatest: 'unknown' });
});

test('catalog-lineage: the events behind a figure add up to it', async () => {
  const scope = { where: { category: ['Kitchen'] } };
  const traced = await tenant.call('trace_figure', { metric: 'revenue', limit: 1000, ...scope }, null);
  const sum = rowsOf(traced).reduce((total, row) => total + BigInt(String(row['revenueMinor'])), 0n);
  expect({ all: String(sum) }).toEqual(await tenant.ask('revenue', scope));
  expect(traced).toMatchObject({ gone: 0, events: rowsOf(traced).length });
});

test('catalog-lineage: what hangs on a dataset, near and far, with shares', async () => {
  const impact = await tenant.call('impact_of', { dataset: 'dim_customer' }, null);
  expect(rowsOf(impact).map(({ dataset, steps }) => `${String(dataset)} ${String(steps)}`)).toEqual([
    'fact_sales 1',
    'customer_value 2',
    'metric_day 2',
    'sales_daily 2',
  ]);
  expect(impact).toMatchObject({ owners: ['data-office'], runningShares: 1 });
});

test('customer-360: every customer is in one segment, and every metric can be asked by it', async () => {
  const [counts] = await tenant.rows(`SELECT (SELECT count(*)::int FROM api.customer_value) AS valued,
    (SELECT sum(customers)::int FROM api.customer_segments) AS in_segments, (SELECT round(sum(revenue_percent)) FROM api.customer_segments) AS percent`);
  expect(counts).toMatchObject({ valued: counts?.['in_segments'], percent: 100 });
  const cells = await tenant.ask('revenue', { by: ['value_segment'] });
  expect(Object.keys(cells)).toEqual(expect.arrayContaining(['champion', 'lost']));
  const total = Object.values(cells).reduce((sum, value) => sum + BigInt(value), 0n);
  expect({ all: String(total) }).toEqual(await tenant.ask('revenue'));
});

test('forecast: history and days ahead, with the error of the better method', async () => {
  const answer = await tenant.call('forecast_metric', { metric: 'revenue', days: 14 }, null);
  const ahead = rowsOf(answer).filter(({ forecast }) => forecast !== null);
  expect(ahead).toHaveLength(14);
  expect(ahead.every(({ actual, forecast }) => actual === null && Number(forecast) >= 0)).toBe(true);
  expect(Number(answer['errorPercent'])).toBeGreaterThan(0);
  expect((await refusal(tenant.call('forecast_metric', { metric: 'orders' }, null))).facts).toMatchObject({
    reason: 'not_additive',
  });
});

test('forecast: a weekly pattern with a trend is continued', async () => {
  const week = [100, 110, 120, 130, 160, 220, 200];
  const known = Array.from({ length: 70 }, (_, n) => (week[n % 7] ?? 0) + n);
  const [row] = await tenant.rows('SELECT forecast.holt_winters($1, 7, 7) AS ahead', [known]);
  const expected = week.map((value, n) => value + 70 + n);
  const ahead = row?.['ahead'] as number[];
  expect(ahead).toHaveLength(7);
  for (const [n, value] of ahead.entries()) expect(Math.abs(value - (expected[n] ?? 0))).toBeLessThan(12);
});

const remove = async (module: string) => {
  const sql = await readFile(`${PACK.directory}/modules/${module}/remove.sql`, 'utf8');
  await tenant
    .rows(
      `BEGIN; SET LOCAL ROLE ${tenant.owner}; SELECT pack.begin_removal('${module}'); ${sql}; SELECT pack.end_removal('${module}'); COMMIT`,
    )
    .catch(async (error: unknown) => {
      await tenant.rows('ROLLBACK');
      throw error;
    });
};

const OBJECT_IN_USE = '55006';

test('a module goes and takes all of itself along, unless somebody relies on it; the rest works on, and it can come back', async () => {
  expect((await refusal(remove('quality'))).code).toBe(OBJECT_IN_USE); // two of its tests stand
  for (const name of ['q-volume', 'q-fresh']) await tenant.call('drop_test', { test: name });
  for (const module of MODULES) await remove(module);

  const core = <T extends { readonly module: string | null }>(specs: Readonly<Record<string, T>>) =>
    Object.keys(specs)
      .filter((name) => specs[name]?.module === null)
      .toSorted();
  const left = await tenant.rows('SELECT name FROM pack.function ORDER BY name');
  expect(left.map(({ name }) => String(name)).toSorted()).toEqual(core(functions));
  const shown = await tenant.rows(
    "SELECT table_name::text AS name FROM information_schema.views WHERE table_schema = 'api'",
  );
  expect(shown.map(({ name }) => String(name)).toSorted()).toEqual(core(views));
  expect(Object.values(await tenant.refresh())).toEqual(['ok', 'ok', 'ok', 'ok']);
  expect(await tenant.broken()).toEqual({});

  const { migrations } = await loadPack(PACK);
  for (const { sql } of migrations.filter(({ module }) => module === 'customer-360')) {
    await tenant.rows(`BEGIN; SET LOCAL ROLE ${tenant.owner}; ${sql}; COMMIT`);
  }
  expect((await tenant.refresh())['customer_value']).toBe('ok');
});
