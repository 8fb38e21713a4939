/** Data-analysis cloud, as a preview: what it will hold and cost. It cannot be ordered yet. */
import { readContent, readCover } from '../../kit/content.ts';
import { deploymentModels } from '../../kit/models.ts';
import { defineOffering, text } from '../../kit/offering.ts';
import { standardPlans } from '../../kit/plans.ts';
import { invariants, kpis } from './measures.ts';
import { modules } from './modules.ts';
import { AnalyticsParams, parameterFields } from './parameters.ts';
import { prices } from './prices.ts';
import { processes } from './processes.ts';

export default defineOffering({
  slug: 'analytics',
  version: '0.1.0',
  lifecycle: 'preview',
  params: AnalyticsParams,
  parameterFields,
  prices,
  blueprint: null,
  pack: null,
  smoke: [],
  manifest: {
    hue: 295,
    name: text('Data Analysis Cloud', '数据分析云'),
    summary: text(
      'Events in, governed metrics out: a star schema with history, tested models and sharing without persons.',
      '事件采集、带历史的星型模型、经过测试的数据模型、指标治理与匿名共享。',
    ),
    proof: text(
      'Of 100 events 3 are duplicates and 1 is malformed; 96 facts remain, and revenue is exact to the cent.',
      '写入 100 条事件，其中 3 条重复、1 条格式错误；得到 96 条事实，营收精确到分。',
    ),
    content: readContent(import.meta.dirname),
    cover: readCover(import.meta.dirname),
    processes,
    stateMachine: null,
    models: deploymentModels(
      [],
      text(
        'Raw events and everything with an id stay in your private instance. Aggregates of at least 10 people go to the edge, where dashboards keep answering and events keep coming in.',
        '原始事件与带标识的数据留在私有实例；至少 10 人的聚合结果发布到边缘，看板照常查询，事件照常接收。',
      ),
    ),
    plans: standardPlans('analytics', modules),
    modules: [...modules],
    api: null,
    kpis,
    invariants,
    tryIt: [],
    sizing: {
      transaction: text('Events', '事件'),
      transactionsPerDayDefault: 20_000,
      tpcbPerTransaction: 0.1,
      readsPerWrite: 0.1,
      bytesPerTransaction: 450,
      keepDaysDefault: 400,
    },
  },
});
