/** Plans of the logistics cloud, and the deployment models they come in. */
import { deploymentModels } from '../../kit/models.ts';
import { text } from '../../kit/offering.ts';
import { standardPlans } from '../../kit/plans.ts';
import { modules } from './modules.ts';

export const plans = standardPlans('logistics', modules);

export const models = deploymentModels(
  ['public', 'private', 'hybrid'],
  text(
    'Parties, consignees, contracts and receipts stay in your private instance. The edge answers public tracking, takes scans and booking requests, also while the two sides are apart.',
    '参与方、收件人、合同与仓单留在私有实例；边缘提供公开查询，接收扫描与预约，两侧断开期间照常工作。',
  ),
);
