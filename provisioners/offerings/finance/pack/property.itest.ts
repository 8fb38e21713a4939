// Whatever is done in whatever order: every rule holds after every step; and beancount agrees with the books.
import * as fc from 'fast-check';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../../../server/testing/postgres.ts';
import { ORACLES, WITH_ORACLES } from '../testing/oracles.ts';
import { errors } from './api.ts';
import { type Json } from '../../../kit/pack/test-tenant.ts';
import { openBooks, type Books } from './books-fixture.ts';
import { initiation } from './iso-fixture.ts';

const WALLETS = ['W0', 'W1', 'W2', 'W3'];
let books: Books;
let sent = 0;

beforeAll(async () => {
  books = await openBooks(await createTestDatabase(), (url) => new Pool({ connectionString: url, max: 6 }), {
    modules: ['payments-iso20022', 'dual-control', 'fx'],
    params: { dual_control_limit_minor: '9000' },
  });
  await books.call('open_account', { code: 'CASH', name: 'Cash', kind: 'A' });
  await books.call('open_account', { code: 'USD', name: 'Dollars', kind: 'L', currency: 'USD' });
  await books.call('set_rate', { base: 'USD', quote: 'CNY', rate: '7.13' });
  for (const code of WALLETS) {
    await books.call('open_account', { code, name: code, kind: 'L', flags: ['debits_must_not_exceed_credits'] });
    await books.call('transfer', { debit: 'CASH', credit: code, amountMinor: '8000' });
  }
});
afterAll(() => books.close());

/** A call made of drawn numbers; `nth` chooses among what was made so far. */
interface Deed {
  readonly fn: string;
  readonly n: number;
  readonly nth: number;
}

const deed: fc.Arbitrary<Deed> = fc.record({
  fn: fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom('transfer', 'hold') },
    { weight: 5, arbitrary: fc.constantFrom('post_transfer', 'void_transfer', 'expire_transfers') },
    { weight: 3, arbitrary: fc.constantFrom('post_journal', 'reverse_journal', 'exchange', 'convert') },
    {
      weight: 3,
      arbitrary: fc.constantFrom(
        'initiate_payments',
        'export_payments',
        'seal_journals',
        'propose',
        'approve_proposal',
      ),
    },
  ),
  n: fc.nat(9_999),
  nth: fc.nat(50),
});

interface Made {
  readonly transfers: unknown[];
  readonly journals: unknown[];
  readonly proposals: unknown[];
}
const pick = (list: readonly unknown[], nth: number): unknown =>
  list.at(-1 - (nth % Math.max(1, list.length))) ?? '01920000-0000-7000-8000-000000000000';

function bodyOf({ fn, n, nth }: Deed, made: Made): Json {
  const [debit, credit] = [WALLETS[n % 4], WALLETS[(n >> 2) % 4]];
  const pair = { debit, credit, amountMinor: String(1 + (n % 9_500)) };
  switch (fn) {
    case 'transfer':
      return pair;
    case 'hold':
      return { ...pair, pending: true, timeoutSeconds: 60 };
    case 'post_transfer':
      return {
        transferId: pick(made.transfers, nth),
        ...(n % 2 === 0 ? {} : { amountMinor: String(1 + (n % 3_000)) }),
      };
    case 'void_transfer':
      return { transferId: pick(made.transfers, nth) };
    case 'reverse_journal':
      return { journalId: pick(made.journals, nth) };
    case 'post_journal':
      return {
        lines: [
          { account: debit, side: 'D', amountMinor: String(1 + (n % 700)) },
          { account: credit, side: 'C', amountMinor: String(1 + (n % 700) + (n % 11 === 0 ? 1 : 0)) },
        ],
      };
    case 'exchange':
      return { from: debit, to: 'USD', fromMinor: String(1 + (n % 500)), toMinor: '7' };
    case 'convert':
      return { from: debit, to: 'USD', fromMinor: String(1 + (n % 500)) };
    case 'initiate_payments': {
      const to = n % 3 === 0 ? 'GB29NWBK60161331926819' : String(credit);
      const paid = { endToEndId: `E${n}`, from: String(debit), to, amount: ((1 + (n % 9_500)) / 100).toFixed(2) };
      return { xml: initiation(`P-${(sent += 1)}`, [paid, paid].slice(n % 2)) };
    }
    case 'export_payments':
      return { definition: n % 2 === 0 ? 'pacs.008.001.08' : 'pain.001.001.09' };
    case 'propose':
      return { function: 'transfer', body: pair };
    case 'approve_proposal':
      return { proposalId: pick(made.proposals, nth) };
    default:
      return {};
  }
}

