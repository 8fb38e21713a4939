// Opening a shop with nothing but the API: categories, drafts, variants, prices in time, stock.
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../../server/testing/postgres.ts';
import { refusal } from '../../../kit/pack/test-tenant.ts';
import { openShop, stockProduct, type Shop } from './shop-fixture.ts';

let shop: Shop;

beforeAll(async () => {
  shop = await openShop(await createTestDatabase(), (url) => new Pool({ connectionString: url, max: 8 }), {
    params: { stock_buckets: 4, currencies: ['CNY', 'JPY'], channels: ['web', 'app'] },
  });
});
afterAll(() => shop.close());

const order = (sku: string, more: Record<string, unknown> = {}) =>
  shop.call('place_order', { lines: [{ sku, qty: 1 }], ...more });

test('a draft becomes a product on sale only with a variant and a price', async () => {
  await shop.call('create_category', { path: 'home.kitchen', name: 'Kitchen' });
  const slug = 'mug';
  expect(
    await shop.call('create_product', { slug, name: 'Mug', category: 'home.kitchen', costMinor: '700' }),
  ).toMatchObject({ slug, published: false });
  expect(await refusal(shop.call('publish_product', { slug }))).toEqual({
    code: 'ICO15',
    facts: { slug, missing: 'variant' },
  });
  await shop.call('create_variant', { slug, sku: 'MUG', gtin: '4006381333931', attributes: { colour: 'blue' } });
  expect(await refusal(shop.call('publish_product', { slug }))).toEqual({
    code: 'ICO15',
    facts: { slug, missing: 'offer' },
  });
  await shop.call('set_offer', { sku: 'MUG', priceMinor: '1999' });
  await shop.call('receive_stock', { sku: 'MUG', qty: 3 });
  expect(await refusal(order('MUG'))).toMatchObject({ code: 'ICO06', facts: { reason: 'unpublished' } });
  await shop.call('publish_product', { slug });
  expect(await order('MUG')).toMatchObject({ totalMinor: '1999', currency: 'CNY' });
  expect(await refusal(order('MUG', { channel: 'app' }))).toMatchObject({
    code: 'ICO06',
    facts: { reason: 'no_offer', channel: 'app' },
  });

  await shop.call('update_product', { slug, brand: 'Hearth' });
  expect(await shop.rows("SELECT name, brand, category, published FROM api.products WHERE slug = 'mug'")).toEqual([
    { name: 'Mug', brand: 'Hearth', category: 'home.kitchen', published: true },
  ]);
  const [found] = await shop.rows("SELECT jsonld FROM api.product_jsonld WHERE slug = 'mug'");
  expect(found?.['jsonld']).toMatchObject({
    '@type': 'Product',
    category: 'Kitchen',
    offers: [
      {
        sku: 'MUG',
        gtin14: '04006381333931',
        price: '19.99',
        priceCurrency: 'CNY',
        availability: 'https://schema.org/InStock',
      },
    ],
  });
  expect(JSON.stringify(found)).not.toContain('700');

  await shop.call('unpublish_product', { slug });
  expect(await refusal(order('MUG'))).toMatchObject({ code: 'ICO06' });
  expect(await shop.rows("SELECT * FROM api.product_jsonld WHERE slug = 'mug'")).toEqual([]);
});

