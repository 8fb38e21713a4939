// Who may do what in raw SQL, as far as it takes functions of this pack; what holds for every pack is tested once, in the kit.
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../server/testing/postgres.ts';
import { refusal } from '../../../kit/pack/test-tenant.ts';
import { openBooks, openWallets, type Books } from './books-fixture.ts';

const MODULES = ['payments-iso20022', 'dual-control', 'fx'];

let books: Books;
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  books = await openBooks(database, (url) => new Pool({ connectionString: url, max: 4 }), { modules: MODULES });
  await openWallets(books, ['SEEN', 'OTHER'], { fundMinor: '1000' });
});
afterAll(() => books.close());

const PERMISSION_DENIED = '42501';
const asApi = (statement: string) => books.api.query(statement);

test('the API role cannot write through views that could be written, nor call helpers', async () => {
  const attempts = [
    'DELETE FROM api.accounts',
    "UPDATE api.accounts SET name = 'mine'",
    'SELECT ledger.move(1, 1, 0)',
    'SELECT ledger.settle(NULL, 1, current_date)',
    'SELECT last_value FROM ledger.limit_reject_seq',
  ];
  for (const statement of attempts) expect((await refusal(asApi(statement))).code, statement).toBe(PERMISSION_DENIED);
});

test('functions run as they are, whatever the caller puts in its search path', async () => {
  const client = await books.api.connect();
  try {
    await client.query('CREATE TEMP TABLE account (account_id int)');
    await client.query('CREATE DOMAIN pg_temp.text AS int; CREATE DOMAIN pg_temp.jsonb AS int');
    await client.query('SET search_path = pg_temp');
    const { rows } = await client.query('SELECT api.transfer($1::pg_catalog.jsonb) AS made', [
      JSON.stringify({ debit: 'SEEN', credit: 'OTHER', amountMinor: '1' }),
    ]);
    expect(rows[0]?.['made']).toMatchObject({ state: 'posted', amountMinor: '1' });
  } finally {
    await client.query('RESET search_path');
    client.release();
  }
});

test('full storage closes what grows and leaves open what frees and reads; granting again does not reopen it', async () => {
  const spend = { debit: 'SEEN', credit: 'OTHER', amountMinor: '1' };
  const { transferId } = await books.call('transfer', { ...spend, pending: true });
  await books.rows('SELECT pack.revoke_writes($1)', [books.apiRole]);
  await books.rows('SELECT pack.grant_to($1, NULL)', [books.apiRole]);
  for (const [fn, body] of [
    ['transfer', spend],
    ['open_account', { code: 'MORE', name: 'More', kind: 'L' }],
    ['seed_demo', {}],
  ] as const) {
    expect((await refusal(books.call(fn, body))).code, fn).toBe(PERMISSION_DENIED);
  }
  expect((await asApi('SELECT * FROM api.transfers')).rows.length).toBeGreaterThan(0);
  expect(await books.call('void_transfer', { transferId })).toMatchObject({ state: 'voided' });
  await books.rows('SELECT pack.restore_writes($1)', [books.apiRole]);
  expect(await books.call('transfer', spend)).toMatchObject({ state: 'posted' });
});
