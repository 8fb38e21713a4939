// Whatever is done in whatever order: every rule holds after every step.
import * as fc from 'fast-check';
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../../server/testing/postgres.ts';
import { errors } from './api.ts';
import { type Json } from '../../../kit/pack/test-tenant.ts';
import { openShop, stockProduct, type Shop } from './shop-fixture.ts';

const SKUS = ['PROP-A', 'PROP-B', 'PROP-C'];
let shop: Shop;
let reference = 0;

beforeAll(async () => {
  shop = await openShop(await createTestDatabase(), (url) => new Pool({ connectionString: url, max: 4 }), {
    modules: ['flash-sale'],
    params: { stock_buckets: 3, tax_mode: 'exclusive' },
  });
  await shop.call('create_category', { path: 'taxed', name: 'Taxed', taxRateBp: 1925 });
  await shop.call('create_campaign', { campaignId: 'c', name: 'c', endsAt: '2999-01-01T00:00:00Z' });
  for (const sku of SKUS) {
    await stockProduct(shop, { sku, qty: 8, priceMinor: '1333', category: 'taxed' });
    await shop.call('set_flash_item', { campaignId: 'c', sku, priceMinor: '777', quota: 12 });
  }
});
afterAll(() => shop.close());

/** A call made of drawn numbers; `order` is one of the orders placed so far. */
interface Deed {
  readonly fn: string;
  readonly n: number;
  readonly order: number;
}

const ORDER_FUNCTIONS = [
  'pay_order',
  'start_picking',
  'ship_order',
  'ready_for_pickup',
  'deliver_order',
  'complete_order',
  'report_problem',
  'return_order',
  'cancel_order',
];
const deed: fc.Arbitrary<Deed> = fc.record({
  fn: fc.oneof(
    { weight: 4, arbitrary: fc.constant('place_order') },
    { weight: 8, arbitrary: fc.constantFrom(...ORDER_FUNCTIONS) },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        'receive_stock',
        'adjust_stock',
        'rebalance_stock',
        'set_flash_item',
        'expire_orders',
        'set_offer',
      ),
    },
  ),
  n: fc.nat(999),
  order: fc.nat(5),
});

const sku = (n: number) => SKUS[n % SKUS.length];

function bodyOf({ fn, n }: Deed, order: Json | undefined): Json {
  const orderNo = order?.['orderNo'] ?? 'O-none';
  switch (fn) {
    case 'place_order': {
      const lines = [sku(n), sku(n + 1 + (n % 2))]
        .slice(0, 1 + (n % 2))
        .map((each, i) => ({ sku: each, qty: 1 + ((n >> i) % 5) }));
      return { lines, ...(n % 3 === 0 ? { campaign: 'c' } : {}), shippingMinor: String(n % 4) };
    }
    case 'pay_order':
      return {
        orderNo,
        provider: 'p',
        providerRef: `${(reference += 1) % 40}`,
        amountMinor: n % 7 === 0 ? '1' : (order?.['totalMinor'] ?? '1'),
      };
    case 'return_order':
      return { orderNo, restock: n % 2 === 0 };
    case 'report_problem':
      return { orderNo, reason: 'drawn' };
    case 'receive_stock':
      return { sku: sku(n), qty: 1 + (n % 4) };
    case 'adjust_stock':
      return { sku: sku(n), delta: (n % 9) - 5 };
    case 'rebalance_stock':
      return { sku: sku(n) };
    case 'set_flash_item':
      return { campaignId: 'c', sku: sku(n), priceMinor: '777', quota: n % 30 };
    case 'set_offer':
      return { sku: sku(n), priceMinor: String(n) };
    case 'expire_orders':
      return {};
    default:
      return { orderNo };
  }
}

async function perform(deeds: readonly Deed[], together: boolean): Promise<void> {
  const orders: Json[] = [];
  const run = async (each: Deed): Promise<void> => {
    const order = orders.at(-1 - (each.order % Math.max(1, orders.length)));
    if (each.fn === 'expire_orders') {
      await shop.rows("UPDATE sales.orders SET expires_at = now() - interval '1 s' WHERE order_no = $1", [
        order?.['orderNo'] ?? '',
      ]);
    }
    try {
      const answer = await shop.call(each.fn, bodyOf(each, order));
      if (each.fn === 'place_order') orders.push(answer);
    } catch (error) {
      expect(Object.keys(errors)).toContain((error as { code?: string }).code); // a refusal in the pack's own words, or a bug
    }
    if (!together) expect(await shop.broken()).toEqual({});
  };
  if (together) await Promise.all(deeds.map(run));
  else for (const each of deeds) await run(each);
  expect(await shop.broken()).toEqual({});
}

test('one after the other', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { minLength: 5, maxLength: 30 }), (deeds) => perform(deeds, false)),
    { numRuns: 25, endOnFailure: true },
  );
}, 120_000);

test('all at once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { minLength: 10, maxLength: 60 }), (deeds) => perform(deeds, true)),
    { numRuns: 20, endOnFailure: true },
  );
}, 120_000);
