// The demo books: the same every time, every rule kept, and alive.
import { createHash } from 'node:crypto';
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../../server/testing/postgres.ts';
import { refusal } from '../../../kit/pack/test-tenant.ts';
import { openBooks, openWallets, type Books } from './books-fixture.ts';

const UNTIL = new Date(Date.now() - 60_000).toISOString();
const opened: Books[] = [];

async function demoBooks(params: Record<string, unknown> = {}): Promise<Books> {
  const books = await openBooks(await createTestDatabase(), (url) => new Pool({ connectionString: url, max: 4 }), {
    params,
  });
  opened.push(books);
  return books;
}

let first: Books;
let second: Books;

beforeAll(async () => {
  first = await demoBooks();
  second = await demoBooks();
  for (const books of [first, second]) await books.call('seed_demo', { until: UNTIL });
});
afterAll(() => Promise.all(opened.map((books) => books.close())));

/** Of all rows that carry no time of writing. */
async function digest(books: Books): Promise<string> {
  const hash = createHash('sha256');
  for (const query of [
    'SELECT account, name, kind, flags, balance_minor, debits_pending_minor FROM api.accounts ORDER BY 1',
    'SELECT * FROM api.journals ORDER BY journal_id',
    'SELECT * FROM api.postings ORDER BY journal_id, line_no',
    'SELECT * FROM api.transfers ORDER BY transfer_id',
    'SELECT * FROM api.payments ORDER BY payment_id',
    'SELECT * FROM api.periods ORDER BY period',
    'SELECT seal_no, journals, root, prev_root FROM api.seals ORDER BY seal_no',
  ]) {
    hash.update(JSON.stringify(await books.rows(query)));
  }
  return hash.digest('hex');
}

test('is the same every time, to the root of its seal, and keeps every rule', async () => {
  expect(await digest(first)).toBe(await digest(second));
  expect(await first.broken()).toEqual({});
});

test('has 2,000 transfers in every state, payments, closed months, and figures worth looking at', async () => {
  const states = await first.rows('SELECT state, count(*)::int AS n FROM api.transfers GROUP BY 1 ORDER BY 1');
  expect(states.reduce((sum, { n }) => sum + Number(n), 0)).toBe(2000);
  expect(states.map(({ state }) => state)).toEqual(['expired', 'pending', 'posted', 'voided']);
  const [payments] = await first.rows(
    "SELECT count(*)::int AS n, count(*) FILTER (WHERE status = 'RJCT')::int AS refused FROM api.payments",
  );
  expect(payments?.['n']).toBeGreaterThan(50);
  expect(payments?.['refused']).toBeGreaterThan(0);
  expect((await first.rows('SELECT FROM api.periods WHERE closed')).length).toBeGreaterThan(0);
  expect(await first.rows('SELECT difference_minor FROM api.trial_balance_totals')).toEqual([
    { difference_minor: '0' },
  ]);
  const empty = await first.rows('SELECT name FROM api.kpis WHERE value IS NULL');
  expect(empty).toEqual([]);
});

test('refuses to come twice', async () => {
  expect(await refusal(first.call('seed_demo', { until: UNTIL }))).toMatchObject({ code: 'ICF14' });
});

test('lives on: what is pending can be posted, what is posted reversed, a closed month stays closed', async () => {
  const [open] = await first.rows("SELECT transfer_id FROM api.transfers WHERE state = 'pending' LIMIT 1");
  const posted = await first.call('post_transfer', { transferId: open?.['transfer_id'] });
  await first.call('reverse_journal', { journalId: posted['journalId'] });
  const [closed] = await first.rows('SELECT period FROM api.periods WHERE closed ORDER BY period DESC LIMIT 1');
  const late = {
    debit: 'D-W001',
    credit: 'D-W002',
    amountMinor: '1',
    businessDate: `${String(closed?.['period'])}-28`,
  };
  expect((await refusal(first.call('transfer', late))).code).toBe('ICF05');
  await first.call('expire_transfers', {});
  expect(await first.broken()).toEqual({});
});

test.each(['ifrs-basic', 'wallet'])('stays within the parameters of the tenant: %s, yen', async (chart) => {
  const books = await demoBooks({ base_currency: 'JPY', chart });
  await books.call('seed_demo', { wallets: 5, transfers: 60, days: 10 });
  expect(await books.rows('SELECT DISTINCT currency FROM api.accounts')).toEqual([{ currency: 'JPY' }]);
  expect(await books.broken()).toEqual({});
});

test('the self-test’s book is in no list and no figure', async () => {
  const books = await demoBooks();
  await openWallets(books, ['REAL'], { fundMinor: '500' });
  const look = async () => ({
    figures: await books.rows("SELECT name, value FROM api.kpis WHERE name <> 'unsealed_journals' ORDER BY 1"),
    totals: await books.rows('SELECT * FROM api.trial_balance_totals'),
    accounts: await books.rows('SELECT account FROM api.accounts ORDER BY 1'),
  });
  const before = await look();
  for (const [code, kind] of [
    ['S-CASH', 'A'],
    ['S-A', 'L'],
  ] as const) {
    await books.call('open_account', {
      code,
      name: 'Self-test',
      kind,
      book: 'smoke',
      flags: kind === 'L' ? ['debits_must_not_exceed_credits'] : [],
    });
  }
  await books.call('transfer', { debit: 'S-CASH', credit: 'S-A', amountMinor: '90' });
  await books.call('transfer', { debit: 'S-A', credit: 'S-CASH', amountMinor: '40', pending: true });
  expect((await refusal(books.call('transfer', { debit: 'S-A', credit: 'S-CASH', amountMinor: '51' }))).code).toBe(
    'ICF11',
  );
  expect(await look()).toEqual(before);
  expect(await refusal(books.call('transfer', { debit: 'S-A', credit: 'REAL', amountMinor: '1' }))).toMatchObject({
    code: 'ICF04',
    facts: { reason: 'book' },
  });
  expect(await books.call('smoke_cleanup', {})).toEqual({ transfersVoided: 1 });
  expect(await books.call('smoke_cleanup', {})).toEqual({ transfersVoided: 0 });
  expect(await books.broken()).toEqual({});
});
