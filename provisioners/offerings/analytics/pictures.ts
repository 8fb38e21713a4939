/** What people look at rather than read: a metric explorer, what came in, where figures come from, who the customers are. */
import type { Manifest } from '../../../server/domain/manifest.ts';
import type { LocalText } from '../../../server/domain/text.ts';
import { text } from '../../kit/offering.ts';

const choice = (label: LocalText, values: Readonly<Record<string, LocalText>>) => ({
  name: 'metric',
  label,
  choices: { values: Object.entries(values).map(([value, words]) => ({ value, label: words })) },
  optional: false,
  example: null,
});

const MONEY = choice(text('Metric', '指标'), {
  revenue: text('Revenue', '营收'),
  average_order_value: text('Average order value', '客单价'),
  revenue_per_customer: text('Revenue per customer', '客均营收'),
});

const FIGURE = choice(text('Metric', '指标'), {
  orders: text('Orders', '订单数'),
  customers: text('Customers', '客户数'),
  units: text('Units sold', '销售件数'),
  order_lines: text('Order lines', '订单行数'),
  products: text('Products sold', '动销商品数'),
  units_per_order: text('Units per order', '每单件数'),
});

const DIMENSION = {
  name: 'by',
  label: text('By', '维度'),
  choices: { view: 'dimensions', value: 'dimension', label: 'title' },
  optional: false,
  example: null,
};

/** A metric by what `by` says. */
const asked = (by: string) =>
  ({ kind: 'function', name: 'query_metric', body: { metric: '{{metric}}', by: [by] }, at: 'rows' }) as const;

const VALUE = [{ column: 'value', label: text('Figure', '数值') }];

const CLASSES = {
  public: text('public', '公开'),
  internal: text('internal', '内部'),
  confidential: text('confidential', '机密'),
  restricted: text('restricted', '受限'),
};

const SEGMENTS = {
  champion: text('Champions', '核心客户'),
  loyal: text('Loyal', '忠实客户'),
  new: text('New', '新客户'),
  at_risk: text('At risk', '流失风险'),
  lost: text('Lost', '已流失'),
  other: text('Others', '其他'),
};

export const pictures: NonNullable<Manifest['pictures']> = [
  {
    kind: 'series',
    name: 'money_by_day',
    title: text('Metric explorer: money by day', '指标浏览：每日金额'),
    what: text('Choose a metric of money; a day is a day of UTC.', '选择金额类指标，按 UTC 日展示。'),
    rows: asked('day'),
    inputs: [MONEY],
    words: {},
    x: { column: 'key', kind: 'time' },
    measures: VALUE,
    by: null,
    figure: 'money',
    unit: '',
    module: null,
  },
  {
    kind: 'series',
    name: 'figure_by_day',
    title: text('Metric explorer: figures by day', '指标浏览：每日数值'),
    what: text('Choose any other metric; a day is a day of UTC.', '选择其他指标，按 UTC 日展示。'),
    rows: asked('day'),
    inputs: [FIGURE],
    words: {},
    x: { column: 'key', kind: 'time' },
    measures: VALUE,
    by: null,
    figure: 'number',
    unit: '',
    module: null,
  },
  {
    kind: 'series',
    name: 'money_by_dimension',
    title: text('Metric explorer: money by dimension', '指标浏览：按维度展开'),
    what: text(
      'The same money by anything that is registered, your own dimensions too.',
      '按任一已登记维度（含自定义维度）展开金额。',
    ),
    rows: asked('{{by}}'),
    inputs: [MONEY, DIMENSION],
    words: {},
    x: { column: 'key', kind: 'category' },
    measures: VALUE,
    by: null,
    figure: 'money',
    unit: '',
    module: null,
  },
  {
    kind: 'series',
    name: 'events_by_day',
    title: text('Events that came in', '接收的事件'),
    what: text(
      'Events by the day on which they happened, a line for each source.',
      '按发生日期统计的事件数，每个来源一条线。',
    ),
    rows: { kind: 'view', name: 'events_by_day', where: {} },
    inputs: [],
    words: {},
    x: { column: 'day', kind: 'time' },
    measures: [{ column: 'events', label: text('Events', '事件数') }],
    by: 'source',
    figure: 'count',
    unit: '',
    module: null,
  },
  {
    kind: 'tree',
    name: 'lineage',
    title: text('Lineage', '数据血缘'),
    what: text(
      'What is made of what, from the events on, with classification and owner.',
      '自事件起逐层展示数据由何生成，附分级与负责人。',
    ),
    rows: { kind: 'view', name: 'lineage_tree', where: {} },
    inputs: [],
    words: CLASSES,
    id: 'path',
    parent: 'parent',
    label: 'dataset',
    type: 'owner',
    state: 'classification',
    note: 'via',
    module: null,
  },
  {
    kind: 'series',
    name: 'forecast',
    title: text('Forecast of revenue', '营收预测'),
    what: text(
      'The last eight weeks and the next two, by the method that erred less.',
      '最近八周与未来两周，采用误差较小的方法。',
    ),
    rows: { kind: 'function', name: 'forecast_metric', body: { metric: 'revenue' }, at: 'rows' },
    inputs: [],
    words: {},
    x: { column: 'day', kind: 'time' },
    measures: [
      { column: 'actual', label: text('Was', '实际') },
      { column: 'forecast', label: text('Expected', '预测') },
    ],
    by: null,
    figure: 'money',
    unit: '',
    module: 'forecast',
  },
  {
    kind: 'series',
    name: 'customer_segments',
    title: text('Customers by value', '客户价值分群'),
    what: text('How many customers are in each segment.', '各分群的客户数。'),
    rows: { kind: 'view', name: 'customer_segments', where: {} },
    inputs: [],
    words: SEGMENTS,
    x: { column: 'segment', kind: 'category' },
    measures: [{ column: 'customers', label: text('Customers', '客户数') }],
    by: null,
    figure: 'count',
    unit: '',
    module: 'customer-360',
  },
];
