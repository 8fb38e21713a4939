// Who may do what in raw SQL, as far as it takes functions of this pack; what holds for every pack is tested once, in the kit.
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../server/testing/postgres.ts';
import { refusal } from '../../../kit/pack/test-tenant.ts';
import { openShop, stockProduct, type Shop } from './shop-fixture.ts';

let shop: Shop;
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  shop = await openShop(database, (url) => new Pool({ connectionString: url, max: 4 }), { modules: ['flash-sale'] });
  await stockProduct(shop, { sku: 'SEEN', qty: 10 });
});
afterAll(() => shop.close());

const PERMISSION_DENIED = '42501';
const asApi = (statement: string) => shop.api.query(statement);

test('the API role cannot write through views that could be written, nor call helpers', async () => {
  const attempts = [
    'DELETE FROM api.customers',
    "UPDATE api.categories SET name = 'mine'",
    "SELECT sales.move(ARRAY[uuidv7()], 'paid')",
    "SELECT stock.reserve('SEEN', 'MAIN', 1)",
    'SELECT last_value FROM sales.order_no_seq',
  ];
  for (const statement of attempts) expect((await refusal(asApi(statement))).code, statement).toBe(PERMISSION_DENIED);
});

test('functions run as they are, whatever the caller puts in its search path', async () => {
  const client = await shop.api.connect();
  try {
    await client.query('CREATE TEMP TABLE orders (order_id int)');
    await client.query('CREATE DOMAIN pg_temp.text AS int; CREATE DOMAIN pg_temp.jsonb AS int');
    await client.query('SET search_path = pg_temp');
    const { rows } = await client.query('SELECT api.place_order($1::pg_catalog.jsonb) AS placed', [
      JSON.stringify({ lines: [{ sku: 'SEEN', qty: 1 }] }),
    ]);
    expect(rows[0]?.['placed']).toMatchObject({ totalMinor: '1999' });
  } finally {
    await client.query('RESET search_path');
    client.release();
  }
});

test('full storage closes what grows and leaves open what frees and reads; granting again does not reopen it', async () => {
  const { orderNo } = await shop.call('place_order', { lines: [{ sku: 'SEEN', qty: 1 }] });
  await shop.rows('SELECT pack.revoke_writes($1)', [shop.apiRole]);
  await shop.rows('SELECT pack.grant_to($1, NULL)', [shop.apiRole]);
  for (const [fn, body] of [
    ['place_order', { lines: [{ sku: 'SEEN', qty: 1 }] }],
    ['create_product', { slug: 'more', name: 'More' }],
    ['seed_demo', {}],
  ] as const) {
    expect((await refusal(shop.call(fn, body))).code, fn).toBe(PERMISSION_DENIED);
  }
  expect((await asApi('SELECT * FROM api.orders')).rows.length).toBeGreaterThan(0);
  expect(await shop.call('cancel_order', { orderNo })).toMatchObject({ state: 'cancelled' });
  await shop.rows('SELECT pack.restore_writes($1)', [shop.apiRole]);
  expect(await shop.call('place_order', { lines: [{ sku: 'SEEN', qty: 1 }] })).toMatchObject({
    state: 'pending_payment',
  });
});
