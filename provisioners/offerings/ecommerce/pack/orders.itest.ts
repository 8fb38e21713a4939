// Money, goods and people around an order: taxes, payments, refunds, returns, expiry, erasure.
import { Pool } from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../../server/testing/postgres.ts';
import { refusal, type Json } from '../../../kit/pack/test-tenant.ts';
import { openShop, stockProduct, type Shop } from './shop-fixture.ts';

let shop: Shop;
let reference = 0;

beforeAll(async () => {
  shop = await openShop(await createTestDatabase(), (url) => new Pool({ connectionString: url, max: 4 }), {
    params: { hold_minutes: 30, order_no_prefix: 'X-' },
  });
  await stockProduct(shop, { sku: 'THING', qty: 1000, priceMinor: '1999' });
});
afterAll(() => shop.close());
afterEach(async () => expect(await shop.broken()).toEqual({}));

const place = (qty = 1, more: Record<string, unknown> = {}) =>
  shop.call('place_order', { lines: [{ sku: 'THING', qty }], ...more });
const pay = ({ orderNo, totalMinor }: Json, providerRef = `ref-${(reference += 1)}`) =>
  shop.call('pay_order', { orderNo, provider: 'test', providerRef, amountMinor: totalMinor });
const level = async () => (await shop.rows("SELECT on_hand, reserved FROM api.stock WHERE sku = 'THING'"))[0];
const payments = (orderNo: unknown) =>
  shop.rows('SELECT kind, amount_minor FROM api.payments WHERE order_no = $1 ORDER BY at, kind', [orderNo]);

test('an order has a number with the prefix of the shop, a total and a hold', async () => {
  const placed = await place(2, { shippingMinor: '600' });
  expect(placed).toMatchObject({
    state: 'pending_payment',
    status: 'OrderPaymentDue',
    subtotalMinor: '3998',
    shippingMinor: '600',
    totalMinor: '4598',
  });
  expect(placed['orderNo']).toMatch(/^X-\d{10}$/);
  const heldMin = (Date.parse(String(placed['expiresAt'])) - Date.now()) / 60_000;
  expect(heldMin).toBeGreaterThan(29);
  expect(heldMin).toBeLessThanOrEqual(30);
});

test('lines of one variant are added up; one short line holds back all', async () => {
  await stockProduct(shop, { sku: 'RARE', qty: 1 });
  const before = await level();
  const both = [
    { sku: 'THING', qty: 1 },
    { sku: 'RARE', qty: 2 },
    { sku: 'THING', qty: 1 },
  ];
  expect(await refusal(shop.call('place_order', { lines: both }))).toMatchObject({
    code: 'ICO04',
    facts: { sku: 'RARE', asked: 2, available: 1 },
  });
  expect(await level()).toEqual(before);
  const { orderNo } = await shop.call('place_order', { lines: both.map(({ sku }) => ({ sku, qty: 1 })) });
  expect(
    await shop.rows('SELECT line_no, sku, qty FROM api.order_lines WHERE order_no = $1 ORDER BY line_no', [orderNo]),
  ).toEqual([
    { line_no: 1, sku: 'THING', qty: 2 },
    { line_no: 2, sku: 'RARE', qty: 1 },
  ]);
});

test('a payment is the exact total, once', async () => {
  const placed = await place(2);
  const { orderNo } = placed;
  const wrong = shop.call('pay_order', { orderNo, provider: 'test', providerRef: 'wrong', amountMinor: '3999' });
  expect(await refusal(wrong)).toEqual({
    code: 'ICO07',
    facts: { expectedMinor: '3998', givenMinor: '3999', currency: 'CNY' },
  });
  expect(await pay(placed, 'same')).toMatchObject({ state: 'paid' });
  expect(await pay(placed, 'same')).toMatchObject({ state: 'paid' });
  expect(await payments(orderNo)).toEqual([{ kind: 'capture', amount_minor: '3998' }]);
  expect(await refusal(pay(placed, 'other'))).toMatchObject({ code: 'ICO01' });
  expect(await refusal(pay(await place(2), 'same'))).toEqual({
    code: 'ICO10',
    facts: { kind: 'payment', id: 'test:same' },
  });
});

