/** Optional parts of the finance cloud. */
import type { ModuleSpec, PlanSpec } from '../../../server/domain/manifest.ts';
import type { LocalText } from '../../../server/domain/text.ts';
import { upcomingModule } from '../../kit/modules.ts';
import { text } from '../../kit/offering.ts';

const listed = (code: string, name: LocalText, effect: LocalText, ...includedIn: PlanSpec['code'][]): ModuleSpec =>
  upcomingModule('finance', code, name, effect, includedIn);

export const modules: readonly ModuleSpec[] = [
  listed(
    'payments-iso20022',
    text('ISO 20022 payments', 'ISO 20022 支付'),
    text(
      'Payment files in, statuses and statements out, with duplicate detection.',
      '接收支付报文，回复状态与对账单，并识别重复提交。',
    ),
    'M',
    'L',
    'XL',
  ),
  listed(
    'reconciliation',
    text('Reconciliation', '对账'),
    text('Statements of your bank against the ledger, with open items.', '银行对账单与账本核对，列出未达账项。'),
    'M',
    'L',
    'XL',
  ),
  listed(
    'audit-plus',
    text('Audit plus', '审计增强'),
    text(
      'A seal every minute, exported to storage that cannot be rewritten.',
      '每分钟封存一次，并导出到不可改写的存储。',
    ),
    'L',
    'XL',
  ),
  listed(
    'dual-control',
    text('Dual control', '双人复核'),
    text('Postings over a limit need a second person.', '超过限额的记账须由第二人复核。'),
    'L',
    'XL',
  ),
  listed(
    'fx',
    text('Foreign exchange', '外汇兑换'),
    text('Rates, linked journals, revaluation.', '汇率、关联凭证与重估。'),
    'L',
    'XL',
  ),
  listed(
    'cards-holds',
    text('Card holds', '卡预授权'),
    text('Authorisations as pending transfers, captured later.', '以冻结转账实现预授权，之后再请款。'),
    'XL',
  ),
  listed(
    'lending',
    text('Lending', '信贷'),
    text('Schedules, accruals and pledges of warehouse receipts.', '还款计划、计息，以及仓单质押。'),
    'XL',
  ),
  listed(
    'aml-screening',
    text('AML screening', '反洗钱筛查'),
    text('Rules, hits and cases.', '规则、命中与案件管理。'),
    'XL',
  ),
  listed(
    'treasury-liquidity',
    text('Treasury', '资金与流动性'),
    text('Positions and forecasts by account group.', '按账户组的头寸与预测。'),
    'XL',
  ),
  listed(
    'tax-invoicing',
    text('Tax and invoices', '税务与开票'),
    text('Tax lines and invoices from journals.', '由凭证生成税额与发票。'),
    'XL',
  ),
  listed(
    'regulatory-reporting',
    text('Regulatory reports', '监管报送'),
    text('Reports from sealed balances, with their source.', '由已封存余额生成报表，并注明来源。'),
    'XL',
  ),
];