test.each([
  ['create_category', { path: 'Home', name: 'x' }, 'ICO09'],
  ['create_category', { path: 'home.kitchen', name: 'again' }, 'ICO10'],
  ['create_product', { slug: 'Mug', name: 'x' }, 'ICO09'],
  ['create_product', { slug: 'mug', name: 'again' }, 'ICO10'],
  ['create_product', { slug: 'other', name: 'x', category: 'none' }, 'ICO08'],
  ['create_product', { slug: 'other' }, 'ICO09'],
  ['update_product', { slug: 'none' }, 'ICO08'],
  ['create_variant', { slug: 'mug', sku: 'MUG' }, 'ICO10'],
  ['create_variant', { slug: 'mug', sku: 'M U G' }, 'ICO09'],
  ['create_variant', { slug: 'mug', sku: 'M2', gtin: '4006381333932' }, 'ICO09'],
  ['create_variant', { slug: 'mug', sku: 'M2', gtin: '5' }, 'ICO09'],
  ['create_variant', { slug: 'mug', sku: 'M2', attributes: [] }, 'ICO09'],
  ['set_offer', { sku: 'none', priceMinor: '1' }, 'ICO08'],
  ['set_offer', { sku: 'MUG', priceMinor: 1 }, 'ICO09'],
  ['set_offer', { sku: 'MUG', priceMinor: '-1' }, 'ICO09'],
  ['set_offer', { sku: 'MUG', priceMinor: '900000000000000' }, 'ICO09'],
  ['set_offer', { sku: 'MUG', priceMinor: '1', currency: 'USD' }, 'ICO09'],
  ['set_offer', { sku: 'MUG', priceMinor: '1', channel: 'moon' }, 'ICO09'],
  ['set_offer', { sku: 'MUG', priceMinor: '1', validFrom: 'tomorrow' }, 'ICO09'],
  ['set_offer', { sku: 'MUG', priceMinor: '1', validFrom: '2020-01-01T00:00:00Z' }, 'ICO09'],
  [
    'set_offer',
    { sku: 'MUG', priceMinor: '1', validFrom: '2999-01-01T00:00:00Z', validUntil: '2998-01-01T00:00:00Z' },
    'ICO09',
  ],
  ['receive_stock', { sku: 'MUG', qty: 0 }, 'ICO09'],
  ['receive_stock', { sku: 'MUG', qty: 1.5 }, 'ICO09'],
  ['receive_stock', { sku: 'none', qty: 1 }, 'ICO08'],
  ['adjust_stock', { sku: 'MUG', delta: 0 }, 'ICO09'],
  ['place_order', { lines: [] }, 'ICO09'],
  ['place_order', { lines: [{ sku: 'none', qty: 1 }] }, 'ICO08'],
  ['place_order', { lines: [{ sku: 'MUG', qty: 1 }], customerId: 'me' }, 'ICO09'],
  ['place_order', { lines: [{ sku: 'MUG', qty: 1 }], campaign: 'peak' }, 'ICO08'],
])('%s %j → %s, and nothing is written', async (fn, body, code) => {
  const count =
    'SELECT (SELECT count(*) FROM catalog.product) + (SELECT count(*) FROM catalog.offer) + (SELECT count(*) FROM pack.idempotency) AS n';
  const before = await shop.rows(count);
  expect((await refusal(shop.call(fn, body))).code).toBe(code);
  expect(await shop.rows(count)).toEqual(before);
});

const prices = (sku: string) =>
  shop.rows(
    `SELECT price_minor AS price, valid_from::text AS "from", valid_until::text AS until FROM api.offers
     WHERE sku = $1 AND channel = 'web' ORDER BY valid_from`,
    [sku],
  );
const at = (year: number) => `${year}-01-01T00:00:00Z`;
const stored = (year: number) => `${year}-01-01 00:00:00+00`;

test('a price ends the one before, leaves planned ones alone and never rewrites the past', async () => {
  await stockProduct(shop, { sku: 'TIMED', qty: 10, priceMinor: '1000' });
  await shop.call('set_offer', { sku: 'TIMED', priceMinor: '800', validFrom: at(2990), validUntil: at(2991) });
  expect((await prices('TIMED')).map(({ price, until }) => [price, until])).toEqual([
    ['1000', stored(2990)],
    ['800', stored(2991)],
    ['1000', null],
  ]);
  await shop.call('set_offer', { sku: 'TIMED', priceMinor: '1100' });
  const now = await prices('TIMED');
  expect(now.map(({ price }) => price)).toEqual(['1000', '1100', '800', '1000']);
  expect(now[0]?.['until']).toBe(now[1]?.['from']);
  expect(await order('TIMED')).toMatchObject({ totalMinor: '1100' });

  await shop.call('set_offer', { sku: 'TIMED', priceMinor: '500', validFrom: at(2989), validUntil: at(2995) });
  expect((await prices('TIMED')).slice(2).map(({ price, from, until }) => [price, from, until])).toEqual([
    ['500', stored(2989), stored(2995)],
    ['1000', stored(2995), null],
  ]);
});

