// Modules come and go: an unused one leaves no trace, one that holds something stays.
import { Pool } from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase } from '../../../../server/testing/postgres.ts';
import { loadPack, migrationsOf } from '../../../kit/pack/load.ts';
import { refusal } from '../../../kit/pack/test-tenant.ts';
import { PACK, openBooks, openWallets, type Books } from './books-fixture.ts';

const MODULES = ['payments-iso20022', 'dual-control', 'fx'] as const;
let books: Books;
const opened: Books[] = [];

beforeAll(async () => {
  const core = await open([]);
  coreObjects = await objectsOf(core);
});
beforeEach(async () => {
  books = await open(MODULES);
});
afterAll(() => Promise.all(opened.map((each) => each.close())));

let coreObjects: unknown;

async function open(modules: readonly string[]): Promise<Books> {
  const made = await openBooks(await createTestDatabase(), (url) => new Pool({ connectionString: url, max: 2 }), {
    modules,
  });
  opened.push(made);
  return made;
}

/** Everything of the pack's schemas, with the source of its functions. */
const objectsOf = (of: Books) =>
  of.rows(
    `SELECT oid::regprocedure::text AS name, md5(prosrc) AS source FROM pg_proc WHERE pronamespace::regnamespace::text = ANY ('{api,ledger,iso,control,fx}')
     UNION ALL SELECT oid::regclass::text, relkind::text FROM pg_class WHERE relnamespace::regnamespace::text = ANY ('{api,ledger,iso,control,fx}')
     ORDER BY 1`,
  );

async function remove(module: string): Promise<void> {
  const sql = (await loadPack(PACK)).removals?.get(module);
  const client = await books.admin.connect();
  try {
    await client.query('BEGIN');
    await client.query(`SET LOCAL ROLE ${books.owner}`);
    await client.query('SELECT pack.begin_removal($1)', [module]);
    await client.query(String(sql));
    await client.query('SELECT pack.end_removal($1)', [module]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}

test('all three go, in any order, and what is left is the core', async () => {
  for (const module of ['fx', 'payments-iso20022', 'dual-control']) await remove(module);
  expect(await objectsOf(books)).toEqual(coreObjects);
  await openWallets(books, ['A', 'B'], { fundMinor: '99999999999' });
  expect(await books.broken()).toEqual({});
});

test('and come back as if they had never gone', async () => {
  const before = await objectsOf(books);
  for (const module of MODULES) await remove(module);
  const pack = await loadPack(PACK);
  for (const { sql, module } of migrationsOf(pack, MODULES)) {
    if (module !== null) await books.rows(`BEGIN; SET LOCAL ROLE ${books.owner}; ${sql}; COMMIT`);
  }
  expect(await objectsOf(books)).toEqual(before);
});

test.each([
  ['fx', () => books.call('set_rate', { base: 'USD', quote: 'CNY', rate: '7' })],
  ['dual-control', () => books.call('propose', { function: 'transfer', body: {} })],
  [
    'payments-iso20022',
    async () => {
      await openWallets(books, ['A'], { fundMinor: '100' });
      return books.call('export_statement', { account: 'A' });
    },
  ],
])('%s stays while it holds something', async (module, use) => {
  await use();
  const [{ n } = { n: 0 }] = await books.rows('SELECT pack.module_rows($1)::int AS n', [module]);
  expect(n).toBe(1);
  expect((await refusal(remove(module))).code).toBe('55006');
  expect(await books.rows('SELECT FROM pack.module_table WHERE module = $1', [module])).toHaveLength(1);
});
