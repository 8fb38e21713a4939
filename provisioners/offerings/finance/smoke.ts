/**
 * The transaction that proves a ledger: thirteen steps through the tenant's own API, in a book of their own that counts in no figure. About
 * 40 calls, so that they fit the smallest plan’s burst. Journals stay, as journals do; nothing stays reserved. A hybrid ledger proves its edge, too.
 */
import { createHash } from 'node:crypto';
import type { SmokeClient, SmokeStep } from '../../kit/offering.ts';
import { text } from '../../kit/offering.ts';
import { expectProblem, expectStatus, expectValue, need, tidyUp } from '../../kit/smoke.ts';
import { edgeSmoke } from './smoke-edge.ts';

const BOOK = 'smoke';
const NO_OVERDRAFT = 'debits_must_not_exceed_credits';
/** A month long past: closing it in the book of the self-test disturbs nobody. */
const CLOSED_MONTH = '2000-01';
const RACERS = 10;

/** What earlier steps leave for later ones. */
/** Accounts of this run. */
const accountOf = (memo: Record<string, unknown>, part: string): string => `SMOKE-${need(memo, 'random')}-${part}`;

const open = (client: SmokeClient, code: string, kind: string, currency = 'CNY', flags: string[] = []) =>
  client.call('open_account', { code, name: 'Self-test', kind, currency, flags, book: BOOK });

/** Balance of an account that owes its holder money. */
async function balanceOf(client: SmokeClient, account: string): Promise<string> {
  const answer = await client.call('account_statement', { account, limit: 1 });
  expectStatus(answer, 200, `statement of ${account}`);
  return String(answer.body['closingMinor']);
}

const pain001 = (msgId: string, from: string, to: string): string => `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"><CstmrCdtTrfInitn>
<GrpHdr><MsgId>${msgId}</MsgId><CreDtTm>2020-01-31T00:00:00Z</CreDtTm><NbOfTxs>1</NbOfTxs><CtrlSum>12.50</CtrlSum><InitgPty/></GrpHdr>
<PmtInf><PmtInfId>1</PmtInfId><PmtMtd>TRF</PmtMtd><ReqdExctnDt><Dt>2020-01-31</Dt></ReqdExctnDt><Dbtr/>
<DbtrAcct><Id><Othr><Id>${from}</Id></Othr></Id></DbtrAcct><DbtrAgt><FinInstnId/></DbtrAgt>
<CdtTrfTxInf><PmtId><EndToEndId>${msgId}</EndToEndId></PmtId><Amt><InstdAmt Ccy="CNY">12.50</InstdAmt></Amt>
<CdtrAcct><Id><Othr><Id>${to}</Id></Othr></Id></CdtrAcct></CdtTrfTxInf></PmtInf></CstmrCdtTrfInitn></Document>`;

/** The root that follows from an export alone: sha256 of the root before and the digest of every line. */
function rootOf(exported: Readonly<Record<string, unknown>>): string {
  const lines = Array.isArray(exported['lines']) ? exported['lines'].map(String) : [];
  const hash = createHash('sha256').update(Buffer.from(String(exported['prevRoot']), 'hex'));
  for (const line of lines) hash.update(createHash('sha256').update(line).digest());
  return hash.digest('hex');
}

