/** Plans of the e-commerce cloud, and the deployment models they come in. */
import { deploymentModels } from '../../kit/models.ts';
import { text } from '../../kit/offering.ts';
import { standardPlans } from '../../kit/plans.ts';
import { modules } from './modules.ts';

export const plans = standardPlans('ecommerce', modules);

export const models = deploymentModels(
  ['public', 'private', 'hybrid'],
  text(
    'Customers, orders, payments and cost prices stay in your private instance. A public edge shows products and offers, and keeps taking orders against an allotment of stock while the two sides are apart.',
    '顾客、订单、支付与成本价留在私有实例；公有边缘展示商品与报价，两侧断开期间仍可在边缘配额内接单。',
  ),
);
