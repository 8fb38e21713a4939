// Many at once: nothing oversold, nothing twice, no deadlock.
import { randomUUID } from 'node:crypto';
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../../server/testing/postgres.ts';
import { refusal, type Json } from '../../../kit/pack/test-tenant.ts';
import { openShop, stockProduct, type Shop } from './shop-fixture.ts';

let shop: Shop;

beforeAll(async () => {
  shop = await openShop(await createTestDatabase(), (url) => new Pool({ connectionString: url, max: 16 }), {
    modules: ['flash-sale'],
    params: { stock_buckets: 16 },
  });
});
afterAll(() => shop.close());

/** Outcomes of calls that run at once, the pool's 16 at a time: state or error code → how many. */
async function tally(calls: readonly Promise<Json>[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const outcome of await Promise.allSettled(calls)) {
    const name = outcome.status === 'fulfilled' ? 'ok' : String((outcome.reason as { code?: string }).code);
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

const times = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i));

test('1,500 orders at once for 400 units sell exactly 400', async () => {
  await stockProduct(shop, { sku: 'HOT', qty: 400 });
  expect(await tally(times(1500, () => shop.call('place_order', { lines: [{ sku: 'HOT', qty: 1 }] })))).toEqual({
    ok: 400,
    ICO04: 1100,
  });
  expect(await shop.broken()).toEqual({});
}, 60_000);

test('orders of several units empty the stripes to the last unit', async () => {
  await stockProduct(shop, { sku: 'PACK3', qty: 200 });
  expect(await tally(times(100, () => shop.call('place_order', { lines: [{ sku: 'PACK3', qty: 3 }] })))).toEqual({
    ok: 66,
    ICO04: 34,
  });
  expect(await tally(times(5, () => shop.call('place_order', { lines: [{ sku: 'PACK3', qty: 2 }] })))).toEqual({
    ok: 1,
    ICO04: 4,
  });
  expect(await shop.broken()).toEqual({});
});

test('20 posts at once with one key are one order', async () => {
  await stockProduct(shop, { sku: 'ONCE', qty: 50 });
  const key = randomUUID();
  const body = { lines: [{ sku: 'ONCE', qty: 1 }] };
  const answers = await Promise.all(times(20, () => shop.callWithKey('place_order', key, body)));
  expect(new Set(answers.map(({ result }) => result['orderNo'])).size).toBe(1);
  expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
  expect(await shop.rows("SELECT reserved FROM api.stock WHERE sku = 'ONCE'")).toEqual([{ reserved: 1 }]);
});

test('place_order is safe by itself, also when pack.call has forgotten the key', async () => {
  await stockProduct(shop, { sku: 'ITSELF', qty: 50 });
  const body = (qty: number) => JSON.stringify({ idempotencyKey: 'mine', lines: [{ sku: 'ITSELF', qty }] });
  const place = async (qty: number) =>
    (await shop.api.query('SELECT api.place_order($1) AS answer', [body(qty)])).rows[0]?.['answer'] as Json;
  const answers = await Promise.all(times(10, () => place(2)));
  expect(new Set(answers.map(({ orderNo }) => orderNo)).size).toBe(1);
  expect(await refusal(place(3))).toMatchObject({ code: 'ICO03', facts: { key: 'mine', function: 'place_order' } });

  const key = randomUUID();
  const first = await shop.call('place_order', { lines: [{ sku: 'ITSELF', qty: 1 }] }, key);
  await shop.rows('DELETE FROM pack.idempotency');
  expect(await shop.call('place_order', { lines: [{ sku: 'ITSELF', qty: 1 }] }, key)).toEqual(first);
});

