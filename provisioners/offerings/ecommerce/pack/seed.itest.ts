// The demo shop, and the self-test's channel that no figure counts.
import { createHash } from 'node:crypto';
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../../server/testing/postgres.ts';
import { refusal } from '../../../kit/pack/test-tenant.ts';
import { openShop, stockProduct, type Shop } from './shop-fixture.ts';

const UNTIL = new Date(Date.now() - 60_000).toISOString();
const shops: Shop[] = [];

async function demoShop(params: Record<string, unknown> = {}): Promise<Shop> {
  const shop = await openShop(await createTestDatabase(), (url) => new Pool({ connectionString: url, max: 8 }), {
    params,
  });
  shops.push(shop);
  return shop;
}

let first: Shop;
let second: Shop;

beforeAll(async () => {
  first = await demoShop({ channels: ['web', 'app'] });
  second = await demoShop({ channels: ['web', 'app'] });
  for (const shop of [first, second]) await shop.call('seed_demo', { until: UNTIL });
});
afterAll(() => Promise.all(shops.map((shop) => shop.close())));

/** Of all rows of the shop that carry no random id and no time of writing. */
async function digest(shop: Shop): Promise<string> {
  const hash = createHash('sha256');
  for (const query of [
    'SELECT slug, product_id, name, brand, category, published, created_at FROM api.products ORDER BY slug',
    'SELECT sku, slug, attributes, weight_g FROM api.variants ORDER BY sku',
    'SELECT sku, channel, currency, valid_from, valid_until, price_minor FROM api.offers ORDER BY 1, 2, 3, 4',
    'SELECT * FROM api.stock ORDER BY sku',
    'SELECT * FROM stock.bucket ORDER BY sku, bucket',
    'SELECT sku, bucket, delta, reason, order_no, at FROM api.stock_movements ORDER BY movement_id',
    'SELECT * FROM api.orders ORDER BY order_no',
    'SELECT * FROM api.order_lines ORDER BY order_no, line_no',
    'SELECT * FROM api.order_events ORDER BY order_no, seq',
    'SELECT * FROM api.payments ORDER BY payment_id',
    'SELECT customer_id, name, email, address FROM api.customers ORDER BY customer_id',
  ]) {
    hash.update(JSON.stringify(await shop.rows(query)));
  }
  return hash.digest('hex');
}

test('is the same every time and keeps every rule', async () => {
  expect(await digest(first)).toBe(await digest(second));
  expect(await first.broken()).toEqual({});
});

test('has 2,000 orders in every state, variants that are sold out, and figures worth looking at', async () => {
  const states = await first.rows('SELECT state, count(*)::int AS n FROM api.orders GROUP BY 1');
  expect(states.reduce((sum, { n }) => sum + Number(n), 0)).toBe(2000);
  const known = await first.rows('SELECT state FROM sales.order_state');
  expect(states.map(({ state }) => String(state)).toSorted()).toEqual(
    known.map(({ state }) => String(state)).toSorted(),
  );
  const days = await first.rows('SELECT count(*)::int AS n, sum(orders)::int AS orders FROM api.sales_by_day');
  expect(days[0]?.['n']).toBeGreaterThan(55);
  expect(days[0]?.['orders']).toBeGreaterThan(1700);
  const empty = await first.rows(
    "SELECT value FROM api.kpis WHERE name IN ('gmv_today_minor', 'average_order_value_minor', 'sku_stockout_percent', 'return_rate_percent', 'open_holds') AND value IS NOT DISTINCT FROM 0",
  );
  expect(empty.length).toBeLessThanOrEqual(1); // just after midnight nothing was sold today
});

test('refuses to come twice', async () => {
  expect(await refusal(first.call('seed_demo', { until: UNTIL }))).toMatchObject({ code: 'ICO10' });
});

test('lives on: a demo order can be paid, shipped and returned', async () => {
  const [open] = await first.rows(
    "SELECT order_no, total_minor FROM api.orders WHERE state = 'paid' ORDER BY order_no LIMIT 1",
  );
  const orderNo = open?.['order_no'];
  await first.call('ship_order', { orderNo });
  await first.call('deliver_order', { orderNo });
  expect(await first.call('return_order', { orderNo })).toMatchObject({ state: 'returned' });
  await first.call('expire_orders', {});
  expect(await first.broken()).toEqual({});
});

