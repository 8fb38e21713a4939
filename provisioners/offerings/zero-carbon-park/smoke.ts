/**
 * The transaction that proves a park: a metered day, its emissions, a certificate, through the tenant's own API, in zone `smoke`, which counts
 * in no figure. The last step takes all of it away.
 */
import type { SmokeClient, SmokeStep } from '../../kit/offering.ts';
import { text } from '../../kit/offering.ts';
import { expectProblem, expectStatus, expectValue, need, tidyUp } from '../../kit/smoke.ts';
import { hourOf, HOURS, month } from './smoke-day.ts';
import { edgeSmoke } from './smoke-edge.ts';

const ZONE = 'smoke';
const GRAMS_PER_KWH = 500;

const readings = () => Array.from({ length: HOURS }, (_, n) => ({ at: hourOf(n), wh: 1_000 * (n + 1) }));
/** 1 + 2 + … + 24 kWh. */
const DAY_WH = 300_000;

async function balance(client: SmokeClient): Promise<Record<string, unknown>> {
  const { status, items } = await client.view('balance_by_month', { zone: ZONE });
  expectStatus({ status, body: {} }, 200, 'view balance_by_month');
  return items[0] ?? {};
}

export const smoke: readonly SmokeStep[] = [
  {
    name: 'meter',
    title: text('Register a meter and meter a day', '登记计量表并计量一天'),
    run: async (client, memo) => {
      expectStatus(await client.call('smoke_cleanup', {}), 200, 'smoke_cleanup'); // of a proof that broke off
      const meter = `smoke-${crypto.randomUUID().slice(0, 8)}`;
      memo['meter'] = meter;
      const factor = { carrier: 'grid', gramsPerKwh: GRAMS_PER_KWH, origin: 'proof', zone: ZONE, validFrom: hourOf(0) };
      expectStatus(await client.call('set_factor', factor), 200, 'set_factor');
      const registered = await client.call('register_meter', { meter, name: 'Proof', carrier: 'grid', zone: ZONE });
      expectStatus(registered, 201, 'register_meter');
      const answer = await client.call('submit_readings', { meter, readings: readings() });
      expectStatus(answer, 200, 'submit_readings');
      expectValue(Number(answer.body['taken']), HOURS, 'readings taken');
      return `${HOURS} readings`;
    },
  },
  {
    name: 'again',
    title: text('Send the day again', '重复提交当天读数'),
    run: async (client, memo) => {
      const answer = await client.call('submit_readings', { meter: need(memo, 'meter'), readings: readings() });
      expectStatus(answer, 200, 'submit_readings, again');
      expectValue(Number(answer.body['taken']), 0, 'readings taken again');
      return 'nothing is counted twice';
    },
  },
  {
    name: 'emissions',
    title: text('Emissions to the gram', '排放精确到克'),
    run: async (client) => {
      const { location_kg: kg, grid_kwh: kwh } = await balance(client);
      expectValue(Number(kwh), DAY_WH / 1_000, 'energy in kWh');
      expectValue(Number(kg), (DAY_WH / 1_000_000) * GRAMS_PER_KWH, 'emissions in kg');
      return '300 kWh, 150 kg';
    },
  },
  {
    name: 'certificate',
    title: text('Retire a certificate, and try to retire more', '核销绿证，并尝试超量核销'),
    run: async (client, memo) => {
      const certificateNo = `smoke-${crypto.randomUUID().slice(0, 8)}`;
      memo['certificate'] = certificateNo;
      const made = { source: 'wind', from: hourOf(0).slice(0, 10), to: hourOf(0).slice(0, 10), zone: ZONE };
      const received = await client.call('receive_certificate', { certificateNo, ...made, wh: 200_000 });
      expectStatus(received, 201, 'receive_certificate');
      const claim = { certificateNo, month: month() };
      expectStatus(await client.call('retire_certificate', { ...claim, wh: 150_000 }), 200, 'retire_certificate');
      expectProblem(
        await client.call('retire_certificate', { ...claim, wh: 60_000 }),
        409,
        'ICZ01',
        'retiring what is gone',
      );
      expectValue(Number((await balance(client))['market_kg']), 75, 'emissions by market in kg');
      return '150 kWh certified, 75 kg left';
    },
  },
  {
    name: 'no-more-than-consumed',
    title: text('Claim more than was consumed', '抵扣超过实际用电'),
    run: async (client, memo) => {
      const certificateNo = `${need(memo, 'certificate')}-big`;
      const day = hourOf(0).slice(0, 10);
      const big = { certificateNo, source: 'hydro', from: day, to: day, zone: ZONE, wh: 1_000_000 };
      expectStatus(await client.call('receive_certificate', big), 201, 'receive_certificate');
      const claim = { certificateNo, month: month(), wh: 150_001 };
      expectProblem(await client.call('retire_certificate', claim), 422, 'ICZ02', 'claiming a watt-hour too many');
      const correction = { meter: need(memo, 'meter'), at: hourOf(23), wh: 0, reason: 'proof' };
      expectStatus(await client.call('correct_reading', correction), 200, 'correct_reading');
      return 'refused, ICZ02';
    },
  },
  ...edgeSmoke,
  tidyUp,
];
