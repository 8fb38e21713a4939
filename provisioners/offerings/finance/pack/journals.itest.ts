// Double entry: what does not balance is refused, what is written stays, months close.
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../../../server/testing/postgres.ts';
import { refusal } from '../../../kit/pack/test-tenant.ts';
import { countersOf, openBooks, openWallets, type Books } from './books-fixture.ts';

let books: Books;

beforeAll(async () => {
  books = await openBooks(await createTestDatabase(), (url) => new Pool({ connectionString: url, max: 4 }));
  await openWallets(books, ['A', 'B'], { fundMinor: '100000' });
  await books.call('open_account', { code: 'USD-1', name: 'Dollars', kind: 'L', currency: 'USD' });
});
afterAll(() => books.close());

const line = (account: string, side: 'D' | 'C', amountMinor: string, more = {}) => ({
  account,
  side,
  amountMinor,
  ...more,
});
const post = (lines: object[], more = {}) => books.call('post_journal', { lines, ...more });

describe('posting', () => {
  test('a journal over three accounts moves all of them', async () => {
    const { journalId } = await post([line('CASH', 'D', '900'), line('A', 'C', '500'), line('B', 'C', '400')]);
    expect(
      await books.rows('SELECT account, side, amount_minor FROM api.postings WHERE journal_id = $1 ORDER BY line_no', [
        journalId,
      ]),
    ).toEqual([
      { account: 'CASH', side: 'D', amount_minor: '900' },
      { account: 'A', side: 'C', amount_minor: '500' },
      { account: 'B', side: 'C', amount_minor: '400' },
    ]);
    expect(await books.broken()).toEqual({});
  });

  test.each([
    ['one line', [line('A', 'D', '1')], 'ICF02', { lines: 1 }],
    [
      'sides that differ',
      [line('CASH', 'D', '5'), line('A', 'C', '4')],
      'ICF03',
      { currency: 'CNY', debitMinor: '5', creditMinor: '4' },
    ],
    [
      'balance over two currencies only',
      [line('CASH', 'D', '5'), line('USD-1', 'C', '5')],
      'ICF03',
      { currency: 'CNY' },
    ],
    [
      'a currency the account does not have',
      [line('CASH', 'D', '5', { currency: 'USD' }), line('A', 'C', '5', { currency: 'USD' })],
      'ICF04',
      { reason: 'currency' },
    ],
    [
      'an account nobody opened',
      [line('CASH', 'D', '5'), line('NONE', 'C', '5')],
      'ICF12',
      { kind: 'account', id: 'NONE' },
    ],
    ['an amount of nothing', [line('CASH', 'D', '0'), line('A', 'C', '0')], 'ICF13', { field: 'amountMinor' }],
    ['an amount below nothing', [line('CASH', 'D', '-5'), line('A', 'C', '-5')], 'ICF13', { field: 'amountMinor' }],
    ['a side nobody knows', [{ account: 'A', side: 'X', amountMinor: '1' }], 'ICF13', { field: 'side' }],
    ['more than the wallet has', [line('A', 'D', '99999999'), line('B', 'C', '99999999')], 'ICF11', { account: 'A' }],
  ])('refuses %s, and nothing has moved', async (_what, lines, code, facts) => {
    const before = await books.rows('SELECT * FROM ledger.account ORDER BY account_id');
    expect(await refusal(post(lines))).toMatchObject({ code, facts });
    expect(await books.rows('SELECT * FROM ledger.account ORDER BY account_id')).toEqual(before);
  });

  test('a journal balances in each of two currencies by itself', async () => {
    await books.call('open_account', { code: 'USD-2', name: 'Dollars', kind: 'L', currency: 'USD' });
    await post([line('CASH', 'D', '7'), line('A', 'C', '7'), line('USD-1', 'D', '3'), line('USD-2', 'C', '3')]);
    expect(await books.broken()).toEqual({});
  });
});

