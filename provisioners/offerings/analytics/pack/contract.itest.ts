// The SQL and its description in api.ts say the same.
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../../server/testing/postgres.ts';
import { EDGE_MODULE } from '../../../kit/offering.ts';
import * as sql from '../../../kit/pack/test-contract.ts';
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
  const ofPublicSide = 'edge_names_no_person';
  const rules = Object.keys(invariants).filter((rule) => rule !== ofPublicSide);
  expect(await sql.rulesOf(all)).toEqual(rules.toSorted());
  expect(await sql.figuresOf(all)).toEqual(Object.fromEntries(kpis.map(({ name, unit }) => [name, unit])));
});

test('keys of views are unique and never empty, in a tenant with a past; the API role reads them all', async () => {
  await all.call('seed_demo', { orders: 400, days: 60 });
  expect(await sql.badKeys(all, views)).toEqual([]);
});
