// The SQL and its description in api.ts say the same.
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../../server/testing/postgres.ts';
import * as sql from '../../../kit/pack/test-contract.ts';
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
afterAll(() => Promise.all([core.close(), all.close()]));

test('functions of the core, and with all modules', async () => {
  expect(await sql.functionsOf(core)).toEqual(sql.writesOf(sql.ofCore(functions)));
  expect(await sql.functionsOf(all)).toEqual(sql.writesOf(functions));
});

test('views and their columns, in order', async () => {
  expect(await sql.columnsOf(core)).toEqual(sql.columnNames(sql.ofCore(views)));
  expect(await sql.columnsOf(all)).toEqual(sql.columnNames(views));
});

test('every function is callable in one shape, by nobody but who is let in, and runs as its owner', async () => {
  expect(await sql.misshapen(all)).toEqual([]);
  expect(await sql.openToAll(all)).toEqual([]);
  expect(await sql.tablesInReach(all)).toEqual([]);
});

test('rules and figures have words', async () => {
  expect(await sql.rulesOf(all)).toEqual(Object.keys(invariants).toSorted());
  const units = Object.fromEntries(Object.entries(kpis).map(([name, { unit }]) => [name, unit]));
  expect(await sql.figuresOf(all)).toEqual(units);
});

test('keys of views are unique and never empty, in books with a past', async () => {
  await all.call('seed_demo', { wallets: 10, transfers: 300, days: 40 });
  await all.call('set_rate', { base: 'USD', quote: 'CNY', rate: '7.13' });
  await all.call('propose', { function: 'transfer', body: {} });
  expect(await sql.badKeys(all, views)).toEqual([]);
});