describe('what is written stays', () => {
  test.each([
    ['journal', "UPDATE ledger.journal SET description = 'other'", 'ICF01'],
    ['posting', 'UPDATE ledger.posting SET amount_minor = 1', 'ICF01'],
    ['posting', 'DELETE FROM ledger.posting', 'ICF01'],
    ['posting', 'TRUNCATE ledger.posting', 'ICF01'],
    ['account', 'DELETE FROM ledger.account', 'ICF01'],
    ['transfer', 'DELETE FROM ledger.transfer', 'ICF01'],
  ])('%s: %s', async (table, statement, code) => {
    expect(await refusal(books.rows(statement))).toEqual({ code, facts: { table: `ledger.${table}` } });
  });

  test('a line cannot come after its journal', async () => {
    const [journal] = await books.rows('SELECT journal_id FROM ledger.journal LIMIT 1');
    const late = books.rows(
      "INSERT INTO ledger.posting SELECT $1, 99, account_id, 'D', 1, currency FROM ledger.account WHERE code = 'A'",
      [journal?.['journal_id']],
    );
    expect(await refusal(late)).toMatchObject({ code: 'ICF06', facts: { journalId: journal?.['journal_id'] } });
  });

  test('a journal that goes around the functions is checked at commit all the same', async () => {
    const client = await books.admin.connect();
    try {
      await client.query('BEGIN');
      await client.query(
        "INSERT INTO ledger.journal (book, kind, business_date, actor) VALUES ('main', 'x', current_date, 'x')",
      );
      expect(await refusal(client.query('COMMIT'))).toMatchObject({ code: 'ICF02', facts: { lines: 0 } });
    } finally {
      client.release();
    }
  });
});

describe('reversal', () => {
  test('puts everything back, once, and is itself a journal', async () => {
    const before = await countersOf(books, 'A');
    const { journalId } = await post([line('CASH', 'D', '70'), line('A', 'C', '70')]);
    const reversal = await books.call('reverse_journal', { journalId, description: 'posted twice' });
    expect(reversal).toMatchObject({ kind: 'reversal', reverses: journalId, lines: 2 });
    const after = await countersOf(books, 'A');
    expect(BigInt(String(after['c'])) - BigInt(String(after['d']))).toBe(
      BigInt(String(before['c'])) - BigInt(String(before['d'])),
    );
    expect(await refusal(books.call('reverse_journal', { journalId }))).toEqual({
      code: 'ICF18',
      facts: { journalId, reversedBy: reversal['journalId'] },
    });
    expect(await books.rows('SELECT reversed_by FROM api.journals WHERE journal_id = $1', [journalId])).toEqual([
      { reversed_by: reversal['journalId'] },
    ]);
    expect(await books.broken()).toEqual({});
  });

  test('of what has been spent is refused by the limit', async () => {
    const { journalId } = await post([line('CASH', 'D', '1000'), line('A', 'C', '1000')]);
    const { c, d } = await countersOf(books, 'A');
    const all = String(BigInt(String(c)) - BigInt(String(d)));
    await books.call('transfer', { debit: 'A', credit: 'B', amountMinor: all });
    expect(await refusal(books.call('reverse_journal', { journalId }))).toMatchObject({
      code: 'ICF11',
      facts: { availableMinor: '0' },
    });
    await books.call('transfer', { debit: 'B', credit: 'A', amountMinor: all });
  });

  test('a journal nobody knows', async () => {
    const journalId = '01920000-0000-7000-8000-000000000000';
    expect(await refusal(books.call('reverse_journal', { journalId }))).toMatchObject({ code: 'ICF12' });
  });
});

describe('exchange', () => {
  test('is two linked journals through positions, each balanced by itself', async () => {
    const { linkId, journals } = await books.call('exchange', {
      from: 'A',
      to: 'USD-1',
      fromMinor: '7130',
      toMinor: '1000',
    });
    expect(await books.rows('SELECT kind FROM api.journals WHERE link_id = $1', [linkId])).toEqual([
      { kind: 'exchange' },
      { kind: 'exchange' },
    ]);
    expect(journals).toHaveLength(2);
    expect(
      await books.rows("SELECT account, balance_minor FROM api.accounts WHERE account LIKE 'FX-%' ORDER BY 1"),
    ).toEqual([
      { account: 'FX-CNY', balance_minor: '-7130' },
      { account: 'FX-USD', balance_minor: '1000' },
    ]);
    expect(await books.broken()).toEqual({});
  });

  test('needs two currencies', async () => {
    expect(await refusal(books.call('exchange', { from: 'A', to: 'B', fromMinor: '1', toMinor: '1' }))).toMatchObject({
      code: 'ICF04',
      facts: { account: 'B', reason: 'currency' },
    });
  });
});

