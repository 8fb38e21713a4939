// A hostile seller: over HTTP, with a key of its own and a second seller beside it, against the whole pack.
import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { get, post, type Reply } from '../../../../server/gateway/testing/call.ts';
import { makeWorld, type TestTenant, type World } from '../../../../server/gateway/testing/world.ts';
import { makeKey, putKey } from '../../../../server/registry/keys.ts';
import { installPack } from '../../../kit/pack/test-tenant.ts';
import { apiDescription } from '../api.ts';
import { functions, views } from './api.ts';
import { PACK } from './shop-fixture.ts';

let world: World;
let shop: TestTenant;
let red: { ref: string; key: string };
beforeAll(async () => {
  world = await makeWorld();
  shop = await world.makeTenant({ bodyBytesMax: 1_000_000 }, apiDescription, install);
  await must('create_category', { path: 'home', name: 'Home' });
  for (const seller of ['red', 'blue']) await sellerWithProduct(seller);
  red = await keyOf('red');
});
afterAll(() => world.close());

async function install(database: Client, owner: string): Promise<void> {
  await installPack({ ...PACK }, database, owner, { modules: ['marketplace', 'returns'] });
  await database.query(`SELECT pack.set_params('{"channels": ["web"], "currencies": ["CNY"]}')`);
}

async function must(fn: string, body: object): Promise<Reply['body']> {
  const reply = await post(world.gateway, shop, fn, body);
  if (reply.status >= 400) throw new Error(`${fn}: ${reply.text}`);
  return reply.body;
}

/** A product of the seller that was sold and delivered once, so that there are entries and a balance. */
async function sellerWithProduct(seller: string): Promise<void> {
  const sku = `SKU-${seller}`;
  await must('create_product', { slug: seller, name: seller, category: 'home' });
  await must('create_variant', { slug: seller, sku });
  await must('set_offer', { sku, priceMinor: '1000' });
  await must('publish_product', { slug: seller });
  await must('receive_stock', { sku, qty: 5 });
  await must('set_seller', { seller, name: seller, commissionBp: 500 });
  await must('list_for_seller', { slug: seller, seller });
  const { orderNo, totalMinor } = await must('place_order', { lines: [{ sku, qty: 1 }] });
  await must('pay_order', { orderNo, provider: 'test', providerRef: String(orderNo), amountMinor: totalMinor });
  await must('ship_order', { orderNo });
  await must('deliver_order', { orderNo });
}

async function keyOf(party: string) {
  const { key, prefix, hash } = makeKey();
  const write = { id: `key_${party}`, ref: shop.ref, marker: 'test', scopes: ['read', 'write'] as const };
  await world.onRegistry((db) => putKey(db, { ...write, party, prefix, hash, sealed: 's' }));
  return { ref: shop.ref, key };
}

const OPEN_VIEWS = ['sellers', 'seller_products', 'seller_entries', 'seller_balances'];
const OPEN_FUNCTIONS = ['seller_statement', 'rename_seller', 'receive_seller_stock', 'set_seller_price'];

describe('what a seller reads', () => {
  test.each(OPEN_VIEWS)('%s: its own rows and no others, whatever it filters by', async (view) => {
    const items = async (query = '') =>
      (await get(world.gateway, red, `${view}${query}`)).body['items'] as { seller: string }[];
    expect(new Set((await items()).map(({ seller }) => seller))).toEqual(new Set(['red']));
    expect(await items('?seller=blue')).toEqual([]);
  });

  test('its statement; that of another does not exist', async () => {
    const own = await post(world.gateway, red, 'seller_statement', { seller: 'red' });
    expect(own).toMatchObject({ status: 200, body: { balanceMinor: '950' } });
    const other = await post(world.gateway, red, 'seller_statement', { seller: 'blue' });
    expect(other).toMatchObject({ status: 404, body: { code: 'ICO08' } });
  });

  test.each(Object.keys(views).filter((view) => !OPEN_VIEWS.includes(view)))('nothing of %s', async (view) => {
    expect(await get(world.gateway, red, view)).toMatchObject({ status: 403, body: { code: 'party_refused' } });
  });
});

describe('what a seller writes', () => {
  test('stock, price and name of its own', async () => {
    const stock = await post(world.gateway, red, 'receive_seller_stock', { sku: 'SKU-red', qty: 3 });
    expect(stock).toMatchObject({ status: 200 });
    expect((await post(world.gateway, red, 'set_seller_price', { sku: 'SKU-red', priceMinor: '900' })).status).toBe(
      200,
    );
    expect((await post(world.gateway, red, 'rename_seller', { seller: 'red', name: 'Red & Co' })).status).toBe(200);
  });

  test.each([
    ['receive_seller_stock', { sku: 'SKU-blue', qty: 3 }],
    ['set_seller_price', { sku: 'SKU-blue', priceMinor: '1' }],
    ['rename_seller', { seller: 'blue', name: 'taken over' }],
  ])('%s of another is not found, and changes nothing', async (fn, body) => {
    const state = () =>
      world.sql(
        `SELECT (SELECT jsonb_agg(to_jsonb(o)) FROM catalog.offer o WHERE sku = 'SKU-blue') AS offers,
           (SELECT jsonb_agg(s) FROM api.stock s WHERE sku = 'SKU-blue') AS stock, (SELECT name FROM market.seller WHERE seller = 'blue') AS name`,
        [],
        shop.ref,
      );
    const before = await state();
    expect(await post(world.gateway, red, fn, body)).toMatchObject({ status: 404, body: { code: 'ICO08' } });
    expect(await state()).toEqual(before);
  });

  test.each(Object.keys(functions).filter((fn) => !OPEN_FUNCTIONS.includes(fn)))('not %s', async (fn) => {
    const reply = await post(world.gateway, red, fn, functions[fn]!.example);
    expect(reply).toMatchObject({ status: 403, body: { code: 'party_refused' } });
  });
});

test('the database and the description open the same functions', async () => {
  const rows = await world.sql('SELECT name FROM pack.function WHERE party ORDER BY name', [], shop.ref);
  expect(rows.map(({ name }) => name)).toEqual(OPEN_FUNCTIONS.toSorted());
  const described = Object.entries(functions).filter(([, { party }]) => party === true);
  expect(described.map(([name]) => name).toSorted()).toEqual(OPEN_FUNCTIONS.toSorted());
});

test('the shop itself sees all sellers, after a seller used the same connections', async () => {
  const { body } = await get(world.gateway, shop, 'sellers');
  expect((body['items'] as { seller: string }[]).map(({ seller }) => seller)).toEqual(['blue', 'red']);
});
