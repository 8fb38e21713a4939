// The two sides of a hybrid network, with the link between them played by hand: what leaves, what comes back, and what never does.
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../../server/testing/postgres.ts';
import { refusal } from '../../../kit/pack/test-tenant.ts';
import {
  at,
  bookParcels,
  linkOf,
  observed,
  openNetwork,
  openTenant,
  type Network,
  type Parcel,
  type Tenant,
} from './tenant-fixture.ts';

let record: Tenant;
let edge: Tenant;
let network: Network;
let parcel: Parcel;

beforeAll(async () => {
  const open = async (options: { modules?: string[]; edge?: boolean }) =>
    openTenant(await createTestDatabase(), (url) => new Pool({ connectionString: url, max: 4 }), options);
  [record, edge] = [await open({ modules: ['warehouse-receipts', 'edge'] }), await open({ edge: true })];
  network = await openNetwork(record);
  const [booked] = await bookParcels(record, network, 1);
  if (!booked) throw new Error('a parcel was booked');
  parcel = booked;
});
afterAll(() => Promise.all([record.close(), edge.close()]));

/** Copies all tables of a schema from one side to the other, as replication would. */
async function carry(schema: 'edge' | 'intake', from: Tenant, to: Tenant): Promise<void> {
  const tables = await from.rows('SELECT tablename FROM pg_tables WHERE schemaname = $1', [schema]);
  for (const { tablename } of tables) {
    const table = `${schema}.${String(tablename)}`;
    const [all] = await from.rows(`SELECT coalesce(jsonb_agg(t), '[]') AS rows FROM ${table} t`);
    if (schema === 'edge') await to.rows(`DELETE FROM ${table}`);
    await to.rows(
      `INSERT INTO ${table} SELECT * FROM jsonb_populate_recordset(NULL::${table}, $1) ON CONFLICT DO NOTHING`,
      [JSON.stringify(all?.['rows'])],
    );
  }
}

test('the edge tracks by token and shows the price list; no number and no name is in what leaves', async () => {
  await record.call('scan', { ids: [parcel.sscc], step: 'collecting', facility: network.from });
  await carry('edge', record, edge);
  expect(await edge.call('track', { trackToken: parcel.trackToken })).toMatchObject({
    state: 'picked_up',
    steps: [{ step: 'collecting', city: 'Beijing' }],
  });
  expect(await refusal(edge.call('track', { trackToken: 'nobody' }))).toMatchObject({ code: 'ICL08' });
  expect(await edge.rows('SELECT from_city, to_city, cost_minor FROM api.lanes ORDER BY 1')).toEqual([
    { from_city: 'Beijing', to_city: 'Wuhan', cost_minor: '1200' },
    { from_city: 'Wuhan', to_city: 'Shenzhen', cost_minor: '900' },
  ]);
  const left = await record.rows(
    `SELECT (SELECT jsonb_agg(t) FROM edge.track t)::text || (SELECT jsonb_agg(p) FROM edge.parcel p)::text AS text`,
  );
  for (const secret of [parcel.sscc, 'Zhao Wei', 'Qinghe']) expect(String(left[0]?.['text'])).not.toContain(secret);
  expect(await edge.broken()).toEqual({});
});

test('scans taken at the edge while the sides are apart are captured once, whatever is wrong in a batch', async () => {
  const batchId = crypto.randomUUID();
  const events = [
    observed([parcel.epc], 600, { bizStep: 'arriving', readPoint: { id: linkOf(network.via) } }),
    observed(['not a uri'], 601),
  ];
  await edge.call('submit_scans', { batchId, events });
  await edge.call('submit_scans', { batchId, events });
  expect(await refusal(edge.call('submit_scans', { batchId, events: events.slice(1) }))).toMatchObject({
    code: 'ICL09',
  });
  expect(await refusal(edge.call('submit_scans', { events: [{ type: 'ObjectEvent' }] }))).toMatchObject({
    code: 'ICL07',
  });
  await carry('intake', edge, record);
  expect(await record.call('settle_edge', {})).toEqual({ batches: 1, bookings: 0 });
  expect(await record.call('settle_edge', {})).toEqual({ batches: 0, bookings: 0 });
  await carry('edge', record, edge);
  expect(await edge.rows('SELECT state, captured, rejected FROM api.scan_batches')).toEqual([
    { state: 'captured', captured: 1, rejected: 1 },
  ]);
  expect(await edge.call('track', { trackToken: parcel.trackToken })).toMatchObject({
    steps: expect.arrayContaining([
      { at: at(600).replace('.000Z', '+00:00'), step: 'arriving', city: 'Wuhan' },
    ]) as unknown,
  });
});

test('a request becomes one waybill, or is refused with its cause', async () => {
  const body = { shipper: network.shipper, origin: network.from, destination: network.to, consigneeToken: 'c_1' };
  await edge.call('request_booking', body);
  await edge.call('request_booking', { ...body, destination: network.from });
  expect(await refusal(edge.call('request_booking', { ...body, consigneeToken: 'Zhao Wei' }))).toMatchObject({
    code: 'ICL07',
  });
  await carry('intake', edge, record);
  expect(await record.call('settle_edge', {})).toMatchObject({ bookings: 2 });
  await carry('edge', record, edge);
  const answers = await edge.rows('SELECT state, cause, track_token FROM api.booking_requests ORDER BY state');
  expect(answers).toMatchObject([
    { state: 'booked', cause: null },
    { state: 'refused', cause: 'ICL01' },
  ]);
  expect(await edge.call('track', { trackToken: answers[0]?.['track_token'] })).toMatchObject({ state: 'created' });
  expect(await record.broken()).toEqual({});
  expect(await edge.broken()).toEqual({});
});

test('a receipt can be checked at the edge by its hashes alone', async () => {
  const { gln: warehouse } = await record.call('create_facility', { name: 'Store', kind: 'warehouse', city: 'Wuhan' });
  const { lotId } = await record.call('create_lot', { warehouse, commodity: 'copper', qty: '5' });
  const { hash } = await record.call('issue_receipt', { lotId, qty: '5', holder: network.shipper });
  await carry('edge', record, edge);
  expect(await edge.rows('SELECT head_hash, live FROM api.receipt_proofs')).toEqual([{ head_hash: hash, live: true }]);
});
