// Numbers, the network, routes and bookings.
import * as fc from 'fast-check';
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../../server/testing/postgres.ts';
import { refusal, type Json } from '../../../kit/pack/test-tenant.ts';
import { openNetwork, openTenant, type Network, type Tenant } from './tenant-fixture.ts';

let tenant: Tenant;
let network: Network;

beforeAll(async () => {
  tenant = await openTenant(await createTestDatabase(), (url) => new Pool({ connectionString: url, max: 12 }), {
    params: { services: ['standard', 'express', 'drawn'] },
  });
  network = await openNetwork(tenant);
});
afterAll(() => tenant.close());

/** By the definition of the standard: every second digit from the right counts three times. */
function checkDigit(digits: string): number {
  let sum = 0;
  for (let i = 0; i < digits.length; i += 1) sum += Number(digits[digits.length - 1 - i]) * (i % 2 === 0 ? 3 : 1);
  return (1000 - sum) % 10;
}

test('check digits are those of the standard, for every length', async () => {
  await fc.assert(
    fc.asyncProperty(fc.stringMatching(/^[0-9]{7,17}$/), async (digits) => {
      const [row] = await tenant.rows('SELECT core.check_digit($1) AS digit, core.checks($1 || $2) AS sound', [
        digits,
        String((checkDigit(digits) + 1) % 10),
      ]);
      expect(row).toEqual({ digit: String(checkDigit(digits)), sound: false });
    }),
    { numRuns: 100 },
  );
});

test.each([
  ['106141412345678908', 'https://id.gs1.org/00/106141412345678908', 'sscc'],
  ['urn:epc:id:sscc:0614141.1234567890', 'https://id.gs1.org/00/106141412345678908', 'sscc'],
  ['https://example.com/some/path/00/106141412345678908', 'https://id.gs1.org/00/106141412345678908', 'sscc'],
  ['urn:epc:id:sgln:0614141.00777.0', 'https://id.gs1.org/414/0614141007776', 'gln'],
  ['urn:epc:id:sgln:0614141.00777.dock-3', 'https://id.gs1.org/414/0614141007776/254/dock-3', 'gln'],
  ['urn:epc:id:sgtin:0614141.107346.2018', 'https://id.gs1.org/01/10614141073464/21/2018', 'gtin'],
  ['urn:uuid:6f1e', 'urn:uuid:6f1e', 'other'],
])('%s is %s', async (id, uri, kind) => {
  expect(await tenant.call('check_identifier', { id })).toEqual({ id, uri, kind });
});

test('a wrong check digit is refused with the right one', async () => {
  expect(await refusal(tenant.call('check_identifier', { id: '106141412345678907' }))).toEqual({
    code: 'ICL07',
    facts: { field: 'id', expected: 'the check digit 8 at the end of 106141412345678907' },
  });
  expect(
    await refusal(tenant.call('create_facility', { gln: '0614141000010', name: 'X', kind: 'hub', city: 'X' })),
  ).toMatchObject({ code: 'ICL07', facts: { field: 'gln' } });
});

const book = (body: Json = {}): Promise<Json> =>
  tenant.call('book', { shipper: network.shipper, origin: network.from, destination: network.to, ...body });

test('each issuer has serials of its own; numbers never come twice, also when bookings are undone or run at once', async () => {
  await tenant.call('add_issuer', { companyPrefix: '401234512', name: 'Other', extension: '3' });
  const before = await book({ issuer: '401234512' });
  expect(before['sscc']).toMatch(/^3401234512000000[0-9]{2}$/);
  await refusal(book({ issuer: '401234512', service: 'express' })); // no lane: undone
  const many = await Promise.all(Array.from({ length: 30 }, () => book({ parcels: [{}, {}, { weightG: 5 }] })));
  const numbers = many.flatMap(({ parcels }) => (parcels as Json[]).map(({ sscc }) => String(sscc)));
  expect(new Set(numbers).size).toBe(90);
  for (const sscc of numbers) expect(Number(sscc.at(-1))).toBe(checkDigit(sscc.slice(0, -1)));
  expect(await refusal(book({ issuer: '999999' }))).toMatchObject({ code: 'ICL08', facts: { kind: 'issuer' } });
  expect(await refusal(tenant.call('add_issuer', { companyPrefix: '401234512', name: 'Again' }))).toMatchObject({
    code: 'ICL09',
  });
});

test('an issuer whose serials are used up says so', async () => {
  await tenant.call('add_issuer', { companyPrefix: '401234512345', name: 'Long prefix' });
  await book({ issuer: '401234512345' });
  await tenant.rows("SELECT setval('core.sscc_401234512345', 9999)");
  expect(await refusal(book({ issuer: '401234512345' }))).toMatchObject({
    code: 'ICL14',
    facts: { companyPrefix: '401234512345' },
  });
});

test('one waybill number booked 20 times at once is one waybill; with another body it is refused', async () => {
  const body = { waybillNo: 'ONCE-1', consignee: { name: 'Zhao Wei' } };
  const answers = await Promise.all(Array.from({ length: 20 }, () => book(body)));
  expect(new Set(answers.map(({ sscc }) => sscc)).size).toBe(1);
  expect(answers.filter(({ replayed }) => replayed === false)).toHaveLength(1);
  expect(await refusal(book({ ...body, reference: 'another' }))).toMatchObject({
    code: 'ICL09',
    facts: { kind: 'waybill', id: 'ONCE-1' },
  });
});

