/** The network's measures: events captured one by one and a hundred at once, and bookings. */
import type { OfferingBench } from '../../kit/bench.ts';
import type { SmokeClient } from '../../kit/offering.ts';
import { expectStatus } from '../../kit/smoke.ts';

const BATCH = 100;

interface Relation {
  readonly shipper: string;
  readonly from: string;
  readonly to: string;
  /** When the run began: every event of it is later than this by as many milliseconds as its number. */
  readonly since: number;
}

async function openRelation(client: SmokeClient): Promise<Relation> {
  const glnOf = async (fn: string, body: Record<string, unknown>): Promise<string> => {
    const answer = await client.call(fn, body);
    expectStatus(answer, 201, fn);
    return String(answer.body['gln']);
  };
  const shipper = await glnOf('create_party', { name: 'Bench shipper', role: 'shipper' });
  const from = await glnOf('create_facility', { name: 'Bench north', kind: 'hub', city: 'Beijing' });
  const to = await glnOf('create_facility', { name: 'Bench south', kind: 'hub', city: 'Shenzhen' });
  expectStatus(await client.call('set_lane', { from, to, transitMinutes: 1_800 }), 200, 'set_lane');
  return { shipper, from, to, since: Date.now() - 86_400_000 };
}

const eventOf = (n: number, { from, since }: Relation): Record<string, unknown> => ({
  type: 'ObjectEvent',
  action: 'OBSERVE',
  eventTime: new Date(since + n).toISOString(),
  eventTimeZoneOffset: '+08:00',
  epcList: [`urn:x:bench:${n}`],
  bizStep: 'departing',
  disposition: 'in_transit',
  readPoint: { id: `https://id.gs1.org/414/${from}` },
});

export const bench: OfferingBench = {
  works: [
    {
      name: 'events one by one',
      known: null,
      prepare: openRelation,
      fn: 'capture_event',
      body: (n, relation) => eventOf(n, relation as Relation),
      units: 'events',
      unitsPerCall: 1,
      refusals: [],
    },
    {
      name: `events in documents of ${BATCH}`,
      known: null,
      prepare: openRelation,
      fn: 'capture',
      body: (n, relation) => ({
        type: 'EPCISDocument',
        schemaVersion: '2.0',
        epcisBody: {
          eventList: Array.from({ length: BATCH }, (_, i) => eventOf(1_000_000 + n * BATCH + i, relation as Relation)),
        },
      }),
      units: 'events',
      unitsPerCall: BATCH,
      refusals: [],
    },
    {
      name: 'bookings',
      known: null,
      prepare: openRelation,
      fn: 'book',
      body: (_n, relation) => {
        const { shipper, from, to } = relation as Relation;
        return { shipper, origin: from, destination: to };
      },
      units: 'waybills',
      unitsPerCall: 1,
      refusals: [],
    },
  ],
  read: null,
  race: null,
};