test('a key used for another body or another function is refused; a refused call leaves its key free', async () => {
  await stockProduct(shop, { sku: 'KEYED', qty: 2 });
  const key = randomUUID();
  const body = { lines: [{ sku: 'KEYED', qty: 3 }] };
  expect(await refusal(shop.call('place_order', body, key))).toMatchObject({ code: 'ICO04' });
  await shop.call('receive_stock', { sku: 'KEYED', qty: 1 });
  const { orderNo } = await shop.call('place_order', body, key);
  expect(await shop.callWithKey('place_order', key, { lines: [{ qty: 3, sku: 'KEYED' }] })).toMatchObject({
    replayed: true,
    result: { orderNo },
  });
  expect(await refusal(shop.call('place_order', { lines: [{ sku: 'KEYED', qty: 1 }] }, key))).toMatchObject({
    code: 'ICO03',
    facts: { key },
  });
  expect(await refusal(shop.call('cancel_order', { orderNo }, key))).toMatchObject({ code: 'ICO03' });
});

test('a function that writes needs a key', async () => {
  expect(await refusal(shop.callWithKey('receive_stock', null, { sku: 'HOT', qty: 1 }))).toMatchObject({
    code: '22004',
  });
});

test('a flash quota sells out exactly, stripes or not, and gives back what is cancelled', async () => {
  await stockProduct(shop, { sku: 'FLASH', qty: 1000 });
  await shop.call('create_campaign', { campaignId: 'peak', name: 'Peak', endsAt: '2999-01-01T00:00:00Z' });
  await shop.call('set_flash_item', { campaignId: 'peak', sku: 'FLASH', priceMinor: '999', quota: 150 });
  const order = (qty: number) => shop.call('place_order', { lines: [{ sku: 'FLASH', qty }], campaign: 'peak' });
  expect(await tally(times(600, () => order(1)))).toEqual({ ok: 150, ICO05: 450 });
  const rows = await shop.rows("SELECT order_no FROM api.order_lines WHERE sku = 'FLASH' ORDER BY 1 LIMIT 7");
  expect(await tally(rows.map((row) => shop.call('cancel_order', { orderNo: row['order_no'] })))).toEqual({ ok: 7 });
  expect(await tally(times(4, () => order(3)))).toEqual({ ok: 2, ICO05: 2 });
  expect(await shop.rows('SELECT sold, left_over FROM api.flash_items')).toEqual([{ sold: 149, left_over: 1 }]);
  expect(await shop.broken()).toEqual({});
}, 60_000);

test('orders, cancellations, shipments, expiry and levelling on the same few variants do not deadlock', async () => {
  const skus = ['MIX-A', 'MIX-B', 'MIX-C'];
  for (const sku of skus) await stockProduct(shop, { sku, qty: 300 });
  await shop.call('create_campaign', { campaignId: 'mix', name: 'Mix', endsAt: '2999-01-01T00:00:00Z' });
  for (const sku of skus) await shop.call('set_flash_item', { campaignId: 'mix', sku, priceMinor: '500', quota: 250 });

  const life = async (i: number): Promise<Json> => {
    const lines = skus.toSorted(() => (i % 2 === 0 ? 1 : -1)).map((sku, n) => ({ sku, qty: 1 + ((i + n) % 3) }));
    const placed = await shop.call('place_order', { lines, ...(i % 3 === 0 ? { campaign: 'mix' } : {}) });
    const orderNo = placed['orderNo'];
    if (i % 5 === 0) {
      await shop.rows("UPDATE sales.orders SET expires_at = now() - interval '1 s' WHERE order_no = $1", [orderNo]);
      return shop.call('expire_orders', {});
    }
    if (i % 5 === 1) return shop.call('cancel_order', { orderNo });
    if (i % 5 === 2) return shop.call('rebalance_stock', { sku: skus[i % 3] });
    await shop.call('pay_order', {
      orderNo,
      provider: 'test',
      providerRef: `mix${i}`,
      amountMinor: placed['totalMinor'],
    });
    return i % 5 === 3 ? shop.call('cancel_order', { orderNo }) : shop.call('ship_order', { orderNo });
  };
  const outcome = await tally(times(300, life));
  expect(outcome).toEqual({ ok: expect.any(Number), ...('ICO04' in outcome ? { ICO04: expect.any(Number) } : {}) });
  expect(outcome['ok']).toBeGreaterThan(100);
  expect(await shop.broken()).toEqual({});
}, 60_000);
