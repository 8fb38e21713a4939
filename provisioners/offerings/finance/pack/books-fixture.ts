/** Books for tests: the pack in a real database, and accounts to post to. */
import { randomUUID } from 'node:crypto';
import type { SmokeClient } from '../../../kit/offering.ts';
import {
  openTestTenant,
  type Json,
  type Sql,
  type TestTenant,
  type TestTenantOptions,
} from '../../../kit/pack/test-tenant.ts';

export type Books = TestTenant;

export const PACK = {
  name: 'finance',
  version: '1.2.0',
  directory: import.meta.dirname,
  extensions: ['btree_gist'],
} as const;

/** Applies the pack to an empty database.
 * @param connect opens a pool on a URL */
export async function openBooks(
  database: Parameters<typeof openTestTenant>[1],
  connect: (url: string) => Sql,
  options: TestTenantOptions = {},
): Promise<Books> {
  return openTestTenant(PACK, database, connect, options);
}

/** Accounts of a small house: cash at the bank, what customers have with it, income, and money put into the wallets. */
export async function openWallets(
  books: Books,
  wallets: readonly string[],
  { currency = 'CNY', fundMinor = '0', prefix = '' }: { currency?: string; fundMinor?: string; prefix?: string } = {},
): Promise<void> {
  const cash = `${prefix}CASH`;
  await books.call('open_account', { code: cash, name: 'Cash at the bank', kind: 'A', currency });
  for (const code of wallets) {
    await books.call('open_account', {
      code,
      name: `Wallet ${code}`,
      kind: 'L',
      currency,
      flags: ['debits_must_not_exceed_credits'],
    });
    if (fundMinor !== '0') await books.call('transfer', { debit: cash, credit: code, amountMinor: fundMinor });
  }
}

/** Counters of an account, as strings of minor units. */
export async function countersOf(books: Books, account: string): Promise<Json> {
  const rows = await books.rows(
    `SELECT debits_posted::text AS d, credits_posted::text AS c, debits_pending::text AS dp, credits_pending::text AS cp
     FROM ledger.account WHERE code = $1`,
    [account],
  );
  return rows[0] ?? {};
}

/** The smoke transaction's client, straight into the pack: statuses as the description says. */
export function smokeClientOf(
  books: Books,
  api: {
    readonly functions: Readonly<Record<string, { readonly status: number; readonly writes: boolean }>>;
    readonly errors: Readonly<Record<string, { readonly status: number }>>;
  },
): SmokeClient & { calls(): number } {
  let calls = 0;
  return {
    calls: () => calls,
    call: async (fn, body, key = randomUUID()) => {
      calls += 1;
      const spec = api.functions[fn];
      try {
        const { result } = await books.callWithKey(fn, spec?.writes === true ? key : null, body);
        return { status: spec?.status ?? 404, body: result };
      } catch (error) {
        const { code = '' } = error as { code?: string };
        return { status: api.errors[code]?.status ?? 500, body: { code } };
      }
    },
    view: async (name) => {
      calls += 1;
      return { status: 200, items: (await books.api.query(`SELECT * FROM api.${name} LIMIT 50`)).rows };
    },
  };
}