export const smoke: readonly SmokeStep[] = [
  {
    name: 'accounts',
    title: text(
      'Open cash, two wallets and fee income; fund 1,000.00',
      '开立现金、两个钱包与手续费收入账户，充值 1,000.00',
    ),
    run: async (client, memo) => {
      Object.assign(memo, { random: crypto.randomUUID().slice(0, 8) });
      const account = (part: string): string => accountOf(memo, part);
      expectStatus(await open(client, account('CASH'), 'A'), 201, 'open cash');
      expectStatus(await open(client, account('A'), 'L', 'CNY', [NO_OVERDRAFT]), 201, 'open wallet A');
      expectStatus(await open(client, account('B'), 'L', 'CNY', [NO_OVERDRAFT]), 201, 'open wallet B');
      expectStatus(await open(client, account('FEE'), 'I'), 201, 'open fee income');
      const fund = { debit: account('CASH'), credit: account('A'), amountMinor: '100000' };
      expectStatus(await client.call('transfer', fund), 201, 'fund');
      expectValue(await balanceOf(client, account('A')), '100000', 'balance of A');
      return 'wallet A holds 1,000.00';
    },
  },
  {
    name: 'hold',
    title: text('Hold 250.00, post 240.00', '冻结 250.00，入账 240.00'),
    run: async (client, memo) => {
      const hold = { debit: accountOf(memo, 'A'), credit: accountOf(memo, 'B'), amountMinor: '25000', pending: true };
      const held = await client.call('transfer', hold);
      expectStatus(held, 201, 'transfer, pending');
      expectValue(held.body['state'], 'pending', 'state');
      const transferId = String(held.body['transferId']);
      Object.assign(memo, { transferId });
      const posted = await client.call('post_transfer', { transferId, amountMinor: '24000' });
      expectStatus(posted, 200, 'post_transfer');
      expectValue(posted.body['postedMinor'], '24000', 'posted');
      const statement = await client.call('account_statement', { account: accountOf(memo, 'A'), limit: 1 });
      expectValue(statement.body['closingMinor'], '76000', 'balance of A');
      expectValue(statement.body['debitsPendingMinor'], '0', 'still held on A');
      return '240.00 posted, 10.00 came back';
    },
  },
  {
    name: 'void-again',
    title: text('Void what is posted', '撤销已入账的转账'),
    run: async (client, memo) => {
      const answer = await client.call('void_transfer', { transferId: need(memo, 'transferId') });
      expectProblem(answer, 422, 'ICF08', 'void_transfer');
      return 'refused, ICF08';
    },
  },
  {
    name: 'over-limit',
    title: text('Transfer more than there is', '超额转账'),
    run: async (client, memo) => {
      const tooMuch = { debit: accountOf(memo, 'A'), credit: accountOf(memo, 'B'), amountMinor: '76001' };
      expectProblem(await client.call('transfer', tooMuch), 409, 'ICF11', 'transfer of 760.01');
      return 'refused, ICF11';
    },
  },
  {
    name: 'unbalanced',
    title: text('Post a journal that does not balance', '提交借贷不平的凭证'),
    run: async (client, memo) => {
      const lines = [
        { account: accountOf(memo, 'CASH'), side: 'D', amountMinor: '100' },
        { account: accountOf(memo, 'A'), side: 'C', amountMinor: '99' },
      ];
      expectProblem(await client.call('post_journal', { lines }), 422, 'ICF03', 'post_journal');
      return 'refused at commit, ICF03';
    },
  },
  {
    name: 'payment-file',
    title: text('Hand in a payment file, twice', '提交支付文件，并重复提交'),
    run: async (client, memo) => {
      const msgId = `SMOKE-${need(memo, 'random')}`;
      const body = { xml: pain001(msgId, accountOf(memo, 'A'), accountOf(memo, 'B')) };
      const answer = await client.call('initiate_payments', body);
      expectStatus(answer, 201, 'initiate_payments');
      const payments = answer.body['payments'];
      const statuses = Array.isArray(payments) ? payments.map((payment: { status?: unknown }) => payment.status) : [];
      expectValue(statuses.join(', '), 'ACSC', 'status of the payment');
      expectProblem(await client.call('initiate_payments', body), 409, 'ICF21', 'the same file again');
      expectValue(await balanceOf(client, accountOf(memo, 'B')), '25250', 'balance of B');
      return 'ACSC and one journal; again: duplicate';
    },
  },
  {
    name: 'reversal',
    title: text('Take a fee and reverse it', '收取手续费并红冲'),
    run: async (client, memo) => {
      const lines = [
        { account: accountOf(memo, 'A'), side: 'D', amountMinor: '150' },
        { account: accountOf(memo, 'FEE'), side: 'C', amountMinor: '150' },
      ];
      const journal = await client.call('post_journal', { lines, kind: 'fee' });
      expectStatus(journal, 201, 'post_journal');
      const { journalId } = journal.body;
      expectStatus(await client.call('reverse_journal', { journalId }), 201, 'reverse_journal');
      expectProblem(await client.call('reverse_journal', { journalId }), 409, 'ICF18', 'reverse_journal again');
      return 'reversed once';
    },
  },
  {
    name: 'exchange',
    title: text('Exchange 71.30 CNY for 10.00 USD', '将 71.30 CNY 兑换为 10.00 USD'),
    run: async (client, memo) => {
      const dollars = accountOf(memo, 'USD');
      expectStatus(await open(client, dollars, 'L', 'USD', [NO_OVERDRAFT]), 201, 'open the dollar wallet');
      const deal = { from: accountOf(memo, 'A'), to: dollars, fromMinor: '7130', toMinor: '1000' };
      const answer = await client.call('exchange', deal);
      expectStatus(answer, 201, 'exchange');
      const { journals } = answer.body;
      expectValue(Array.isArray(journals) ? journals.length : 0, 2, 'linked journals');
      expectValue(await balanceOf(client, dollars), '1000', 'dollars');
      return 'two linked journals';
    },
  },
  {
    name: 'close',
    title: text('Close a month and post into it', '关闭期间后再记账'),
    run: async (client, memo) => {
      const month = { period: CLOSED_MONTH, book: BOOK };
      expectStatus(await client.call('close_period', month), 200, 'close_period');
      const late = {
        debit: accountOf(memo, 'CASH'),
        credit: accountOf(memo, 'A'),
        amountMinor: '1',
        businessDate: `${CLOSED_MONTH}-15`,
      };
      expectProblem(await client.call('transfer', late), 422, 'ICF05', 'a late posting');
      return `${CLOSED_MONTH} takes nothing more, ICF05`;
    },
  },
  {
    name: 'race',
    title: text('10 transfers at once of a balance for 3', '10 笔转账同时争用仅够 3 笔的余额'),
    run: async (client, memo) => {
      const purse = accountOf(memo, 'PURSE');
      expectStatus(await open(client, purse, 'L', 'CNY', [NO_OVERDRAFT]), 201, 'open the purse');
      const fund = { debit: accountOf(memo, 'CASH'), credit: purse, amountMinor: '3000' };
      expectStatus(await client.call('transfer', fund), 201, 'fund the purse');
      const spend = { debit: purse, credit: accountOf(memo, 'B'), amountMinor: '1000' };
      const answers = await Promise.all(Array.from({ length: RACERS }, () => client.call('transfer', spend)));
      for (const refused of answers.filter(({ status }) => status !== 201)) {
        expectProblem(refused, 409, 'ICF11', 'transfer in the race');
      }
      expectValue(answers.filter(({ status }) => status === 201).length, 3, 'transfers that went through');
      return '3 posted, 7 over the limit';
    },
  },
  ...edgeSmoke((memo, msgId) => pain001(msgId, accountOf(memo, 'A'), accountOf(memo, 'B'))),
  {
    name: 'seal',
    title: text('Seal, and compute the root as an outsider', '封存，并以外部视角核算封存根'),
    run: async (client) => {
      const sealed = await client.call('seal_journals', { limit: 200 });
      expectStatus(sealed, 200, 'seal_journals');
      const sealNo = Number(sealed.body['sealNo']);
      const exported = await client.call('export_seal', { sealNo });
      expectStatus(exported, 200, 'export_seal');
      expectValue(rootOf(exported.body), String(sealed.body['root']), 'root of the seal');
      const verified = await client.call('verify_seals', { limit: 10 });
      expectStatus(verified, 200, 'verify_seals');
      expectValue(JSON.stringify(verified.body['broken']), '[]', 'broken seals');
      return `seal ${sealNo} verifies`;
    },
  },
  {
    name: 'trial-balance',
    title: text('Draw up the trial balance', '试算平衡'),
    run: async (client) => {
      const { status, items } = await client.view('trial_balance_totals');
      expectStatus({ status, body: {} }, 200, 'view trial_balance_totals');
      const off = items.filter((item) => item['difference_minor'] !== '0').map((item) => item['currency']);
      expectValue(off.join(', '), '', 'currencies out of balance');
      return 'zero in every currency';
    },
  },
  tidyUp,
];
