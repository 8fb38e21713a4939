// The SQL and its description in api.ts say the same.
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../../server/testing/postgres.ts';
import * as sql from '../../../kit/pack/test-contract.ts';
import { functions, invariants, kpis, views } from './api.ts';
import { openShop, type Shop } from './shop-fixture.ts';

let core: Shop;
let all: Shop;

const connect = (url: string) => new Pool({ connectionString: url, max: 4 });

beforeAll(async () => {
  core = await openShop(await createTestDatabase(), connect);
  all = await openShop(await createTestDatabase(), connect, {
    modules: ['flash-sale', 'marketplace', 'o2o-pickup', 'returns', 'search', 'edge'],
  });
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

test('keys of views are unique and never empty, in a shop with a past', async () => {
  await all.call('seed_demo', { products: 20, orders: 200, days: 20 });
  expect(await sql.badKeys(all, views)).toEqual([]);
});