test('at every instant there is one price, also when many set it at once', async () => {
  await stockProduct(shop, { sku: 'RACE', qty: 1 });
  await Promise.all(
    Array.from({ length: 12 }, (_, i) => shop.call('set_offer', { sku: 'RACE', priceMinor: String(100 + i) })),
  );
  expect(await shop.rows("SELECT count(*)::int AS n FROM api.offers WHERE sku = 'RACE' AND current")).toEqual([
    { n: 1 },
  ]);
});

test('currencies keep their own prices and minor units', async () => {
  await stockProduct(shop, { sku: 'YEN', qty: 2, priceMinor: '1999' });
  await shop.call('set_offer', { sku: 'YEN', priceMinor: '400', currency: 'JPY' });
  expect(await order('YEN', { currency: 'JPY' })).toMatchObject({ totalMinor: '400', currency: 'JPY' });
  const [found] = await shop.rows("SELECT jsonld -> 'offers' AS offers FROM api.product_jsonld WHERE slug = 'p-yen'");
  expect(found?.['offers']).toMatchObject([
    { priceCurrency: 'CNY', price: '19.99' },
    { priceCurrency: 'JPY', price: '400' },
  ]);
});

const stripes = async (sku: string) =>
  (await shop.rows('SELECT on_hand, reserved FROM stock.bucket WHERE sku = $1 ORDER BY bucket', [sku])).map(
    ({ on_hand, reserved }) => [on_hand, reserved],
  );

test('stock is shared out, taken from the richest, levelled on demand, and never below what is reserved', async () => {
  await stockProduct(shop, { sku: 'LEVEL', qty: 10 });
  expect(await stripes('LEVEL')).toEqual([
    [3, 0],
    [3, 0],
    [2, 0],
    [2, 0],
  ]);
  await shop.call('receive_stock', { sku: 'LEVEL', qty: 2 });
  expect(await stripes('LEVEL')).toEqual([
    [3, 0],
    [3, 0],
    [3, 0],
    [3, 0],
  ]);
  await shop.call('place_order', { lines: [{ sku: 'LEVEL', qty: 7 }] });
  expect(await refusal(shop.call('adjust_stock', { sku: 'LEVEL', delta: -6 }))).toEqual({
    code: 'ICO04',
    facts: { sku: 'LEVEL', location: 'MAIN', asked: 6, available: 5 },
  });
  expect(await shop.call('adjust_stock', { sku: 'LEVEL', delta: -4 })).toMatchObject({
    onHand: 8,
    reserved: 7,
    available: 1,
  });
  await shop.call('receive_stock', { sku: 'LEVEL', qty: 7 });
  await shop.rows('SELECT pack.set_params(\'{"stock_buckets": 2}\')');
  expect(await shop.call('rebalance_stock', { sku: 'LEVEL' })).toMatchObject({ onHand: 15, reserved: 7, available: 8 });
  const free = (await stripes('LEVEL')).map(([onHand, reserved]) => Number(onHand) - Number(reserved));
  expect(free).toEqual([4, 4, 0, 0]);
  await shop.rows('SELECT pack.set_params(\'{"stock_buckets": 4}\')');
  expect(
    await shop.rows(
      "SELECT sum(delta)::int AS n FROM api.stock_movements WHERE sku = 'LEVEL' AND reason = 'rebalance'",
    ),
  ).toEqual([{ n: 0 }]);
  expect(await shop.broken()).toEqual({});
});

test('locations keep their own stock', async () => {
  await stockProduct(shop, { sku: 'WHERE', qty: 1 });
  await shop.call('receive_stock', { sku: 'WHERE', qty: 2, location: 'SOUTH' });
  await order('WHERE', { location: 'SOUTH' });
  expect(await shop.rows("SELECT location, available FROM api.stock WHERE sku = 'WHERE' ORDER BY 1")).toEqual([
    { location: 'MAIN', available: 1 },
    { location: 'SOUTH', available: 1 },
  ]);
});
