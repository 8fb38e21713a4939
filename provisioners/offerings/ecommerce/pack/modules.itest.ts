// The modules beside flash sales: each in a shop that has them all, and the rules of all of them after everything.
import { Pool } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../../../server/testing/postgres.ts';
import { loadPack } from '../../../kit/pack/load.ts';
import { refusal, type Json } from '../../../kit/pack/test-tenant.ts';
import { openShop, PACK, stockProduct, type Shop } from './shop-fixture.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop(await createTestDatabase(), (url) => new Pool({ connectionString: url, max: 12 }), {
    modules: ['flash-sale', 'returns', 'o2o-pickup', 'marketplace', 'search'],
    params: { tax_mode: 'exclusive' },
  });
  await shop.call('create_category', { path: 'home', name: 'Home', taxRateBp: 1300 });
});
afterEach(async () => {
  expect(await shop.broken()).toEqual({});
});
afterAll(() => shop.close());

let drawn = 0;
const unique = (text: string): string => `${text}-${(drawn += 1)}`;

/** A delivered order of one variant. */
async function delivered(
  qty: number,
  priceMinor = '1000',
  sku = unique('SKU'),
): Promise<{ orderNo: string; sku: string }> {
  const known = await shop.rows('SELECT FROM catalog.variant WHERE sku = $1', [sku]);
  if (known.length === 0) await stockProduct(shop, { sku, qty: 0, priceMinor, category: 'home' });
  await shop.call('receive_stock', { sku, qty });
  const { orderNo, totalMinor } = await shop.call('place_order', { lines: [{ sku, qty }] });
  await shop.call('pay_order', { orderNo, provider: 'test', providerRef: String(orderNo), amountMinor: totalMinor });
  await shop.call('ship_order', { orderNo });
  await shop.call('deliver_order', { orderNo });
  return { orderNo: String(orderNo), sku };
}

const onHand = async (sku: string): Promise<number> =>
  Number((await shop.rows('SELECT on_hand FROM api.stock WHERE sku = $1', [sku]))[0]?.['on_hand'] ?? 0);

describe('returns', () => {
  test('part of an order comes back: accepted is refunded with its tax, the saleable goes on the shelf, once', async () => {
    const { orderNo, sku } = await delivered(3, '1050');
    const asked = await shop.call('request_return', { orderNo, reason: 'too many', lines: [{ sku, qty: 2 }] });
    expect(asked).toMatchObject({ state: 'requested', refundMinor: '0' });
    const { rmaNo } = asked;
    await shop.call('approve_return', { rmaNo });
    const inspected = await shop.call('inspect_return', { rmaNo, lines: [{ sku, accepted: 2, restock: 1 }] });
    // 2 × 10.50 and 13 % on it, rounded once: 2.73
    expect(inspected).toMatchObject({ state: 'inspected', refundMinor: '2373' });
    expect(await onHand(sku)).toBe(1);
    expect(await shop.call('refund_return', { rmaNo })).toMatchObject({ state: 'refunded' });
    expect(await refusal(shop.call('refund_return', { rmaNo }))).toMatchObject({
      code: 'ICO17',
      facts: { from: 'refunded', to: 'refunded' },
    });
    expect(await shop.rows('SELECT amount_minor FROM api.return_refunds WHERE rma_no = $1', [rmaNo])).toEqual([
      { amount_minor: '2373' },
    ]);
  });

  test('no more comes back than was bought, whoever asks at the same time', async () => {
    const { orderNo, sku } = await delivered(5);
    const ask = () => shop.call('request_return', { orderNo, reason: 'x', lines: [{ sku, qty: 2 }] });
    const answers = await Promise.allSettled(Array.from({ length: 6 }, ask));
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    expect(await refusal(ask())).toMatchObject({ code: 'ICO16', facts: { asked: 2, left: 1 } });
  });

  test('a rejected return frees what it asked for; one under way keeps the order from coming back whole', async () => {
    const { orderNo, sku } = await delivered(1);
    const { rmaNo } = await shop.call('request_return', { orderNo, reason: 'x', lines: [{ sku, qty: 1 }] });
    expect(await refusal(shop.call('return_order', { orderNo }))).toMatchObject({ code: 'ICO01', facts: { rmaNo } });
    await shop.call('reject_return', { rmaNo, reason: 'worn' });
    expect(await shop.call('return_order', { orderNo })).toMatchObject({ state: 'returned' });
  });

  test('only of what was delivered, only of what was bought, and step by step', async () => {
    const { orderNo, sku } = await delivered(1);
    const other = unique('SKU');
    await stockProduct(shop, { sku: other, qty: 1 });
    const open = await shop.call('place_order', { lines: [{ sku: other, qty: 1 }] });
    const ask = (no: unknown, of: string) =>
      shop.call('request_return', { orderNo: no, reason: 'x', lines: [{ sku: of, qty: 1 }] });
    expect(await refusal(ask(open['orderNo'], other))).toMatchObject({ code: 'ICO01' });
    expect(await refusal(ask(orderNo, other))).toMatchObject({ code: 'ICO08', facts: { kind: 'order line' } });
    const { rmaNo } = await ask(orderNo, sku);
    expect(await refusal(shop.call('inspect_return', { rmaNo }))).toMatchObject({ code: 'ICO17' });
    expect(await refusal(shop.call('approve_return', { rmaNo: 'R9' }))).toMatchObject({ code: 'ICO08' });
    await shop.call('approve_return', { rmaNo });
    const tooMuch = shop.call('inspect_return', { rmaNo, lines: [{ sku, accepted: 2 }] });
    expect(await refusal(tooMuch)).toMatchObject({ code: 'ICO09' });
    await shop.call('inspect_return', { rmaNo });
    expect(await onHand(sku)).toBe(1);
  });
});

