// Four eyes: above the limit nobody moves money alone, whichever way is tried.
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../../../server/testing/postgres.ts';
import { refusal, type Json } from '../../../kit/pack/test-tenant.ts';
import { countersOf, openBooks, openWallets, type Books } from './books-fixture.ts';
import { initiation } from './iso-fixture.ts';

const LIMIT = 10_000;
let books: Books;

const as = (caller: string) => (fn: string, body: Json) => books.call(fn, body, undefined, caller);
const ada = as('ada');
const ben = as('ben');

beforeAll(async () => {
  books = await openBooks(await createTestDatabase(), (url) => new Pool({ connectionString: url, max: 8 }), {
    modules: ['dual-control', 'fx', 'payments-iso20022'],
    params: { dual_control_limit_minor: String(LIMIT) },
  });
  await openWallets(books, ['A', 'B']);
  await books.call('open_account', { code: 'USD', name: 'Dollars', kind: 'L', currency: 'USD' });
  await books.call('open_account', { code: 'USD-CASH', name: 'Dollars', kind: 'A', currency: 'USD' });
  for (let i = 0; i < 20; i += 1) await ada('transfer', { debit: 'CASH', credit: 'A', amountMinor: String(LIMIT) });
});
afterAll(() => books.close());

const over = { debit: 'A', credit: 'B', amountMinor: String(LIMIT + 1) };
const propose = (fn: string, body: Json) => ada('propose', { function: fn, body });

describe('over the limit', () => {
  const lines = [
    { account: 'A', side: 'D', amountMinor: '6000' },
    { account: 'A', side: 'D', amountMinor: '4001' },
    { account: 'B', side: 'C', amountMinor: '10001' },
  ];
  test.each<[string, string, Json]>([
    ['a transfer', 'transfer', over],
    ['a hold', 'transfer', { ...over, pending: true }],
    ['a journal whose lines add up', 'post_journal', { lines }],
    ['an exchange', 'exchange', { from: 'A', to: 'USD', fromMinor: '10001', toMinor: '1' }],
  ])('%s is refused to one person, and done for two', async (_what, fn, body) => {
    const before = await countersOf(books, 'A');
    expect(await refusal(ada(fn, body))).toMatchObject({
      code: 'ICF15',
      facts: { limitMinor: '10000', amountMinor: '10001', currency: 'CNY' },
    });
    const { proposalId } = await propose(fn, body);
    expect(await countersOf(books, 'A')).toEqual(before);
    expect(await ben('approve_proposal', { proposalId })).toMatchObject({
      state: 'approved',
      proposer: 'ada',
      decidedBy: 'ben',
    });
    expect(await countersOf(books, 'A')).not.toEqual(before);
    expect(await books.broken()).toEqual({});
  });

  test('a reversal is, too', async () => {
    const { proposalId } = await propose('transfer', over);
    const { result } = await ben('approve_proposal', { proposalId });
    const body = { journalId: (result as Json)['journalId'] };
    expect((await refusal(ada('reverse_journal', body))).code).toBe('ICF15');
    const reversal = await propose('reverse_journal', body);
    await ben('approve_proposal', { proposalId: reversal['proposalId'] });
    expect(await books.broken()).toEqual({});
  });

  test('up to the limit one person is enough', async () => {
    expect(await ada('transfer', { ...over, amountMinor: String(LIMIT) })).toMatchObject({ state: 'posted' });
  });

  test('a payment of a file waits, is proposed for release and settles', async () => {
    const xml = initiation('BIG', [{ endToEndId: 'E', from: 'A', to: 'B', amount: '100.01' }]);
    const { payments } = await ada('initiate_payments', { xml });
    const [payment] = payments as Json[];
    expect(payment).toMatchObject({ status: 'PDNG', reason: 'DS0H' });
    const body = { paymentId: payment?.['paymentId'] };
    expect((await refusal(ada('release_payment', body))).code).toBe('ICF15');
    const { proposalId } = await propose('release_payment', body);
    expect(await ben('approve_proposal', { proposalId })).toMatchObject({ result: { status: 'ACSC' } });
    expect(await books.broken()).toEqual({});
  });

  test('a payment that waits can be given up', async () => {
    const xml = initiation('BIG-2', [{ endToEndId: 'E', from: 'A', to: 'B', amount: '100.01' }]);
    const { payments } = await ada('initiate_payments', { xml });
    const [payment] = payments as Json[];
    expect(await ada('reject_payment', { paymentId: payment?.['paymentId'] })).toMatchObject({
      status: 'RJCT',
      reason: 'DS04',
    });
    expect(await books.broken()).toEqual({});
  });

  test('other currencies count at their rate, one for one without', async () => {
    const dollars = (amountMinor: string) => ada('transfer', { debit: 'USD-CASH', credit: 'USD', amountMinor });
    expect(await dollars('10000')).toMatchObject({ state: 'posted' });
    await books.call('set_rate', { base: 'USD', quote: 'CNY', rate: '7.10' });
    expect((await refusal(dollars('10000'))).code).toBe('ICF15');
    expect((await refusal(dollars('1409'))).code).toBe('ICF15');
    expect(await dollars('1408')).toMatchObject({ state: 'posted' });
  });

  test('the self-test’s book is free of it', async () => {
    for (const [code, kind] of [
      ['S1', 'A'],
      ['S2', 'L'],
    ])
      await ada('open_account', { code, kind, name: 'x', book: 'smoke' });
    expect(await ada('transfer', { debit: 'S1', credit: 'S2', amountMinor: '999999' })).toMatchObject({
      state: 'posted',
    });
  });
});