describe('periods', () => {
  test('close in order, once they are over, and take nothing more', async () => {
    const dated = (businessDate: string) => post([line('CASH', 'D', '10'), line('A', 'C', '10')], { businessDate });
    await dated('2020-01-31');
    await dated('2020-02-01');
    expect(await refusal(books.call('close_period', { period: '2020-02' }))).toEqual({
      code: 'ICF19',
      facts: { period: '2020-02', reason: 'earlier_open', earlier: '2020-01' },
    });
    expect(await books.call('close_period', { period: '2020-01' })).toMatchObject({
      period: '2020-01',
      closedBy: 'test',
    });
    expect(await refusal(dated('2020-01-01'))).toEqual({
      code: 'ICF05',
      facts: { period: '2020-01', businessDate: '2020-01-01' },
    });
    await books.call('close_period', { period: '2020-02' });
    await books.call('close_period', { period: '2020-02' });
    expect(
      await books.rows("SELECT period, journals, closed FROM api.periods WHERE period < '2020-03' ORDER BY 1"),
    ).toEqual([
      { period: '2020-01', journals: 1, closed: true },
      { period: '2020-02', journals: 1, closed: true },
    ]);
    expect(await books.broken()).toEqual({});
  });

  test('this month is not over', async () => {
    const period = new Date().toISOString().slice(0, 7);
    expect(await refusal(books.call('close_period', { period }))).toMatchObject({
      code: 'ICF19',
      facts: { reason: 'not_over' },
    });
  });

  test('a journal that is being written when its month closes is in before, or refused', async () => {
    const client = await books.admin.connect();
    try {
      await client.query('BEGIN');
      await client.query('SELECT api.post_journal($1)', [
        JSON.stringify({ businessDate: '2020-03-05', lines: [line('CASH', 'D', '1'), line('A', 'C', '1')] }),
      ]);
      await books.call('close_period', { period: '2020-03' });
      expect(await refusal(client.query('COMMIT'))).toMatchObject({ code: 'ICF05' });
    } finally {
      client.release();
    }
  });

  test('belong to the fiscal year they begin in', async () => {
    await books.rows(`SELECT pack.set_params('{"fiscal_year_start": "04-01"}')`);
    expect(await books.rows("SELECT period, fiscal_year FROM api.periods WHERE period = '2020-01'")).toEqual([
      { period: '2020-01', fiscal_year: 2019 },
    ]);
  });
});

describe('accounts', () => {
  test('have codes and IBANs of their own', async () => {
    const wallet = { code: 'IB-1', name: 'With IBAN', kind: 'L', currency: 'EUR', iban: 'DE89370400440532013000' };
    expect(await books.call('open_account', wallet)).toMatchObject({ account: 'IB-1', iban: wallet.iban });
    expect(await refusal(books.call('open_account', wallet))).toEqual({
      code: 'ICF14',
      facts: { kind: 'account', id: 'IB-1' },
    });
    expect(await refusal(books.call('open_account', { ...wallet, code: 'IB-2' }))).toMatchObject({
      code: 'ICF14',
      facts: { id: wallet.iban },
    });
    expect(
      await refusal(books.call('open_account', { ...wallet, code: 'IB-2', iban: 'DE89370400440532013001' })),
    ).toMatchObject({
      code: 'ICF13',
      facts: { field: 'iban' },
    });
  });

  test('close when they are empty, and then take nothing', async () => {
    await books.call('open_account', { code: 'OLD', name: 'Old', kind: 'L' });
    await post([line('CASH', 'D', '5'), line('OLD', 'C', '5')]);
    expect(await refusal(books.call('close_account', { account: 'OLD' }))).toMatchObject({
      code: 'ICF04',
      facts: { reason: 'not_empty' },
    });
    await post([line('OLD', 'D', '5'), line('CASH', 'C', '5')]);
    expect(await books.call('close_account', { account: 'OLD' })).toMatchObject({ flags: ['closed'] });
    expect(await refusal(post([line('CASH', 'D', '5'), line('OLD', 'C', '5')]))).toMatchObject({
      code: 'ICF04',
      facts: { reason: 'closed' },
    });
  });

  test('a chart opens in the base currency, and again changes nothing', async () => {
    expect(await books.call('open_chart', {})).toEqual({ chart: 'cas-cn', opened: 22 });
    expect(await books.call('open_chart', {})).toEqual({ chart: 'cas-cn', opened: 0 });
  });

  test('a statement runs from the opening to the closing balance', async () => {
    await books.call('open_account', { code: 'STMT', name: 'Statement', kind: 'L' });
    for (const [businessDate, amount] of [
      ['2021-05-01', '100'],
      ['2021-06-01', '50'],
      ['2021-06-02', '7'],
    ] as const) {
      await post([line('CASH', 'D', amount), line('STMT', 'C', amount)], { businessDate });
    }
    await post([line('STMT', 'D', '20'), line('CASH', 'C', '20')], { businessDate: '2021-06-03' });
    const { result } = await books.callWithKey('account_statement', null, {
      account: 'STMT',
      from: '2021-06-01',
      until: '2021-06-30',
    });
    expect(result).toMatchObject({ openingMinor: '100', closingMinor: '137' });
    expect(
      (result['entries'] as Record<string, unknown>[]).map(({ side, balanceMinor }) => [side, balanceMinor]),
    ).toEqual([
      ['C', '150'],
      ['C', '157'],
      ['D', '137'],
    ]);
  });
});
