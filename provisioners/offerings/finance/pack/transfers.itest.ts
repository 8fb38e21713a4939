// Two phases: reserved, then posted in whole or in part, voided, or run out; once, whoever else tries.
import { randomUUID } from 'node:crypto';
import { Pool } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../../../server/testing/postgres.ts';
import { refusal, type Json } from '../../../kit/pack/test-tenant.ts';
import { countersOf, openBooks, openWallets, type Books } from './books-fixture.ts';

let books: Books;
let pair = 0;
let [from, to] = ['', ''];

beforeAll(async () => {
  books = await openBooks(await createTestDatabase(), (url) => new Pool({ connectionString: url, max: 16 }));
  await books.call('open_account', { code: 'CASH', name: 'Cash', kind: 'A' });
});
beforeEach(async () => {
  pair += 1;
  [from, to] = [`F${pair}`, `T${pair}`];
  await openWallets(books, [from, to], { prefix: `P${pair}-` });
  await books.call('transfer', { debit: 'CASH', credit: from, amountMinor: '1000' });
});
afterAll(() => books.close());

const reserve = (amountMinor: string, more: Json = {}) =>
  books.call('transfer', { debit: from, credit: to, amountMinor, pending: true, ...more });
const counters = { d: '0', c: '1000', dp: '0', cp: '0' };

/** Outcomes of calls that run at once: state or error code → how many. */
async function tally(calls: readonly Promise<Json>[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const outcome of await Promise.allSettled(calls)) {
    const name = outcome.status === 'fulfilled' ? 'ok' : String((outcome.reason as { code?: string }).code);
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}
const times = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i));

describe('one after the other', () => {
  test('reserve 500, post 300: 200 come back', async () => {
    const { transferId } = await reserve('500');
    expect(await countersOf(books, from)).toEqual({ ...counters, dp: '500' });
    expect(await books.call('post_transfer', { transferId, amountMinor: '300' })).toMatchObject({
      state: 'posted',
      amountMinor: '500',
      postedMinor: '300',
    });
    expect(await countersOf(books, from)).toEqual({ ...counters, d: '300' });
    expect(await countersOf(books, to)).toEqual({ d: '0', c: '300', dp: '0', cp: '0' });
    expect(await books.broken()).toEqual({});
  });

  test('what is reserved cannot be spent', async () => {
    await reserve('900');
    expect(await refusal(books.call('transfer', { debit: from, credit: to, amountMinor: '101' }))).toEqual({
      code: 'ICF11',
      facts: { account: from, availableMinor: '100', askedMinor: '101' },
    });
    expect(await books.call('transfer', { debit: from, credit: to, amountMinor: '100' })).toMatchObject({
      state: 'posted',
    });
  });

  test('what is reserved for somebody is not theirs yet', async () => {
    await reserve('900');
    expect(await refusal(books.call('transfer', { debit: to, credit: from, amountMinor: '1' }))).toMatchObject({
      code: 'ICF11',
    });
  });

  test('void gives all back; after that nothing resolves it', async () => {
    const { transferId } = await reserve('500');
    expect(await books.call('void_transfer', { transferId })).toMatchObject({ state: 'voided' });
    expect(await countersOf(books, from)).toEqual(counters);
    for (const fn of ['void_transfer', 'post_transfer']) {
      expect(await refusal(books.call(fn, { transferId }))).toEqual({
        code: 'ICF08',
        facts: { transferId, state: 'voided' },
      });
    }
  });

  test('posted the same way once more answers as before, another way is refused', async () => {
    const { transferId } = await reserve('500');
    const posted = await books.call('post_transfer', { transferId, amountMinor: '300' });
    expect(await books.call('post_transfer', { transferId, amountMinor: '300' })).toEqual(posted);
    expect(await refusal(books.call('post_transfer', { transferId }))).toMatchObject({
      code: 'ICF08',
      facts: { state: 'posted' },
    });
    expect(await refusal(books.call('void_transfer', { transferId }))).toMatchObject({ code: 'ICF08' });
  });

  test('no more is posted than was reserved', async () => {
    const { transferId } = await reserve('500');
    expect(await refusal(books.call('post_transfer', { transferId, amountMinor: '501' }))).toEqual({
      code: 'ICF10',
      facts: { transferId, pendingMinor: '500', askedMinor: '501' },
    });
  });

  test('run out: posting is refused at once, the sweep gives it back', async () => {
    const { transferId } = await reserve('500', { timeoutSeconds: 3600 });
    await books.rows("UPDATE ledger.transfer SET timeout_at = now() - interval '1 s' WHERE transfer_id = $1", [
      transferId,
    ]);
    expect(await refusal(books.call('post_transfer', { transferId }))).toMatchObject({
      code: 'ICF09',
      facts: { transferId },
    });
    expect(await books.call('expire_transfers', {})).toEqual({ expired: 1 });
    expect(await books.call('expire_transfers', {})).toEqual({ expired: 0 });
    expect(await countersOf(books, from)).toEqual(counters);
    expect(await refusal(books.call('void_transfer', { transferId }))).toMatchObject({
      code: 'ICF08',
      facts: { state: 'expired' },
    });
    expect(await books.broken()).toEqual({});
  });

  test('its own id is good for one transfer, for ever', async () => {
    const transferId = randomUUID();
    const first = await reserve('10', { transferId });
    expect(await reserve('10', { transferId })).toEqual(first);
    expect(await refusal(reserve('11', { transferId }))).toEqual({ code: 'ICF07', facts: { transferId } });
  });

  test.each([
    ['itself', 'SAME', 'ICF13'],
    ['another currency', 'USD', 'ICF04'],
    ['a closed account', 'GONE', 'ICF04'],
    ['nobody', 'NONE', 'ICF12'],
  ])('to %s is refused', async (_what, kind, code) => {
    const credit = kind === 'SAME' ? from : `${kind}${pair}`;
    if (kind === 'USD') await books.call('open_account', { code: credit, name: 'x', kind: 'L', currency: 'USD' });
    if (kind === 'GONE') {
      await books.call('open_account', { code: credit, name: 'x', kind: 'L' });
      await books.call('close_account', { account: credit });
    }
    expect((await refusal(books.call('transfer', { debit: from, credit, amountMinor: '1' }))).code).toBe(code);
  });

  test('the guard holds also for who writes to the transfer itself', async () => {
    const { transferId } = await reserve('5');
    const set = (what: string) => books.rows(`UPDATE ledger.transfer SET ${what} WHERE transfer_id = $1`, [transferId]);
    expect((await refusal(set('amount_minor = 6'))).code).toBe('ICF01');
    await books.call('void_transfer', { transferId });
    expect((await refusal(set("state = 'pending', resolved_at = NULL"))).code).toBe('ICF08');
  });
});

