/** The shop's measures: orders over many products, orders of one hot product, and a race for the last pieces. */
import type { OfferingBench } from '../../kit/bench.ts';
import type { SmokeClient } from '../../kit/offering.ts';
import { expectStatus } from '../../kit/smoke.ts';

const CHANNEL = 'web';
const PRODUCTS = 200;
/** More than any run can sell. */
const PLENTY = 100_000;
const SCARCE = 400;

/** Puts products on sale, `pieces` of each. */
async function stock(
  client: SmokeClient,
  prefix: string,
  products: number,
  pieces: number,
): Promise<readonly string[]> {
  const skus = Array.from({ length: products }, (_, n) => `${prefix}-${n}`);
  for (const sku of skus) {
    const slug = sku.toLowerCase();
    expectStatus(await client.call('create_product', { slug, name: sku }), 201, 'create_product');
    expectStatus(await client.call('create_variant', { slug, sku }), 201, 'create_variant');
    expectStatus(await client.call('set_offer', { sku, channel: CHANNEL, priceMinor: '1999' }), 200, 'set_offer');
    expectStatus(await client.call('receive_stock', { sku, qty: pieces }), 200, 'receive_stock');
    expectStatus(await client.call('publish_product', { slug }), 200, 'publish_product');
  }
  return skus;
}

const orderOf = (skus: readonly string[], n: number) => ({
  channel: CHANNEL,
  lines: [{ sku: skus[n % skus.length] ?? '', qty: 1 }],
});

export const bench: OfferingBench = {
  works: [
    {
      name: `orders over ${PRODUCTS} products`,
      known: '489/s over 998 products, design study',
      prepare: (client) => stock(client, 'SPREAD', PRODUCTS, PLENTY),
      fn: 'place_order',
      body: (n, skus) => orderOf(skus as readonly string[], n),
      units: 'orders',
      unitsPerCall: 1,
      refusals: [],
    },
    {
      name: 'orders of one product',
      known: '238/s in one row, 530/s in 16 stripes, design study',
      prepare: (client) => stock(client, 'HOT', 1, PLENTY),
      fn: 'place_order',
      body: (n, skus) => orderOf(skus as readonly string[], n),
      units: 'orders',
      unitsPerCall: 1,
      refusals: [],
    },
  ],
  read: { view: 'variants', query: (skus) => ({ sku: (skus as readonly string[])[0] ?? '' }) },
  race: {
    name: `1,500 buyers, ${SCARCE} pieces`,
    prepare: (client) => stock(client, 'SCARCE', 1, SCARCE),
    fn: 'place_order',
    body: (n, skus) => orderOf(skus as readonly string[], n),
    calls: 1_500,
    winners: SCARCE,
    refusal: 'ICO04',
  },
};