describe('store pickup', () => {
  const store = (location: string, more: Json = {}) =>
    shop.call('set_store', {
      location,
      name: location,
      slotMinutes: 30,
      perSlot: 2,
      opens: '09:00',
      closes: '18:00',
      timeZone: 'UTC',
      ...more,
    });
  const tomorrow = (time: string): string =>
    `${new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)}T${time}:00Z`;

  async function orderAt(location: string): Promise<string> {
    const sku = unique('SKU');
    await stockProduct(shop, { sku, qty: 0 });
    await shop.call('receive_stock', { sku, qty: 1, location });
    const { orderNo, totalMinor } = await shop.call('place_order', { lines: [{ sku, qty: 1 }], location });
    await shop.call('pay_order', { orderNo, provider: 'test', providerRef: String(orderNo), amountMinor: totalMinor });
    return String(orderNo);
  }

  test('the code, and no other, hands over what is ready; the goods leave the store', async () => {
    await store('S1');
    const orderNo = await orderAt('S1');
    const booked = await shop.call('book_pickup', { orderNo, startsAt: tomorrow('10:30') });
    expect(booked).toMatchObject({ location: 'S1', code: expect.stringMatching(/^\d{8}$/) as string });
    const { code } = booked;
    expect(await refusal(shop.call('hand_over', { orderNo, code }))).toMatchObject({ code: 'ICO01' });
    await shop.call('ready_for_pickup', { orderNo });
    const wrong = code === '00000000' ? '11111111' : '00000000';
    expect(await refusal(shop.call('hand_over', { orderNo, code: wrong }))).toMatchObject({ code: 'ICO18' });
    expect(await shop.call('hand_over', { orderNo, code })).toMatchObject({ state: 'delivered' });
    expect(await shop.rows('SELECT state FROM api.pickups WHERE order_no = $1', [orderNo])).toEqual([
      { state: 'handed_over' },
    ]);
    const stored = JSON.stringify(
      await shop.rows('SELECT * FROM store.pickup JOIN sales.orders USING (order_id) WHERE order_no = $1', [orderNo]),
    );
    expect(stored).not.toContain(String(code));
  });

  test('a slot takes no more than its room, whoever books at the same time', async () => {
    await store('S2');
    const orders = await Promise.all(Array.from({ length: 6 }, () => orderAt('S2')));
    const book = (orderNo: string) => shop.call('book_pickup', { orderNo, startsAt: tomorrow('11:00') });
    const answers = await Promise.allSettled(orders.map(book));
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    expect(await shop.rows(`SELECT room, booked, left_over FROM api.pickup_slots WHERE location = 'S2'`)).toEqual([
      { room: 2, booked: 2, left_over: 0 },
    ]);
  });

  test('moved, cancelled or sent by carrier, a pickup gives its place back', async () => {
    await store('S3', { perSlot: 1 });
    const [one, two] = [await orderAt('S3'), await orderAt('S3')];
    const book = (orderNo: string, time: string) => shop.call('book_pickup', { orderNo, startsAt: tomorrow(time) });
    await book(one, '10:00');
    expect(await refusal(book(two, '10:00'))).toMatchObject({ code: 'ICO19', facts: { reason: 'full' } });
    await book(one, '12:00');
    await book(two, '10:00');
    await shop.call('cancel_order', { orderNo: one });
    await shop.call('ship_order', { orderNo: two });
    expect(await shop.rows(`SELECT sum(booked)::int AS booked FROM api.pickup_slots WHERE location = 'S3'`)).toEqual([
      { booked: 0 },
    ]);
    expect(await refusal(book(one, '10:00'))).toMatchObject({ code: 'ICO01' });
  });

  test.each([
    ['before opening', '08:30', 'outside_hours'],
    ['over closing time', '18:00', 'outside_hours'],
    ['off the grid', '10:10', 'not_a_slot'],
  ])('no place %s', async (_, time, reason) => {
    await store('S4');
    const orderNo = await orderAt('S4');
    const booking = shop.call('book_pickup', { orderNo, startsAt: tomorrow(time) });
    expect(await refusal(booking)).toMatchObject({ code: 'ICO19', facts: { reason } });
    const past = shop.call('book_pickup', { orderNo, startsAt: '2020-01-01T10:00:00Z' });
    expect(await refusal(past)).toMatchObject({ facts: { reason: 'past' } });
  });
});

