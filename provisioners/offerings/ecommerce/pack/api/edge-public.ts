/** The API of the public side of a hybrid shop. */
import { z } from 'zod';
import { Channel, Currency, Nothing, Quantity, Sku, words, type FunctionSpec, type ViewSpec } from './spec.ts';

const AT = words('When', '时间');
const SKU = words('Variant', '规格编码');

export const edgeFunctions = {
  place_order_request: {
    summary: words('Order at the edge', '在边缘下单'),
    description: words(
      'Takes the goods out of the stock that is set apart for the edge, at the price shown, all lines or none. The request becomes an order as soon as the private side hears of it. `buyerToken` is a token of yours that names nobody.',
      '按所示价格从边缘库存中扣减商品，全部成功或全部失败。私有侧收到后即转为订单。`buyerToken` 为贵方的买家令牌，不得包含个人信息。',
    ),
    body: z.strictObject({
      lines: z
        .array(z.strictObject({ sku: Sku, qty: Quantity }))
        .min(1)
        .max(100),
      channel: Channel.optional(),
      currency: Currency.optional(),
      buyerToken: z
        .string()
        .regex(/^[^@\s]+$/, 'a token without spaces or @')
        .max(200)
        .optional(),
    }),
    writes: true,
    status: 201,
    errors: ['ICO04', 'ICO06'],
    example: { lines: [{ sku: 'MUG-350-BLUE', qty: 1 }], buyerToken: 'b_7Qm2x' },
    module: null,
  },
  acknowledge_allotments: {
    summary: words('Confirm what is taken back', '确认库存收回'),
    description: words(
      'Answers the private side with how much was sold of stock that it takes back. The platform calls it by itself.',
      '向私有侧确认被收回库存的已售数量。由平台自动调用。',
    ),
    body: Nothing,
    writes: false,
    status: 200,
    errors: [],
    example: {},
    module: null,
  },
  forget_idempotency_keys: {
    summary: words('Forget old idempotency keys', '清理过期幂等键'),
    description: words(
      'Answers stored for repeated requests are dropped after a week, or the time given.',
      '为重复请求保存的响应默认保留一周，也可指定时长。',
    ),
    body: z.strictObject({ olderThanHours: z.int().min(24).max(8760).optional() }),
    writes: true,
    status: 200,
    errors: [],
    example: {},
    module: null,
  },
} as const satisfies Record<string, FunctionSpec>;

export const edgeViews = {
  products: {
    summary: words('Products on sale', '在售商品'),
    key: ['slug'],
    columns: {
      slug: words('Slug', '商品标识'),
      title: words('Title', '标题'),
      description: words('Description', '描述'),
      brand: words('Brand', '品牌'),
      category: words('Category path', '类目路径'),
      updated_at: words('Changed', '更新时间'),
    },
    module: null,
  },
  variants: {
    summary: words('Variants on sale', '在售规格'),
    key: ['sku'],
    columns: {
      sku: SKU,
      slug: words('Product', '商品标识'),
      gtin14: words('GTIN-14', 'GTIN-14'),
      attributes: words('Attributes', '属性'),
    },
    module: null,
  },
  offers: {
    summary: words('Prices, now and planned', '当前与计划价格'),
    key: ['sku', 'channel', 'currency', 'valid_from'],
    columns: {
      sku: SKU,
      channel: words('Channel', '渠道'),
      currency: words('Currency, ISO 4217', '币种（ISO 4217）'),
      valid_from: words('From', '生效时间'),
      valid_until: words('Until', '失效时间'),
      price_minor: words('Price, minor units', '价格（最小货币单位）'),
      current: words('Valid now', '当前有效'),
    },
    module: null,
  },
  availability: {
    summary: words('What the edge can sell now', '边缘当前可售数量'),
    key: ['sku'],
    columns: { sku: SKU, available: words('Units', '数量') },
    module: null,
  },
  order_status: {
    summary: words('Status of orders by number', '按订单号查询状态'),
    key: ['order_no'],
    columns: {
      order_no: words('Order number', '订单号'),
      status: words('Status, schema.org', '状态（schema.org）'),
      updated_at: words('Changed', '更新时间'),
    },
    module: null,
  },
  order_requests: {
    summary: words('Requests and what became of them', '订单请求及结果'),
    key: ['request_id'],
    columns: {
      request_id: words('Id', '编号'),
      state: words('accepted, ordered or refused', '状态：已受理、已下单、已拒绝'),
      order_no: words('Order number', '订单号'),
      status: words('Status, schema.org', '状态（schema.org）'),
      cause: words('Why it was refused', '拒绝原因'),
      channel: words('Channel', '渠道'),
      currency: words('Currency, ISO 4217', '币种（ISO 4217）'),
      at: AT,
    },
    module: null,
  },
  invariants: {
    summary: words('Rules that always hold', '业务不变量'),
    key: ['rule'],
    columns: { rule: words('Rule', '规则'), violations: words('Rows that break it', '违反行数') },
    module: null,
  },
  kpis: {
    summary: words('Figures of the edge', '边缘指标'),
    key: ['name'],
    columns: { name: words('Name', '名称'), value: words('Value', '数值'), unit: words('Unit', '单位') },
    module: null,
  },
} as const satisfies Record<string, ViewSpec>;