test('stays within the parameters of the shop', async () => {
  const shop = await demoShop({
    currencies: ['JPY'],
    stock_buckets: 1,
    tax_mode: 'exclusive',
    order_no_prefix: 'Z',
    default_location: 'OSAKA',
  });
  await shop.call('seed_demo', { products: 15, orders: 120, days: 10 });
  expect(
    await shop.rows('SELECT DISTINCT currency, location, left(order_no, 1) AS prefix, tax_included FROM api.orders'),
  ).toEqual([{ currency: 'JPY', location: 'OSAKA', prefix: 'Z', tax_included: false }]);
  expect(await shop.broken()).toEqual({});
});

const figures = async (shop: Shop) => {
  const rows = await shop.rows("SELECT name, value FROM api.kpis WHERE name NOT IN ('stock_accuracy')");
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
};

test('orders of the self-test count nowhere, and its leftovers go', async () => {
  const shop = await demoShop();
  await stockProduct(shop, { sku: 'REAL', qty: 5 });
  const placed = await shop.call('place_order', { lines: [{ sku: 'REAL', qty: 1 }] });
  await shop.call('pay_order', {
    orderNo: placed['orderNo'],
    provider: 'test',
    providerRef: '1',
    amountMinor: placed['totalMinor'],
  });
  const before = { figures: await figures(shop), days: await shop.rows('SELECT * FROM api.sales_by_day') };

  const slug = 'smoke-1';
  await shop.call('create_product', { slug, name: 'Self-test' });
  await shop.call('create_variant', { slug, sku: 'SMOKE-1' });
  await shop.call('set_offer', { sku: 'SMOKE-1', priceMinor: '1999', channel: 'smoke' });
  await shop.call('publish_product', { slug });
  await shop.call('receive_stock', { sku: 'SMOKE-1', qty: 9 });
  const smoke = (qty: number) => shop.call('place_order', { lines: [{ sku: 'SMOKE-1', qty }], channel: 'smoke' });
  const pay = async (order: Record<string, unknown>, ref: string) => {
    await shop.call('pay_order', {
      orderNo: order['orderNo'],
      provider: 'smoke',
      providerRef: ref,
      amountMinor: order['totalMinor'],
    });
    return { orderNo: order['orderNo'] };
  };
  await shop.call('ship_order', await pay(await smoke(2), 'a'));
  await pay(await smoke(2), 'b');
  await smoke(2);
  expect(await refusal(smoke(99))).toMatchObject({ code: 'ICO04' });
  expect({ figures: await figures(shop), days: await shop.rows('SELECT * FROM api.sales_by_day') }).toEqual(before);

  expect(await shop.call('smoke_cleanup', {})).toEqual({ ordersCancelled: 2, productsArchived: 1, stockEmptied: 1 });
  expect(await shop.call('smoke_cleanup', {})).toEqual({ ordersCancelled: 0, productsArchived: 0, stockEmptied: 0 });
  expect(await shop.rows("SELECT slug FROM api.products WHERE slug LIKE 'smoke-%'")).toEqual([]);
  expect(
    await shop.rows(
      "SELECT on_hand, reserved FROM stock.bucket WHERE sku = 'SMOKE-1' AND (on_hand, reserved) <> (0, 0)",
    ),
  ).toEqual([]);
  expect((await refusal(smoke(1))).code).toBe('ICO06');
  expect(await shop.broken()).toEqual({});
});

test('refusals for lack of stock are counted although they leave nothing else behind', async () => {
  const shop = await demoShop();
  await stockProduct(shop, { sku: 'FEW', qty: 1 });
  await shop.call('place_order', { lines: [{ sku: 'FEW', qty: 1 }] });
  for (let i = 0; i < 3; i += 1) await refusal(shop.call('place_order', { lines: [{ sku: 'FEW', qty: 1 }] }));
  expect(await figures(shop)).toMatchObject({
    out_of_stock_rejects: 3,
    out_of_stock_percent: 75,
    orders_total: 1,
    sku_stockout_percent: 100,
  });
});