describe('marketplace', () => {
  async function seller(commissionBp = 800): Promise<string> {
    const id = unique('seller');
    await shop.call('set_seller', { seller: id, name: id, commissionBp });
    return id;
  }
  const give = (sku: string, to: string) =>
    shop.call('list_for_seller', { slug: `p-${sku.toLowerCase()}`, seller: to });
  const statement = (id: string) => shop.call('seller_statement', { seller: id }, null);
  const asParty = async (party: string, sql: string): Promise<Json[]> => {
    const client = await shop.api.connect();
    try {
      await client.query('BEGIN');
      await client.query(`SELECT set_config('app.party', $1, true)`, [party]);
      return (await client.query(sql)).rows;
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  };

  test('a delivery credits the sale less the commission, a return takes both back, a payout clears the balance once', async () => {
    const id = await seller(725);
    const { sku } = await delivered(1, '1990');
    await give(sku, id);
    const { orderNo } = await delivered(3, '1990', sku);
    // 7.25 % of 59.70 is 4.32825: half to even, once
    expect(await statement(id)).toMatchObject({ salesMinor: '5970', commissionMinor: '433', balanceMinor: '5537' });
    expect(await shop.call('pay_seller', { seller: id, reference: 'r1' })).toMatchObject({ paidMinor: '5537' });
    expect(await refusal(shop.call('pay_seller', { seller: id, reference: 'r1' }))).toMatchObject({ code: 'ICO10' });
    expect(await refusal(shop.call('pay_seller', { seller: id, reference: 'r2' }))).toMatchObject({ code: 'ICO20' });
    await shop.call('return_order', { orderNo });
    expect(await statement(id)).toMatchObject({ salesMinor: '0', commissionMinor: '0', balanceMinor: '-5537' });
  });

  test('what the returns desk refunds is taken back from the seller, its commission too, to the last minor unit', async () => {
    const id = await seller(333);
    const { sku } = await delivered(1, '999');
    await give(sku, id);
    const { orderNo } = await delivered(3, '999', sku);
    const before = await statement(id);
    expect(before).toMatchObject({ salesMinor: '2997', commissionMinor: '100' });
    const giveBack = async () => {
      const { rmaNo } = await shop.call('request_return', { orderNo, reason: 'x', lines: [{ sku, qty: 1 }] });
      await shop.call('approve_return', { rmaNo });
      await shop.call('inspect_return', { rmaNo });
      await shop.call('refund_return', { rmaNo });
      return statement(id);
    };
    expect(await giveBack()).toMatchObject({ salesMinor: '1998', commissionMinor: '67' });
    expect(await giveBack()).toMatchObject({ salesMinor: '999', commissionMinor: '33' });
    expect(await giveBack()).toMatchObject({ salesMinor: '0', commissionMinor: '0', balanceMinor: '0' });
  });

  test('two payouts at the same time pay once', async () => {
    const id = await seller();
    const { sku } = await delivered(1);
    await give(sku, id);
    await delivered(1, '1000', sku);
    const pay = (reference: string) => shop.call('pay_seller', { seller: id, reference });
    const answers = await Promise.allSettled([pay('a'), pay('b'), pay('c')]);
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await statement(id)).toMatchObject({ balanceMinor: '0' });
  });

  test('a party sees its own rows in every view and statement, and can book for nobody else', async () => {
    const [mine, other] = [await seller(), await seller()];
    for (const id of [mine, other]) {
      const { sku } = await delivered(1);
      await give(sku, id);
      await delivered(1, '1000', sku);
    }
    for (const view of ['sellers', 'seller_products', 'seller_entries', 'seller_balances']) {
      const rows = await asParty(mine, `SELECT seller FROM api.${view}`);
      expect(new Set(rows.map((row) => row['seller'])), view).toEqual(new Set([mine]));
    }
    const call = (fn: string, body: Json) =>
      asParty(mine, `SELECT pack.call('${fn}', gen_random_uuid()::text, '${JSON.stringify(body)}', '{}')`);
    expect(await refusal(call('pay_seller', { seller: other, reference: 'x' }))).toMatchObject({ code: 'ICO08' });
    await expect(call('set_seller', { seller: other, name: 'taken over', commissionBp: 0 })).rejects.toThrow(
      /row-level security/,
    );
    expect((await shop.rows('SELECT name FROM market.seller WHERE seller = $1', [other]))[0]).toEqual({ name: other });
  });
});

