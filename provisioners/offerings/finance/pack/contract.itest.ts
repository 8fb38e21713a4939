// The SQL and its description in api.ts say the same.
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../../server/testing/postgres.ts';
import { functions, invariants, kpis, views } from './api.ts';
import { openBooks, type Books } from './books-fixture.ts';

const MODULES = ['payments-iso20022', 'dual-control', 'fx', 'edge'];

let core: Books;
let all: Books;

const connect = (url: string) => new Pool({ connectionString: url, max: 4 });

beforeAll(async () => {
  core = await openBooks(await createTestDatabase(), connect);
  all = await openBooks(await createTestDatabase(), connect, { modules: MODULES });
});
afterAll(async () => {
  await core.close();
  await all.close();
});

const ofCore = <T extends { readonly module: string | null }>(specs: Readonly<Record<string, T>>) =>
  Object.fromEntries(Object.entries(specs).filter(([, { module }]) => module === null));

async function functionsOf(books: Books): Promise<Record<string, boolean>> {
  const rows = await books.rows('SELECT name, writes FROM pack.function');
  return Object.fromEntries(rows.map((row) => [String(row['name']), row['writes'] as boolean]));
}

async function columnsOf(books: Books): Promise<Record<string, string[]>> {
  const rows = await books.rows(
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

test('no function of any schema of the pack is for everybody', async () => {
  const rows = await all.rows(
    `SELECT oid::regprocedure::text AS name FROM pg_proc
     WHERE pronamespace::regnamespace::text = ANY ('{pack,api,ledger,iso,control,fx,edge_link}')
       AND has_function_privilege('public', oid, 'EXECUTE')`,
  );
  expect(rows).toEqual([]);
});

test('rules and figures have words', async () => {
  const rules = await all.rows('SELECT rule FROM api.invariants');
  expect(rules.map(({ rule }) => String(rule)).toSorted()).toEqual(Object.keys(invariants).toSorted());
  const figures = await all.rows('SELECT name, unit FROM api.kpis');
  expect(Object.fromEntries(figures.map(({ name, unit }) => [name, unit]))).toEqual(
    Object.fromEntries(Object.entries(kpis).map(([name, { unit }]) => [name, unit])),
  );
});

test('keys of views are unique and never empty, in a books with a past', async () => {
  await all.call('seed_demo', { wallets: 10, transfers: 300, days: 40 });
  await all.call('set_rate', { base: 'USD', quote: 'CNY', rate: '7.13' });
  await all.call('propose', { function: 'transfer', body: {} });
  for (const [name, { key }] of Object.entries(views)) {
    const columns = key.join(', ');
    const clash = await all.rows(`SELECT ${columns} FROM api.${name} GROUP BY ${columns} HAVING count(*) > 1`);
    expect(clash, name).toEqual([]);
    const empty = await all.rows(`SELECT 1 FROM api.${name} WHERE num_nulls(${columns}) > 0 LIMIT 1`);
    expect(empty, name).toEqual([]);
  }
});
