// Who may do what in a tenant's database, in raw SQL; and how a clone of a template becomes a tenant's own.
import { randomBytes } from 'node:crypto';
import { Client, Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../server/testing/postgres.ts';
import { installPack, refusal } from '../../../kit/pack/test-tenant.ts';
import { PACK, openShop, stockProduct, type Shop } from './shop-fixture.ts';

let shop: Shop;
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  shop = await openShop(database, (url) => new Pool({ connectionString: url, max: 4 }), { modules: ['flash-sale'] });
  await stockProduct(shop, { sku: 'SEEN', qty: 10 });
});
afterAll(() => shop.close());

const PERMISSION_DENIED = '42501';
const asApi = (statement: string) => shop.api.query(statement);

test('the API role reads no table and writes none, whatever the schema', async () => {
  const tables = await shop.rows(
    `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
     WHERE table_schema IN ('pack', 'catalog', 'stock', 'sales', 'promo')`,
  );
  expect(tables.length).toBeGreaterThan(20);
  for (const { name } of tables) {
    for (const statement of [`SELECT * FROM ${String(name)}`, `DELETE FROM ${String(name)}`]) {
      expect((await refusal(asApi(statement))).code, statement).toBe(PERMISSION_DENIED);
    }
  }
});

test('the API role cannot write through views, call helpers, make objects or become the owner', async () => {
  const attempts = [
    'DELETE FROM api.customers',
    "UPDATE api.categories SET name = 'mine'",
    "SELECT sales.move(ARRAY[uuidv7()], 'paid')",
    "SELECT stock.reserve('SEEN', 'MAIN', 1)",
    "SELECT pack.set_params('{}')",
    `SELECT pack.hand_over('${shop.apiRole}')`,
    `SELECT pack.grant_to('${shop.apiRole}', NULL)`,
    'SELECT last_value FROM sales.order_no_seq',
    'CREATE TABLE api.mine (id int)',
    'CREATE TABLE public.mine (id int)',
    'CREATE SCHEMA mine',
    `SET ROLE ${shop.owner}`,
  ];
  for (const statement of attempts) expect((await refusal(asApi(statement))).code, statement).toBe(PERMISSION_DENIED);
});

test('functions run as the owner, who is no superuser, whatever the caller puts in its search path', async () => {
  const [owner] = await shop.rows(
    'SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls AS mighty FROM pg_roles WHERE rolname = $1',
    [shop.owner],
  );
  expect(owner).toEqual({ mighty: false });
  const client = await shop.api.connect();
  try {
    await client.query('CREATE TEMP TABLE orders (order_id int)');
    await client.query('CREATE DOMAIN pg_temp.text AS int; CREATE DOMAIN pg_temp.jsonb AS int');
    await client.query('SET search_path = pg_temp');
    const { rows } = await client.query('SELECT api.place_order($1::pg_catalog.jsonb) AS placed', [
      JSON.stringify({ lines: [{ sku: 'SEEN', qty: 1 }] }),
    ]);
    expect(rows[0]?.['placed']).toMatchObject({ totalMinor: '1999' });
  } finally {
    await client.query('RESET search_path');
    client.release();
  }
});

test('full storage closes what grows and leaves open what frees and reads; granting again does not reopen it', async () => {
  const { orderNo } = await shop.call('place_order', { lines: [{ sku: 'SEEN', qty: 1 }] });
  await shop.rows('SELECT pack.revoke_writes($1)', [shop.apiRole]);
  await shop.rows('SELECT pack.grant_to($1, NULL)', [shop.apiRole]);
  for (const [fn, body] of [
    ['place_order', { lines: [{ sku: 'SEEN', qty: 1 }] }],
    ['create_product', { slug: 'more', name: 'More' }],
    ['seed_demo', {}],
  ] as const) {
    expect((await refusal(shop.call(fn, body))).code, fn).toBe(PERMISSION_DENIED);
  }
  expect((await asApi('SELECT * FROM api.orders')).rows.length).toBeGreaterThan(0);
  expect(await shop.call('cancel_order', { orderNo })).toMatchObject({ state: 'cancelled' });
  await shop.rows('SELECT pack.restore_writes($1)', [shop.apiRole]);
  expect(await shop.call('place_order', { lines: [{ sku: 'SEEN', qty: 1 }] })).toMatchObject({
    state: 'pending_payment',
  });
});

