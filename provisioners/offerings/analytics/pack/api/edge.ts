/** The API of both sides of a hybrid tenant: what the private side adds, and what the public side answers. */
import { z } from 'zod';
import { EDGE_MODULE } from '../../../../kit/offering.ts';
import { assetFunctions } from './asset-functions.ts';
import { ingestFunctions } from './ingest-functions.ts';
import { modelFunctions } from './model-functions.ts';
import { Nothing, words, type FunctionSpec, type ViewSpec } from './spec.ts';
import { views } from './views.ts';

const BATCH = words('Batch', '批次');
const AT = words('When', '时间');
const EVENTS = words('Events', '事件数');

/** What the module that the private side of a hybrid tenant has brings. */
export const edgeRecordFunctions = {
  settle_edge: {
    summary: words('Take in what the edge has buffered', '接收边缘缓冲的事件'),
    description: words(
      'Each batch once, through the same door as every event. The platform calls it every few seconds.',
      '每个批次只处理一次，与直接发送的事件走同一入口。平台每隔几秒调用一次。',
    ),
    body: z.strictObject({ limit: z.int().min(1).max(1_000).optional() }),
    writes: false,
    status: 200,
    errors: [],
    example: {},
    module: EDGE_MODULE,
  },
} as const satisfies Record<string, FunctionSpec>;

export const edgeRecordViews = {
  edge_batches: {
    summary: words('Batches on their way in', '待接收的批次'),
    key: ['batch_id'],
    columns: { batch_id: BATCH, at: AT, events: EVENTS },
    module: EDGE_MODULE,
  },
} as const satisfies Record<string, ViewSpec>;

export const edgeFunctions = {
  buffer_events: {
    ...ingestFunctions.ingest_events,
    summary: words('Send events to the edge', '向边缘发送事件'),
    description: words(
      'A batch of up to 1,000 CloudEvents, kept until the private side takes it in, also while that one is away.',
      '一批最多 1,000 条 CloudEvents，在私有侧接收之前由边缘保存；两侧断开期间同样可用。',
    ),
    status: 201,
  },
  read_share: {
    ...assetFunctions.read_share,
    body: z.strictObject({ shareId: z.uuid() }),
  },
  forget_taken_batches: {
    summary: words('Forget what was taken in', '清理已接收批次'),
    description: words(
      'Events stay at the edge no longer than they must. The platform calls it by itself.',
      '事件在边缘的停留时间不超过必要限度。由平台自动调用。',
    ),
    body: Nothing,
    writes: false,
    status: 200,
    errors: [],
    example: {},
    module: null,
  },
  forget_idempotency_keys: modelFunctions.forget_idempotency_keys,
} as const satisfies Record<string, FunctionSpec>;

export const edgeViews = {
  metric_day: views.metric_day,
  batches: {
    summary: words('Batches of events and what became of them', '事件批次及处理结果'),
    key: ['batch_id'],
    columns: {
      batch_id: BATCH,
      at: AT,
      events: EVENTS,
      state: words('buffered or taken', '状态：缓冲中、已接收'),
      accepted: words('Accepted', '已接收'),
      duplicate: words('Known already', '重复'),
      rejected: words('Rejected', '拒收'),
    },
    module: null,
  },
  invariants: views.invariants,
  kpis: views.kpis,
} as const satisfies Record<string, ViewSpec>;
