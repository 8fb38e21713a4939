// The public side's SQL and its description in api.ts say the same, and hold nothing that must not leave.
import { randomBytes } from 'node:crypto';
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../server/testing/postgres.ts';
import { loadPack } from '../../../kit/pack/load.ts';
import { edge, errors } from './api.ts';
import { PACK } from './shop-fixture.ts';

const owner = `t_${randomBytes(5).toString('hex')}_owner`;
let database: TestDatabase;
let admin: Pool;

const rows = async <T extends object>(text: string, values?: unknown[]): Promise<T[]> =>
  (await admin.query<T>(text, values)).rows;

beforeAll(async () => {
  database = await createTestDatabase();
  admin = new Pool({ connectionString: database.url, max: 1 });
  const pack = (await loadPack(PACK)).edge?.pack;
  if (pack === undefined) throw new Error('the pack has no edge');
  await admin.query(`CREATE ROLE ${owner} NOLOGIN; GRANT CREATE ON DATABASE ${database.database} TO ${owner}`);
  await admin.query(`BEGIN; ${pack.prepareSql}; COMMIT`);
  for (const { sql } of pack.migrations) await admin.query(`BEGIN; SET LOCAL ROLE ${owner}; ${sql}; COMMIT`);
});
afterAll(async () => {
  await admin.query(`REASSIGN OWNED BY ${owner} TO CURRENT_USER; DROP OWNED BY ${owner}; DROP ROLE ${owner}`);
  await admin.end();
  await database.drop();
});

test('functions, with whether they write', async () => {
  const found = await rows<{ name: string; writes: boolean }>('SELECT name, writes FROM pack.function');
  expect(Object.fromEntries(found.map(({ name, writes }) => [name, writes]))).toEqual(
    Object.fromEntries(Object.entries(edge.functions).map(([name, { writes }]) => [name, writes])),
  );
});

test('views and their columns, in order', async () => {
  const found = await rows<{ view: string; columns: string[] }>(
    `SELECT table_name::text AS view, array_agg(column_name::text ORDER BY ordinal_position) AS columns
     FROM information_schema.columns WHERE table_schema = 'api' GROUP BY 1`,
  );
  expect(Object.fromEntries(found.map(({ view, columns }) => [view, columns]))).toEqual(
    Object.fromEntries(Object.entries(edge.views).map(([name, { columns }]) => [name, Object.keys(columns)])),
  );
});

test('every function is callable in one shape, by nobody but who is let in, and runs as its owner', async () => {
  const odd = await rows(
    `SELECT proname::text FROM pg_proc WHERE pronamespace = 'api'::regnamespace
       AND NOT (prosecdef AND proargnames = '{p}' AND proargtypes = ARRAY['jsonb'::regtype]::oidvector
         AND prorettype = 'jsonb'::regtype AND proconfig @> '{"search_path=pg_catalog, pg_temp"}'
         AND pg_get_userbyid(proowner) = $1 AND NOT has_function_privilege('public', oid, 'EXECUTE'))`,
    [owner],
  );
  expect(odd).toEqual([]);
});

test('no column of what is published names a person or a cost', async () => {
  const columns = await rows<{ name: string }>(
    `SELECT table_name || '.' || column_name AS name FROM information_schema.columns
     WHERE table_schema = 'edge' AND column_name ~ '(email|phone|name|address|customer|buyer|cost)'`,
  );
  expect(columns).toEqual([]);
});

test('a body that is wrong is refused in the words of the API, and takes nothing', async () => {
  const call = (body: object) =>
    admin.query('SELECT pack.call($1, $2, $3, $4)', ['place_order_request', randomBytes(8).toString('hex'), body, {}]);
  for (const [body, code] of [
    [{}, 'ICO09'],
    [{ lines: [] }, 'ICO09'],
    [{ lines: [{ sku: 'A', qty: 0 }] }, 'ICO09'],
    [{ lines: [{ sku: 'A', qty: 1 }], buyerToken: 'lin@example.com' }, 'ICO09'],
    [{ lines: [{ sku: 'A', qty: 1 }] }, 'ICO06'],
  ] as const) {
    await expect(call(body), JSON.stringify(body)).rejects.toMatchObject({ code });
    expect(Object.keys(errors)).toContain(code);
  }
  expect(await rows('SELECT FROM intake.order_request')).toEqual([]);
});

test('what was sold before is sold once: a closed epoch takes nothing, whatever the published state says', async () => {
  await admin.query(`INSERT INTO edge.offer VALUES ('A', 'web', 'CNY', now() - interval '1 day', NULL, 100);
    INSERT INTO edge.allotment (sku, epoch, granted) VALUES ('A', 1, 5);
    INSERT INTO sale.allotment_used (sku, epoch, used, closed) VALUES ('A', 1, 2, true)`);
  const order = { lines: [{ sku: 'A', qty: 1 }] };
  const call = admin.query('SELECT pack.call($1, $2, $3, $4)', ['place_order_request', 'closed-epoch', order, {}]);
  await expect(call).rejects.toMatchObject({ code: 'ICO04' });
});
