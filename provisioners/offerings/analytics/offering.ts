/** Data-analysis cloud: from the first event to a figure that may be shared. The folder is the whole vertical; nothing outside names it. */
import path from 'node:path';
import { readContent, readCover } from '../../kit/content.ts';
import { defineOffering, text } from '../../kit/offering.ts';
import { apiDescription, edgeApiDescription } from './api.ts';
import { bench } from './bench.ts';
import { blueprint } from './blueprint.ts';
import { invariants, kpis } from './measures.ts';
import { modules } from './modules.ts';
import { AnalyticsParams, parameterFields } from './parameters.ts';
import { pictures } from './pictures.ts';
import { models, plans } from './plans.ts';
import { prices } from './prices.ts';
import { processes } from './processes.ts';
import { smoke } from './smoke.ts';
import { tryIt } from './try-it.ts';

export default defineOffering({
  slug: 'analytics',
  version: '1.1.0',
  lifecycle: 'ga',
  params: AnalyticsParams,
  parameterFields,
  prices,
  blueprint,
  pack: {
    name: 'analytics',
    version: '1.1.0',
    directory: path.join(import.meta.dirname, 'pack'),
    extensions: ['btree_gist'],
  },
  smoke,
  bench,
  housekeeping: [
    { function: 'refresh', everySeconds: 15, body: { onlyIfDue: true } },
    { function: 'open_days', everySeconds: 3_600, body: {} },
    { function: 'drop_old_days', everySeconds: 86_400, body: {} },
    { function: 'forget_idempotency_keys', everySeconds: 86_400, body: {} },
    { function: 'settle_edge', everySeconds: 5, body: {}, models: ['hybrid'] },
    { function: 'forget_taken_batches', everySeconds: 30, body: {}, models: ['hybrid'], side: 'edge' },
    { function: 'forget_idempotency_keys', everySeconds: 86_400, body: {}, models: ['hybrid'], side: 'edge' },
  ],
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
    models,
    plans,
    modules: [...modules],
    api: apiDescription,
    edgeApi: edgeApiDescription,
    kpis,
    invariants,
    tryIt,
    pictures,
    party: {
      name: text('Source', '数据来源'),
      help: text(
        'A key for one source of events: it sends events of this source, and of what is below it (shop covers shop/till-7), and reads nothing.',
        '仅供某一数据来源使用的密钥：只能发送该来源及其下级来源（如 shop 包含 shop/till-7）的事件，不能读取任何数据。',
      ),
      example: 'shop',
    },
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
