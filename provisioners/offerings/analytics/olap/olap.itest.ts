// The process over a real tenant: what it answers is what the database answers, whatever happened to facts, dimensions, files and itself.
import { once } from 'node:events';
import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Client, Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, waitFor } from '../../../../server/testing/postgres.ts';
import { refusal, type Json } from '../../../kit/pack/test-tenant.ts';
import type { SmokeClient } from '../../../kit/offering.ts';
import { stepsFor } from '../../../kit/smoke.ts';
import { errors, functions } from '../pack/api.ts';
import { smoke } from '../smoke.ts';
import { at, dayOf, MODULES, openWarehouse, sale, type Warehouse } from '../pack/warehouse-fixture.ts';
import { olapProcess, type OlapProcess } from './process-fixture.ts';

let tenant: Warehouse;
let olap: OlapProcess;
let parquet: string;

beforeAll(async () => {
  const database = await createTestDatabase();
  tenant = await openWarehouse(database, (url) => new Pool({ connectionString: url, max: 6 }), { modules: MODULES });
  await tenant.call('seed_demo', { orders: 1_200, days: 90 });
  olap = await olapProcess(tenant, database.url);
  parquet = path.join(olap.folder, 'parquet');
  await olap.start();
});
afterAll(async () => {
  await olap.close();
  await tenant.close();
});

const QUESTIONS: readonly Json[] = [
  { metric: 'revenue' },
  { metric: 'revenue', by: ['category'] },
  { metric: 'average_order_value', by: ['region', 'month'] },
  { metric: 'revenue_per_customer', by: ['segment', 'quarter'] },
  { metric: 'units_per_order', by: ['weekday'] },
  { metric: 'orders', by: ['week'] },
  { metric: 'customers', by: ['day', 'category'], limit: 40 },
  { metric: 'products', by: ['source', 'currency'] },
  { metric: 'units', by: ['sku'], where: { category: ['Kitchen', "Robert'); DROP TABLE dwh.member; --"] } },
  { metric: 'order_lines', by: ['customer'], from: dayOf(10), to: dayOf(20), limit: 5_000 },
  { metric: 'revenue', from: '2001-01-01', to: '2001-01-31' },
  { metric: 'revenue', by: ['category'], from: '2001-01-01', to: '2001-01-31' },
  { metric: 'of_ratios', by: ['category'] },
  { metric: 'revenue', by: ['odd'] },
];

const shown = ({ metric, unit, money, additive, by, more, rows }: Json): Json => ({
  metric,
  unit,
  money,
  additive,
  by,
  more,
  rows,
});

async function expectSame(questions = QUESTIONS): Promise<void> {
  for (const question of questions) {
    const byDatabase = await tenant.call('query_metric', question, null);
    const byEngine = await olap.ask({ ...question, fresh: true });
    expect(shown(byEngine), JSON.stringify(question)).toEqual(shown(byDatabase));
  }
  expect(await tenant.broken()).toEqual({});
}

test('every kind of metric and dimension comes out exactly as the database has it', async () => {
  const ratio = { kind: 'ratio', numerator: 'average_order_value', denominator: 'units_per_order' };
  await tenant.call('create_metric', { metric: 'of_ratios', title: 'A ratio of ratios', ...ratio });
  const attribute = `a'); SELECT 1; --`;
  await tenant.call('create_dimension', { dimension: 'odd', title: 'Odd', of: 'product', attribute });
  await expectSame();
});

test('late events, changed dimensions, other currencies and persons who are forgotten', async () => {
  const late = Array.from({ length: 40 }, (_, n) =>
    sale({
      id: `late-${n}`,
      day: n % 39,
      sku: `L${n % 5}`,
      qty: 1 + (n % 3),
      customer: `late-${n % 7}`,
      region: 'North',
    }),
  );
  await tenant.send(...late, sale({ id: 'abroad', currency: 'EUR' }), sale({ id: 'nobody' }));
  await tenant.refresh();
  await expectSame();
  await tenant.call('change_member', {
    of: 'product',
    id: 'L1',
    attributes: { name: 'Late', category: 'Moved', [`a'); SELECT 1; --`]: 'x', nested: { a: [1] }, none: null },
    validFrom: at(12),
  });
  await expectSame();
  await tenant.call('erase_person', { subject: 'late-1' });
  await tenant.call('smoke_cleanup', {});
  await expectSame();
});

