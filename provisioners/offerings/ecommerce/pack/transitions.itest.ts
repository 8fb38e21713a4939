// Every function from every state: exactly the transitions of the table, nothing else, and the rules hold throughout.
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../../server/testing/postgres.ts';
import { refusal } from '../../../kit/pack/test-tenant.ts';
import { openShop, stockProduct, type Shop } from './shop-fixture.ts';

let shop: Shop;
let references = 0;

beforeAll(async () => {
  shop = await openShop(await createTestDatabase(), (url) => new Pool({ connectionString: url, max: 4 }));
  await stockProduct(shop, { sku: 'WALK', qty: 10_000, priceMinor: '1000' });
});
afterAll(() => shop.close());

type Step = (orderNo: string) => Promise<unknown>;

const simply =
  (fn: string, more: Record<string, unknown> = {}): Step =>
  (orderNo) =>
    shop.call(fn, { orderNo, ...more });

const STEPS: Record<string, Step> = {
  pay_order: (orderNo) => {
    references += 1;
    return shop.call('pay_order', { orderNo, provider: 'test', providerRef: `r${references}`, amountMinor: '2000' });
  },
  start_picking: simply('start_picking'),
  ship_order: simply('ship_order'),
  ready_for_pickup: simply('ready_for_pickup'),
  deliver_order: simply('deliver_order'),
  complete_order: simply('complete_order'),
  report_problem: simply('report_problem', { reason: 'test' }),
  return_order: simply('return_order'),
  cancel_order: simply('cancel_order'),
};

/** State → the functions that lead there from a fresh order. Several ways where goods differ by the way taken. */
const WAYS: readonly (readonly [state: string, ...way: string[]])[] = [
  ['pending_payment'],
  ['paid', 'pay_order'],
  ['picking', 'pay_order', 'start_picking'],
  ['shipped', 'pay_order', 'ship_order'],
  ['ready_for_pickup', 'pay_order', 'ready_for_pickup'],
  ['delivered', 'pay_order', 'ship_order', 'deliver_order'],
  ['delivered', 'pay_order', 'ready_for_pickup', 'deliver_order'],
  ['problem', 'pay_order', 'start_picking', 'report_problem'],
  ['problem', 'pay_order', 'ship_order', 'report_problem'],
  ['completed', 'pay_order', 'ship_order', 'deliver_order', 'complete_order'],
  ['cancelled', 'cancel_order'],
  ['cancelled', 'pay_order', 'cancel_order'],
  ['returned', 'pay_order', 'ship_order', 'deliver_order', 'return_order'],
];

/** Function → from → to. What is not here must answer ICO01. */
const ALLOWED: Record<string, Record<string, string>> = {
  pay_order: { pending_payment: 'paid' },
  start_picking: { paid: 'picking', problem: 'picking' },
  ship_order: { paid: 'shipped', picking: 'shipped' },
  ready_for_pickup: { paid: 'ready_for_pickup', picking: 'ready_for_pickup' },
  deliver_order: { shipped: 'delivered', ready_for_pickup: 'delivered' },
  complete_order: { delivered: 'completed' },
  report_problem: { picking: 'problem', shipped: 'problem' },
  return_order: { delivered: 'returned', problem: 'returned' },
  cancel_order: { pending_payment: 'cancelled', paid: 'cancelled', problem: 'cancelled' },
};

async function orderBy(way: readonly string[]): Promise<string> {
  const { orderNo } = await shop.call('place_order', { lines: [{ sku: 'WALK', qty: 2 }] });
  for (const fn of way) await STEPS[fn]?.(String(orderNo));
  return String(orderNo);
}

const stateOf = async (orderNo: string) =>
  (await shop.rows('SELECT state FROM sales.orders WHERE order_no = $1', [orderNo]))[0]?.['state'];

const cases = WAYS.flatMap(([from, ...way]) =>
  Object.keys(STEPS).map((fn) => ({ from, way, by: way.at(-1) ?? 'place_order', fn, to: ALLOWED[fn]?.[from] })),
);

test.each(cases)('$from (by $by): $fn → $to', async ({ from, way, fn, to }) => {
  const orderNo = await orderBy(way);
  expect(await stateOf(orderNo)).toBe(from);
  const attempt = STEPS[fn]?.(orderNo) ?? Promise.resolve();
  if (to === undefined) {
    expect((await refusal(attempt)).code).toBe('ICO01');
    expect(await stateOf(orderNo)).toBe(from);
  } else {
    expect(await attempt).toMatchObject({ orderNo, state: to });
  }
});

test('the functions use every transition of the table', async () => {
  const rows = await shop.rows(
    'SELECT DISTINCT from_state, to_state FROM sales.order_event WHERE from_state IS NOT NULL ORDER BY 1, 2',
  );
  expect(rows).toEqual(await shop.rows('SELECT from_state, to_state FROM sales.order_transition ORDER BY 1, 2'));
});

test('after all that, every rule holds', async () => {
  expect(await shop.broken()).toEqual({});
});

test('the table holds also for who writes to the order itself', async () => {
  const orderNo = await orderBy(['pay_order']);
  const jump = shop.rows("UPDATE sales.orders SET state = 'completed' WHERE order_no = $1", [orderNo]);
  expect(await refusal(jump)).toEqual({ code: 'ICO01', facts: { orderNo, from: 'paid', to: 'completed' } });
});

test.each(['sales.order_event', 'sales.payment', 'stock.movement'])('%s only grows', async (table) => {
  for (const statement of [`DELETE FROM ${table}`, `TRUNCATE ${table}`, `UPDATE ${table} SET at = now()`]) {
    expect(await refusal(shop.rows(statement))).toEqual({ code: 'ICO02', facts: { table } });
  }
});

test('an order nobody knows is not found', async () => {
  for (const step of Object.values(STEPS)) {
    expect(await refusal(step('O-none'))).toEqual({ code: 'ICO08', facts: { kind: 'order', id: 'O-none' } });
  }
});