test('a BI role reads the views of api and nothing else', async () => {
  const bi = `${shop.owner}_bi`;
  await shop.rows(`CREATE ROLE ${bi}`);
  await shop.rows('SELECT pack.grant_to($1, $2)', [shop.apiRole, bi]);
  const client = await shop.admin.connect();
  const tryAs = async (statement: string) => {
    await client.query('BEGIN');
    await client.query(`SET LOCAL ROLE ${bi}`);
    try {
      return await client.query(statement);
    } finally {
      await client.query('ROLLBACK');
    }
  };
  try {
    expect((await tryAs('SELECT count(*)::int AS n FROM api.orders')).rows[0]?.['n']).toBeGreaterThan(0);
    for (const statement of [
      'SELECT * FROM sales.orders',
      "SELECT api.seed_demo('{}')",
      "SELECT pack.call('seed_demo', 'k', '{}', '{}')",
    ]) {
      expect((await refusal(tryAs(statement))).code, statement).toBe(PERMISSION_DENIED);
    }
  } finally {
    client.release();
    await shop.rows(`DROP OWNED BY ${bi}`);
    await shop.rows(`DROP ROLE ${bi}`);
  }
});

test('a clone is handed over whole, keeps functions closed for everybody, and the template owner has nothing in it', async () => {
  const template = await createTestDatabase();
  const suffix = randomBytes(4).toString('hex');
  const [templateOwner, owner, clone] = [`tpl_${suffix}`, `own_${suffix}`, `clone_${suffix}`];
  const admin = new Client({ connectionString: database.url });
  await admin.connect();
  try {
    await admin.query(`CREATE ROLE ${templateOwner}; CREATE ROLE ${owner}`);
    const pool = new Pool({ connectionString: template.url, max: 1 });
    await installPack(PACK, pool, templateOwner, { modules: ['flash-sale'] });
    await pool.end();
    await admin.query(`CREATE DATABASE ${clone} TEMPLATE ${template.database} STRATEGY wal_log OWNER ${owner}`);
    const url = new URL(template.url);
    url.pathname = `/${clone}`;
    const inside = new Client({ connectionString: url.href });
    await inside.connect();
    await inside.query('SELECT pack.hand_over($1)', [owner]);
    await inside.query('SELECT pack.hand_over($1)', [owner]);
    const left = await inside.query(
      `SELECT classid::regclass, objid FROM pg_shdepend JOIN pg_database d ON d.oid = dbid
       WHERE d.datname = current_database() AND refobjid = $1::regrole`,
      [templateOwner],
    );
    expect(left.rows).toEqual([]);
    await inside.query(
      `SET ROLE ${owner}; CREATE FUNCTION api.later() RETURNS int LANGUAGE sql AS 'SELECT 1'; RESET ROLE`,
    );
    const open = await inside.query(
      "SELECT proname FROM pg_proc WHERE pronamespace::regnamespace::text = ANY ('{api,pack,sales}') AND has_function_privilege('public', oid, 'EXECUTE')",
    );
    expect(open.rows).toEqual([]);
    await inside.query('SELECT api.create_product(\'{"slug": "first", "name": "First"}\')');
    await inside.end();
  } finally {
    await admin.query(`DROP DATABASE IF EXISTS ${clone} WITH (FORCE)`);
    await template.drop();
    await admin.query(`DROP ROLE ${templateOwner}, ${owner}`);
    await admin.end();
  }
});

test('a migration is noted once; another content under its name is refused', async () => {
  const note = (sha: string) => shop.rows("SELECT pack.record_migration('core/900_test.sql', $1) AS fresh", [sha]);
  expect(await note('aa')).toEqual([{ fresh: true }]);
  expect(await note('aa')).toEqual([{ fresh: false }]);
  expect((await refusal(note('bb'))).code).toBe('55000');
});
