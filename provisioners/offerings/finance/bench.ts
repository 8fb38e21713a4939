/** The ledger's measures: transfers over many wallets, transfers into one account, and a race for the last money. */
import type { OfferingBench } from '../../kit/bench.ts';
import type { SmokeClient } from '../../kit/offering.ts';
import { expectStatus } from '../../kit/smoke.ts';

const WALLETS = 200;
/** More than any run can move. */
const PLENTY_MINOR = '100000000000';
const SCARCE = 400;

/** Opens a source of money and wallets that hold some of it; the first is the source. */
async function openWallets(
  client: SmokeClient,
  prefix: string,
  wallets: number,
  fundMinor: string,
): Promise<readonly string[]> {
  const bank = `${prefix}-BANK`;
  const codes = Array.from({ length: wallets }, (_, n) => `${prefix}-${n}`);
  expectStatus(await client.call('open_account', { code: bank, name: 'Bank', kind: 'A' }), 201, 'open_account');
  for (const code of codes) {
    const wallet = { code, name: code, kind: 'L', flags: ['debits_must_not_exceed_credits'] };
    expectStatus(await client.call('open_account', wallet), 201, 'open_account');
    const fund = { debit: bank, credit: code, amountMinor: fundMinor };
    expectStatus(await client.call('transfer', fund), 201, 'transfer');
  }
  return [bank, ...codes];
}

/** From the nth wallet to one further on; never to itself. */
function between(accounts: readonly string[], n: number): Readonly<Record<string, unknown>> {
  const wallets = accounts.slice(1);
  const from = n % wallets.length;
  const to = (from + 1 + ((n * 7) % (wallets.length - 1))) % wallets.length;
  return { debit: wallets[from] ?? '', credit: wallets[to] ?? '', amountMinor: '1' };
}

export const bench: OfferingBench = {
  works: [
    {
      name: `transfers between ${WALLETS} wallets`,
      known: '565/s between 1,000 wallets, design study',
      prepare: (client) => openWallets(client, 'SPREAD', WALLETS, PLENTY_MINOR),
      fn: 'transfer',
      body: (n, accounts) => between(accounts as readonly string[], n),
      units: 'transfers',
      unitsPerCall: 1,
      refusals: [],
    },
    {
      name: 'transfers into one account',
      known: '260/s into one fee account, design study',
      prepare: (client) => openWallets(client, 'HOT', WALLETS, PLENTY_MINOR),
      fn: 'transfer',
      body: (n, accounts) => {
        const [bank = '', ...wallets] = accounts as readonly string[];
        return { debit: wallets[n % wallets.length] ?? '', credit: bank, amountMinor: '1' };
      },
      units: 'transfers',
      unitsPerCall: 1,
      refusals: [],
    },
  ],
  read: { view: 'accounts', query: (accounts) => ({ account: (accounts as readonly string[])[1] ?? '' }) },
  race: {
    name: `1,500 transfers, money for ${SCARCE}`,
    prepare: (client) => openWallets(client, 'SCARCE', 1, String(SCARCE)),
    fn: 'transfer',
    body: (_n, accounts) => {
      const [bank = '', wallet = ''] = accounts as readonly string[];
      return { debit: wallet, credit: bank, amountMinor: '1' };
    },
    calls: 1_500,
    winners: SCARCE,
    refusal: 'ICF11',
  },
};
