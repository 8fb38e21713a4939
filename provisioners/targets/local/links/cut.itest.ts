/** The promise of a hybrid tenant: while the private side is away the edge sells what was set apart for it, and nothing is lost or sold twice. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestCluster, waitFor } from '../../../../server/testing/postgres.ts';
import { sqlState } from '../cluster.ts';
import { openTwoSides, stockProduct, type TwoSides } from './testing/two-sides.ts';

let world: TwoSides;
beforeAll(async () => {
  world = await openTwoSides(startTestCluster);
});
afterAll(async () => {
  await world.end();
});

const buy = (sku: string, qty = 1) =>
  world.edge.call('place_order_request', { lines: [{ sku, qty }] }).then(
    () => 'accepted',
    (error: unknown) => sqlState(error) ?? String(error),
  );
const seen = (what: string, text: string, values: readonly unknown[] = []) =>
  waitFor(async () => (await world.edge.rows(text, values)).length > 0, { what });
const broken = async () => [
  ...(await world.record.rows('SELECT rule FROM api.invariants WHERE violations > 0')),
  ...(await world.edge.rows('SELECT rule FROM api.invariants WHERE violations > 0')),
];

test('what is published is seen at the edge, and goes when it is withdrawn', async () => {
  await stockProduct(world, 'SEEN', 5);
  await seen('the product at the edge', "SELECT FROM api.products WHERE slug = 'p-seen'");
  await seen('its price', "SELECT FROM api.offers WHERE sku = 'SEEN' AND price_minor = '1999' AND current");
  await world.record.call('set_offer', { sku: 'SEEN', priceMinor: '1500' });
  await seen('the new price', "SELECT FROM api.offers WHERE sku = 'SEEN' AND price_minor = '1500' AND current");
  await world.record.call('unpublish_product', { slug: 'p-seen' });
  await waitFor(async () => (await world.edge.rows("SELECT FROM edge.offer WHERE sku = 'SEEN'")).length === 0, {
    what: 'the offer to go',
  });
  expect(await world.edge.rows("SELECT slug FROM api.products WHERE slug = 'p-seen'")).toEqual([]);
});

test('the status of an order is seen by its number', async () => {
  await stockProduct(world, 'STATUS', 5);
  const { orderNo } = await world.record.call('place_order', { lines: [{ sku: 'STATUS', qty: 1 }] });
  await seen('its status', "SELECT FROM api.order_status WHERE order_no = $1 AND status = 'OrderPaymentDue'", [
    orderNo,
  ]);
  await world.record.call('cancel_order', { orderNo });
  await seen('its end', "SELECT FROM api.order_status WHERE order_no = $1 AND status = 'OrderCancelled'", [orderNo]);
});

test('with the private side stopped the edge sells the allotment and no more; afterwards every request is one order', async () => {
  await stockProduct(world, 'CUT', 100);
  await world.record.call('grant_allotment', { sku: 'CUT', qty: 50 });
  await seen('the allotment', "SELECT FROM api.availability WHERE sku = 'CUT' AND available = 50");

  await world.privateCluster.stop();
  const answers = await Promise.all(Array.from({ length: 60 }, () => buy('CUT')));
  expect(answers.filter((answer) => answer === 'accepted')).toHaveLength(50);
  expect(answers.filter((answer) => answer === 'ICO04')).toHaveLength(10);
  expect(await world.edge.value("SELECT count(*)::int FROM api.products WHERE slug = 'p-cut'")).toBe(1);
  expect(await world.edge.value("SELECT available FROM api.availability WHERE sku = 'CUT'")).toBe(0);

  await world.privateCluster.start();
  const settled = async () => (await world.settleOnce()) === 0;
  await waitFor(settled, { what: 'every request to be settled', everyMs: 100 });
  const orders =
    "SELECT count(*)::int, count(DISTINCT idempotency_key)::int AS keys FROM sales.orders WHERE idempotency_key LIKE 'edge:%'";
  expect(await world.record.rows(orders)).toEqual([{ count: 50, keys: 50 }]);
  expect(await world.record.call('settle_edge', {}, null)).toEqual({ ordered: 0, refused: 0, returned: 0 });
  const left = "SELECT location, on_hand, reserved, available FROM api.stock WHERE sku = 'CUT' ORDER BY 1";
  expect(await world.record.rows(left)).toEqual([
    { location: 'MAIN', on_hand: 100, reserved: 50, available: 50 },
    { location: 'edge', on_hand: 0, reserved: 0, available: 0 },
  ]);
  await seen(
    'an order number at the edge',
    "SELECT FROM api.order_requests WHERE state = 'ordered' AND status = 'OrderPaymentDue'",
  );
  expect(await broken()).toEqual([]);
});

test('what the edge did not sell comes back only after it has said so', async () => {
  await stockProduct(world, 'CLOSE', 20);
  await world.record.call('grant_allotment', { sku: 'CLOSE', qty: 8 });
  await seen('the allotment', "SELECT FROM api.availability WHERE sku = 'CLOSE' AND available = 8");
  expect(await Promise.all([buy('CLOSE'), buy('CLOSE', 2)])).toEqual(['accepted', 'accepted']);
  await world.record.call('close_allotment', { sku: 'CLOSE' });
  const { returned } = await world.record.call('settle_edge', {}, null);
  expect(returned).toBe(0);
  await waitFor(async () => (await buy('CLOSE')) === 'ICO04', { what: 'the edge to stop selling' });
  await waitFor(
    async () => {
      await world.edge.call('acknowledge_allotments', {}, null);
      await world.record.call('settle_edge', {}, null);
      const states = await world.record.rows(
        "SELECT state FROM api.edge_allotments WHERE sku = 'CLOSE' AND outstanding = 0",
      );
      return states.some(({ state }) => state === 'closed');
    },
    { what: 'the epoch to be closed on both sides' },
  );
  const left = "SELECT sum(on_hand)::int AS on_hand, sum(reserved)::int AS reserved FROM api.stock WHERE sku = 'CLOSE'";
  const [stock] = await world.record.rows(left);
  const sold = await world.edge.value("SELECT used FROM sale.allotment_used WHERE sku = 'CLOSE'");
  expect(stock).toEqual({ on_hand: 20, reserved: sold });
  expect(await broken()).toEqual([]);
});

test('units in escrow are out of reach of every other way', async () => {
  await stockProduct(world, 'ESCROW', 10);
  await world.record.call('grant_allotment', { sku: 'ESCROW', qty: 6 });
  const refused = (fn: string, body: Record<string, unknown>) =>
    expect(world.record.call(fn, body)).rejects.toMatchObject({ code: 'ICO04' });
  await refused('place_order', { lines: [{ sku: 'ESCROW', qty: 5 }] });
  await refused('place_order', { lines: [{ sku: 'ESCROW', qty: 1 }], location: 'edge' });
  await refused('adjust_stock', { sku: 'ESCROW', delta: -1, location: 'edge' });
  await world.record.call('place_order', { lines: [{ sku: 'ESCROW', qty: 4 }] });
  expect(await broken()).toEqual([]);
});

test('a share of the stock is kept at the edge, and follows it', async () => {
  await stockProduct(world, 'SHARE', 100);
  await world.record.call('keep_allotments', {}, null);
  expect(await world.record.value("SELECT outstanding FROM api.edge_allotments WHERE sku = 'SHARE'")).toBe(30);
  await world.record.call('adjust_stock', { sku: 'SHARE', delta: -65 });
  await world.record.call('keep_allotments', {}, null);
  expect(await world.record.value("SELECT state FROM api.edge_allotments WHERE sku = 'SHARE'")).toBe('closing');
});
