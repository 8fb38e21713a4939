/** Optional parts of the finance cloud. Included in a plan means installed with it; the others have a price of their own. */
import type { ModuleSpec, PlanSpec } from '../../../server/domain/manifest.ts';
import type { LocalText } from '../../../server/domain/text.ts';
import { upcomingModule } from '../../kit/modules.ts';
import { text } from '../../kit/offering.ts';

const listed = (code: string, name: LocalText, effect: LocalText, ...includedIn: PlanSpec['code'][]): ModuleSpec =>
  upcomingModule('finance', code, name, effect, includedIn);

const selectable = (...parts: Parameters<typeof listed>): ModuleSpec => ({
  ...listed(...parts),
  selectable: true,
  notYet: null,
});

export const modules: readonly ModuleSpec[] = [
  selectable(
    'payments-iso20022',
    text('ISO 20022 payments', 'ISO 20022 支付'),
    text(
      'Payments to and from other banks: pacs.008 and its status reports both ways, pain.001 in and to your own bank with pain.002, camt.053 statements out and in.',
      '与他行往来：收发 pacs.008 及其状态报告 pacs.002，接收或向开户行发送 pain.001 并以 pain.002 回报，输出与读取 camt.053 对账单。',
    ),
    'M',
    'L',
    'XL',
  ),
  listed(
    'reconciliation',
    text('Reconciliation', '对账'),
    text(
      'Matching rules, tolerances and a work list of open items over all statements.',
      '匹配规则、容差，以及汇总全部对账单的未达账项工作清单。',
    ),
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
  selectable(
    'dual-control',
    text('Dual control', '双人复核'),
    text(
      'What moves more than the limit is proposed by one person and approved by another.',
      '超过限额的资金变动须由一人提议、另一人批准。',
    ),
    'L',
    'XL',
  ),
  selectable(
    'fx',
    text('Foreign exchange', '外汇兑换'),
    text(
      'Rates by time, conversion at the rate of the moment, positions valued in the base currency.',
      '按时间管理汇率、按当前汇率兑换，并以本位币计算外汇头寸价值。',
    ),
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

/** Codes of the modules a tenant gets: what was chosen, and what its plan includes, as far as it can be had; in catalogue order. */
export function installedModules(chosen: readonly string[], plan: PlanSpec['code']): string[] {
  return modules
    .filter((module) => module.selectable && (chosen.includes(module.code) || module.includedIn.includes(plan)))
    .map(({ code }) => code);
}
