/** What a customer will set when ordering a finance tenant. */
import { z } from 'zod';
import type { ParameterSpec } from '../../../server/domain/manifest.ts';
import { field } from '../../kit/field.ts';
import { text } from '../../kit/offering.ts';

export const FinanceParams = z.strictObject({
  base_currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
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
    .max(4)
    .default(['cnaps']),
  data_residency: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .default('CN'),
});

const SECONDS = text('seconds', '秒');

export const parameterFields: ParameterSpec[] = [
  field(
    'base_currency',
    text('Base currency', '本位币'),
    text('ISO 4217 code in which the books are kept.', '记账所用的 ISO 4217 币种代码。'),
  ),
  field(
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
    text('Postings above it need a second person. Digits only.', '超过该金额的记账须由第二人复核。仅限数字。'),
    text('minor units', '最小货币单位'),
  ),
  field(
    'payment_schemes',
    text('Payment schemes', '支付系统'),
    text('Networks whose messages are taken and sent.', '收发报文所用的支付系统。'),
  ),
  field(
    'data_residency',
    text('Data stay in', '数据驻留地'),
    text('ISO 3166 code; backups included.', 'ISO 3166 代码，备份同样适用。'),
  ),
];