describe('at once', () => {
  test('60 transfers of 50 from 1,000: exactly 20', async () => {
    const calls = times(60, () => books.call('transfer', { debit: from, credit: to, amountMinor: '50' }));
    expect(await tally(calls)).toEqual({ ok: 20, ICF11: 40 });
    expect(await countersOf(books, from)).toEqual({ ...counters, d: '1000' });
    expect(await books.broken()).toEqual({});
  });

  test('post, void and expire race: one wins', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { transferId } = await reserve('100');
      const outcome = await tally([
        ...times(4, () => books.call('post_transfer', { transferId, amountMinor: String(60 + round) })),
        ...times(4, () => books.call('void_transfer', { transferId })),
      ]);
      const [row] = await books.rows('SELECT state FROM api.transfers WHERE transfer_id = $1', [transferId]);
      expect(outcome).toEqual(row?.['state'] === 'posted' ? { ok: 4, ICF08: 4 } : { ok: 1, ICF08: 7 });
    }
    expect(await books.broken()).toEqual({});
  });

  test('one id sent 20 times is one transfer', async () => {
    const transferId = randomUUID();
    expect(await tally(times(20, () => reserve('30', { transferId })))).toEqual({ ok: 20 });
    expect(await countersOf(books, from)).toEqual({ ...counters, dp: '30' });
  });

  test('money in circles, both ways, journals and exchanges among them: no deadlock, nothing lost', async () => {
    await books.call('transfer', { debit: 'CASH', credit: to, amountMinor: '1000' });
    await books.call('open_account', { code: `E${pair}`, name: 'Euro', kind: 'L', currency: 'EUR' });
    const deed = (i: number): Promise<Json> => {
      const [debit, credit] = i % 2 === 0 ? [from, to] : [to, from];
      if (i % 5 === 4) return books.call('exchange', { from: debit, to: `E${pair}`, fromMinor: '3', toMinor: '1' });
      if (i % 5 === 3) {
        const lines = [debit, credit].map((account, n) => ({ account, side: n === 0 ? 'D' : 'C', amountMinor: '2' }));
        return books.call('post_journal', { lines: i % 3 === 0 ? lines.toReversed() : lines });
      }
      if (i % 5 === 2) {
        return books
          .call('transfer', { debit, credit, amountMinor: '9', pending: true })
          .then(({ transferId }) => books.call(i % 4 === 0 ? 'void_transfer' : 'post_transfer', { transferId }));
      }
      return books.call('transfer', { debit, credit, amountMinor: '5' });
    };
    expect(await tally(times(200, deed))).toEqual({ ok: 200 });
    expect(await books.broken()).toEqual({});
  });
});
