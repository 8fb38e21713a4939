/** Plans of the finance cloud, and the deployment models they come in. */
import { deploymentModels } from '../../kit/models.ts';
import { text } from '../../kit/offering.ts';
import { standardPlans } from '../../kit/plans.ts';
import { modules } from './modules.ts';

export const plans = standardPlans('finance', modules);

export const models = deploymentModels(
  ['public', 'private', 'hybrid'],
  text(
    'The whole ledger and all messages stay in your private instance. The edge shows payment status and accepts initiations as received; no money moves there.',
    '账本与报文全部留在私有实例；边缘仅展示支付状态并受理支付指令，不发生资金变动。',
  ),
);
