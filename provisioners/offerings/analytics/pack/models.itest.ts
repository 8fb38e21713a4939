// Versions in time, models in order, tests that stand in the way, days that go.
import { Pool } from 'pg';
import { afterAll, beforeEach, afterEach, expect, test } from 'vitest';
import { createTestDatabase } from '../../../../server/testing/postgres.ts';
import { refusal } from '../../../kit/pack/test-tenant.ts';
import { at, dayOf, openWarehouse, sale, type Warehouse } from './warehouse-fixture.ts';

let tenant: Warehouse;
const opened: Warehouse[] = [];
beforeEach(async () => {
  tenant = await openWarehouse(await createTestDatabase(), (url) => new Pool({ connectionString: url, max: 4 }));
  opened.push(tenant);
});
afterEach(async () => expect(await tenant.broken()).toEqual({}));
afterAll(() => Promise.all(opened.map((each) => each.close())));

const change = (id: string, category: string, day: number, eventId = `change-${id}-${day}`) => ({
  specversion: '1.0',
  id: eventId,
  source: 'shop',
  type: 'product.changed',
  subject: id,
  time: at(day, 0),
  data: { name: `Thing ${id}`, category },
});

test('a change splits old sales from new, also those already loaded, and a later change in between splits again', async () => {
  await tenant.send(...[1, 2, 3, 4].map((day) => sale({ id: `s${day}`, day, category: 'Old' })));
  await tenant.refresh();
  expect(await tenant.ask('order_lines', { by: ['category'] })).toEqual({ Old: '4' });
  await tenant.call('change_member', {
    of: 'product',
    id: 'MUG',
    attributes: { category: 'New' },
    validFrom: at(3, 0),
  });
  expect(await tenant.ask('order_lines', { by: ['category'] })).toEqual({ Old: '2', New: '2' });
  await tenant.send(change('MUG', 'Middle', 2), sale({ id: 's5', day: 2, category: 'ignored' }));
  await tenant.refresh();
  expect(await tenant.ask('order_lines', { by: ['category'] })).toEqual({ Old: '1', Middle: '2', New: '2' });
  const versions = await tenant.rows(
    'SELECT category, valid_from, valid_until FROM api.dim_product ORDER BY valid_from NULLS FIRST',
  );
  expect(versions.map(({ category }) => category)).toEqual(['Old', 'Middle', 'New']);
  expect(await tenant.rows('SELECT category, sum(lines)::int AS n FROM api.sales_daily GROUP BY 1 ORDER BY 1')).toEqual(
    [
      { category: 'Middle', n: 2 },
      { category: 'New', n: 2 },
      { category: 'Old', n: 1 },
    ],
  );
});

test('a customer is known by pseudonym only, and a change of region leaves the past where it was', async () => {
  await tenant.send(sale({ id: 'a', day: 1, customer: 'lin@example.com', region: 'East' }));
  await tenant.refresh();
  const moved = { of: 'customer', id: 'lin@example.com', attributes: { region: 'West' }, validFrom: at(2) };
  await tenant.call('change_member', moved);
  await tenant.send(sale({ id: 'b', day: 3, customer: 'lin@example.com', region: 'East' }));
  await tenant.refresh();
  expect(await tenant.ask('orders', { by: ['region'] })).toEqual({ East: '1', West: '1' });
  expect(await tenant.ask('customers')).toEqual({ all: '1' });
  const [ids] = await tenant.rows("SELECT string_agg(customer_id, ',') AS ids FROM api.dim_customer");
  expect(ids?.['ids']).toMatch(/^(c_[0-9a-f]{20},?)+$/);
});

test('a forgotten person leaves figures behind and nothing else; who comes back is somebody new', async () => {
  await tenant.send(sale({ id: 'a', customer: 'ada' }), sale({ id: 'b', customer: 'bob' }));
  await tenant.send({ ...sale({ id: 'broken', customer: 'ada' }), specversion: '9' });
  await tenant.refresh();
  const [before] = await tenant.rows('SELECT customer_id FROM api.dim_customer ORDER BY customer_key LIMIT 1');
  expect(await tenant.call('erase_person', { subject: 'ada' })).toEqual({ events: 1, versions: 1 });
  expect(await tenant.ask('customers')).toEqual({ all: '2' });
  expect(await tenant.rows("SELECT 1 FROM api.events WHERE subject = 'ada'")).toEqual([]);
  expect(await tenant.rows("SELECT 1 FROM api.rejects WHERE raw::text LIKE '%ada%'")).toEqual([]);
  expect(
    await tenant.rows('SELECT 1 FROM api.dim_customer WHERE customer_id = $1', [before?.['customer_id']]),
  ).toHaveLength(0);
  await tenant.send(sale({ id: 'c', customer: 'ada' }));
  await tenant.refresh();
  expect(await tenant.ask('customers')).toEqual({ all: '3' });
});

