// Campaigns: price, time, limits, queue.
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../../server/testing/postgres.ts';
import { refusal } from '../../../kit/pack/test-tenant.ts';
import { openShop, stockProduct, type Shop } from './shop-fixture.ts';

let shop: Shop;

beforeAll(async () => {
  shop = await openShop(await createTestDatabase(), (url) => new Pool({ connectionString: url, max: 8 }), {
    modules: ['flash-sale'],
    params: { currencies: ['CNY', 'EUR'], stock_buckets: 4 },
  });
  await stockProduct(shop, { sku: 'DEAL', qty: 100, priceMinor: '1999' });
});
afterAll(() => shop.close());

const FAR = '2999-01-01T00:00:00Z';
const order = (campaign: string, more: Record<string, unknown> = {}) =>
  shop.call('place_order', { lines: [{ sku: 'DEAL', qty: 1 }], campaign, ...more });

async function plan(campaignId: string, more: Record<string, unknown> = {}, quota = 10): Promise<void> {
  await shop.call('create_campaign', { campaignId, name: campaignId, endsAt: FAR, ...more });
  await shop.call('set_flash_item', { campaignId, sku: 'DEAL', priceMinor: '999', quota });
}

test('the campaign has its price, its time, its currency and its variants', async () => {
  await plan('sale');
  expect(await order('sale')).toMatchObject({ totalMinor: '999' });
  expect(await shop.call('place_order', { lines: [{ sku: 'DEAL', qty: 1 }] })).toMatchObject({ totalMinor: '1999' });
  expect(await refusal(order('sale', { currency: 'EUR' }))).toMatchObject({
    code: 'ICO06',
    facts: { reason: 'other_currency' },
  });
  await plan('later', { startsAt: '2998-01-01T00:00:00Z' });
  expect(await refusal(order('later'))).toMatchObject({ code: 'ICO06', facts: { reason: 'not_running' } });
  await stockProduct(shop, { sku: 'PLAIN', qty: 1 });
  const other = shop.call('place_order', { lines: [{ sku: 'PLAIN', qty: 1 }], campaign: 'sale' });
  expect(await refusal(other)).toMatchObject({ code: 'ICO08', facts: { kind: 'flash item', id: 'PLAIN' } });
  expect(await refusal(order('none'))).toMatchObject({ code: 'ICO08', facts: { kind: 'campaign' } });
});

test('a quota can grow, and shrink to what is sold', async () => {
  await plan('size', {}, 2);
  await order('size', { lines: [{ sku: 'DEAL', qty: 2 }] });
  expect(await refusal(order('size'))).toEqual({
    code: 'ICO05',
    facts: { campaignId: 'size', sku: 'DEAL', asked: 1, left: 0 },
  });
  const set = (quota: number) =>
    shop.call('set_flash_item', { campaignId: 'size', sku: 'DEAL', priceMinor: '899', quota });
  await set(3);
  expect(await order('size')).toMatchObject({ totalMinor: '899' });
  expect(await refusal(set(2))).toMatchObject({ code: 'ICO05', facts: { sold: 3 } });
  expect(await set(3)).toMatchObject({ sold: 3 });
  expect(await shop.broken()).toEqual({});
});

test('one customer buys no more than the limit, at once too', async () => {
  await plan('fair', { perCustomer: 2 }, 50);
  expect((await refusal(order('fair'))).code).toBe('ICO09');
  const customer = { name: 'Greedy', email: 'greedy@example.com' };
  await shop.call('create_customer', customer);
  const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => order('fair', { customer })));
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
  expect(await refusal(order('fair', { customer }))).toMatchObject({
    code: 'ICO14',
    facts: { limit: 2, bought: 2, asked: 1 },
  });
  expect(await order('fair', { customer: { name: 'Modest', email: 'modest@example.com' } })).toMatchObject({
    totalMinor: '999',
  });
});

test('a queue lets in one order a token, in turn', async () => {
  await plan('queue', { needsQueue: true, admitPerSecond: 1 }, 50);
  const draw = () => shop.call('issue_queue_token', { campaignId: 'queue' });
  const first = await draw();
  const queueToken = first['queueToken'];
  expect(await refusal(order('queue'))).toMatchObject({ code: 'ICO12', facts: { reason: 'missing' } });
  expect(await refusal(order('queue', { queueToken: '01920000-0000-7000-8000-000000000000' }))).toMatchObject({
    code: 'ICO12',
    facts: { reason: 'unknown' },
  });
  const tries = await Promise.allSettled(Array.from({ length: 6 }, () => order('queue', { queueToken })));
  expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(await refusal(order('queue', { queueToken }))).toMatchObject({ code: 'ICO12', facts: { reason: 'used' } });

  const places = [];
  for (let i = 0; i < 30; i += 1) places.push(await draw());
  expect(await refusal(order('queue', { queueToken: places.at(-1)?.['queueToken'] }))).toMatchObject({
    code: 'ICO13',
    facts: { campaignId: 'queue' },
  });
  const old = places[0]?.['queueToken'];
  await shop.rows(
    "UPDATE promo.queue_token SET admitted_at = now() - interval '1 h', expires_at = now() WHERE token = $1",
    [old],
  );
  expect(await refusal(order('queue', { queueToken: old }))).toMatchObject({
    code: 'ICO12',
    facts: { reason: 'expired' },
  });
  expect(await refusal(shop.call('issue_queue_token', { campaignId: 'sale' }))).toMatchObject({
    code: 'ICO12',
    facts: { reason: 'no_queue' },
  });
});

test('a refused order leaves its token good', async () => {
  await stockProduct(shop, { sku: 'GONE', qty: 0 });
  await shop.call('create_campaign', { campaignId: 'kept', name: 'kept', endsAt: FAR, needsQueue: true });
  for (const sku of ['GONE', 'DEAL'])
    await shop.call('set_flash_item', { campaignId: 'kept', sku, priceMinor: '1', quota: 5 });
  const { queueToken } = await shop.call('issue_queue_token', { campaignId: 'kept' });
  expect(await refusal(order('kept', { queueToken, lines: [{ sku: 'GONE', qty: 1 }] }))).toMatchObject({
    code: 'ICO04',
  });
  expect(await order('kept', { queueToken })).toMatchObject({ totalMinor: '1' });
});

test('getting ready levels the stripes and says where stock is short', async () => {
  await plan('ready', {}, 5000);
  expect(await shop.call('prewarm_campaign', { campaignId: 'ready' })).toMatchObject({
    items: 1,
    short: [{ sku: 'DEAL', quotaLeft: 5000 }],
  });
  const spread = await shop.rows(
    "SELECT max(on_hand - reserved) - min(on_hand - reserved) AS gap FROM stock.bucket WHERE sku = 'DEAL'",
  );
  expect(Number(spread[0]?.['gap'])).toBeLessThanOrEqual(1);
  expect(await shop.broken()).toEqual({});
});
