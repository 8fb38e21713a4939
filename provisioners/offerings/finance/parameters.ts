/** What a customer sets when ordering a ledger. Names, except `sample_data`, are those of the pack's own parameters. */
import { z } from 'zod';
import type { ParameterSpec } from '../../../server/domain/manifest.ts';
import { field } from '../../kit/field.ts';
import { hybridFields, hybridParams } from '../../kit/hybrid.ts';
import { text } from '../../kit/offering.ts';

export const FinanceParams = z.strictObject({
  base_currency: z
    .enum(['CNY', 'USD', 'EUR', 'GBP', 'HKD', 'JPY', 'KRW', 'SGD', 'THB', 'MYR', 'AUD', 'CHF'])
    .default('CNY'),
  chart: z.enum(['cas-cn', 'ifrs-basic', 'wallet']).default('cas-cn'),
  fiscal_year_start: z
    .string()
    .regex(/^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9])$/)
    .default('01-01'),
  seal_interval_s: z.int().min(60).max(86_400).default(3_600),
  pending_timeout_s: z.int().min(60).max(2_592_000).default(86_400),
  dual_control_limit_minor: z
    .string()
    .regex(/^[0-9]{1,15}$/)
    .default('10000000'),
  payment_schemes: z
    .array(z.enum(['cips', 'cnaps', 'sepa', 'swift']))
    .min(1)
    .max(4)
    .default(['cnaps']),
  institution_bic: z
    .string()
    .regex(/^([A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?)?$/)
    .default(''),
  data_residency: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .default('CN'),
  sample_data: z.enum(['none', 'demo']).default('none'),
  edge_share_balances: z.boolean().default(false),
  ...hybridParams,
});
export type FinanceParams = z.infer<typeof FinanceParams>;

/** Books that have begun keep their currency and their chart. */
const fixed = (...parts: Parameters<typeof field>): ParameterSpec => ({ ...field(...parts), change: 'fixed' });

const SECONDS = text('seconds', '秒');

export const parameterFields: ParameterSpec[] = [
  fixed(
    'base_currency',
    text('Base currency', '本位币'),
    text('ISO 4217 code in which the books are kept.', '记账所用的 ISO 4217 币种代码。'),
  ),
  fixed(
    'chart',
    text('Chart of accounts', '会计科目表'),
    text(
      'cas-cn: Chinese standards. ifrs-basic: a short IFRS chart. wallet: accounts of a payment provider.',
      'cas-cn：中国企业会计准则；ifrs-basic：简版国际准则；wallet：支付机构账户体系。',
    ),
  ),
  field(
    'fiscal_year_start',
    text('Fiscal year begins', '会计年度起始日'),
    text('Month and day, such as 01-01.', '月和日，例如 01-01。'),
  ),
  field(
    'seal_interval_s',
    text('Seal every', '封存间隔'),
    text('How often what was posted is sealed into the chain.', '将已入账记录封存入链的间隔。'),
    SECONDS,
  ),
  field(
    'pending_timeout_s',
    text('Pending transfers end after', '冻结超时'),
    text(
      'A transfer that is neither posted nor voided by then gives the money back.',
      '届时仍未入账或撤销的转账，资金自动解冻。',
    ),
    SECONDS,
  ),
  field(
    'dual_control_limit_minor',
    text('Dual control above', '双人复核限额'),
    text(
      'With dual-control: what moves more than this needs a second person. In minor units of the base currency, digits only; other currencies count at their rate where fx knows one, else one for one.',
      '启用 dual-control 时，超过该金额的记账须由第二人复核。以本位币最小单位计，仅限数字；其他币种按 fx 汇率折算，无汇率时按一比一计。',
    ),
    text('minor units', '最小货币单位'),
  ),
  field(
    'payment_schemes',
    text('Payment schemes', '支付系统'),
    text(
      'Networks that messages are sent through. The first one is used where a call names none.',
      '发送报文所用的支付系统。调用未指明时使用第一个。',
    ),
  ),
  field(
    'institution_bic',
    text('Your BIC', '机构 BIC'),
    text(
      'Names you in messages to other banks. Empty: messages say that it is not provided.',
      '用于发往他行的报文。留空则报文注明未提供。',
    ),
  ),
  field(
    'data_residency',
    text('Data stay in', '数据驻留地'),
    text(
      'ISO 3166 code of the country the books are kept for; written into every exported seal.',
      '账簿所属国家或地区的 ISO 3166 代码，写入每份导出的封存。',
    ),
  ),
  fixed(
    'sample_data',
    text('Sample data', '示例数据'),
    text(
      'demo fills the new ledger with customers, 2,000 transfers of the last 60 days, payments and seals. It takes a few seconds more.',
      'demo 会为新账本生成客户、最近 60 天的 2,000 笔转账、支付与封存，开通时间增加数秒。',
    ),
  ),
  {
    ...field(
      'edge_share_balances',
      text('Balances at the edge', '边缘展示余额'),
      text(
        'Hybrid only. Publishes end-of-day balances by kind of account, in full thousands. Off: nothing of the books leaves but the status of payments.',
        '仅用于混合模式。按账户类别以千为单位发布日终余额。关闭时，除支付状态外账本内容均不外发。',
      ),
    ),
    models: ['hybrid'],
  },
  ...hybridFields,
];