test('a failed test takes back what was built, blocks what depends on it, and lets all of it in once it is mended', async () => {
  const test1 = {
    test: 'only-cny',
    model: 'fact_sales',
    kind: 'accepted_values',
    column: 'currency',
    argument: ['CNY'],
  };
  expect(await tenant.call('create_test', test1)).toMatchObject({ failuresNow: 0, severity: 'error' });
  await tenant.send(sale({ id: 'good' }), sale({ id: 'odd', currency: 'EUR' }));
  expect(await tenant.refresh()).toEqual({
    dim_product: 'ok',
    dim_customer: 'ok',
    fact_sales: 'failed',
    sales_daily: 'blocked',
  });
  expect(await tenant.ask('order_lines')).toEqual({ all: '0' });
  expect(await tenant.rows("SELECT failures::int AS failures FROM api.tests WHERE test = 'only-cny'")).toEqual([
    { failures: 1 },
  ]);
  expect(await tenant.rows("SELECT state, blocked_by FROM api.models WHERE model = 'sales_daily'")).toEqual([
    { state: 'blocked', blocked_by: 'fact_sales' },
  ]);
  await tenant.call('set_event_aside', { source: 'shop', id: 'odd', reason: 'wrong currency' });
  expect((await tenant.refresh())['sales_daily']).toBe('ok');
  expect(await tenant.ask('order_lines')).toEqual({ all: '1' });
});

test('a test that only warns is counted and stands in nobody’s way', async () => {
  await tenant.call('create_test', {
    test: 'named',
    model: 'dim_product',
    kind: 'not_null',
    column: 'category',
    severity: 'warn',
  });
  const event = sale({ id: 'a' });
  await tenant.send({ ...event, data: { currency: 'CNY', lines: [{ sku: 'BARE', qty: 1, unitMinor: '5' }] } });
  expect((await tenant.refresh())['sales_daily']).toBe('ok');
  expect(await tenant.rows("SELECT value FROM api.kpis WHERE name = 'test_failures'")).toEqual([{ value: 1 }]);
  expect(await tenant.ask('revenue', { by: ['category'] })).toEqual({ unknown: '5' });
});

const UNFIT = [
  { model: 'nothing', kind: 'not_null', column: 'sku', refused: 'ICA04' },
  { model: 'fact_sales', kind: 'looks_nice', column: 'qty', refused: 'ICA09' },
  { model: 'fact_sales', kind: 'not_null', column: 'qty; DROP', refused: 'ICA09' },
  { model: 'fact_sales', kind: 'unique', refused: 'ICA09' },
  { model: 'fact_sales', kind: 'between', column: 'qty', argument: [1, 2], refused: 'ICA09' }, // of a module that is not there
  { model: 'fact_sales', kind: 'accepted_values', column: 'qty', refused: 'ICA09' },
];

test('refuses tests that cannot be', async () => {
  for (const { refused, ...body } of UNFIT) {
    const attempt = tenant.call('create_test', { test: 'bad', ...body });
    expect((await refusal(attempt)).code, JSON.stringify(body)).toBe(refused);
  }
});

test('a refresh that is not due does nothing', async () => {
  await tenant.refresh();
  await tenant.send(sale({ id: 'a' }));
  expect(await tenant.call('refresh', { onlyIfDue: true })).toMatchObject({ due: false });
  expect(await tenant.ask('order_lines')).toEqual({ all: '0' });
  await tenant.rows("UPDATE dwh.run SET started_at = now() - interval '10 minutes'");
  expect(await tenant.call('refresh', { onlyIfDue: true })).toMatchObject({ due: true, state: 'ok' });
  expect(await tenant.ask('order_lines')).toEqual({ all: '1' });
});

test('a backlog is taken in as far as one refresh goes, and then further, due or not', async () => {
  await tenant.send(sale({ id: 'first' }));
  await tenant.refresh();
  await tenant.rows("SELECT setval('ingest.event_seq', 10500)"); // as if many had arrived
  await tenant.send(sale({ id: 'far' }));
  expect(await tenant.call('refresh', { onlyIfDue: true })).toMatchObject({ due: true, more: true });
  expect(await tenant.ask('order_lines')).toEqual({ all: '1' });
  expect(await tenant.call('refresh', { onlyIfDue: true })).toMatchObject({ due: false, more: true });
  expect(await tenant.call('refresh', {})).toMatchObject({ more: false });
  expect(await tenant.ask('order_lines')).toEqual({ all: '2' });
});

test('days go after the retention, whole and only when loaded; facts stay and still add up', async () => {
  expect(await tenant.call('open_days', {})).toEqual({ opened: 4 });
  expect(await tenant.call('open_days', {})).toEqual({ opened: 0 });
  await tenant.send(sale({ id: 'a' }), sale({ id: 'b', qty: 3 }));
  // The day on which they arrived lies in the past now.
  await tenant.rows(`DO $$ BEGIN PERFORM ingest.open_day(ingest.today() - 500);
    UPDATE ingest.event SET received_on = ingest.today() - 500; UPDATE ingest.event_key SET received_on = ingest.today() - 500; END $$`);
  const held = await tenant.call('drop_old_days', {});
  expect(held).toMatchObject({ dropped: [], notLoadedYet: [expect.any(String)] });
  await tenant.refresh();
  expect(await tenant.call('drop_old_days', {})).toMatchObject({ dropped: [expect.any(String)], notLoadedYet: [] });
  expect(await tenant.rows('SELECT 1 FROM api.events')).toEqual([]);
  expect(await tenant.ask('revenue')).toEqual({ all: '4000' });
  expect(await tenant.ask('revenue', { by: ['day'] })).toEqual({ [dayOf(1)]: '4000' });
  await tenant.send(sale({ id: 'c' }));
  await tenant.refresh();
});
