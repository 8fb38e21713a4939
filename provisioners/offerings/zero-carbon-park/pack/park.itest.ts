// Readings that count once, factors in time, certificates that are used once.
import * as fc from 'fast-check';
import { Pool } from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../../server/testing/postgres.ts';
import { refusal, type TestTenant } from '../../../kit/pack/test-tenant.ts';
import { errors } from './api.ts';
import { hour, openPark } from './park-fixture.ts';

let park: TestTenant;
let zones = 0;
beforeAll(async () => {
  park = await openPark(await createTestDatabase(), (url) => new Pool({ connectionString: url, max: 8 }));
});
afterEach(async () => expect(await park.broken()).toEqual({}));
afterAll(() => park.close());

/** A zone of its own with one grid meter. */
async function grid(): Promise<{ zone: string; meter: string }> {
  const zone = `z${(zones += 1)}`;
  await park.call('register_meter', { meter: `m-${zone}`, name: 'Feed', carrier: 'grid', zone });
  return { zone, meter: `m-${zone}` };
}

const submit = (meter: string, ...readings: readonly (readonly [number, number])[]) =>
  park.call('submit_readings', { meter, readings: readings.map(([n, wh]) => ({ at: hour(n), wh })) });

const balanceOf = async (zone: string) =>
  (await park.rows('SELECT * FROM api.balance_by_month WHERE zone = $1', [zone]))[0];

test('a reading counts once; another value is named and not taken', async () => {
  const { meter } = await grid();
  expect(await submit(meter, [0, 100], [1, 200], [1, 200])).toEqual({ taken: 2, known: 1, differing: [] });
  const again = await submit(meter, [0, 100], [1, 999], [2, 300]);
  expect(again).toMatchObject({ taken: 1, known: 1, differing: [{ knownWh: 200, givenWh: 999 }] });
  expect(await park.rows('SELECT sum(wh)::int AS wh FROM api.readings WHERE meter = $1', [meter])).toEqual([
    { wh: 600 },
  ]);
});

test('a correction keeps what it was', async () => {
  const { meter } = await grid();
  await submit(meter, [0, 100]);
  await park.call('correct_reading', { meter, at: hour(0), wh: 150, reason: 'typo' });
  await park.call('correct_reading', { meter, at: hour(0), wh: 120, reason: 'typo again' });
  expect(
    await park.rows('SELECT old_wh::int, new_wh::int FROM api.corrections WHERE meter = $1 ORDER BY correction_id', [
      meter,
    ]),
  ).toEqual([
    { old_wh: 100, new_wh: 150 },
    { old_wh: 150, new_wh: 120 },
  ]);
  expect((await refusal(park.call('correct_reading', { meter, at: hour(9), wh: 1, reason: 'x' }))).code).toBe('ICZ04');
});

test.each([
  ['off the interval', { at: '2026-01-01T00:07:00Z', wh: 1 }],
  ['in the future', { at: '2999-01-01T00:00:00Z', wh: 1 }],
  ['of less than nothing', { at: hour(0), wh: -1 }],
  ['of a fraction', { at: hour(0), wh: 1.5 }],
  ['without a time', { wh: 1 }],
])('refuses a reading %s', async (_what, reading) => {
  const { meter } = await grid();
  expect((await refusal(park.call('submit_readings', { meter, readings: [reading] }))).code).toBe('ICZ09');
});

test('energy keeps the factor of its time, whatever the order in which factors are set', async () => {
  const { zone, meter } = await grid();
  await submit(meter, [0, 1000], [10, 1000], [20, 1000]);
  const factor = (gramsPerKwh: number, n: number) =>
    park.call('set_factor', { carrier: 'grid', zone, gramsPerKwh, origin: 'test', validFrom: hour(n) });
  await factor(300, 15);
  await factor(100, 0);
  await factor(200, 5);
  expect(await balanceOf(zone)).toMatchObject({ grid_kwh: 3, location_kg: 0.6 });
  await factor(400, 15); // the same instant: set anew
  expect(await balanceOf(zone)).toMatchObject({ location_kg: 0.7 });
  const spans = await park.rows(
    'SELECT grams_per_kwh, valid_until FROM api.factors WHERE zone = $1 ORDER BY valid_from',
    [zone],
  );
  expect(spans.map((row) => row['grams_per_kwh'])).toEqual([100, 200, 400]);
});

const certificate = (certificateNo: string, zone: string, wh: number, from = '2026-01-01', to = '2026-01-31') =>
  park.call('receive_certificate', { certificateNo, source: 'wind', from, to, wh, zone });
const retire = (certificateNo: string, wh: number, month = '2026-01') =>
  park.call('retire_certificate', { certificateNo, month, wh });

test('a certificate is used once, for energy of its time, and for no more than was consumed', async () => {
  const { zone, meter } = await grid();
  await submit(meter, [0, 600], [1, 400]);
  await certificate('C1', zone, 800);
  await certificate('OLD', zone, 800, '2024-01-01', '2024-12-31');
  await retire('C1', 500);
  expect((await refusal(retire('C1', 301))).facts).toMatchObject({ leftWh: 300 });
  expect((await refusal(retire('OLD', 1))).code).toBe('ICZ06');
  await certificate('C2', zone, 9000);
  expect((await refusal(retire('C2', 501))).facts).toMatchObject({ consumedWh: 1000, claimedWh: 500 });
  await retire('C2', 500);
  expect(await balanceOf(zone)).toMatchObject({ zero_carbon_percent: 100 });
  const lower = { meter, at: hour(0), wh: 599, reason: 'less' };
  expect((await refusal(park.call('correct_reading', lower))).code).toBe('ICZ02');
  expect((await refusal(certificate('C1', zone, 1))).code).toBe('ICZ05');
});

test('however many retire at once: never more than there is, never more than was consumed', async () => {
  const { zone, meter } = await grid();
  await submit(meter, [0, 1000]);
  await certificate('RACE-1', zone, 700);
  await certificate('RACE-2', zone, 700);
  const answers = await Promise.allSettled(
    Array.from({ length: 30 }, (_, n) => retire(n % 2 === 0 ? 'RACE-1' : 'RACE-2', 50)),
  );
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(20);
  expect(await balanceOf(zone)).toMatchObject({ certified_kwh: 1 });
});

test('whatever is done in whatever order, every rule holds', async () => {
  const { zone, meter } = await grid();
  await certificate('P1', zone, 5000);
  await certificate('P2', zone, 3000);
  const deed = fc.record({ kind: fc.constantFrom('submit', 'correct', 'retire'), n: fc.nat(20), wh: fc.nat(1500) });
  const perform = async ({ kind, n, wh }: { kind: string; n: number; wh: number }): Promise<void> => {
    try {
      if (kind === 'submit') await submit(meter, [n, wh]);
      else if (kind === 'correct') await park.call('correct_reading', { meter, at: hour(n), wh, reason: 'drawn' });
      else await retire(n % 2 === 0 ? 'P1' : 'P2', wh);
    } catch (error) {
      expect(Object.keys(errors)).toContain((error as { code?: string }).code);
    }
  };
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { minLength: 5, maxLength: 25 }), async (deeds) => {
      await Promise.all(deeds.map(perform));
      expect(await park.broken()).toEqual({});
    }),
    { numRuns: 20, endOnFailure: true },
  );
}, 120_000);
