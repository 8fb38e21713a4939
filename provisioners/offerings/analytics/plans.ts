/** Plans of the data-analysis cloud, and the deployment models they come in. */
import { deploymentModels } from '../../kit/models.ts';
import { text } from '../../kit/offering.ts';
import { standardPlans } from '../../kit/plans.ts';
import { modules } from './modules.ts';

export const plans = standardPlans('analytics', modules);

export const models = deploymentModels(
  ['public', 'private', 'hybrid'],
  text(
    'Raw events and everything with an id stay in your private instance. Aggregates of at least 10 people go to the edge, where dashboards keep answering and events keep coming in.',
    '原始事件与带标识的数据留在私有实例；至少 10 人的聚合结果发布到边缘，看板照常查询，事件照常接收。',
  ),
);