test('a booking answers route, promise and cost; no view shows the consignee', async () => {
  const booked = await book({
    waybillNo: 'SEEN-1',
    consignee: { name: 'Nobody Sees' },
    readyAt: '2026-11-01T00:00:00Z',
  });
  expect(booked).toMatchObject({
    costMinor: '2100',
    currency: 'CNY',
    route: [
      { seq: 1, from: network.from, to: network.via, arrivesAt: '2026-11-01T10:00:00+00:00' },
      { seq: 2, from: network.via, to: network.to, arrivesAt: '2026-11-01T20:00:00+00:00' },
    ],
    deliverAt: `https://id.gs1.org/414/${network.to}/254/consignee`,
  });
  const views = await tenant.rows("SELECT table_name FROM information_schema.tables WHERE table_schema = 'api'");
  for (const { table_name: view } of views) {
    const rows = (await tenant.api.query(`SELECT * FROM api.${String(view)}`)).rows;
    expect(JSON.stringify(rows), String(view)).not.toContain('Nobody Sees');
  }
});

test('a waybill can be cancelled until one of its parcels is seen', async () => {
  await book({ waybillNo: 'CANCEL-1' });
  expect(await tenant.call('cancel_waybill', { waybillNo: 'CANCEL-1' })).toMatchObject({ state: 'cancelled' });
  const { sscc } = await book({ waybillNo: 'CANCEL-2' });
  await tenant.call('scan', { ids: [sscc], step: 'collecting', facility: network.from });
  expect(await refusal(tenant.call('cancel_waybill', { waybillNo: 'CANCEL-2' }))).toMatchObject({
    code: 'ICL13',
    facts: { state: 'picked_up' },
  });
});

test('what is not there is named', async () => {
  expect(await refusal(book({ origin: '0614141999990' }))).toMatchObject({ code: 'ICL07' });
  expect(await refusal(book({ origin: '0614141999996' }))).toMatchObject({
    code: 'ICL08',
    facts: { kind: 'facility' },
  });
  expect(await refusal(book({ service: 'teleport' }))).toMatchObject({ code: 'ICL07', facts: { field: 'service' } });
  expect(await refusal(book({ destination: network.from }))).toMatchObject({ code: 'ICL01' });
  expect(await refusal(tenant.call('remove_lane', { from: network.to, to: network.from }))).toMatchObject({
    code: 'ICL08',
  });
});

interface Lane {
  readonly a: number;
  readonly b: number;
  readonly minutes: number;
  readonly cost: number;
}

/** Least minutes, then least cost, over at most 8 lanes: every walk of each length, the slow and plain way. */
function bestWay(lanes: readonly Lane[], from: number, to: number): { minutes: number; cost: number } | null {
  let reached = new Map([[from, [{ minutes: 0, cost: 0 }]]]);
  const found: { minutes: number; cost: number }[] = [];
  for (let hop = 0; hop < 8; hop += 1) {
    const next = new Map<number, { minutes: number; cost: number }[]>();
    for (const { a, b, minutes, cost } of lanes) {
      for (const walk of reached.get(a) ?? []) {
        const longer = { minutes: walk.minutes + minutes, cost: walk.cost + cost };
        next.set(
          b,
          [...(next.get(b) ?? []), longer].toSorted((x, y) => x.minutes - y.minutes || x.cost - y.cost).slice(0, 3),
        );
      }
    }
    found.push(...(next.get(to) ?? []));
    reached = next;
  }
  return found.toSorted((x, y) => x.minutes - y.minutes || x.cost - y.cost)[0] ?? null;
}

test('the route is the best of all ways over at most 8 lanes', async () => {
  const places: string[] = [];
  for (let n = 0; n < 12; n += 1) {
    const { gln } = await tenant.call('create_facility', { name: `P${n}`, kind: 'hub', city: 'X' });
    places.push(String(gln));
  }
  const drawn = fc.uniqueArray(
    fc.record({ a: fc.nat(11), b: fc.nat(11), minutes: fc.integer({ min: 1, max: 30 }), cost: fc.nat(9) }),
    { minLength: 6, maxLength: 40, selector: ({ a, b }) => a * 12 + b },
  );
  await fc.assert(
    fc.asyncProperty(drawn, async (all) => {
      const lanes = all.filter(({ a, b }) => a !== b);
      await tenant.rows("DELETE FROM core.lane WHERE service = 'drawn'");
      for (const { a, b, minutes, cost } of lanes) {
        await tenant.rows("INSERT INTO core.lane VALUES ($1, $2, 'drawn', $3, $4, 1)", [
          places[a],
          places[b],
          minutes,
          cost,
        ]);
      }
      const [row] = await tenant.rows(
        "SELECT max(arr_minutes) AS minutes, max(cost_minor)::int AS cost FROM core.route($1, $2, 'drawn')",
        [places[0], places[1]],
      );
      const expected = bestWay(lanes, 0, 1);
      expect(row).toEqual(expected ?? { minutes: null, cost: null });
    }),
    { numRuns: 40 },
  );
}, 60_000);
