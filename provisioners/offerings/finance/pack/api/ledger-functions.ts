/** Accounts, journals, exchanges and months. */
import { z } from 'zod';
import {
  AccountCode,
  Book,
  Currency,
  Day,
  Description,
  EXAMPLE_ID,
  Minor,
  Name,
  Nothing,
  Period,
  words,
  type FunctionSpec,
} from './spec.ts';

/** What may be wrong with any journal. */
const JOURNAL_ERRORS = ['ICF02', 'ICF03', 'ICF04', 'ICF05', 'ICF11', 'ICF12', 'ICF15'] as const;

const Line = z.strictObject({
  account: AccountCode,
  side: z.enum(['D', 'C']),
  amountMinor: Minor,
  currency: Currency.optional(),
});

export const ledgerFunctions = {
  open_account: {
    summary: words('Open an account', '开立账户'),
    description: words(
      'Kinds: A asset, L liability, Q equity, I income, X expense. Flags are limits that no transfer and no journal can break.',
      '类别：A 资产、L 负债、Q 权益、I 收入、X 费用。flags 为限额，任何转账与凭证都不能突破。',
    ),
    body: z.strictObject({
      code: AccountCode,
      name: Name,
      kind: z.enum(['A', 'L', 'Q', 'I', 'X']),
      currency: Currency.optional(),
      flags: z
        .array(z.enum(['debits_must_not_exceed_credits', 'credits_must_not_exceed_debits']))
        .max(2)
        .optional(),
      iban: z
        .string()
        .regex(/^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$/)
        .optional(),
      partyRef: Name.optional(),
      book: Book.optional(),
    }),
    writes: true,
    status: 201,
    errors: ['ICF14'],
    example: {
      code: 'WALLET-1001',
      name: 'Wallet of Lin Xia',
      kind: 'L',
      currency: 'CNY',
      flags: ['debits_must_not_exceed_credits'],
    },
    module: null,
  },
  close_account: {
    summary: words('Close an account', '关闭账户'),
    description: words(
      'For good. Refused while it has a balance or something pending.',
      '永久关闭。有余额或冻结金额时拒绝。',
    ),
    body: z.strictObject({ account: AccountCode }),
    writes: true,
    status: 200,
    errors: ['ICF04', 'ICF12'],
    example: { account: 'WALLET-1001' },
    module: null,
  },
  open_chart: {
    summary: words('Open the chart of accounts', '开立会计科目'),
    description: words(
      'Opens the accounts of the chosen chart in the base currency. Accounts that are there stay as they are.',
      '按所选科目表以本位币开立账户，已存在的账户保持不变。',
    ),
    body: Nothing,
    writes: true,
    status: 201,
    errors: [],
    example: {},
    module: null,
  },
  post_journal: {
    summary: words('Post a journal', '记账'),
    description: words(
      'All lines or none. Debits equal credits in every currency, or the whole is refused at commit.',
      '全部分录一并入账，或全部不入账。各币种借贷须相等，否则提交时整体拒绝。',
    ),
    body: z.strictObject({
      lines: z.array(Line).min(1).max(500),
      kind: z.string().min(1).max(40).optional(),
      businessDate: Day.optional(),
      description: Description.optional(),
    }),
    writes: true,
    status: 201,
    errors: JOURNAL_ERRORS,
    example: {
      lines: [
        { account: '1002', side: 'D', amountMinor: '100000' },
        { account: '4001', side: 'C', amountMinor: '100000' },
      ],
      description: 'Paid-in capital',
    },
    module: null,
  },
  reverse_journal: {
    summary: words('Reverse a journal', '红冲凭证'),
    description: words(
      'Posts the same lines with sides changed. A journal is reversed once.',
      '以相反方向登记相同分录。每张凭证只能红冲一次。',
    ),
    body: z.strictObject({
      journalId: z.uuid(),
      businessDate: Day.optional(),
      description: Description.optional(),
    }),
    writes: true,
    status: 201,
    errors: ['ICF04', 'ICF05', 'ICF11', 'ICF12', 'ICF15', 'ICF18'],
    example: { journalId: EXAMPLE_ID, description: 'posted twice' },
    module: null,
  },
  exchange: {
    summary: words('Exchange between currencies', '货币兑换'),
    description: words(
      'At the amounts you agreed: two linked journals through the exchange positions, each balanced by itself.',
      '按约定金额兑换：两张相互关联、经外汇头寸账户的凭证，各自平衡。',
    ),
    body: z.strictObject({
      from: AccountCode,
      to: AccountCode,
      fromMinor: Minor,
      toMinor: Minor,
      businessDate: Day.optional(),
      description: Description.optional(),
    }),
    writes: true,
    status: 201,
    errors: ['ICF04', 'ICF05', 'ICF11', 'ICF12', 'ICF14', 'ICF15'],
    example: { from: 'WALLET-1001', to: 'WALLET-USD-1001', fromMinor: '71300', toMinor: '10000' },
    module: null,
  },
  close_period: {
    summary: words('Close a month', '关闭期间'),
    description: words(
      'A month that is over takes no more journals. Months close in order.',
      '已结束的月份不再接受记账，须按月依次关闭。',
    ),
    body: z.strictObject({ period: Period, book: Book.optional() }),
    writes: true,
    status: 200,
    errors: ['ICF19'],
    example: { period: '2026-10' },
    module: null,
  },
  account_statement: {
    summary: words('Statement of an account', '账户明细'),
    description: words(
      'Opening and closing balance, and the entries between with the balance after each.',
      '期初与期末余额，以及其间的逐笔分录与每笔之后的余额。',
    ),
    body: z.strictObject({
      account: AccountCode,
      from: Day.optional(),
      until: Day.optional(),
      limit: z.int().min(1).max(1_000).optional(),
    }),
    writes: false,
    status: 200,
    errors: ['ICF12'],
    example: { account: '1002', from: '2026-11-01', until: '2026-11-30' },
    module: null,
  },
} as const satisfies Record<string, FunctionSpec>;
