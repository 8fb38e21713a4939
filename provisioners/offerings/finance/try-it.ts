/** From an empty ledger to a sealed payment, call by call, for whoever has just got the key. */
import type { TryCall } from '../../../server/domain/manifest.ts';
import type { LocalText } from '../../../server/domain/text.ts';
import { text } from '../../kit/offering.ts';

const call = (
  name: string,
  title: LocalText,
  body: Record<string, unknown>,
  save: Record<string, string> = {},
): TryCall => ({ kind: 'function', name, title, body, save });

const view = (name: string, title: LocalText): TryCall => ({ kind: 'view', name, title, body: null, save: {} });

const wallet = (who: string, name: string): Record<string, unknown> => ({
  code: `WALLET-${who}-{{random}}`,
  name,
  kind: 'L',
  flags: ['debits_must_not_exceed_credits'],
});

export const tryIt: TryCall[] = [
  call(
    'open_account',
    text('Open cash at the bank', '开立银行存款账户'),
    { code: 'CASH-{{random}}', name: 'Cash at the bank', kind: 'A' },
    { cash: 'account' },
  ),
  call('open_account', text('Open a wallet', '开立钱包'), wallet('A', 'Wallet of Lin Xia'), { from: 'account' }),
  call('open_account', text('Open another', '再开立一个钱包'), wallet('B', 'Wallet of Wei Chen'), { to: 'account' }),
  call('transfer', text('Fund the first with 1,000.00', '为第一个钱包充值 1,000.00'), {
    debit: '{{cash}}',
    credit: '{{from}}',
    amountMinor: '100000',
  }),
  call(
    'transfer',
    text('Hold 250.00', '冻结 250.00'),
    { debit: '{{from}}', credit: '{{to}}', amountMinor: '25000', pending: true },
    { transferId: 'transferId' },
  ),
  call('post_transfer', text('Post 240.00 of it', '入账其中 240.00'), {
    transferId: '{{transferId}}',
    amountMinor: '24000',
  }),
  call('account_statement', text('Read the statement', '查看账户明细'), { account: '{{from}}' }),
  call('seal_journals', text('Seal what was posted', '封存凭证'), {}, { sealNo: 'sealNo' }),
  view('trial_balance', text('See the trial balance', '查看试算平衡表')),
  view('transfers', text('See the transfers', '查看转账')),
  view('invariants', text('Check the invariants', '检查不变量')),
];