describe('a proposal', () => {
  test('is not approved by who made it', async () => {
    const { proposalId } = await propose('transfer', over);
    expect(await refusal(ada('approve_proposal', { proposalId }))).toEqual({ code: 'ICF16', facts: { proposalId } });
  });

  test('is decided once', async () => {
    const { proposalId } = await propose('transfer', over);
    expect(await ben('reject_proposal', { proposalId })).toMatchObject({ state: 'rejected' });
    for (const fn of ['approve_proposal', 'reject_proposal']) {
      expect(await refusal(ben(fn, { proposalId }))).toEqual({
        code: 'ICF17',
        facts: { proposalId, state: 'rejected' },
      });
    }
    const own = await propose('transfer', over);
    expect(await ada('reject_proposal', { proposalId: own['proposalId'] })).toMatchObject({ state: 'withdrawn' });
  });

  test('approved 10 times at once is done once', async () => {
    const before = Number((await countersOf(books, 'B'))['c']);
    const { proposalId } = await propose('transfer', over);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 10 }, () => ben('approve_proposal', { proposalId })),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(Number((await countersOf(books, 'B'))['c'])).toBe(before + LIMIT + 1);
  });

  test('that cannot be done stays open', async () => {
    const { proposalId } = await propose('transfer', { ...over, amountMinor: '999999999' });
    expect(await refusal(ben('approve_proposal', { proposalId }))).toMatchObject({ code: 'ICF11' });
    expect(await books.rows('SELECT state FROM api.proposals WHERE proposal_id = $1', [proposalId])).toEqual([
      { state: 'open' },
    ]);
  });

  test('is for functions that move money', async () => {
    expect(await refusal(propose('seed_demo', {}))).toMatchObject({ code: 'ICF13', facts: { field: 'function' } });
    expect(await refusal(propose('pg_sleep', {}))).toMatchObject({ code: 'ICF13' });
  });

  test('cannot be forged: the limit looks for a decision of this very transaction', async () => {
    const client = await books.api.connect();
    try {
      await client.query("SELECT set_config('app.caller', 'ben', false), set_config('app.approved', 'yes', false)");
      expect((await refusal(client.query('SELECT api.transfer($1)', [JSON.stringify(over)]))).code).toBe('ICF15');
    } finally {
      client.release();
    }
    const change = books.rows("UPDATE control.proposal SET body = '{}' WHERE state = 'open'");
    expect((await refusal(change)).code).toBe('ICF01');
  });
});
