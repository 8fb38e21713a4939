// The demo: the same every time, sound, and worth looking at; and the proof's source, which leaves nothing.
import { createHash } from 'node:crypto';
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../../server/testing/postgres.ts';
import { refusal } from '../../../kit/pack/test-tenant.ts';
import { openWarehouse, sale, type Warehouse } from './warehouse-fixture.ts';

const UNTIL = new Date(Date.now() - 60_000).toISOString();
const tenants: Warehouse[] = [];
const open = async (params = {}): Promise<Warehouse> => {
  const tenant = await openWarehouse(await createTestDatabase(), (url) => new Pool({ connectionString: url, max: 4 }), {
    params,
  });
  tenants.push(tenant);
  return tenant;
};

let first: Warehouse;
beforeAll(async () => {
  first = await open();
  await first.call('seed_demo', { until: UNTIL });
});
afterAll(() => Promise.all(tenants.map((tenant) => tenant.close())));

/** Of all that carries no pseudonym, number or time of writing. */
async function digest(tenant: Warehouse): Promise<string> {
  const hash = createHash('sha256');
  for (const query of [
    'SELECT source, id, type, subject, time, data FROM api.events ORDER BY id',
    'SELECT sku, name, category, valid_from, valid_until FROM api.dim_product ORDER BY 1, 4 NULLS FIRST',
    'SELECT * FROM api.sales_daily ORDER BY day, category, region',
    'SELECT metric, day, "by", cell, value, people FROM api.metric_day ORDER BY 1, 2, 3, 4',
  ]) {
    hash.update(JSON.stringify(await tenant.rows(query)));
  }
  return hash.digest('hex');
}

test('is the same every time, keeps every rule, and can be had once', async () => {
  const second = await open();
  await second.call('seed_demo', { until: UNTIL });
  expect(await digest(first)).toBe(await digest(second));
  expect(await first.broken()).toEqual({});
  expect((await refusal(first.call('seed_demo', {}))).code).toBe('ICA05');
});

test('has 3,000 orders of 90 days, changed products, a share, tests that hold and figures worth looking at', async () => {
  expect(await first.ask('orders')).toEqual({ all: '3000' });
  expect(Object.keys(await first.ask('orders', { by: ['day'] })).length).toBeGreaterThan(85);
  expect(await first.rows('SELECT sku FROM api.dim_product WHERE valid_from IS NOT NULL ORDER BY 1')).toEqual([
    { sku: 'D003' },
    { sku: 'D006' },
  ]);
  expect(await first.rows('SELECT running FROM api.shares')).toEqual([{ running: true }]);
  expect(await first.rows('SELECT test FROM api.tests WHERE failures > 0')).toEqual([]);
  const [shared] = await first.rows('SELECT count(*)::int AS n FROM api.metric_day WHERE "by" = \'region\'');
  expect(Number(shared?.['n'])).toBeGreaterThan(50);
});

test('stays within the parameters of the tenant', async () => {
  const tenant = await open({ currency: 'EUR', sources: ['till'], event_retention_days: 10 });
  await tenant.call('seed_demo', { orders: 60 });
  expect(await tenant.rows('SELECT DISTINCT source, currency FROM api.fact_sales')).toEqual([
    { source: 'till', currency: 'EUR' },
  ]);
  expect(await tenant.broken()).toEqual({});
});

test('what the proof sends counts in no figure and leaves nothing', async () => {
  const tenant = await open();
  await tenant.send(sale({ id: 'real', customer: 'ada' }));
  await tenant.refresh();
  const figures = () =>
    tenant.rows("SELECT * FROM api.kpis WHERE name NOT IN ('model_success_percent', 'freshness_ms') ORDER BY name");
  const before = { figures: await figures(), days: await tenant.rows('SELECT * FROM api.sales_daily') };
  await tenant.send({ ...sale({ id: 's1', sku: 'smoke-x-1', customer: 'smoke-1' }), source: 'smoke' });
  await tenant.refresh();
  await tenant.call('export_metric', { metric: 'revenue', source: 'smoke' });
  expect({ figures: await figures(), days: await tenant.rows('SELECT * FROM api.sales_daily') }).toEqual(before);
  expect(await tenant.call('smoke_cleanup', {})).toEqual({ events: 1, facts: 1 });
  expect(await tenant.call('smoke_cleanup', {})).toEqual({ events: 0, facts: 0 });
  expect(await tenant.rows('SELECT count(*)::int AS n FROM dwh.member')).toEqual([{ n: 2 }]);
  expect(await tenant.broken()).toEqual({});
});
