/** The park's measures: a day of readings a call, and a race for a certificate. */
import type { OfferingBench } from '../../kit/bench.ts';
import type { SmokeClient } from '../../kit/offering.ts';
import { expectStatus } from '../../kit/smoke.ts';

const METERS = 200;
const HOUR_MS = 3_600_000;
/** Days are counted back from here, so that no reading lies ahead. */
const START = Date.UTC(2026, 0, 1);
const READINGS = 24;
const SHARE_WH = 1_000;
const SHARES = 50;

async function registerMeters(client: SmokeClient): Promise<void> {
  for (let n = 0; n < METERS; n += 1) {
    const meter = { meter: `BENCH-${n}`, name: `Bench ${n}`, carrier: 'grid' };
    expectStatus(await client.call('register_meter', meter), 201, 'register_meter');
  }
}

/** A meter that counted more than enough, and a certificate of `SHARES` shares. */
async function receiveCertificate(client: SmokeClient): Promise<void> {
  const at = '2025-06-15T00:00:00Z';
  const meter = 'RACE';
  expectStatus(
    await client.call('register_meter', { meter, name: 'Race', carrier: 'grid', zone: 'race' }),
    201,
    'register_meter',
  );
  const readings = [{ at, wh: 2 * SHARES * SHARE_WH }];
  expectStatus(await client.call('submit_readings', { meter, readings }), 200, 'submit_readings');
  const made = { source: 'wind', from: '2025-06-01', to: '2025-06-30', wh: SHARES * SHARE_WH, zone: 'race' };
  expectStatus(
    await client.call('receive_certificate', { certificateNo: 'RACE', ...made }),
    201,
    'receive_certificate',
  );
}

const readingsOf = (day: number) =>
  Array.from({ length: READINGS }, (_, hour) => ({
    at: new Date(START - day * 24 * HOUR_MS + hour * HOUR_MS).toISOString(),
    wh: 1_000 + hour,
  }));

export const bench: OfferingBench = {
  works: [
    {
      name: `readings of ${METERS} meters, a day at a time`,
      known: null,
      prepare: registerMeters,
      fn: 'submit_readings',
      body: (n) => ({ meter: `BENCH-${n % METERS}`, readings: readingsOf(Math.floor(n / METERS)) }),
      units: 'readings',
      unitsPerCall: READINGS,
      refusals: [],
    },
  ],
  read: { view: 'meters', query: () => ({ meter: 'BENCH-0' }) },
  race: {
    name: `500 claims, ${SHARES} shares of a certificate`,
    prepare: receiveCertificate,
    fn: 'retire_certificate',
    body: () => ({ certificateNo: 'RACE', month: '2025-06', wh: SHARE_WH }),
    calls: 500,
    winners: SHARES,
    refusal: 'ICZ01',
  },
};
