// The SQL and its description in api.ts say the same.
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../../server/testing/postgres.ts';
import * as sql from '../../../kit/pack/test-contract.ts';
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
afterAll(() => Promise.all([core.close(), all.close(), shown.close()]));

test('functions of the core, with all modules, and at the edge', async () => {
  expect(await sql.functionsOf(core)).toEqual(sql.writesOf(sql.ofCore(functions)));
  expect(await sql.functionsOf(all)).toEqual(sql.writesOf(functions));
  expect(await sql.functionsOf(shown)).toEqual(sql.writesOf(edge.functions));
});

test('views and their columns, in order', async () => {
  expect(await sql.columnsOf(core)).toEqual(sql.columnNames(sql.ofCore(views)));
  expect(await sql.columnsOf(all)).toEqual(sql.columnNames(views));
  expect(await sql.columnsOf(shown)).toEqual(sql.columnNames(edge.views));
});

test('every function is callable in one shape, by nobody but who is let in, and runs as its owner', async () => {
  for (const tenant of [all, shown]) {
    expect(await sql.misshapen(tenant)).toEqual([]);
    expect(await sql.openToAll(tenant)).toEqual([]);
    expect(await sql.tablesInReach(tenant)).toEqual([]);
  }
});

test('rules and figures have words, of the core and of each module', async () => {
  const ofAll = Object.assign({}, ...Object.values(invariantsOf)) as Record<string, unknown>;
  expect(await sql.rulesOf(core)).toEqual(Object.keys(invariantsOf.core).toSorted());
  expect(await sql.rulesOf(all)).toEqual(Object.keys(ofAll).toSorted());
  const unitsOf = (specs: readonly { name: string; unit: string }[]) =>
    Object.fromEntries(specs.map(({ name, unit }) => [name, unit]));
  expect(await sql.figuresOf(core)).toEqual(unitsOf(kpisOf.core));
  expect(await sql.figuresOf(all)).toEqual(unitsOf(Object.values(kpisOf).flat()));
});

test('keys of views are unique and never empty, in a tenant with a past', async () => {
  await all.call('seed_demo', { parcels: 60, days: 10 });
  expect(await sql.badKeys(all, views)).toEqual([]);
});
