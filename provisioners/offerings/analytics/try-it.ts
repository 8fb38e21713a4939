/** From an empty tenant to a shared figure, call by call, for whoever has just got the key. */
import type { TryCall } from '../../../server/domain/manifest.ts';
import type { LocalText } from '../../../server/domain/text.ts';
import { text } from '../../kit/offering.ts';

const call = (name: string, title: LocalText, body: Record<string, unknown>): TryCall => ({
  kind: 'function',
  name,
  title,
  body,
  save: {},
});

const view = (name: string, title: LocalText): TryCall => ({ kind: 'view', name, title, body: null, save: {} });

const event = (id: string, customer: string, region: string, lines: readonly object[]) => ({
  specversion: '1.0',
  id: `${id}-{{random}}`,
  source: 'try-it',
  type: 'order.paid',
  subject: customer,
  data: { currency: 'CNY', region, lines },
});

const MUG = { sku: 'MUG-350', name: 'Enamel mug', category: 'Kitchen', qty: 2, unitMinor: '1999' };
const LAMP = { sku: 'LAMP-1', name: 'Linen lamp', category: 'Living', qty: 1, unitMinor: '12900' };
const EVENTS = [
  event('order-1', 'customer-1', 'East', [MUG]),
  event('order-2', 'customer-2', 'West', [MUG, LAMP]),
  event('order-2', 'customer-2', 'West', [MUG, LAMP]),
  { id: 'no-source-{{random}}', specversion: '1.0', source: 'try-it' },
];

export const tryIt: TryCall[] = [
  call('register_source', text('Register a source', '登记来源'), { source: 'try-it', description: 'The Try it panel' }),
  call('ingest_events', text('Send 4 events: one twice, one malformed', '发送 4 条事件：1 条重复，1 条格式错误'), {
    events: EVENTS,
  }),
  view('rejects', text('See what could not be taken', '查看拒收记录')),
  call('refresh', text('Load what has arrived', '刷新模型'), {}),
  call('query_metric', text('Revenue by category', '按类目查询营收'), { metric: 'revenue', by: ['category'] }),
  call('change_member', text('From now on the mug is outdoor gear', '自此刻起马克杯归入户外类目'), {
    of: 'product',
    id: 'MUG-350',
    attributes: { name: 'Enamel mug', category: 'Outdoor' },
  }),
  view('dim_product', text('See both versions', '查看两个版本')),
  call('query_metric', text('Orders by region and month', '按区域与月份查询订单数'), {
    metric: 'orders',
    by: ['region', 'month'],
  }),
  call('create_metric', text('Add a metric of your own', '新增自定义指标'), {
    metric: 'lines_per_order_{{random}}',
    title: 'Lines per order',
    kind: 'ratio',
    numerator: 'order_lines',
    denominator: 'orders',
  }),
  call(
    'export_metric',
    text('Make figures that may leave: too few people, nothing leaves', '生成匿名数据：人数不足则不予发布'),
    {
      metric: 'revenue',
      by: 'region',
    },
  ),
  view('lineage_tree', text('See where figures come from', '查看血缘')),
  view('models', text('See the models and their runs', '查看模型与运行')),
  view('invariants', text('Check the invariants', '检查不变量')),
];