describe('search', () => {
  const find = async (text: string, more: Json = {}): Promise<unknown[]> => {
    const { items } = await shop.call('search_products', { text, ...more }, null);
    return (items as { slug: string }[]).map(({ slug }) => slug);
  };

  test('finds by words, parts, typing errors and Chinese, what is on sale now, the best first', async () => {
    for (const [sku, name] of [
      ['TEAPOT', 'Cast iron teapot'],
      ['KETTLE', 'Electric kettle'],
      ['CHAHU', '手工紫砂茶壶'],
    ] as const) {
      await stockProduct(shop, { sku, qty: 1, category: 'home' });
      await shop.call('update_product', { slug: `p-${sku.toLowerCase()}`, name });
    }
    expect((await find('iron teapot'))[0]).toBe('p-teapot');
    expect(await find('teap')).toContain('p-teapot');
    expect(await find('electrik ketle')).toContain('p-kettle');
    expect(await find('紫砂')).toEqual(['p-chahu']);
    expect((await find('KETTLE'))[0]).toBe('p-kettle');
    expect(await find('teapot', { category: 'home' })).toContain('p-teapot');
    await shop.call('adjust_stock', { sku: 'TEAPOT', delta: -1 });
    expect(await find('teapot', { inStock: true })).not.toContain('p-teapot');
    expect(await find('%_')).toEqual([]);
    expect(await refusal(shop.call('search_products', { text: 'x', category: 'none' }, null))).toMatchObject({
      code: 'ICO08',
    });
  });
});

test('modules without data go by their own SQL and leave nothing; those with data stay whole', async () => {
  const other = await openShop(await createTestDatabase(), (url) => new Pool({ connectionString: url, max: 4 }), {
    modules: ['flash-sale', 'returns', 'o2o-pickup', 'marketplace', 'search'],
  });
  const core = await openShop(await createTestDatabase(), (url) => new Pool({ connectionString: url, max: 4 }));
  const { removals } = await loadPack(PACK);
  const remove = (code: string) =>
    other.admin.query(
      `BEGIN; SET LOCAL ROLE ${other.owner}; SELECT pack.begin_removal('${code}'); ${removals!.get(code)}; SELECT pack.end_removal('${code}'); COMMIT`,
    );
  await other.call('set_seller', { seller: 'kept', name: 'Kept', commissionBp: 0 });
  await expect(remove('marketplace')).rejects.toMatchObject({ code: '55006' });
  await other.admin.query('ROLLBACK');
  await other.admin.query('DELETE FROM market.seller');
  for (const code of removals!.keys()) await remove(code);
  const shape = (of: Shop) =>
    of.rows(`SELECT 'relation ' || oid::regclass AS it FROM pg_class WHERE relnamespace::regnamespace::text !~ '^pg_|^information|^ext'
      UNION ALL SELECT 'function ' || oid::regprocedure FROM pg_proc WHERE pronamespace::regnamespace::text !~ '^pg_|^information|^ext'
      UNION ALL SELECT 'trigger ' || tgname || tgrelid::regclass FROM pg_trigger WHERE NOT tgisinternal
      UNION ALL SELECT 'migration ' || id FROM pack.migration UNION ALL SELECT 'function ' || name FROM pack.function
      UNION ALL SELECT 'body ' || md5(prosrc) || proname FROM pg_proc WHERE pronamespace = 'sales'::regnamespace ORDER BY 1`);
  expect(await shape(other)).toEqual(await shape(core));
  expect(await other.broken()).toEqual({});
  await Promise.all([other.close(), core.close()]);
});
