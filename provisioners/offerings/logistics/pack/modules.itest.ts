// Modules come and go in a running tenant; one that holds something stays.
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../../server/testing/postgres.ts';
import { loadPack } from '../../../kit/pack/load.ts';
import { refusal } from '../../../kit/pack/test-tenant.ts';
import { openTenant, PACK, type Tenant } from './tenant-fixture.ts';

const MODULES = ['warehouse-receipts', 'wms'];
const IN_USE = '55006';
let tenant: Tenant;
let bare: Tenant;

beforeAll(async () => {
  const open = async (modules: readonly string[]) =>
    openTenant(await createTestDatabase(), (url) => new Pool({ connectionString: url, max: 4 }), { modules });
  [tenant, bare] = [await open(MODULES), await open([])];
});
afterAll(() => Promise.all([tenant.close(), bare.close()]));

/** As a target does it: one transaction, as the owner. */
async function remove(module: string): Promise<void> {
  const sql = (await loadPack(PACK)).removals?.get(module);
  if (sql === undefined) throw new Error(`${module} cannot be removed`);
  const client = await tenant.admin.connect();
  try {
    await client.query(`BEGIN; SET LOCAL ROLE ${tenant.owner}; SELECT pack.begin_removal('${module}')`);
    await client.query(`${sql}; SELECT pack.end_removal('${module}'); COMMIT`);
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}

const apiOf = (of: Tenant) =>
  of.rows(
    `SELECT name FROM pack.function UNION ALL
     SELECT table_name FROM information_schema.tables WHERE table_schema = 'api' ORDER BY 1`,
  );

test('a module that holds something stays; what a self-test left does not count', async () => {
  const facility = async (name: string): Promise<unknown> =>
    (await tenant.call('create_facility', { name, kind: 'warehouse', city: 'Qingdao' }))['gln'];
  const own = await facility('Bulk store');
  const proof = await facility('smoke-proof');
  const { lotId } = await tenant.call('create_lot', { warehouse: own, commodity: 'copper', qty: '5' });
  await tenant.call('create_lot', { warehouse: proof, commodity: 'proof', qty: '5' });
  await tenant.call('create_bin', { facility: own, bin: 'A' });
  for (const module of MODULES) expect((await refusal(remove(module))).code, module).toBe(IN_USE);

  await tenant.rows('DELETE FROM wr.lot WHERE lot_id = $1', [lotId]);
  await tenant.rows('DELETE FROM wms.bin');
  for (const module of MODULES) await remove(module);
  expect(await apiOf(tenant)).toEqual(await apiOf(bare));
  expect(await tenant.broken()).toEqual({});
  expect(await tenant.call('seed_demo', { parcels: 10, days: 2 })).toMatchObject({ parcels: 10 });
});