const client: SmokeClient = {
  call: async (fn, body, key) => {
    const { writes = false, status = 404 } = functions[fn] ?? {};
    try {
      return { status, body: await tenant.call(fn, body, writes ? key : null) };
    } catch (error) {
      const { code = '' } = error as { code?: string };
      return { status: Object.entries(errors).find(([known]) => known === code)?.[1].status ?? 500, body: { code } };
    }
  },
  view: async (name) => ({ status: 200, items: await tenant.rows(`SELECT * FROM api.${name}`) }),
};

test('the proof passes with the module, and leaves the copy as the facts are', async () => {
  const memo = {};
  for (const step of stepsFor(smoke, 'public', MODULES)) expect(await step.run(client, memo), step.name).toBeTruthy();
  await expectSame();
});

test('a day that changed has a file of its own again, and only that', async () => {
  const before = new Set(await readdir(parquet));
  await tenant.send(sale({ id: 'one-more', day: 5, sku: 'L1', customer: 'late-2' }));
  await tenant.refresh();
  await olap.ask({ metric: 'orders', fresh: true });
  const come = (await readdir(parquet)).filter((name) => !before.has(name));
  expect(come.filter((name) => name.startsWith('sales'))).toEqual([
    expect.stringMatching(new RegExp(`^sales-${dayOf(5).replaceAll('-', '')}-\\d+\\.parquet$`)),
  ]);
});

test('the copy follows by itself, without being asked', async () => {
  await tenant.send(sale({ id: 'unasked', day: 6 }));
  await tenant.refresh();
  await waitFor(
    async () => {
      const rows = await tenant.rows('SELECT FROM api.olap_datasets WHERE parts_behind > 0');
      return rows.length === 0;
    },
    { what: 'the copy to follow' },
  );
  const [figure] = await tenant.rows("SELECT value FROM api.kpis WHERE name = 'copy_freshness_ms'");
  expect(figure).toEqual({ value: 0 });
});

test('what it may not be asked is refused with what was promised', async () => {
  const ask = (body: Json) => refusal(tenant.call('olap_query', body));
  expect(await ask({ metric: 'x;drop' })).toMatchObject({ code: 'ICA01' });
  expect(await ask({ metric: 'revenue', by: ['"; DROP SCHEMA olap CASCADE; --'] })).toMatchObject({ code: 'ICA02' });
  expect(await ask({ metric: 'revenue', where: { 'f.d) OR (1=1': ['x'] } })).toMatchObject({ code: 'ICA02' });
  expect(await ask({ metric: 'revenue', by: ['value_segment'] })).toMatchObject({
    code: 'ICA21',
    facts: { dimension: 'value_segment' },
  });
  expect(await ask({ metric: 'revenue', limit: 5_001 })).toMatchObject({ code: 'ICA09' });
  const unknown = tenant.call('olap_result', { queryId: crypto.randomUUID() }, null);
  expect(await refusal(unknown)).toMatchObject({ code: 'ICA04' });
});

test('its role reads what is copied and nothing else, and writes nothing', async () => {
  await olap.stop();
  const session = new Client({ connectionString: olap.url });
  await session.connect();
  const refused = [
    'SELECT * FROM ingest.event',
    'SELECT sold_at FROM dwh.fact_sales',
    'SELECT * FROM dwh.salt',
    'SELECT * FROM pack.param',
    'SELECT * FROM api.metrics',
    'SELECT * FROM olap.query',
    "UPDATE olap.part SET file = '/etc/passwd'",
    'DELETE FROM dwh.fact_sales',
    "SELECT api.refresh('{}')",
    "SELECT pack.set_params('{}')",
    'CREATE TABLE olap.mine (x int)',
  ];
  for (const statement of refused) {
    await expect(session.query(statement), statement).rejects.toMatchObject({ code: '42501' });
  }
  await expect(session.query("SELECT olap.fail(gen_random_uuid(), 'XX000', '{}')")).rejects.toMatchObject({
    code: '22023',
  });
  await session.end();
  await olap.start();
});

