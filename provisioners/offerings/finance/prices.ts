/** List prices a month, before tax, public model. XL is by quote. */
import type { ListPrice } from '../../kit/offering.ts';
import { monthly } from '../../kit/price.ts';

export const prices: readonly ListPrice[] = [
  monthly('finance.plan.S', 599, 89, 82),
  monthly('finance.plan.M', 2_999, 429, 399),
  monthly('finance.plan.L', 11_999, 1_699, 1_579),
  monthly('finance.module.payments-iso20022', 999, 143, 133),
  monthly('finance.module.reconciliation', 599, 86, 80),
  monthly('finance.module.audit-plus', 799, 114, 106),
  monthly('finance.module.dual-control', 499, 71, 66),
  monthly('finance.module.fx', 599, 86, 80),
  monthly('finance.module.cards-holds', 699, 100, 93),
  monthly('finance.module.lending', 999, 143, 133),
  monthly('finance.module.aml-screening', 899, 129, 120),
  monthly('finance.module.treasury-liquidity', 699, 100, 93),
  monthly('finance.module.tax-invoicing', 499, 71, 66),
  monthly('finance.module.regulatory-reporting', 999, 143, 133),
];
