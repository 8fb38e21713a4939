// Events in, state out: containment, duplicates, corrections, any order.
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../../server/testing/postgres.ts';
import {
  aggregated,
  bookParcels,
  documentOf,
  linkOf,
  observed,
  openNetwork,
  openTenant,
  type Json,
  type Network,
  type Tenant,
} from './tenant-fixture.ts';

let tenant: Tenant;
let network: Network;

beforeAll(async () => {
  tenant = await openTenant(await createTestDatabase(), (url) => new Pool({ connectionString: url, max: 8 }));
  network = await openNetwork(tenant);
});
afterAll(() => tenant.close());

let pallets = 0;
/** A pallet of another company, with a number of its own. */
async function newPallet(): Promise<string> {
  const digits = `30614141${String((pallets += 1)).padStart(9, '0')}`;
  const { rows } = await tenant.admin.query('SELECT core.with_digit($1) AS sscc', [digits]);
  return `https://id.gs1.org/00/${String(rows[0]?.['sscc'])}`;
}

const capture = (...events: Json[]): Promise<Json> => tenant.call('capture', documentOf(events));
const statesOf = async (waybillNo: string): Promise<unknown[]> =>
  (await tenant.rows('SELECT state FROM api.parcels WHERE waybill_no = $1 ORDER BY seq', [waybillNo])).map(
    ({ state }) => state,
  );

test('an event on a pallet moves its parcels, and no other', async () => {
  const [first, second, third] = await bookParcels(tenant, network, 3);
  if (!first || !second || !third) throw new Error('three parcels were booked');
  const pallet = await newPallet();
  const here = { readPoint: { id: linkOf(network.from) } };
  expect(
    await capture(
      aggregated('ADD', pallet, [first.epc, second.epc], 0, { bizStep: 'packing', ...here }),
      observed([pallet], 10, { bizStep: 'departing', disposition: 'in_transit', ...here }),
    ),
  ).toMatchObject({
    success: true,
    captured: 2,
    duplicates: 0,
    rejected: 0,
    events: [
      { index: 0, status: 'captured' },
      { index: 1, status: 'captured' },
    ],
  });
  expect(await statesOf(first.waybillNo)).toEqual(['in_transit', 'in_transit', 'created']);
  await capture(
    aggregated('DELETE', pallet, [], 700, { bizStep: 'unloading', readPoint: { id: linkOf(network.to) } }),
    observed([pallet], 710, { bizStep: 'storing', disposition: 'damaged' }),
    observed([first.epc], 720, { bizStep: 'accepting', bizLocation: { id: first.deliverAt } }),
  );
  expect(await statesOf(first.waybillNo)).toEqual(['delivered', 'in_transit', 'created']);
  expect(await tenant.call('track', { trackToken: first.trackToken })).toMatchObject({
    state: 'delivered',
    steps: [
      { step: 'packing', city: 'Beijing' },
      { step: 'departing', city: 'Beijing' },
      { step: 'unloading', city: 'Shenzhen' },
      { step: 'accepting', city: 'Shenzhen' },
    ],
  });
  expect(await tenant.broken()).toEqual({});
});
