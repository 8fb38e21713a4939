// The demo network: the same every time, and worth looking at.
import { createHash } from 'node:crypto';
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../../server/testing/postgres.ts';
import { refusal } from '../../../kit/pack/test-tenant.ts';
import { openTenant, type Tenant } from './tenant-fixture.ts';

const UNTIL = new Date(Date.now() - 60_000).toISOString();
const MODULES = ['warehouse-receipts', 'wms'];

let first: Tenant;
let second: Tenant;

beforeAll(async () => {
  const open = async () =>
    openTenant(await createTestDatabase(), (url) => new Pool({ connectionString: url, max: 4 }), { modules: MODULES });
  [first, second] = [await open(), await open()];
  for (const tenant of [first, second]) await tenant.call('seed_demo', { parcels: 240, until: UNTIL });
}, 180_000);
afterAll(() => Promise.all([first.close(), second.close()]));

/** Of all rows of the tenant that carry no time of writing. */
async function digest(tenant: Tenant): Promise<string> {
  const hash = createHash('sha256');
  for (const query of [
    'SELECT gln, name, kind, city, lat, lon, created_at FROM api.facilities ORDER BY gln',
    'SELECT * FROM api.lanes ORDER BY 1, 2, 3',
    'SELECT * FROM api.waybills ORDER BY waybill_no',
    'SELECT * FROM api.legs ORDER BY 1, 2',
    'SELECT * FROM api.parcels ORDER BY sscc',
    'SELECT * FROM api.parcel_path ORDER BY 1, 2, 3',
    'SELECT * FROM api.containment ORDER BY 1, 2',
    'SELECT * FROM api.events ORDER BY 1, 2',
    'SELECT * FROM api.tracking ORDER BY 1, 2, 3',
    'SELECT receipt_no, lot_id, qty, state, holder, pledgee FROM api.receipts ORDER BY 1',
    'SELECT receipt_no, seq, act, data, hash FROM api.receipt_acts ORDER BY 1, 2',
  ]) {
    hash.update(JSON.stringify(await tenant.rows(query)));
  }
  return hash.digest('hex');
}

test('is the same every time and keeps every rule', async () => {
  expect(await digest(first)).toBe(await digest(second));
  expect(await first.broken()).toEqual({});
});

test('has 240 parcels in most states, things in containers, and figures that are not empty', async () => {
  const states = await first.rows('SELECT state, parcels FROM api.parcels_by_state');
  expect(states.reduce((sum, { parcels }) => sum + Number(parcels), 0)).toBe(240);
  // Whether any is just picked up depends on the hour.
  expect(states.map(({ state }) => state)).toEqual(
    expect.arrayContaining(['created', 'in_transit', 'out_for_delivery', 'delivered']),
  );
  expect((await first.rows('SELECT id FROM api.containers')).length).toBeGreaterThan(3);
  const figures = await first.rows('SELECT name, value FROM api.kpis');
  const empty = figures.filter(({ value }) => value === null).map(({ name }) => name);
  expect(empty).toEqual(['oldest_task_minutes']);
  const of = new Map(figures.map(({ name, value }) => [String(name), Number(value)]));
  expect(of.get('on_time_percent')).toBeGreaterThan(90);
  expect(of.get('exception_percent')).toBeLessThan(5);
  expect(of.get('pledged_percent')).toBeGreaterThan(10);
});

test('refuses to come twice', async () => {
  expect(await refusal(first.call('seed_demo', { until: UNTIL }))).toMatchObject({ code: 'ICL09' });
});

test('lives on: a demo parcel under way can be delivered', async () => {
  const [under] = await first.rows(
    "SELECT sscc, waybill_no FROM api.parcels WHERE state = 'out_for_delivery' ORDER BY sscc LIMIT 1",
  );
  const [waybill] = await first.rows('SELECT deliver_at FROM core.waybill WHERE waybill_no = $1', [
    under?.['waybill_no'],
  ]);
  await first.call('scan', { ids: [under?.['sscc']], step: 'accepting', location: waybill?.['deliver_at'] });
  expect(await first.rows('SELECT state FROM api.parcels WHERE sscc = $1', [under?.['sscc']])).toEqual([
    { state: 'delivered' },
  ]);
  expect(await first.broken()).toEqual({});
});
