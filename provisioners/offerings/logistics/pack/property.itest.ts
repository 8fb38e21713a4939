// Whatever comes in whatever order, twice or at once: one state, and nothing in two places.
import * as fc from 'fast-check';
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../../server/testing/postgres.ts';
import { type Json } from '../../../kit/pack/test-tenant.ts';
import {
  aggregated,
  at,
  bookParcels,
  documentOf,
  observed,
  openNetwork,
  openTenant,
  type Network,
  type Parcel,
  type Tenant,
} from './tenant-fixture.ts';

let tenant: Tenant;
let network: Network;
let round = 0;

beforeAll(async () => {
  tenant = await openTenant(await createTestDatabase(), (url) => new Pool({ connectionString: url, max: 12 }));
  network = await openNetwork(tenant);
});
afterAll(() => tenant.close());

/** Events on three parcels, two pallets and a truck, drawn as numbers; many at the same minute. */
const drawn = fc.array(fc.record({ kind: fc.nat(7), a: fc.nat(2), b: fc.nat(2), minute: fc.nat(12) }), {
  minLength: 4,
  maxLength: 24,
});
type Drawn = typeof drawn extends fc.Arbitrary<infer T> ? T : never;

const STEPS = ['collecting', 'departing', 'arriving', 'staging_outbound', 'accepting', 'inspecting'];

/** The same drawing on parcels and containers of its own each time, so that two worlds can be compared. */
function eventsOf(deeds: Drawn, parcels: readonly Parcel[], world: string): Json[] {
  const thing = (n: number): string => parcels[n]?.epc ?? '';
  const container = (n: number): string => `urn:x:${world}:${['pallet-1', 'pallet-2', 'truck'][n]}`;
  return deeds.flatMap(({ kind, a, b, minute }, n): Json[] => {
    const eventID = `urn:x:${world}:event:${String(n).padStart(3, '0')}`;
    const event = ((): Json => {
      if (kind === 0) return aggregated('ADD', container(2), [container(b % 2)], minute, { bizStep: 'loading' });
      if (kind === 1) return aggregated('DELETE', container(b), [], minute, { bizStep: 'unloading' });
      if (kind === 2) return aggregated('DELETE', container(b % 2), [thing(a)], minute, { bizStep: 'unpacking' });
      if (kind <= 4)
        return aggregated('ADD', container(b % 2), [thing(a), thing((a + b) % 3)], minute, { bizStep: 'packing' });
      const seen = kind === 5 ? thing(a) : container(b);
      const damage = (a + b + minute) % 5 === 0 ? { disposition: 'damaged' } : {};
      return observed([seen], minute, {
        bizStep: STEPS[(a * 3 + b) % STEPS.length],
        bizLocation: { id: parcels[a]?.deliverAt },
        ...damage,
      });
    })();
    const sent = { ...event, eventID };
    const wrong = (a + 2 * b + minute) % 9 === 0;
    return wrong ? [sent, { ...sent, errorDeclaration: { declarationTime: at(100) } }] : [sent];
  });
}

/** All that follows from the events, with the world's own names taken out. */
async function stateOf(parcels: readonly Parcel[], world: string): Promise<string> {
  const epcs = parcels.map(({ epc }) => epc);
  const sscc = parcels.map((parcel) => parcel.sscc);
  const rows = [
    await tenant.rows(
      'SELECT sscc, state, scans, had_exception, first_event, last_event, delivered_at, place, inside FROM api.parcels WHERE sscc = ANY ($1) ORDER BY seq',
      [sscc],
    ),
    await tenant.rows(
      `SELECT child, parent, since, until FROM api.containment WHERE child = ANY ($1) OR child LIKE $2 ORDER BY child, since`,
      [epcs, `urn:x:${world}:%`],
    ),
    await tenant.rows('SELECT * FROM api.parcel_path WHERE sscc = ANY ($1) ORDER BY sscc, event_time, event_id', [
      sscc,
    ]),
    await tenant.rows(
      'SELECT event_time, code, city FROM api.tracking WHERE track_token = ANY ($1) ORDER BY track_token = $2, 1, 2',
      [parcels.map(({ trackToken }) => trackToken), parcels[0]?.trackToken],
    ),
  ];
  let text = JSON.stringify(rows).replaceAll(`urn:x:${world}:`, 'urn:x:');
  for (const [n, parcel] of parcels.entries()) text = text.replaceAll(parcel.sscc, `parcel-${n}`);
  return text;
}