test('killed with a question in its hands, it answers it when it is back, once; what kills it twice is given up', async () => {
  await olap.stop('SIGKILL');
  const { queryId } = await tenant.call('olap_query', { metric: 'revenue' });
  await tenant.rows("UPDATE olap.query SET state = 'running', attempts = 1, started_at = now() WHERE query_id = $1", [
    queryId,
  ]);
  const { queryId: deadly } = await tenant.call('olap_query', { metric: 'revenue' });
  await tenant.rows("UPDATE olap.query SET state = 'running', attempts = 2, started_at = now() WHERE query_id = $1", [
    deadly,
  ]);
  await olap.start();
  await waitFor(
    async () => {
      const { state } = await tenant.call('olap_result', { queryId, waitMs: 2_000 }, null);
      return state === 'done';
    },
    { what: 'the answer' },
  );
  const given = refusal(tenant.call('olap_result', { queryId: deadly }, null));
  expect(await given).toMatchObject({ code: 'ICA25', facts: { attempts: 2 } });
});

test('files that were placed and never settled double nothing; files that are gone or cut are made anew', async () => {
  await olap.stop('SIGKILL');
  const files = (await readdir(parquet)).filter((name) => name.startsWith('sales'));
  const [placed = '', gone = '', cut = ''] = files;
  // As if it had died between putting a file in its place and telling the database: the day is behind again, its new file lies there.
  const orphan = placed.replace(/-\d+\.parquet$/, '-999999999.parquet');
  await writeFile(path.join(parquet, orphan), 'half of a file');
  await tenant.rows("UPDATE olap.part SET changed = nextval('olap.change_no') WHERE file = $1", [placed]);
  await rm(path.join(parquet, gone));
  await writeFile(path.join(parquet, cut), 'x');
  await olap.start();
  await expectSame();
  const kept = await tenant.rows('SELECT file FROM olap.part WHERE file IS NOT NULL ORDER BY file');
  expect((await readdir(parquet)).filter((name) => name.endsWith('.parquet')).toSorted()).toEqual(
    kept.map(({ file }) => String(file)).toSorted(),
  );
});

test('no more questions wait than may, none for longer than it may, and none without somebody to answer it', async () => {
  await olap.stop('SIGKILL');
  await tenant.rows('DELETE FROM olap.query');
  const asked = Array.from({ length: 25 }, () => tenant.call('olap_query', { metric: 'revenue' }));
  const outcomes = await Promise.allSettled(asked);
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(20);
  expect(await refusal(tenant.call('olap_query', { metric: 'revenue' }))).toMatchObject({
    code: 'ICA22',
    facts: { waiting: 20, max: 20 },
  });
  await tenant.rows("UPDATE olap.query SET asked_at = asked_at - interval '61 seconds'");
  const [old] = await tenant.rows('SELECT query_id FROM olap.query LIMIT 1');
  const late = refusal(tenant.call('olap_result', { queryId: old?.['query_id'] }, null));
  expect(await late).toMatchObject({ code: 'ICA24', facts: { reason: 'waited', seconds: 60 } });
  await tenant.call('olap_query', { metric: 'revenue' }); // there is room again
  await olap.start();
});

test('its folder is nobody else’s to read', async () => {
  expect((await stat(parquet)).mode & 0o077).toBe(0);
});

test('the process ends with whoever started it', async () => {
  const ended = once(olap.child(), 'exit');
  olap.child().disconnect();
  expect(await ended).toEqual([0, null]);
  await olap.start();
});
