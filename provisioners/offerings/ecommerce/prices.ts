/** List prices a month, before tax, public model. XL is by quote. Modules cost 15 to 40 % of plan M. */
import type { ListPrice } from '../../kit/offering.ts';
import { monthly } from '../../kit/price.ts';

export const prices: readonly ListPrice[] = [
  monthly('ecommerce.plan.S', 399, 59, 55),
  monthly('ecommerce.plan.M', 1_999, 289, 269),
  monthly('ecommerce.plan.L', 7_999, 1_149, 1_069),
  monthly('ecommerce.module.flash-sale', 499, 72, 67),
  monthly('ecommerce.module.returns', 399, 58, 54),
  monthly('ecommerce.module.pim-images', 349, 50, 47),
  monthly('ecommerce.module.customer-identity', 449, 65, 60),
  monthly('ecommerce.module.search', 399, 58, 54),
  monthly('ecommerce.module.marketplace', 799, 115, 107),
  monthly('ecommerce.module.o2o-pickup', 499, 72, 67),
  monthly('ecommerce.module.mobile-channel', 399, 58, 54),
  monthly('ecommerce.module.loyalty-coupons', 499, 72, 67),
  monthly('ecommerce.module.live-metrics', 349, 50, 47),
  monthly('ecommerce.module.graphql', 319, 46, 43),
];
