/** Views a reader may page through. */
import { words, type ViewSpec } from './spec.ts';

const SKU = words('Variant', '规格编码');
const CHANNEL = words('Channel', '渠道');
const CURRENCY = words('Currency, ISO 4217', '币种（ISO 4217）');
const LOCATION = words('Location', '仓位');
const ORDER = words('Order number', '订单号');
const AT = words('When', '时间');
const CREATED = words('Created', '创建时间');
const UPDATED = words('Changed', '更新时间');
const TAX = words('Tax, minor units', '税额（最小货币单位）');

export const views = {
  categories: {
    summary: words('Category tree', '类目树'),
    key: ['path'],
    columns: {
      path: words('Path', '路径'),
      name: words('Name', '名称'),
      tax_rate_bp: words('Tax rate, basis points', '税率（基点）'),
    },
    module: null,
  },
  products: {
    summary: words('Products, drafts included', '商品（含草稿）'),
    key: ['slug'],
    columns: {
      slug: words('Slug', '商品标识'),
      product_id: words('Id', '编号'),
      name: words('Name', '名称'),
      description: words('Description', '描述'),
      brand: words('Brand', '品牌'),
      category: words('Category path', '类目路径'),
      published: words('On sale', '是否上架'),
      created_at: CREATED,
      updated_at: UPDATED,
    },
    module: null,
  },
  variants: {
    summary: words('Variants: what is stocked and sold', '规格（SKU）'),
    key: ['sku'],
    columns: {
      sku: SKU,
      slug: words('Product', '所属商品'),
      gtin14: words('GTIN-14', 'GTIN-14'),
      attributes: words('Attributes', '属性'),
      weight_g: words('Weight, g', '重量（克）'),
      created_at: CREATED,
    },
    module: null,
  },
  offers: {
    summary: words('Prices past, present and planned', '历史、当前与预设价格'),
    key: ['sku', 'channel', 'currency', 'valid_from'],
    columns: {
      sku: SKU,
      channel: CHANNEL,
      currency: CURRENCY,
      valid_from: words('From', '生效时间'),
      valid_until: words('Until; empty: open', '失效时间（空为长期）'),
      price_minor: words('Price, minor units', '价格（最小货币单位）'),
      current: words('Holds now', '当前生效'),
    },
    module: null,
  },
  stock: {
    summary: words('Stock by variant and location', '按规格和仓位的库存'),
    key: ['sku', 'location'],
    columns: {
      sku: SKU,
      location: LOCATION,
      on_hand: words('On hand', '实物库存'),
      reserved: words('Reserved for orders', '已预留'),
      available: words('Available', '可用'),
      buckets: words('Stripes', '分桶数'),
    },
    module: null,
  },
  stock_movements: {
    summary: words('Every change of stock', '库存流水'),
    key: ['movement_id'],
    columns: {
      movement_id: words('Number', '流水号'),
      sku: SKU,
      location: LOCATION,
      bucket: words('Stripe', '分桶'),
      delta: words('Change', '变动数量'),
      reason: words('Reason', '原因'),
      order_no: ORDER,
      note: words('Note', '备注'),
      at: AT,
    },
    module: null,
  },
  orders: {
    summary: words('Orders', '订单'),
    key: ['order_no'],
    columns: {
      order_no: ORDER,
      state: words('State', '状态'),
      status: words('schema.org OrderStatus', 'schema.org 订单状态'),
      channel: CHANNEL,
      location: LOCATION,
      currency: CURRENCY,
      subtotal_minor: words('Sum of lines, minor units', '商品小计（最小货币单位）'),
      tax_minor: TAX,
      tax_included: words('Prices include tax', '价格是否含税'),
      shipping_minor: words('Shipping, minor units', '运费（最小货币单位）'),
      total_minor: words('Total, minor units', '总额（最小货币单位）'),
      customer_id: words('Customer', '顾客编号'),
      cancel_cause: words('Why cancelled', '取消原因'),
      placed_at: words('Placed', '下单时间'),
      expires_at: words('Held until', '预留截止时间'),
      updated_at: UPDATED,
    },
    module: null,
  },
  order_lines: {
    summary: words('Lines of orders', '订单行'),
    key: ['order_no', 'line_no'],
    columns: {
      order_no: ORDER,
      line_no: words('Line', '行号'),
      sku: SKU,
      qty: words('Quantity', '数量'),
      unit_minor: words('Unit price, minor units', '单价（最小货币单位）'),
      line_minor: words('Amount, minor units', '金额（最小货币单位）'),
      tax_rate_bp: words('Tax rate, basis points', '税率（基点）'),
      tax_minor: TAX,
      campaign_id: words('Campaign', '活动编号'),
    },
    module: null,
  },
  order_events: {
    summary: words('History of orders, append-only', '订单历史（只增不改）'),
    key: ['order_no', 'seq'],
    columns: {
      order_no: ORDER,
      seq: words('Number', '序号'),
      from_state: words('From', '原状态'),
      to_state: words('To', '新状态'),
      actor: words('By', '操作者'),
      data: words('Facts', '附加信息'),
      at: AT,
    },
    module: null,
  },
  payments: {
    summary: words('Captures and refunds, append-only', '收款与退款（只增不改）'),
    key: ['payment_id'],
    columns: {
      payment_id: words('Id', '编号'),
      order_no: ORDER,
      kind: words('Capture or refund', '收款或退款'),
      provider: words('Provider', '支付渠道'),
      provider_ref: words('Reference at the provider', '渠道流水号'),
      amount_minor: words('Amount, minor units', '金额（最小货币单位）'),
      currency: CURRENCY,
      at: AT,
    },
    module: null,
  },
  customers: {
    summary: words('Customers: personal data', '顾客（个人信息）'),
    key: ['customer_id'],
    columns: {
      customer_id: words('Id', '编号'),
      name: words('Name', '姓名'),
      email: words('E-mail', '邮箱'),
      phone: words('Phone', '电话'),
      address: words('Address', '地址'),
      created_at: CREATED,
      erased_at: words('Erased', '清除时间'),
    },
    module: null,
  },
  product_jsonld: {
    summary: words('Products on sale as schema.org JSON-LD', '在售商品的 schema.org JSON-LD'),
    key: ['slug'],
    columns: { slug: words('Slug', '商品标识'), jsonld: words('schema.org Product', 'schema.org Product 文档') },
    module: null,
  },
  invariants: {
    summary: words('Rules that always hold', '不变量检查'),
    key: ['rule'],
    columns: { rule: words('Rule', '规则'), violations: words('Violations; 0 when it holds', '违反次数（0 为正常）') },
    module: null,
  },
  kpis: {
    summary: words('How the shop is doing', '经营指标'),
    key: ['name'],
    columns: { name: words('Figure', '指标'), value: words('Value', '数值'), unit: words('Unit', '单位') },
    module: null,
  },
  sales_by_day: {
    summary: words('Orders paid and their value by day, UTC', '按日（UTC）统计的支付订单与成交额'),
    key: ['day', 'currency'],
    columns: {
      day: words('Day, UTC', '日期（UTC）'),
      currency: CURRENCY,
      orders: words('Orders paid', '支付订单数'),
      gmv_minor: words('Gross merchandise value, minor units', '成交总额（最小货币单位）'),
    },
    module: null,
  },
  orders_by_state: {
    summary: words('Orders of the last 90 days by state', '近 90 天订单按状态统计'),
    key: ['state'],
    columns: { state: words('State', '状态'), orders: words('Orders', '订单数') },
    module: null,
  },
} as const satisfies Record<string, ViewSpec>;
