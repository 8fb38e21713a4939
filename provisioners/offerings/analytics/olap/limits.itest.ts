// Limits of the engine, with more facts than fit into them, and the wall between two tenants.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Client, Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../../server/testing/postgres.ts';
import { refusal, type Json } from '../../../kit/pack/test-tenant.ts';
import { openWarehouse, sale, type Warehouse } from '../pack/warehouse-fixture.ts';
import { openEngine } from './engine.ts';
import { olapProcess, type OlapProcess } from './process-fixture.ts';

const FACTS = 120_000;

interface Side {
  readonly tenant: Warehouse;
  readonly olap: OlapProcess;
}

async function openSide(): Promise<Side> {
  const database = await createTestDatabase();
  const tenant = await openWarehouse(database, (url) => new Pool({ connectionString: url, max: 4 }), {
    modules: ['olap-duckdb'],
  });
  return { tenant, olap: await olapProcess(tenant, database.url) };
}

let wide: Side;
let neighbour: Side;

beforeAll(async () => {
  [wide, neighbour] = await Promise.all([openSide(), openSide()]);
  await neighbour.tenant.send(sale({ id: 'mine', customer: 'x' }));
  await neighbour.tenant.refresh();
  await wide.tenant.rows(`
    INSERT INTO dwh.dim_date SELECT to_char(d, 'YYYYMMDD')::int, d FROM generate_series(date '2026-01-01', '2026-01-30', interval '1 day') AS d;
    INSERT INTO dwh.member (dimension, id, attributes, during)
      SELECT 'customer', 'c' || n, jsonb_build_object('region', 'R' || n % 9), tstzrange(NULL, NULL) FROM generate_series(1, 66000) AS n;
    INSERT INTO dwh.member (dimension, id, attributes, during)
      SELECT 'product', 'p' || n, jsonb_build_object('category', 'C' || n % 7), tstzrange(NULL, NULL) FROM generate_series(1, 500) AS n;
    INSERT INTO dwh.fact_sales (source, event_id, line, seq, date_key, product_key, customer_key, qty, revenue_minor, currency, sold_at)
      SELECT 'shop', md5(n::text), 1, n, 20260101 + n % 30, 66001 + n % 500, 1 + n % 66000, 1 + n % 3, n, 'CNY', now()
      FROM generate_series(1, ${FACTS}) AS n`);
  await Promise.all([wide.olap.start(), neighbour.olap.start()]);
}, 120_000);
afterAll(async () => {
  for (const { olap, tenant } of [wide, neighbour]) {
    await olap.close();
    await tenant.close();
  }
});

const failing = async ({ olap }: Side, body: Json): Promise<{ code: string; facts: Json }> => refusal(olap.ask(body));

test('more parts of members than one, and many facts: still the same figures', async () => {
  for (const question of [
    { metric: 'customers', by: ['region'] },
    { metric: 'average_order_value', by: ['category'] },
  ]) {
    const { rows } = await wide.tenant.call('query_metric', question, null);
    expect(await wide.olap.ask({ ...question, fresh: true })).toMatchObject({ rows, scanned: FACTS });
  }
});

test('too many cells are refused, and a few of many are not', async () => {
  expect(await failing(wide, { metric: 'orders', by: ['customer'] })).toEqual({
    code: 'ICA23',
    facts: { reason: 'cells', max: 20_000 },
  });
});

test('what does not end in time is ended', async () => {
  await wide.olap.stop();
  await wide.olap.start({ memoryMib: 128, threads: 1, spillMib: 64, timeoutMs: 1 });
  expect(await failing(wide, { metric: 'orders', by: ['region'] })).toMatchObject({
    code: 'ICA24',
    facts: { reason: 'time' },
  });
});

test('what needs more memory than there is fails as promised, and the process lives', async () => {
  await wide.olap.stop();
  await wide.olap.start({ memoryMib: 24, threads: 1, spillMib: 1 });
  expect(await failing(wide, { metric: 'orders', by: ['region'] })).toEqual({
    code: 'ICA23',
    facts: { reason: 'memory' },
  });
  expect(wide.olap.child().exitCode).toBeNull();
  const small = { metric: 'units', to: '2026-01-01' };
  const { rows } = await wide.tenant.call('query_metric', small, null);
  expect(await wide.olap.ask(small)).toMatchObject({ rows });
});

test('the engine reaches no file outside its folder, loads nothing and cannot be opened up', async () => {
  const folder = path.join(neighbour.olap.folder, 'parquet');
  const engine = await openEngine({ folder, memoryMib: 64, threads: 1, spillMib: 16 });
  const [stranger] = await wide.tenant.rows('SELECT file FROM olap.part WHERE file IS NOT NULL LIMIT 1');
  const hostile = [
    `SELECT * FROM read_parquet('${wide.olap.folder}/parquet/${String(stranger?.['file'])}')`,
    `SELECT * FROM read_parquet('${folder}/../../${path.basename(wide.olap.folder)}/parquet/*')`,
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM glob('/**')",
    "COPY (SELECT 1) TO '/tmp/out.parquet'",
    "ATTACH '/tmp/other.db'",
    'INSTALL httpfs',
    'LOAD postgres',
    'SET enable_external_access = true',
    "SET memory_limit = '10GB'",
    "SET allowed_directories = ['/']",
  ];
  for (const statement of hostile) {
    await expect(engine.ask(statement, [], 5_000), statement).rejects.toMatchObject({ name: 'EngineFailed' });
  }
  engine.close();
});

test('a role of one tenant gets into no other tenant’s database', async () => {
  const mine = new URL(neighbour.olap.url);
  mine.pathname = new URL(wide.olap.url).pathname;
  const client = new Client({ connectionString: mine.href });
  await client.connect(); // databases of tests are open to all; those of tenants are not
  await expect(client.query('SELECT count(*) FROM dwh.fact_sales')).rejects.toMatchObject({ code: '42501' });
  await client.end();
});

test('what was read is what is in the files: nothing of a customer but a pseudonym', async () => {
  const [part] = await neighbour.tenant.rows(
    "SELECT file FROM olap.part WHERE dataset = 'member' AND file IS NOT NULL",
  );
  const bytes = await readFile(path.join(neighbour.olap.folder, 'parquet', String(part?.['file'])));
  expect(bytes.subarray(0, 4).toString()).toBe('PAR1');
});
