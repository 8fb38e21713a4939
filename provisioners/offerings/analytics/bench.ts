/** The tenant's measures: events in batches of a hundred, and one by one. */
import type { OfferingBench } from '../../kit/bench.ts';
import type { SmokeClient } from '../../kit/offering.ts';
import { expectStatus } from '../../kit/smoke.ts';
import { scan } from './bench-scan.ts';

const SOURCE = 'bench';
const BATCH = 100;
const PRODUCTS = 200;
const CUSTOMERS = 5_000;

async function register(client: SmokeClient): Promise<void> {
  expectStatus(await client.call('register_source', { source: SOURCE }), 201, 'register_source');
}

const event = (prefix: string, n: number) => ({
  specversion: '1.0',
  id: `${prefix}-${n}`,
  source: SOURCE,
  type: 'order.paid',
  subject: `customer-${n % CUSTOMERS}`,
  data: {
    currency: 'CNY',
    region: 'East',
    lines: [{ sku: `B${n % PRODUCTS}`, name: 'Thing', category: 'Bench', qty: 1, unitMinor: '1999' }],
  },
});

export const bench: OfferingBench = {
  works: [
    {
      name: `events in batches of ${BATCH}`,
      known: '8,800 events/s in one call of 10,000, design study',
      prepare: register,
      fn: 'ingest_events',
      body: (n) => ({ events: Array.from({ length: BATCH }, (_, k) => event('batch', n * BATCH + k)) }),
      units: 'events',
      unitsPerCall: BATCH,
      refusals: [],
    },
    {
      name: 'events one by one',
      known: null,
      prepare: register,
      fn: 'ingest_events',
      body: (n) => ({ events: [event('single', n)] }),
      units: 'events',
      unitsPerCall: 1,
      refusals: [],
    },
  ],
  read: { view: 'metrics', query: () => ({ metric: 'revenue' }) },
  race: null,
  scan,
};
