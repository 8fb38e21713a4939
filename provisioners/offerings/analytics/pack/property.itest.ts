// Whatever is sent in whatever order, however often and in however many batches: the same star; and what adds up, adds up.
import * as fc from 'fast-check';
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../../server/testing/postgres.ts';
import type { Json } from '../../../kit/pack/test-tenant.ts';
import { at, openWarehouse, sale, type Warehouse } from './warehouse-fixture.ts';

let tenant: Warehouse;
beforeAll(async () => {
  tenant = await openWarehouse(await createTestDatabase(), (url) => new Pool({ connectionString: url, max: 8 }));
});
afterAll(() => tenant.close());

const pick = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

const saleEvent = fc
  .record({
    day: fc.integer({ min: 1, max: 6 }),
    sku: pick('A', 'B', 'C'),
    category: pick('X', 'Y', 'Z'),
    qty: fc.integer({ min: 1, max: 5 }),
    unitMinor: pick('1', '99', '12345'),
    customer: pick('ada', 'bob', 'eve', undefined),
    region: pick('East', 'West'),
  })
  .map(
    (drawn) =>
      (id: string): Json =>
        sale({ id, ...drawn }),
  );

const changeEvent = fc
  .record({
    day: fc.integer({ min: 1, max: 6 }),
    hour: pick(0, 12, 18),
    product: fc.boolean(),
    subject: fc.integer({ min: 0, max: 2 }),
    word: pick('P', 'Q', 'R'),
  })
  .map(({ day, hour, product, subject, word }) => (id: string): Json => ({
    specversion: '1.0',
    id,
    source: 'shop',
    type: product ? 'product.changed' : 'customer.changed',
    subject: (product ? ['A', 'B', 'C'] : ['ada', 'bob', 'eve'])[subject],
    time: at(day, hour),
    data: product ? { category: word } : { region: word },
  }));

const events = fc
  .array(fc.oneof({ weight: 3, arbitrary: saleEvent }, { weight: 1, arbitrary: changeEvent }), {
    minLength: 1,
    maxLength: 25,
  })
  .map((drawn) => drawn.map((make, n) => make(`event-${n}`)));

/** How a set of events is sent: batches of indices, some of them more than once, with or without a refresh after each. */
const plan = (size: number) => {
  const index = fc.nat({ max: size - 1 });
  const all = fc.shuffledSubarray(
    Array.from({ length: size }, (_, n) => n),
    { minLength: size, maxLength: size },
  );
  return fc.record({
    order: all,
    again: fc.array(index, { maxLength: 10 }),
    batch: fc.integer({ min: 1, max: 9 }),
    refreshEach: fc.boolean(),
    together: fc.boolean(),
  });
};

async function empty(): Promise<void> {
  await tenant.rows(
    'TRUNCATE ingest.event, ingest.event_key, ingest.batch, dwh.fact_sales, dwh.sales_daily, dwh.stale_day, dwh.member, dwh.dim_date CASCADE',
  );
}

interface Plan {
  readonly order: readonly number[];
  readonly again: readonly number[];
  readonly batch: number;
  readonly refreshEach: boolean;
  readonly together: boolean;
}

async function send(all: readonly Json[], { order, again, batch, refreshEach, together }: Plan): Promise<void> {
  const queue = [...order, ...again].map((n) => all[n]);
  const batches = Array.from({ length: Math.ceil(queue.length / batch) }, (_, n) =>
    queue.slice(n * batch, (n + 1) * batch),
  );
  const deliver = async (each: readonly (Json | undefined)[]): Promise<void> => {
    await tenant.send(...each);
    if (refreshEach) await tenant.refresh();
  };
  if (together) await Promise.all(batches.map(deliver));
  else for (const each of batches) await deliver(each);
  await tenant.refresh();
}

/** The star without its surrogate keys. */
const star = async (): Promise<string> => {
  const facts = await tenant.rows(
    `SELECT f.event_id, f.line, f.qty, f.revenue_minor, p.id AS sku, p.attributes AS product, c.id AS customer, c.attributes AS buyer
     FROM dwh.fact_sales f JOIN dwh.member p ON p.member_key = f.product_key LEFT JOIN dwh.member c ON c.member_key = f.customer_key
     ORDER BY 1, 2`,
  );
  const versions = await tenant.rows(
    'SELECT dimension, id, during::text AS during, attributes FROM dwh.member ORDER BY 1, 2, 3',
  );
  const days = await tenant.rows('SELECT * FROM api.sales_daily ORDER BY day, source, currency, category, region');
  return JSON.stringify({ facts, versions, days });
};

test('the star is the same whatever the order, the batches and the repetitions', async () => {
  const sent = events.chain((all) => fc.tuple(fc.constant(all), plan(all.length), plan(all.length)));
  await fc.assert(
    fc.asyncProperty(sent, async ([all, one, other]) => {
      await empty();
      await send(all, one);
      expect(await tenant.broken()).toEqual({});
      const first = await star();
      await empty();
      await send(all, other);
      expect(await tenant.broken()).toEqual({});
      expect(await star()).toBe(first);
    }),
    { numRuns: 15, endOnFailure: true },
  );
}, 240_000);

test('a metric that adds up is the sum of its cells by any dimension, or any two', async () => {
  const dimensions = pick(
    'day',
    'week',
    'month',
    'category',
    'sku',
    'region',
    'source',
    'weekday',
    'segment',
    'customer',
  );
  const question = fc.record({
    metric: pick('revenue', 'units', 'order_lines'),
    by: fc.uniqueArray(dimensions, { minLength: 1, maxLength: 2 }),
  });
  await empty();
  await send(
    fc.sample(saleEvent, { numRuns: 120, seed: 7 }).map((make, n) => make(`e${n}`)),
    { order: Array.from({ length: 120 }, (_, n) => n), again: [], batch: 50, refreshEach: false, together: false },
  );
  await fc.assert(
    fc.asyncProperty(question, async ({ metric, by }) => {
      const cells = Object.values(await tenant.ask(metric, { by }));
      expect({ all: String(cells.reduce((sum, value) => sum + BigInt(value), 0n)) }).toEqual(await tenant.ask(metric));
    }),
    { numRuns: 40 },
  );
}, 120_000);