async function newWorld(): Promise<{ world: string; parcels: Parcel[] }> {
  round += 1;
  return { world: `w${round}`, parcels: await bookParcels(tenant, network, 3) };
}

/** Sorted by a drawn number each, with some told twice. */
function shuffled(events: readonly Json[], seed: number): Json[] {
  const twice = [...events, ...events.filter((_, n) => (n + seed) % 3 === 0)];
  return twice
    .map((event, n) => ({ event, order: (Math.imul(n + 1, 2_654_435_761) ^ Math.imul(seed + 1, 40_503)) >>> 0 }))
    .toSorted((x, y) => x.order - y.order)
    .map(({ event }) => event);
}

test('late, repeated and corrected events in any order give the same state', async () => {
  await fc.assert(
    fc.asyncProperty(drawn, fc.nat(1_000), fc.integer({ min: 1, max: 6 }), async (deeds, seed, size) => {
      const [inTime, inAnyOrder] = [await newWorld(), await newWorld()];
      await tenant.call('capture', documentOf(eventsOf(deeds, inTime.parcels, inTime.world)));
      const mixed = shuffled(eventsOf(deeds, inAnyOrder.parcels, inAnyOrder.world), seed);
      for (let i = 0; i < mixed.length; i += size) {
        await tenant.call('capture', documentOf(mixed.slice(i, i + size)));
      }
      expect(await stateOf(inAnyOrder.parcels, inAnyOrder.world)).toBe(await stateOf(inTime.parcels, inTime.world));
    }),
    { numRuns: 30, endOnFailure: true },
  );
  expect(await tenant.broken()).toEqual({});
}, 180_000);

test('all at once gives that state too, and no parcel is ever in two places', async () => {
  await fc.assert(
    fc.asyncProperty(drawn, fc.nat(1_000), async (deeds, seed) => {
      const [inTime, atOnce] = [await newWorld(), await newWorld()];
      await tenant.call('capture', documentOf(eventsOf(deeds, inTime.parcels, inTime.world)));
      const mixed = shuffled(eventsOf(deeds, atOnce.parcels, atOnce.world), seed);
      await Promise.all(mixed.map((event) => tenant.call('capture_event', event)));
      expect(await stateOf(atOnce.parcels, atOnce.world)).toBe(await stateOf(inTime.parcels, inTime.world));
      const twice = await tenant.rows(
        `SELECT a.child FROM api.containment a JOIN api.containment b ON a.child = b.child AND (a.parent, a.since) <> (b.parent, b.since)
         WHERE tstzrange(a.since, a.until) && tstzrange(b.since, b.until)`,
      );
      expect(twice).toEqual([]);
    }),
    { numRuns: 20, endOnFailure: true },
  );
  expect(await tenant.broken()).toEqual({});
}, 180_000);

test('documents with the same events at once do not wait for each other in a circle', async () => {
  const { world, parcels } = await newWorld();
  const events = Array.from({ length: 40 }, (_, n) => ({
    ...observed(
      parcels.map(({ epc }) => epc),
      n,
      { bizStep: 'storing' },
    ),
    eventID: `urn:x:${world}:same:${n}`,
  }));
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, n) =>
      tenant.call('capture', documentOf(n % 2 === 0 ? events : events.toReversed())),
    ),
  );
  expect(answers.reduce((sum, { captured }) => sum + Number(captured), 0)).toBe(40);
  expect(await tenant.rows('SELECT scans FROM api.parcels WHERE sscc = $1', [parcels[0]?.sscc])).toEqual([
    { scans: 40 },
  ]);
});

test('scans of one parcel at once are all counted, and the latest one tells its state', async () => {
  const { world, parcels } = await newWorld();
  const [parcel] = parcels;
  const events = Array.from({ length: 60 }, (_, n) => ({
    ...observed([parcel?.epc ?? ''], n, { bizStep: n === 59 ? 'staging_outbound' : 'arriving' }),
    eventID: `urn:x:${world}:scan:${n}`,
  }));
  await Promise.all(events.toReversed().map((event) => tenant.call('capture_event', event)));
  expect(await tenant.rows('SELECT scans, state FROM api.parcels WHERE sscc = $1', [parcel?.sscc])).toEqual([
    { scans: 60, state: 'out_for_delivery' },
  ]);
  expect(await tenant.broken()).toEqual({});
});
