/** List prices a month, before tax, public model. XL is by quote. */
import type { ListPrice } from '../../kit/offering.ts';
import { monthly } from '../../kit/price.ts';

export const prices: readonly ListPrice[] = [
  monthly('logistics.plan.S', 399, 59, 55),
  monthly('logistics.plan.M', 1_799, 259, 239),
  monthly('logistics.plan.L', 6_999, 999, 929),
  monthly('logistics.module.wms', 599, 86, 80),
  monthly('logistics.module.last-mile', 449, 65, 60),
  monthly('logistics.module.warehouse-receipts', 699, 101, 94),
  monthly('logistics.module.routing-plus', 499, 72, 67),
  monthly('logistics.module.returns-logistics', 299, 43, 40),
  monthly('logistics.module.pledge-finance', 699, 101, 94),
  monthly('logistics.module.cold-chain-iot', 499, 72, 67),
  monthly('logistics.module.customs', 399, 57, 53),
  monthly('logistics.module.carbon', 299, 43, 40),
  monthly('logistics.module.partner-edi', 349, 50, 47),
  monthly('logistics.module.freight-billing', 449, 65, 60),
];
