// Months of events, personal data, and who may do what in raw SQL.
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../../server/testing/postgres.ts';
import { refusal, type Json } from '../../../kit/pack/test-tenant.ts';
import {
  aggregated,
  bookParcels,
  observed,
  openNetwork,
  openTenant,
  type Network,
  type Tenant,
} from './tenant-fixture.ts';

const PERMISSION_DENIED = '42501';
let tenant: Tenant;
let network: Network;

beforeAll(async () => {
  tenant = await openTenant(await createTestDatabase(), (url) => new Pool({ connectionString: url, max: 4 }), {
    modules: ['warehouse-receipts', 'wms'],
    params: { event_retention_months: 6 },
  });
  network = await openNetwork(tenant);
});
afterAll(() => tenant.close());

const monthsAgo = (months: number): string => {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months, 15)).toISOString();
};
const partitions = async (): Promise<string[]> =>
  (
    await tenant.rows(
      `SELECT relname AS name FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid WHERE inhparent = 'epcis.event'::regclass ORDER BY 1`,
    )
  ).map(({ name }) => String(name));
const inDefault = async (): Promise<unknown> =>
  (await tenant.rows('SELECT count(*)::int AS n FROM epcis.event_default'))[0]?.['n'];

test('a late event waits in the default partition and moves into its month; an old month is dropped whole', async () => {
  const [parcel] = await bookParcels(tenant, network, 1);
  const epc = parcel?.epc ?? '';
  await tenant.call('capture_event', { ...observed([epc], 0, { bizStep: 'collecting' }), eventTime: monthsAgo(5) });
  await tenant.call('capture_event', { ...aggregated('ADD', 'urn:x:old', [epc], 0), eventTime: monthsAgo(5) });
  expect(await inDefault()).toBe(2);
  const month = monthsAgo(5).slice(0, 7);
  expect(await tenant.call('maintain_partitions', {})).toMatchObject({ made: [month], dropped: [] });
  expect(await inDefault()).toBe(0);
  expect(await partitions()).toContain(`event_y${month.replace('-', 'm')}`);
  expect(await tenant.call('maintain_partitions', {})).toMatchObject({ made: [], dropped: [] });
  expect(await tenant.broken()).toEqual({});
  expect(await refusal(tenant.call('capture_event', { ...observed([epc], 0), eventTime: monthsAgo(9) }))).toMatchObject(
    {
      code: 'ICL07',
      facts: { field: 'eventTime' },
    },
  );

  await tenant.rows('SELECT pack.set_params(\'{"event_retention_months": 2}\')');
  const answer = await tenant.call('maintain_partitions', {});
  expect(answer).toMatchObject({ eventsForgotten: 2 });
  expect(answer['dropped'] as Json[]).toHaveLength(2);
  expect((await tenant.rows('SELECT event_id FROM api.events')).length).toBe(0);
  // What is still in a container stays there, although the event that put it there is gone.
  expect(await tenant.rows('SELECT parent FROM api.contents WHERE child = $1', [epc])).toEqual([
    { parent: 'urn:x:old' },
  ]);
  expect(await tenant.broken()).toEqual({});
});

test('consignees are erased when they are due, or at their request; waybills stay', async () => {
  const [parcel] = await bookParcels(tenant, network, 1);
  const [open] = await bookParcels(tenant, network, 1);
  const at = new Date().toISOString();
  await tenant.call('scan', { ids: [parcel?.sscc], step: 'accepting', location: parcel?.deliverAt, at });
  await tenant.rows("UPDATE core.waybill SET booked_at = now() - interval '4 years'");
  expect(await tenant.call('purge_expired_personal_data', {})).toMatchObject({ erased: 0 });
  await tenant.rows("UPDATE core.parcel SET last_event = now() - interval '3 years 2 days'");
  expect(await tenant.call('purge_expired_personal_data', {})).toMatchObject({ erased: 1 });
  await tenant.call('erase_consignee', { waybillNo: open?.waybillNo });
  expect(
    await tenant.rows('SELECT consignee FROM core.waybill WHERE waybill_no = ANY ($1)', [
      [parcel?.waybillNo, open?.waybillNo],
    ]),
  ).toEqual([{ consignee: null }, { consignee: null }]);
  await tenant.rows(
    'UPDATE core.parcel p SET last_event = s.at FROM (SELECT sscc, max(event_time) AS at FROM core.step GROUP BY 1) s WHERE s.sscc = p.sscc',
  );
});

test('the API role reads no table, calls no helper and makes nothing', async () => {
  const tables = await tenant.rows(
    `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
     WHERE table_schema IN ('pack', 'core', 'epcis', 'wr', 'wms')`,
  );
  expect(tables.length).toBeGreaterThan(30);
  const attempts = [
    ...tables.flatMap(({ name }) => [`SELECT * FROM ${String(name)}`, `DELETE FROM ${String(name)}`]),
    "SELECT epcis.recompute('{}')",
    "SELECT core.next_serial('sscc', '0614141', 9)",
    "SELECT wr.log('R', 'issue', '0614141000012', '{}')",
    'DELETE FROM api.issuers',
    'CREATE TABLE api.mine (id int)',
    `SET ROLE ${tenant.owner}`,
  ];
  for (const statement of attempts) {
    expect((await refusal(tenant.api.query(statement))).code, statement).toBe(PERMISSION_DENIED);
  }
});

test('history only grows, also for the owner', async () => {
  for (const table of ['epcis.event', 'epcis.error_declaration', 'wr.act', 'wms.movement']) {
    expect(await refusal(tenant.rows(`DELETE FROM ${table}`)), table).toMatchObject({
      code: 'ICL10',
      facts: { table },
    });
  }
});

test('the self-test leaves nothing in use', async () => {
  const { gln } = await tenant.call('create_facility', { name: 'smoke-x-1', kind: 'hub', city: 'X' });
  await tenant.call('set_lane', { from: network.from, to: gln, service: 'smoke', transitMinutes: 5 });
  expect(await tenant.call('smoke_cleanup', {})).toMatchObject({ lanesRemoved: 1, facilitiesArchived: 1 });
  expect(await tenant.call('smoke_cleanup', {})).toMatchObject({ lanesRemoved: 0, facilitiesArchived: 0 });
  expect(await tenant.rows('SELECT gln FROM api.facilities WHERE gln = $1', [gln])).toEqual([]);
});
