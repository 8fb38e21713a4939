// Who may do what in a tenant's database, in raw SQL; and how a clone of a template becomes a tenant's own.
import { randomBytes } from 'node:crypto';
import { Client, Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../server/testing/postgres.ts';
import { installPack, refusal } from '../../../kit/pack/test-tenant.ts';
import { PACK, openBooks, openWallets, type Books } from './books-fixture.ts';

const MODULES = ['payments-iso20022', 'dual-control', 'fx'];

let books: Books;
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  books = await openBooks(database, (url) => new Pool({ connectionString: url, max: 4 }), { modules: MODULES });
  await openWallets(books, ['SEEN', 'OTHER'], { fundMinor: '1000' });
});
afterAll(() => books.close());

const PERMISSION_DENIED = '42501';
const asApi = (statement: string) => books.api.query(statement);

test('the API role reads no table and writes none, whatever the schema', async () => {
  const tables = await books.rows(
    `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
     WHERE table_schema IN ('pack', 'ledger', 'iso', 'control', 'fx')`,
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
    'DELETE FROM api.accounts',
    "UPDATE api.accounts SET name = 'mine'",
    'SELECT ledger.move(1, 1, 0)',
    'SELECT ledger.settle(NULL, 1, current_date)',
    "SELECT pack.set_params('{}')",
    `SELECT pack.hand_over('${books.apiRole}')`,
    `SELECT pack.grant_to('${books.apiRole}', NULL)`,
    'SELECT last_value FROM ledger.limit_reject_seq',
    'CREATE TABLE api.mine (id int)',
    'CREATE TABLE public.mine (id int)',
    'CREATE SCHEMA mine',
    `SET ROLE ${books.owner}`,
  ];
  for (const statement of attempts) expect((await refusal(asApi(statement))).code, statement).toBe(PERMISSION_DENIED);
});

test('functions run as the owner, who is no superuser, whatever the caller puts in its search path', async () => {
  const [owner] = await books.rows(
    'SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls AS mighty FROM pg_roles WHERE rolname = $1',
    [books.owner],
  );
  expect(owner).toEqual({ mighty: false });
  const client = await books.api.connect();
  try {
    await client.query('CREATE TEMP TABLE account (account_id int)');
    await client.query('CREATE DOMAIN pg_temp.text AS int; CREATE DOMAIN pg_temp.jsonb AS int');
    await client.query('SET search_path = pg_temp');
    const { rows } = await client.query('SELECT api.transfer($1::pg_catalog.jsonb) AS made', [
      JSON.stringify({ debit: 'SEEN', credit: 'OTHER', amountMinor: '1' }),
    ]);
    expect(rows[0]?.['made']).toMatchObject({ state: 'posted', amountMinor: '1' });
  } finally {
    await client.query('RESET search_path');
    client.release();
  }
});

test('full storage closes what grows and leaves open what frees and reads; granting again does not reopen it', async () => {
  const spend = { debit: 'SEEN', credit: 'OTHER', amountMinor: '1' };
  const { transferId } = await books.call('transfer', { ...spend, pending: true });
  await books.rows('SELECT pack.revoke_writes($1)', [books.apiRole]);
  await books.rows('SELECT pack.grant_to($1, NULL)', [books.apiRole]);
  for (const [fn, body] of [
    ['transfer', spend],
    ['open_account', { code: 'MORE', name: 'More', kind: 'L' }],
    ['seed_demo', {}],
  ] as const) {
    expect((await refusal(books.call(fn, body))).code, fn).toBe(PERMISSION_DENIED);
  }
  expect((await asApi('SELECT * FROM api.transfers')).rows.length).toBeGreaterThan(0);
  expect(await books.call('void_transfer', { transferId })).toMatchObject({ state: 'voided' });
  await books.rows('SELECT pack.restore_writes($1)', [books.apiRole]);
  expect(await books.call('transfer', spend)).toMatchObject({ state: 'posted' });
});

test('a BI role reads the views of api and nothing else', async () => {
  const bi = `${books.owner}_bi`;
  await books.rows(`CREATE ROLE ${bi}`);
  await books.rows('SELECT pack.grant_to($1, $2)', [books.apiRole, bi]);
  const client = await books.admin.connect();
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
    expect((await tryAs('SELECT count(*)::int AS n FROM api.transfers')).rows[0]?.['n']).toBeGreaterThan(0);
    for (const statement of [
      'SELECT * FROM ledger.transfer',
      "SELECT api.seed_demo('{}')",
      "SELECT pack.call('seed_demo', 'k', '{}', '{}')",
    ]) {
      expect((await refusal(tryAs(statement))).code, statement).toBe(PERMISSION_DENIED);
    }
  } finally {
    client.release();
    await books.rows(`DROP OWNED BY ${bi}`);
    await books.rows(`DROP ROLE ${bi}`);
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
    await installPack(PACK, pool, templateOwner, { modules: MODULES });
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
      "SELECT proname FROM pg_proc WHERE pronamespace::regnamespace::text = ANY ('{api,pack,ledger,iso}') AND has_function_privilege('public', oid, 'EXECUTE')",
    );
    expect(open.rows).toEqual([]);
    await inside.query("SELECT api.open_chart('{}')");
    await inside.end();
  } finally {
    await admin.query(`DROP DATABASE IF EXISTS ${clone} WITH (FORCE)`);
    await template.drop();
    await admin.query(`DROP ROLE ${templateOwner}, ${owner}`);
    await admin.end();
  }
});

test('a migration is noted once; another content under its name is refused', async () => {
  const note = (sha: string) => books.rows("SELECT pack.record_migration('core/900_test.sql', $1) AS fresh", [sha]);
  expect(await note('aa')).toEqual([{ fresh: true }]);
  expect(await note('aa')).toEqual([{ fresh: false }]);
  expect((await refusal(note('bb'))).code).toBe('55000');
});
