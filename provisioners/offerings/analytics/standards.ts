/** Events as the world sends them: CloudEvents over HTTP in its three modes, and tables of sales. */
import type { ApiStandard, CsvColumn } from '../../../server/domain/binding.ts';
import { text } from '../../kit/offering.ts';
import { EXAMPLE_EVENT } from './pack/api/ingest-functions.ts';

const EVENTS_MAX = 1_000;

const cloudEventsFor = (
  fn: string,
  status: number,
  what: { readonly en: string; readonly zh: string },
): ApiStandard => ({
  code: 'cloudevents',
  name: 'CloudEvents 1.0',
  about: text(
    'CNCF CloudEvents 1.0 over HTTP: one event, a batch, or attributes in `ce-` headers and data in the body.',
    'CNCF CloudEvents 1.0 HTTP 绑定：单条事件、批量，或以 `ce-` 请求头携带属性、请求体携带数据。',
  ),
  headers: {},
  discovery: {
    'Accept-Post': 'application/cloudevents+json, application/cloudevents-batch+json',
  },
  problemTypes: {},
  bindings: [
    {
      name: 'cloudevents_post',
      summary: text('Send events', '发送事件'),
      description: what,
      method: 'POST',
      path: 'events',
      calls: { kind: 'function', name: fn },
      parameters: [],
      body: { decoder: 'cloudevents', into: 'events' },
      itemsMax: { at: 'events', max: EVENTS_MAX },
      idempotency: 'inherent',
      response: { status, mediaTypes: ['application/json'], body: null, headers: {}, page: null },
      example: {
        path: 'events',
        headers: { 'Content-Type': 'application/cloudevents+json' },
        body: EXAMPLE_EVENT,
      },
    },
  ],
});

export const cloudEvents = cloudEventsFor(
  'ingest_events',
  200,
  text(
    'Up to 1,000 events. An event is known by source and id and taken once, however often it is sent; what cannot be read is kept with the reason, so look at `rejected`.',
    '最多 1,000 条事件。以来源与编号识别，重复发送只计一次；无法解析的事件连同原因保留，请查看 `rejected`。',
  ),
);

/** At the edge of a hybrid tenant. */
export const edgeCloudEvents = cloudEventsFor(
  'buffer_events',
  202,
  text(
    'Up to 1,000 events, kept until the private side takes them in, also while that one is away. What is known twice is found there.',
    '最多 1,000 条事件，在私有侧接收之前由边缘保存，两侧断开期间同样可用；去重在私有侧进行。',
  ),
);

const column = (
  name: string,
  to: string,
  about: CsvColumn['about'],
  more: Partial<Pick<CsvColumn, 'as' | 'required' | 'fallback'>> = {},
): CsvColumn => ({ name, to, as: 'text', required: false, about, ...more });

const COLUMNS: CsvColumn[] = [
  column('source', 'source', text('A registered source', '已登记的来源'), { required: true }),
  column('id', 'id', text('The order; rows that share it are its lines', '订单号；相同的行为同一订单的明细'), {
    required: true,
  }),
  column('time', 'time', text('RFC 3339 with its offset', 'RFC 3339 时间，带时区')),
  column('subject', 'subject', text('Who bought', '买方')),
  column('currency', 'data.currency', text('ISO 4217', 'ISO 4217 货币代码'), { required: true }),
  column('region', 'data.region', text('Region', '区域')),
  column('sku', 'data.lines[].sku', text('Product', '商品编码'), { required: true }),
  column('name', 'data.lines[].name', text('Its name', '商品名称')),
  column('category', 'data.lines[].category', text('Its category', '商品类目')),
  column('qty', 'data.lines[].qty', text('How many', '数量'), { as: 'integer', required: true }),
  column('unitMinor', 'data.lines[].unitMinor', text('Price of one in minor units', '单价（最小货币单位）'), {
    required: true,
  }),
];

const TABLE = [
  'source,id,time,currency,region,sku,category,qty,unitMinor',
  'shop,order-1001,2026-11-11T08:30:00Z,CNY,East,MUG-350,Kitchen,2,1999',
  'shop,order-1001,2026-11-11T08:30:00Z,CNY,East,LAMP-1,Living,1,12900',
  '',
].join('\r\n');

export const csv: ApiStandard = {
  code: 'csv',
  name: 'CSV (RFC 4180)',
  about: text(
    'Sales as a table with a header row, one line of an order in each row.',
    '带表头的销售表，每行一条订单明细。',
  ),
  headers: {},
  discovery: { 'Accept-Post': 'text/csv' },
  problemTypes: {},
  bindings: [
    {
      name: 'csv_orders',
      summary: text('Send orders as a table', '以表格发送订单'),
      description: text(
        'Up to 1,000 orders. Rows of one source and id become one `order.paid`, taken once. A row that cannot be read is kept as a reject with its number, and with it all rows of its order. A column nobody knows refuses the table.',
        '最多 1,000 个订单。来源与编号相同的行合并为一条 `order.paid`，只计一次。无法解析的行连同行号保留为拒收记录，所属订单的全部行一并拒收。表中含未知列时整表拒绝。',
      ),
      method: 'POST',
      path: 'orders.csv',
      calls: { kind: 'function', name: 'ingest_rows' },
      parameters: [],
      body: {
        decoder: 'csv',
        mediaTypes: ['text/csv'],
        into: 'rows',
        columns: COLUMNS,
        groupBy: ['source', 'id'],
        constants: { specversion: '1.0', type: 'order.paid' },
      },
      itemsMax: { at: 'rows', max: EVENTS_MAX },
      idempotency: 'inherent',
      response: { status: 200, mediaTypes: ['application/json'], body: null, headers: {}, page: null },
      example: { path: 'orders.csv', headers: { 'Content-Type': 'text/csv' }, body: TABLE },
    },
  ],
};
