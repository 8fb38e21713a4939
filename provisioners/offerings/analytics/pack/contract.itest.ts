// The SQL and its description in api.ts say the same.
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../../server/testing/postgres.ts';
import { EDGE_MODULE } from '../../../kit/offering.ts';
import { refusal } from '../../../kit/pack/test-tenant.ts';
import { invariants, kpis } from '../measures.ts';
import { functions, views } from './api.ts';
import { MODULES, openWarehouse, type Warehouse } from './warehouse-fixture.ts';

const connect = (url: string) => new Pool({ connectionString: url, max: 4 });
let core: Warehouse;
let all: Warehouse;

beforeAll(async () => {
  core = await openWarehouse(await createTestDatabase(), connect);
  all = await openWarehouse(await createTestDatabase(), connect, { modules: [...MODULES, EDGE_MODULE] });
});
afterAll(() => Promise.all([core.close(), all.close()]));

const ofCore = <T extends { readonly module: string | null }>(specs: Readonly<Record<string, T>>) =>
  Object.fromEntries(Object.entries(specs).filter(([, { module }]) => module === null));

const functionsOf = async (tenant: Warehouse) =>
  Object.fromEntries(
    (await tenant.rows('SELECT name, writes FROM pack.function')).map((row) => [row['name'], row['writes']]),
  );

const columnsOf = async (tenant: Warehouse) => {
  const rows = await tenant.rows(
    `SELECT table_name::text AS view, array_agg(column_name::text ORDER BY ordinal_position) AS columns
     FROM information_schema.columns WHERE table_schema = 'api' GROUP BY 1`,
  );
  return Object.fromEntries(rows.map((row) => [row['view'], row['columns']]));
};

const writesOf = (specs: Readonly<Record<string, { readonly writes: boolean }>>) =>
  Object.fromEntries(Object.entries(specs).map(([name, { writes }]) => [name, writes]));
const columnNames = (specs: Readonly<Record<string, { readonly columns: object }>>) =>
  Object.fromEntries(Object.entries(specs).map(([name, { columns }]) => [name, Object.keys(columns)]));

test('functions of the core, and with all modules', async () => {
  expect(await functionsOf(core)).toEqual(writesOf(ofCore(functions)));
  expect(await functionsOf(all)).toEqual(writesOf(functions));
});

test('views and their columns, in order', async () => {
  expect(await columnsOf(core)).toEqual(columnNames(ofCore(views)));
  expect(await columnsOf(all)).toEqual(columnNames(views));
});

test('every function is callable in one shape, by nobody but who is let in, and runs as its owner', async () => {
  const rows = await all.rows(
    `SELECT proname::text AS name FROM pg_proc
     WHERE pronamespace = 'api'::regnamespace AND NOT (prosecdef AND proargnames = '{p}' AND proargtypes = ARRAY['jsonb'::regtype]::oidvector
       AND prorettype = 'jsonb'::regtype AND proconfig @> '{"search_path=pg_catalog, pg_temp"}'
       AND pg_get_userbyid(proowner) = $1 AND NOT has_function_privilege('public', oid, 'EXECUTE'))`,
    [all.owner],
  );
  expect(rows).toEqual([]);
});

test('no function of any schema of the pack is for everybody, and no table is for the API role', async () => {
  const schemas = [
    'pack',
    'api',
    'ingest',
    'dwh',
    'dq',
    'semantic',
    'asset',
    'forecast',
    'edge_link',
    'edge',
    'intake',
  ];
  const open = await all.rows(
    `SELECT oid::regprocedure::text AS name FROM pg_proc
     WHERE pronamespace::regnamespace::text = ANY ($1) AND has_function_privilege('public', oid, 'EXECUTE')`,
    [schemas],
  );
  expect(open).toEqual([]);
  const tables = await all.rows(
    `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
     WHERE table_schema = ANY ($1) AND table_schema <> 'api'`,
    [schemas],
  );
  expect(tables.length).toBeGreaterThan(25);
  for (const { name } of tables) {
    expect((await refusal(all.api.query(`SELECT * FROM ${String(name)}`))).code, String(name)).toBe('42501');
  }
});

test('rules and figures have words', async () => {
  const rules = await all.rows('SELECT rule FROM api.invariants');
  expect(rules.map(({ rule }) => String(rule)).toSorted()).toEqual(
    Object.keys(invariants)
      .filter((rule) => rule !== 'edge_names_no_person') // of the public side
      .toSorted(),
  );
  const figures = await all.rows('SELECT name, unit FROM api.kpis');
  const byName = Object.fromEntries(figures.map(({ name, unit }) => [name, unit]));
  expect(byName).toEqual(Object.fromEntries(kpis.map(({ name, unit }) => [name, unit])));
});

test('keys of views are unique and never empty, in a tenant with a past; the API role reads them all', async () => {
  await all.call('seed_demo', { orders: 400, days: 60 });
  for (const [name, { key }] of Object.entries(views)) {
    const columns = key.map((column) => `"${column}"`).join(', ');
    const { rows } = await all.api.query(`SELECT ${columns} FROM api.${name} GROUP BY ${columns} HAVING count(*) > 1`);
    expect(rows, name).toEqual([]);
    const empty = await all.rows(`SELECT 1 FROM api.${name} WHERE num_nulls(${columns}) > 0 LIMIT 1`);
    expect(empty, name).toEqual([]);
  }
});