async function perform(deeds: readonly Deed[], together: boolean): Promise<void> {
  const made: Made = { transfers: [], journals: [], proposals: [] };
  const run = async (each: Deed): Promise<void> => {
    if (each.fn === 'expire_transfers') {
      await books.rows(
        "UPDATE ledger.transfer SET timeout_at = now() WHERE transfer_id = $1 AND state = 'pending' AND NOT for_payment",
        [pick(made.transfers, each.nth)],
      );
    }
    const caller = each.nth % 2 === 0 ? 'ada' : 'ben';
    try {
      const fn = each.fn === 'hold' ? 'transfer' : each.fn;
      const { transferId, journalId, proposalId } = await books.call(fn, bodyOf(each, made), undefined, caller);
      if (transferId !== undefined) made.transfers.push(transferId);
      if (journalId !== undefined) made.journals.push(journalId);
      if (proposalId !== undefined) made.proposals.push(proposalId);
    } catch (error) {
      expect(Object.keys(errors)).toContain((error as { code?: string }).code); // a refusal in the pack's own words, or a bug
    }
    if (!together) expect(await books.broken()).toEqual({});
  };
  if (together) await Promise.all(deeds.map(run));
  else for (const each of deeds) await run(each);
  expect(await books.broken()).toEqual({});
}

test('one after the other', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { minLength: 5, maxLength: 30 }), (deeds) => perform(deeds, false)),
    { numRuns: 20, endOnFailure: true },
  );
}, 120_000);

test('all at once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { minLength: 10, maxLength: 60 }), (deeds) => perform(deeds, true)),
    { numRuns: 20, endOnFailure: true },
  );
}, 120_000);

/** The journal in beancount's language, with a balance asserted for every account on the day after. */
async function asBeancount(): Promise<string> {
  const rows = await books.rows(
    `SELECT p.journal_id, j.business_date::text AS day, p.line_no, a.kind::text AS kind, a.code, p.side::text AS side, p.amount_minor::text AS amount,
       p.currency::text AS currency
     FROM ledger.posting p JOIN ledger.journal j USING (journal_id) JOIN ledger.account a USING (account_id) ORDER BY 1, 3`,
  );
  const accounts = await books.rows(
    `SELECT kind::text AS kind, code, currency::text AS currency, (debits_posted - credits_posted)::text AS balance FROM ledger.account`,
  );
  const roots: Readonly<Record<string, string>> = {
    A: 'Assets',
    L: 'Liabilities',
    Q: 'Equity',
    I: 'Income',
    X: 'Expenses',
  };
  const name = ({ kind, code }: Json): string => `${roots[String(kind)]}:N-${String(code)}`;
  const major = (minor: unknown): string => (Number(minor) / 100).toFixed(2);
  const journals = Map.groupBy(rows, (row) => String(row['journal_id']));
  return [
    ...accounts.map((account) => `2000-01-01 open ${name(account)} ${String(account['currency'])}`),
    ...Array.from(journals.values(), (lines) =>
      [
        `${String(lines[0]?.['day'])} * "${String(lines[0]?.['journal_id'])}"`,
        ...lines.map(
          (line) =>
            `  ${name(line)}  ${line['side'] === 'D' ? '' : '-'}${major(line['amount'])} ${String(line['currency'])}`,
        ),
      ].join('\n'),
    ),
    ...accounts.map(
      (account) => `2999-01-01 balance ${name(account)} ${major(account['balance'])} ${String(account['currency'])}`,
    ),
  ].join('\n\n');
}

describe.skipIf(ORACLES === null)(WITH_ORACLES, () => {
  test('beancount finds the journal balanced, and every balance where the books have it', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'beancount-'));
    try {
      const journal = await asBeancount();
      expect(journal.match(/ \* "/g)?.length).toBeGreaterThan(50);
      const file = path.join(folder, 'journal.beancount');
      await writeFile(file, journal);
      expect(await ORACLES?.checkJournal(file)).toBe('');
      await writeFile(file, journal.replace(/(-\d+)\.(\d\d) CNY/, '$1.$2 CNY\n  Assets:N-CASH  0.01 CNY'));
      expect(await ORACLES?.checkJournal(file)).toContain('does not balance');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
