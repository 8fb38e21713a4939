// Who may do what in a tenant's database, in raw SQL, and how a clone of a template becomes a tenant's own: the same for every pack there is.
import { randomBytes } from 'node:crypto';
import { Client, Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../server/testing/postgres.ts';
import { discoverOfferings } from '../discover.ts';
import type { PackSource } from '../offering.ts';
import { loadPack } from './load.ts';
import { openToAll } from './test-contract.ts';
import { installPack, openTestTenant, refusal, type TestTenant } from './test-tenant.ts';

const PERMISSION_DENIED = '42501';
const TABLES = `SELECT c.oid::regclass::text AS name, n.nspname AS schema FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('information_schema', 'ext') AND NOT starts_with(n.nspname, 'pg_')`;

const packs = (await discoverOfferings()).flatMap(({ pack }) => pack ?? []);

describe.each(packs)('$name', (source: PackSource) => {
  let tenant: TestTenant;
  let database: TestDatabase;
  let modules: readonly string[];

  beforeAll(async () => {
    database = await createTestDatabase();
    modules = [...new Set((await loadPack(source)).migrations.flatMap(({ module }) => module ?? []))];
    tenant = await openTestTenant(source, database, (url) => new Pool({ connectionString: url, max: 4 }), { modules });
  });
  afterAll(() => tenant.close());

  const refused = async (statements: readonly string[], run: (statement: string) => Promise<unknown>) => {
    for (const statement of statements) expect((await refusal(run(statement))).code, statement).toBe(PERMISSION_DENIED);
  };
  const asApi = (statement: string) => tenant.api.query(statement);

  test('the API role reads no table and writes none, whatever the schema', async () => {
    const tables = await tenant.rows(TABLES);
    expect(tables.length).toBeGreaterThan(10);
    const names = tables.map(({ name }) => String(name));
    await refused(
      [...names.map((name) => `SELECT * FROM ${name}`), ...names.map((name) => `DELETE FROM ${name}`)],
      asApi,
    );
  });

  test('the API role cannot write through views, call helpers, make objects or become the owner', async () => {
    const writable = await tenant.rows(
      `SELECT relname AS name FROM pg_class WHERE relnamespace = 'api'::regnamespace AND relkind = 'v'
       AND has_table_privilege($1, oid, 'INSERT, UPDATE, DELETE, TRUNCATE')`,
      [tenant.apiRole],
    );
    expect(writable).toEqual([]);
    await refused(
      [
        "SELECT pack.set_params('{}')",
        `SELECT pack.hand_over('${tenant.apiRole}')`,
        `SELECT pack.grant_to('${tenant.apiRole}', NULL)`,
        `SELECT pack.restore_writes('${tenant.apiRole}')`,
        'CREATE TABLE api.mine (id int)',
        'CREATE TABLE public.mine (id int)',
        'CREATE SCHEMA mine',
        `SET ROLE ${tenant.owner}`,
      ],
      asApi,
    );
  });

  test('the owner, as whom functions run, is no superuser', async () => {
    const [owner] = await tenant.rows(
      'SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls AS mighty FROM pg_roles WHERE rolname = $1',
      [tenant.owner],
    );
    expect(owner).toEqual({ mighty: false });
  });

  test('a BI role reads the views of api and nothing else', async () => {
    const bi = `${tenant.owner}_bi`;
    await tenant.rows(`CREATE ROLE ${bi}`);
    await tenant.rows('SELECT pack.grant_to($1, $2)', [tenant.apiRole, bi]);
    const client = await tenant.admin.connect();
    const asBi = async (statement: string) => {
      await client.query(`BEGIN; SET LOCAL ROLE ${bi}`);
      try {
        return await client.query(statement);
      } finally {
        await client.query('ROLLBACK');
      }
    };
    try {
      expect((await asBi('SELECT count(*)::int AS n FROM api.invariants')).rows[0]?.['n']).toBeGreaterThan(0);
      const [table] = await tenant.rows(`${TABLES} AND n.nspname <> 'pack' LIMIT 1`);
      const [fn] = await tenant.rows('SELECT name FROM pack.function WHERE writes LIMIT 1');
      await refused(
        [
          `SELECT * FROM ${String(table?.['name'])}`,
          `SELECT api.${String(fn?.['name'])}('{}')`,
          `SELECT pack.call('${String(fn?.['name'])}', 'k', '{}', '{}')`,
        ],
        asBi,
      );
    } finally {
      client.release();
      await tenant.rows(`DROP OWNED BY ${bi}`);
      await tenant.rows(`DROP ROLE ${bi}`);
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
      await installPack(source, pool, templateOwner, { modules });
      await pool.end();
      await admin.query(`CREATE DATABASE ${clone} TEMPLATE ${template.database} STRATEGY wal_log OWNER ${owner}`);
      const url = new URL(template.url);
      url.pathname = `/${clone}`;
      const inside = new Client({ connectionString: url.href });
      await inside.connect();
      await inside.query('SELECT pack.hand_over($1)', [owner]);
      await inside.query('SELECT pack.hand_over($1)', [owner]); // again is nothing more
      const left = await inside.query(
        `SELECT classid::regclass, objid FROM pg_shdepend JOIN pg_database d ON d.oid = dbid
         WHERE d.datname = current_database() AND refobjid = $1::regrole`,
        [templateOwner],
      );
      expect(left.rows).toEqual([]);
      await inside.query(
        `SET ROLE ${owner}; CREATE FUNCTION api.later() RETURNS int LANGUAGE sql AS 'SELECT 1'; RESET ROLE`,
      );
      const rows = async (text: string) => (await inside.query<Record<string, unknown>>(text)).rows;
      expect(await openToAll({ rows })).toEqual([]);
      expect((await rows('SELECT rule FROM api.invariants WHERE violations <> 0')).length).toBe(0);
      await inside.end();
    } finally {
      await admin.query(`DROP DATABASE IF EXISTS ${clone} WITH (FORCE)`);
      await template.drop();
      await admin.query(`DROP ROLE ${templateOwner}, ${owner}`);
      await admin.end();
    }
  });

  test('a migration is noted once; another content under its name is refused', async () => {
    const note = (sha: string) => tenant.rows("SELECT pack.record_migration('core/900_test.sql', $1) AS fresh", [sha]);
    expect(await note('aa')).toEqual([{ fresh: true }]);
    expect(await note('aa')).toEqual([{ fresh: false }]);
    expect((await refusal(note('bb'))).code).toBe('55000');
  });
});
