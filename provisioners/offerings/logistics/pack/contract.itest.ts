// The SQL and its description in api.ts say the same.
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../../server/testing/postgres.ts';
import { edge, functions, invariantsOf, kpisOf, views } from './api.ts';
import { openTenant, type Tenant } from './tenant-fixture.ts';

let core: Tenant;
let all: Tenant;
let shown: Tenant;

const connect = (url: string) => new Pool({ connectionString: url, max: 4 });

beforeAll(async () => {
  core = await openTenant(await createTestDatabase(), connect);
  all = await openTenant(await createTestDatabase(), connect, { modules: ['warehouse-receipts', 'wms', 'edge'] });
  shown = await openTenant(await createTestDatabase(), connect, { edge: true });
});
afterAll(async () => {
  await core.close();
  await all.close();
  await shown.close();
});

const ofCore = <T extends { readonly module: string | null }>(specs: Readonly<Record<string, T>>) =>
  Object.fromEntries(Object.entries(specs).filter(([, { module }]) => module === null));

async function functionsOf(tenant: Tenant): Promise<Record<string, boolean>> {
  const rows = await tenant.rows('SELECT name, writes FROM pack.function');
  return Object.fromEntries(rows.map((row) => [String(row['name']), row['writes'] as boolean]));
}

async function columnsOf(tenant: Tenant): Promise<Record<string, string[]>> {
  const rows = await tenant.rows(
    `SELECT table_name::text AS view, array_agg(column_name::text ORDER BY ordinal_position) AS columns
     FROM information_schema.columns WHERE table_schema = 'api' GROUP BY 1`,
  );
  return Object.fromEntries(rows.map((row) => [String(row['view']), row['columns'] as string[]]));
}

const writesOf = (specs: Readonly<Record<string, { readonly writes: boolean }>>) =>
  Object.fromEntries(Object.entries(specs).map(([name, { writes }]) => [name, writes]));

const columnNames = (specs: Readonly<Record<string, { readonly columns: object }>>) =>
  Object.fromEntries(Object.entries(specs).map(([name, { columns }]) => [name, Object.keys(columns)]));

test('functions of the core, and with the module', async () => {
  expect(await functionsOf(core)).toEqual(writesOf(ofCore(functions)));
  expect(await functionsOf(all)).toEqual(writesOf(functions));
  expect(await functionsOf(shown)).toEqual(writesOf(edge.functions));
});

test('views and their columns, in order', async () => {
  expect(await columnsOf(core)).toEqual(columnNames(ofCore(views)));
  expect(await columnsOf(all)).toEqual(columnNames(views));
  expect(await columnsOf(shown)).toEqual(columnNames(edge.views));
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

test('no function of any schema of the pack is for everybody', async () => {
  const rows = await all.rows(
    `SELECT oid::regprocedure::text AS name FROM pg_proc
     WHERE pronamespace::regnamespace::text = ANY ('{pack,api,catalog,stock,sales,promo,rma,store,market,search,edge_link}')
       AND has_function_privilege('public', oid, 'EXECUTE')`,
  );
  expect(rows).toEqual([]);
});

const sortedNames = (rows: readonly Record<string, unknown>[], column: string): string[] =>
  rows.map((row) => String(row[column])).toSorted();

test('rules and figures have words, of the core and of each module', async () => {
  const ofAll = Object.assign({}, ...Object.values(invariantsOf)) as Record<string, unknown>;
  expect(sortedNames(await core.rows('SELECT rule FROM api.invariants'), 'rule')).toEqual(
    Object.keys(invariantsOf.core).toSorted(),
  );
  expect(sortedNames(await all.rows('SELECT rule FROM api.invariants'), 'rule')).toEqual(Object.keys(ofAll).toSorted());
  const unitsOf = (specs: readonly { name: string; unit: string }[]) =>
    Object.fromEntries(specs.map(({ name, unit }) => [name, unit]));
  const figuresOf = async (tenant: Tenant) =>
    unitsOf((await tenant.rows('SELECT name, unit FROM api.kpis')) as unknown as { name: string; unit: string }[]);
  expect(await figuresOf(core)).toEqual(unitsOf(kpisOf.core));
  expect(await figuresOf(all)).toEqual(unitsOf(Object.values(kpisOf).flat()));
});

test('keys of views are unique and never empty, in a tenant with a past', async () => {
  await all.call('seed_demo', { parcels: 60, days: 10 });
  for (const [name, { key }] of Object.entries(views)) {
    const columns = key.join(', ');
    const clash = await all.rows(`SELECT ${columns} FROM api.${name} GROUP BY ${columns} HAVING count(*) > 1`);
    expect(clash, name).toEqual([]);
    const empty = await all.rows(`SELECT 1 FROM api.${name} WHERE num_nulls(${columns}) > 0 LIMIT 1`);
    expect(empty, name).toEqual([]);
  }
});
