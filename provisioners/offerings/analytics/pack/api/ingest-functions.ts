/** Functions by which events come in, and go out again when they must. */
import { z } from 'zod';
import { Nothing, Text, words, type FunctionSpec } from './spec.ts';

export const EXAMPLE_EVENT = {
  specversion: '1.0',
  id: 'order-1001',
  source: 'shop',
  type: 'order.paid',
  subject: 'customer-42',
  time: '2026-11-11T08:30:00Z',
  data: {
    currency: 'CNY',
    region: 'East',
    lines: [{ sku: 'MUG-350', name: 'Enamel mug', category: 'Kitchen', qty: 2, unitMinor: '1999' }],
  },
};

const RowNumbers = z.array(z.int().min(1)).min(1);
/** One event with the rows it was made of, or rows that make none with the reason. */
const Row = z.union([
  z.strictObject({ rows: RowNumbers, item: z.record(z.string(), z.unknown()) }),
  z.strictObject({ rows: RowNumbers, flaw: z.string(), raw: z.array(z.record(z.string(), z.string())) }),
]);

export const ingestFunctions = {
  register_source: {
    summary: words('Register a source', '登记数据来源'),
    description: words(
      'A system that may send events, beside those named when the tenant was ordered. Events of other sources are kept as rejects.',
      '除开通时指定的来源外，新增可发送事件的系统。未登记来源的事件将作为拒收记录保留。',
    ),
    body: z.strictObject({ source: Text, description: Text.optional() }),
    writes: true,
    status: 201,
    errors: [],
    example: { source: 'till-7', description: 'Till of the main store' },
    module: null,
  },
  ingest_events: {
    summary: words('Send events', '发送事件'),
    description: words(
      'A batch of up to 1,000 CloudEvents 1.0. An event is known by source and id and taken once, however often it is sent. What cannot be read is kept with the reason. `order.paid` brings sales; `product.changed` and `customer.changed` bring new versions of what is sold and who buys; other types are kept.',
      '一批最多 1,000 条 CloudEvents 1.0 事件。以来源与编号识别，重复发送只计一次；无法解析的事件连同原因一并保留。`order.paid` 产生销售事实；`product.changed` 与 `customer.changed` 产生商品与客户的新版本；其他类型仅保存。',
    ),
    body: z.strictObject({ events: z.array(z.unknown()).min(1).max(1_000) }),
    writes: true,
    status: 200,
    errors: [],
    example: { events: [EXAMPLE_EVENT] },
    module: null,
    party: true,
  },
  ingest_rows: {
    summary: words('Send events as rows', '以数据行发送事件'),
    description: words(
      'Up to 1,000 events that were made of rows of a table; what `POST orders.csv` calls. Rejects carry the numbers of their rows.',
      '由表格行生成的事件，最多 1,000 条；`POST orders.csv` 即调用本函数。拒收记录带有行号。',
    ),
    body: z.strictObject({ rows: z.array(Row).min(1).max(1_000) }),
    writes: true,
    status: 200,
    errors: [],
    example: { rows: [{ rows: [2], item: EXAMPLE_EVENT }] },
    module: null,
  },
  set_event_aside: {
    summary: words('Set an event aside', '剔除事件'),
    description: words(
      'Takes an event that no model has loaded yet out of the line and keeps it as a reject. The way out when one event lets a test fail for all.',
      '将尚未加载的事件移出队列并转为拒收记录。当某条事件导致测试失败、阻塞全部加载时使用。',
    ),
    body: z.strictObject({ source: Text, id: Text, reason: z.string().min(1).max(500) }),
    writes: true,
    status: 200,
    errors: ['ICA04', 'ICA08'],
    example: { source: 'shop', id: 'order-1001', reason: 'wrong currency' },
    module: null,
  },
  erase_person: {
    summary: words('Forget a person', '删除个人关联'),
    description: words(
      'Events lose their subject, and the pseudonym becomes one that nobody can reckon out. Figures stay as they are.',
      '清除事件中的主体标识，并将其假名替换为无法推算的值。统计数值保持不变。',
    ),
    body: z.strictObject({ subject: Text }),
    writes: true,
    status: 200,
    errors: [],
    example: { subject: 'customer-42' },
    module: null,
  },
  open_days: {
    summary: words('Make the days to come', '预建日分区'),
    description: words(
      'Makes the partitions of today and the next three days. The platform calls it by itself.',
      '创建当天及未来三天的分区，由平台自动调用。',
    ),
    body: Nothing,
    writes: true,
    status: 200,
    errors: [],
    example: {},
    module: null,
  },
  drop_old_days: {
    summary: words('Drop days that are over', '清理过期日分区'),
    description: words(
      'Drops whole days of events after the retention time, once every model has loaded them. Facts stay.',
      '超过保留期限且所有模型均已加载后，按天删除事件。事实表保留。',
    ),
    body: Nothing,
    writes: true,
    status: 200,
    errors: [],
    example: {},
    module: null,
  },
} as const satisfies Record<string, FunctionSpec>;
