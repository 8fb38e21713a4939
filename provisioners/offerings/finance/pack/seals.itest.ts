// Seals: whoever has an export computes the same root, and whatever was altered shows.
import { createHash } from 'node:crypto';
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../../server/testing/postgres.ts';
import { type Json } from '../../../kit/pack/test-tenant.ts';
import { openBooks, openWallets, type Books } from './books-fixture.ts';

let books: Books;

beforeAll(async () => {
  books = await openBooks(await createTestDatabase(), (url) => new Pool({ connectionString: url, max: 8 }));
  await openWallets(books, ['A', 'B'], { fundMinor: '100000' });
});
afterAll(() => books.close());

const sha256 = (data: string | Buffer): Buffer => createHash('sha256').update(data).digest();
const seal = () => books.call('seal_journals', {});
const pay = () => books.call('transfer', { debit: 'A', credit: 'B', amountMinor: '1', description: 'naïve 付款' });
const exported = async (sealNo: number): Promise<Json> =>
  (await books.callWithKey('export_seal', null, { sealNo })).result;

/** The root of a seal from its export alone. */
function rootOf(answer: Json): string {
  const leaves = (answer['lines'] as string[]).map((line) => sha256(line));
  return sha256(Buffer.concat([Buffer.from(String(answer['prevRoot']), 'hex'), ...leaves])).toString('hex');
}

test('an outsider computes every root, and each stands on the one before', async () => {
  expect(await seal()).toMatchObject({ sealNo: 1, journals: 2, prevRoot: '0'.repeat(64) });
  await pay();
  await pay();
  const second = await seal();
  expect(second).toMatchObject({ sealNo: 2, journals: 2 });
  for (const sealNo of [1, 2]) {
    const answer = await exported(sealNo);
    expect(rootOf(answer)).toBe(answer['root']);
  }
  expect((await exported(2))['prevRoot']).toBe((await exported(1))['root']);
  expect(await seal()).toEqual({ sealNo: null });
});

test('a journal that commits late comes into a later seal, none is left out', async () => {
  const client = await books.admin.connect();
  try {
    await client.query('BEGIN');
    const { rows } = await client.query("SELECT api.transfer($1) ->> 'journalId' AS id", [
      JSON.stringify({ debit: 'CASH', credit: 'A', amountMinor: '5' }),
    ]);
    const early = await books.call('open_account', { code: 'X1', name: 'x', kind: 'L' });
    await books.call('transfer', { debit: 'B', credit: early['account'], amountMinor: '1' });
    expect(await seal()).toMatchObject({ sealNo: 3, journals: 1 });
    await client.query('COMMIT');
    expect(await seal()).toMatchObject({ sealNo: 4, journals: 1 });
    expect((await exported(4))['lines']).toEqual([expect.stringContaining(String(rows[0]?.['id']))]);
  } finally {
    client.release();
  }
  expect(await books.broken()).toEqual({});
});

test('many at once chain without a fork', async () => {
  await Promise.all(Array.from({ length: 30 }, (_, n) => (n % 3 === 0 ? seal() : pay())));
  await seal();
  expect(await books.broken()).toEqual({});
  expect(await books.call('verify_seals', { limit: 1000 })).toMatchObject({ broken: [] });
});

test('seals only when it is due', async () => {
  await pay();
  expect(await books.call('seal_journals', { onlyWhenDue: true })).toMatchObject({ sealNo: null });
  await books.rows(`SELECT pack.set_params('{"seal_interval_s": 0}')`);
  expect(await books.call('seal_journals', { onlyWhenDue: true })).toMatchObject({ journals: 1 });
});

test('an amount altered behind the guards is found', async () => {
  expect(await books.call('verify_seals', { limit: 1000 })).toMatchObject({ broken: [] });
  await books.rows(`ALTER TABLE ledger.posting DISABLE TRIGGER ALL`);
  await books.rows(
    `UPDATE ledger.posting SET amount_minor = amount_minor + 1 WHERE journal_id = (SELECT journal_id FROM ledger.sealed WHERE seal_no = 2 LIMIT 1)`,
  );
  await books.rows(`ALTER TABLE ledger.posting ENABLE TRIGGER ALL`);
  expect(await books.call('verify_seals', { limit: 1000 })).toMatchObject({ broken: [2] });
  expect(await books.rows('SELECT seal_no::int FROM api.seals WHERE NOT holds')).toEqual([{ seal_no: 2 }]);
  const [kpi] = await books.rows("SELECT value FROM api.kpis WHERE name = 'seals_verified_percent'");
  expect(Number(kpi?.['value'])).toBeLessThan(100);
  expect(await books.broken()).toMatchObject({ balances_match_postings: 2 });
});