test('cancelling a paid order frees the goods and creates the refund', async () => {
  const before = await level();
  const placed = await place(3);
  await pay(placed);
  await shop.call('cancel_order', { orderNo: placed['orderNo'], reason: 'changed mind' });
  expect(await payments(placed['orderNo'])).toEqual([
    { kind: 'capture', amount_minor: '5997' },
    { kind: 'refund', amount_minor: '5997' },
  ]);
  expect(await level()).toEqual(before);
});

test.each([
  { restock: true, back: 2 },
  { restock: false, back: 0 },
])('a return with restock $restock brings $back units back, and the money', async ({ restock, back }) => {
  const placed = await place(2);
  const { orderNo } = placed;
  await pay(placed);
  await shop.call('ship_order', { orderNo, carrier: 'test', trackingNo: 'T1' });
  await shop.call('deliver_order', { orderNo });
  const gone = await level();
  await shop.call('return_order', { orderNo, restock });
  expect(await level()).toEqual({ ...gone, on_hand: Number(gone?.['on_hand']) + back });
  expect((await payments(orderNo)).map(({ kind }) => kind)).toEqual(['capture', 'refund']);
});

test('a lost parcel is sent again from other stock, and only that one can come back', async () => {
  const before = Number((await level())?.['on_hand']);
  const placed = await place(5);
  const { orderNo } = placed;
  await pay(placed);
  await shop.call('ship_order', { orderNo });
  await shop.call('report_problem', { orderNo, reason: 'lost' });
  await shop.call('start_picking', { orderNo });
  await shop.call('ship_order', { orderNo });
  await shop.call('deliver_order', { orderNo });
  expect((await level())?.['on_hand']).toBe(before - 10);
  await shop.call('return_order', { orderNo });
  expect((await level())?.['on_hand']).toBe(before - 5);
});

test('goods for pickup leave the stock at the counter', async () => {
  const before = await level();
  const placed = await place(1);
  const { orderNo } = placed;
  await pay(placed);
  await shop.call('ready_for_pickup', { orderNo });
  expect((await level())?.['on_hand']).toBe(before?.['on_hand']);
  await shop.call('deliver_order', { orderNo });
  expect(await level()).toEqual({ ...before, on_hand: Number(before?.['on_hand']) - 1 });
});

const runOut = (orderNo: unknown) =>
  shop.rows("UPDATE sales.orders SET expires_at = now() - interval '1 s' WHERE order_no = $1", [orderNo]);

test('holds that ran out are released; paying late is refused, before and after the sweep', async () => {
  const before = await level();
  const late = await place(4);
  const inTime = await place(1);
  await runOut(late['orderNo']);
  expect(await refusal(pay(late))).toMatchObject({ code: 'ICO11', facts: { orderNo: late['orderNo'] } });
  expect(await shop.call('expire_orders', {})).toEqual({ expired: 1 });
  expect(await shop.call('expire_orders', {})).toEqual({ expired: 0 });
  expect(await refusal(pay(late))).toMatchObject({ code: 'ICO11' });
  expect(await shop.rows('SELECT state, cancel_cause FROM api.orders WHERE order_no = $1', [late['orderNo']])).toEqual([
    { state: 'cancelled', cancel_cause: 'expired' },
  ]);
  expect(await level()).toEqual({ ...before, reserved: Number(before?.['reserved']) + 1 });
  await pay(inTime);
  await shop.call('cancel_order', { orderNo: inTime['orderNo'] });
});

