/** Views a reader may page through. The self-test's book is in none of them, except that seals cover it. */
import { words, type ViewSpec } from './spec.ts';

const ACCOUNT = words('Account', '账户');
const NAME = words('Name', '名称');
const KIND = words('A asset, L liability, Q equity, I income, X expense', 'A 资产、L 负债、Q 权益、I 收入、X 费用');
const CURRENCY = words('Currency, ISO 4217', '币种（ISO 4217）');
const DIGITS = words('Digits of its minor unit', '小数位数');
const AMOUNT = words('Amount, minor units', '金额（最小货币单位）');
const JOURNAL = words('Journal', '凭证编号');
const TRANSFER = words('Transfer', '转账编号');
const DAY = words('Business day', '业务日期');
const DESCRIPTION = words('Description', '摘要');
const BY = words('By', '操作者');
const MESSAGE = words('Id of the message', '报文标识');

export const views = {
  accounts: {
    summary: words('Accounts and their balances', '账户与余额'),
    key: ['account'],
    columns: {
      account: ACCOUNT,
      name: NAME,
      kind: KIND,
      currency: CURRENCY,
      iban: words('IBAN', 'IBAN（国际银行账号）'),
      party_ref: words('Your reference of the holder', '持有人参考号'),
      flags: words('Limits; closed', '限额标志；是否关闭'),
      debits_posted_minor: words('Debits, minor units', '借方累计（最小货币单位）'),
      credits_posted_minor: words('Credits, minor units', '贷方累计（最小货币单位）'),
      debits_pending_minor: words('Debits reserved, minor units', '借方冻结（最小货币单位）'),
      credits_pending_minor: words('Credits reserved, minor units', '贷方冻结（最小货币单位）'),
      balance_minor: words('Balance on its own side, minor units', '余额（按科目方向，最小货币单位）'),
      opened_at: words('Opened', '开立时间'),
    },
    module: null,
  },
  journals: {
    summary: words('Journals, append-only', '凭证（只增不改）'),
    key: ['journal_id'],
    columns: {
      journal_id: JOURNAL,
      kind: words('Kind', '类型'),
      business_date: DAY,
      description: DESCRIPTION,
      reverses: words('Reverses', '红冲的凭证'),
      reversed_by: words('Reversed by', '被何凭证红冲'),
      link_id: words('Link to journals that belong to it', '关联编号'),
      actor: BY,
      posted_at: words('Posted', '入账时间'),
    },
    module: null,
  },
  postings: {
    summary: words('Lines of journals, append-only', '分录（只增不改）'),
    key: ['journal_id', 'line_no'],
    columns: {
      journal_id: JOURNAL,
      line_no: words('Line', '行号'),
      account: ACCOUNT,
      side: words('D debit, C credit', 'D 借、C 贷'),
      amount_minor: AMOUNT,
      currency: CURRENCY,
      business_date: DAY,
    },
    module: null,
  },
  transfers: {
    summary: words('Transfers', '转账'),
    key: ['transfer_id'],
    columns: {
      transfer_id: TRANSFER,
      state: words('State', '状态'),
      debit: words('Debited account', '借方账户'),
      credit: words('Credited account', '贷方账户'),
      amount_minor: AMOUNT,
      posted_minor: words('Posted, minor units', '已入账（最小货币单位）'),
      currency: CURRENCY,
      code: words('Your code', '业务代码'),
      description: DESCRIPTION,
      timeout_at: words('Runs out', '超时时间'),
      journal_id: JOURNAL,
      actor: BY,
      created_at: words('Made', '创建时间'),
      resolved_at: words('Resolved', '了结时间'),
    },
    module: null,
  },
  transfers_by_state: {
    summary: words('Transfers of the last 90 days by state', '近 90 天各状态的转账'),
    key: ['state'],
    columns: { state: words('State', '状态'), transfers: words('Transfers', '转账数') },
    module: null,
  },
  trial_balance: {
    summary: words('Trial balance by account', '试算平衡表'),
    key: ['account'],
    columns: {
      account: ACCOUNT,
      name: NAME,
      kind: KIND,
      currency: CURRENCY,
      digits: DIGITS,
      debit_minor: words('Debit balance, minor units', '借方余额（最小货币单位）'),
      credit_minor: words('Credit balance, minor units', '贷方余额（最小货币单位）'),
    },
    module: null,
  },
  t_accounts: {
    summary: words('Lines of the last 20 journals, each on its side', '最近 20 张凭证的分录，按借贷列示'),
    key: ['account', 'journal_id', 'line_no'],
    columns: {
      account: ACCOUNT,
      name: NAME,
      journal_id: JOURNAL,
      line_no: words('Line', '行号'),
      business_date: DAY,
      debit_minor: words('Debit, minor units', '借方（最小货币单位）'),
      credit_minor: words('Credit, minor units', '贷方（最小货币单位）'),
      currency: CURRENCY,
      digits: DIGITS,
      description: DESCRIPTION,
    },
    module: null,
  },
  trial_balance_totals: {
    summary: words('Trial balance by currency', '各币种试算平衡'),
    key: ['currency'],
    columns: {
      currency: CURRENCY,
      debits_minor: words('Debits, minor units', '借方合计（最小货币单位）'),
      credits_minor: words('Credits, minor units', '贷方合计（最小货币单位）'),
      difference_minor: words('Difference; 0 when in balance', '差额（平衡时为 0）'),
    },
    module: null,
  },
  balances_by_kind: {
    summary: words('What is owned, owed, earned and spent', '资产、负债、权益与损益'),
    key: ['currency', 'kind'],
    columns: {
      currency: CURRENCY,
      kind: KIND,
      accounts: words('Accounts', '账户数'),
      balance_minor: words('Balance on its own side, minor units', '余额（按科目方向，最小货币单位）'),
    },
    module: null,
  },
  turnover_by_day: {
    summary: words('Journals and turnover by business day, 90 days', '近 90 天每日凭证数与发生额'),
    key: ['day', 'currency'],
    columns: {
      day: DAY,
      currency: CURRENCY,
      journals: words('Journals', '凭证数'),
      turnover_minor: words('Debits posted, minor units', '借方发生额（最小货币单位）'),
    },
    module: null,
  },
  periods: {
    summary: words('Months and whether they are closed', '会计期间'),
    key: ['period'],
    columns: {
      period: words('Month', '月份'),
      fiscal_year: words('Fiscal year it belongs to', '所属会计年度'),
      journals: words('Journals', '凭证数'),
      closed: words('Closed', '是否关闭'),
      closed_at: words('When closed', '关闭时间'),
      closed_by: words('Closed by', '关闭人'),
    },
    module: null,
  },
  seals: {
    summary: words('Seals, each on top of the one before', '封存链'),
    key: ['seal_no'],
    columns: {
      seal_no: words('Number', '序号'),
      journals: words('Journals', '凭证数'),
      root: words('Root, SHA-256', '封存根（SHA-256）'),
      prev_root: words('Root before', '前一封存根'),
      sealed_at: words('Sealed', '封存时间'),
      sealed_by: BY,
      holds: words('Held at the last check', '最近核验是否通过'),
      checked_at: words('Last checked', '最近核验时间'),
    },
    module: null,
  },
  payments: {
    summary: words('Payments and their ISO 20022 status', '支付及其 ISO 20022 状态'),
    key: ['payment_id'],
    columns: {
      payment_id: words('Id', '编号'),
      direction: words('Initiated here, or received', '发起或接收'),
      status: words('RCVD, PDNG, ACSP, ACSC or RJCT', '状态：RCVD、PDNG、ACSP、ACSC 或 RJCT'),
      reason: words('Reason code', '原因代码'),
      end_to_end_id: words('End-to-end id', '端到端标识'),
      uetr: words('UETR', 'UETR（端到端唯一参考号）'),
      amount_minor: AMOUNT,
      currency: CURRENCY,
      debtor_name: words('Payer', '付款人'),
      debtor_account: words('Account of the payer', '付款账户'),
      creditor_name: words('Payee', '收款人'),
      creditor_account: words('Account of the payee', '收款账户'),
      remittance: words('Remittance', '附言'),
      msg_id: MESSAGE,
      transfer_id: TRANSFER,
      repaired: words('A person had to help', '是否人工处理'),
      received_at: words('Received', '接收时间'),
      settled_at: words('Settled', '结清时间'),
    },
    module: null,
  },
  messages: {
    summary: words('Messages in and out, append-only', '收发报文（只增不改）'),
    key: ['message_id'],
    columns: {
      message_id: words('Number', '报文编号'),
      direction: words('In or out', '收或发'),
      definition: words('ISO 20022 definition', 'ISO 20022 报文类型'),
      msg_id: MESSAGE,
      sha256: words('SHA-256 of its text', '报文 SHA-256'),
      actor: BY,
      at: words('When', '时间'),
    },
    module: null,
  },
  invariants: {
    summary: words('Rules that always hold', '不变量检查'),
    key: ['rule'],
    columns: { rule: words('Rule', '规则'), violations: words('Violations; 0 when it holds', '违反次数（0 为正常）') },
    module: null,
  },
  kpis: {
    summary: words('How the books are doing', '运行指标'),
    key: ['name'],
    columns: { name: words('Figure', '指标'), value: words('Value', '数值'), unit: words('Unit', '单位') },
    module: null,
  },
} as const satisfies Record<string, ViewSpec>;