test.each([
  { mode: 'inclusive', rateBp: 1300, priceMinor: '1999', qty: 3, tax: '690', total: '5997' }, // 5997·13/113 = 689.92
  { mode: 'exclusive', rateBp: 1300, priceMinor: '1999', qty: 3, tax: '780', total: '6777' }, // 779.61
  { mode: 'exclusive', rateBp: 500, priceMinor: '10', qty: 1, tax: '0', total: '10' }, // 0.5 to even
  { mode: 'exclusive', rateBp: 500, priceMinor: '30', qty: 1, tax: '2', total: '32' }, // 1.5 to even
  { mode: 'exclusive', rateBp: 500, priceMinor: '50', qty: 1, tax: '2', total: '52' }, // 2.5 to even
  { mode: 'inclusive', rateBp: 0, priceMinor: '999', qty: 1, tax: '0', total: '999' },
])('tax $mode $rateBp bp on $qty × $priceMinor is $tax', async ({ mode, rateBp, priceMinor, qty, tax, total }) => {
  const sku = `TAX-${mode}-${rateBp}-${priceMinor}`;
  const category = `tax.${sku.toLowerCase()}`;
  await shop.rows('SELECT pack.set_params($1)', [JSON.stringify({ tax_mode: mode })]);
  await shop.call('create_category', { path: category, name: 'Taxed', taxRateBp: rateBp });
  await stockProduct(shop, { sku, qty, priceMinor, category });
  expect(await shop.call('place_order', { lines: [{ sku, qty }] })).toMatchObject({
    taxMinor: tax,
    totalMinor: total,
    taxIncluded: mode === 'inclusive',
  });
  await shop.rows('SELECT pack.set_params($1)', [JSON.stringify({ tax_mode: 'inclusive' })]);
});

test('a customer is found again by e-mail, at once too, and erased on request', async () => {
  const customer = { name: 'Lin Xia', email: 'Lin.Xia@example.com', phone: '+86 10 1' };
  await Promise.all(Array.from({ length: 4 }, () => place(1, { customer })));
  const found = await shop.rows("SELECT customer_id, phone FROM api.customers WHERE email = 'lin.xia@example.com'");
  expect(found).toHaveLength(1);
  const customerId = found[0]?.['customer_id'];
  expect(await shop.call('create_customer', { ...customer, phone: '+86 10 2' })).toEqual({ customerId });
  expect(await place(1, { customerId })).toMatchObject({ state: 'pending_payment' });
  expect(await shop.call('erase_customer', { customerId })).toEqual({ erased: 1 });
  expect(
    await shop.rows('SELECT name, email, phone, address FROM api.customers WHERE customer_id = $1', [customerId]),
  ).toEqual([{ name: 'erased', email: null, phone: null, address: null }]);
  expect((await refusal(place(1, { customer: { name: 'x', email: 'no' } }))).code).toBe('ICO09');
});

test('personal data go when they are due: long away and nothing open', async () => {
  const long = "now() - interval '1096 days'";
  const make = async (name: string) => String((await shop.call('create_customer', { name }))['customerId']);
  const [quiet, waiting, back, fresh] = [
    await make('quiet'),
    await make('waiting'),
    await make('back'),
    await make('fresh'),
  ];
  const done = await place(1, { customerId: quiet });
  await shop.call('cancel_order', { orderNo: done['orderNo'] });
  const open = await place(1, { customerId: waiting });
  const recent = await place(1, { customerId: back });
  await shop.call('cancel_order', { orderNo: recent['orderNo'] });
  await shop.rows(`UPDATE sales.customer SET created_at = ${long} WHERE customer_id = ANY ($1)`, [
    [quiet, waiting, back],
  ]);
  await shop.rows(`UPDATE sales.orders SET updated_at = ${long} WHERE order_no = ANY ($1)`, [
    [done['orderNo'], open['orderNo']],
  ]);
  expect(await shop.call('purge_expired_personal_data', {})).toMatchObject({ erased: 1 });
  const left = await shop.rows(
    'SELECT customer_id FROM api.customers WHERE erased_at IS NULL AND customer_id = ANY ($1)',
    [[quiet, waiting, back, fresh]],
  );
  expect(left.map(({ customer_id }) => String(customer_id)).toSorted()).toEqual([waiting, back, fresh].toSorted());
});

test('answers are forgotten after their time, not before', async () => {
  expect(await shop.call('forget_idempotency_keys', {})).toEqual({ forgotten: 0 });
  await shop.rows("UPDATE pack.idempotency SET at = now() - interval '8 days' WHERE function = 'create_customer'");
  expect(Number((await shop.call('forget_idempotency_keys', {}))['forgotten'])).toBeGreaterThan(3);
});
