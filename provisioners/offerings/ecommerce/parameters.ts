/** What a customer sets when ordering a shop. Names, except `sample_data`, are those of the pack's own parameters. */
import { z } from 'zod';
import type { ParameterSpec } from '../../../server/domain/manifest.ts';
import { field } from '../../kit/field.ts';
import { hybridFields, hybridParams } from '../../kit/hybrid.ts';
import { text } from '../../kit/offering.ts';

/** Channel `smoke` belongs to the platform's own proof and counts in no figure. */
const CHANNEL = /^(?!smoke$)[a-z0-9-]{1,40}$/;

export const ShopParams = z.strictObject({
  currencies: z
    .array(z.enum(['CNY', 'USD', 'EUR', 'GBP', 'HKD', 'JPY', 'KRW', 'SGD', 'THB', 'MYR', 'AUD']))
    .min(1)
    .max(5)
    .default(['CNY']),
  channels: z.array(z.string().regex(CHANNEL)).min(1).max(10).default(['web']),
  default_location: z
    .string()
    .regex(/^[A-Z0-9][A-Z0-9-]{0,63}$/)
    .default('MAIN'),
  hold_minutes: z.int().min(1).max(120).default(15),
  stock_buckets: z.int().min(1).max(64).default(4),
  tax_mode: z.enum(['inclusive', 'exclusive']).default('inclusive'),
  order_no_prefix: z
    .string()
    .regex(/^[A-Z]{1,4}$/)
    .default('O'),
  pii_retention_days: z.int().min(30).max(3_650).default(1_095),
  sample_data: z.enum(['none', 'demo']).default('none'),
  edge_allotment_percent: z.int().min(0).max(100).default(30),
  ...hybridParams,
});
export type ShopParams = z.infer<typeof ShopParams>;

export const parameterFields: ParameterSpec[] = [
  field(
    'currencies',
    text('Currencies', '币种'),
    text(
      'ISO 4217 codes in which the shop sells. The first one is used where a call names none.',
      '店铺使用的 ISO 4217 币种代码。调用未指明币种时使用第一个。',
    ),
    null,
    'grow',
  ),
  field(
    'channels',
    text('Sales channels', '销售渠道'),
    text(
      'Short names such as web or app; each can have its own prices. The first one is used where a call names none.',
      '简短的渠道名，例如 web、app，可分别定价。调用未指明渠道时使用第一个。',
    ),
    null,
    'grow',
  ),
  field(
    'hold_minutes',
    text('Hold stock for', '库存预留时长'),
    text(
      'How long an unpaid order keeps its goods. Longer holds lose fewer buyers while they pay, shorter ones free the goods sooner.',
      '未支付订单占用库存的时长。较长可减少买家付款途中失去商品的情况，较短则更快释放库存。',
    ),
    text('minutes', '分钟'),
  ),
  field(
    'stock_buckets',
    text('Stock stripes', '库存分桶数'),
    text(
      'Rows over which the stock of one variant is spread. More stripes take more orders a second for one hot item: about 240 on 1, 530 on 16. At least 16 with flash-sale.',
      '单个规格的库存分散到多少行。分桶越多，单个热门商品每秒可承接的订单越多：1 个约 240 笔，16 个约 530 笔。启用 flash-sale 时不少于 16 个。',
    ),
    text('stripes', '个'),
    'grow',
  ),
  field(
    'tax_mode',
    text('Prices and tax', '价格与税'),
    text(
      'inclusive: prices contain the tax of the category. exclusive: tax is added to the total.',
      'inclusive：价格已含类目税额；exclusive：税额另行加入总额。',
    ),
    null,
    'fixed',
  ),
  field(
    'default_location',
    text('Main warehouse', '默认仓位'),
    text(
      'Code of the place where stock is kept when a call names none. Capitals, digits, hyphens.',
      '调用未指明仓位时使用的仓位代码。由大写字母、数字和连字符组成。',
    ),
    null,
    'fixed',
  ),
  field(
    'order_no_prefix',
    text('Order number prefix', '订单号前缀'),
    text('1 to 4 capital letters before the running number.', '流水号前的 1 至 4 个大写字母。'),
  ),
  field(
    'pii_retention_days',
    text('Keep personal data for', '个人信息保留期限'),
    text(
      'Names and addresses of buyers without an open order are erased after this time. Orders stay.',
      '买家没有未完结订单且超过此期限后，其姓名与地址将被清除，订单保留。',
    ),
    text('days', '天'),
  ),
  field(
    'sample_data',
    text('Sample data', '示例数据'),
    text(
      'demo fills the new shop with 200 products and 2,000 orders of the last 60 days. It takes a few seconds more.',
      'demo 会为新店铺生成 200 个商品及最近 60 天的 2,000 笔订单，开通时间增加数秒。',
    ),
    null,
    'fixed',
  ),
  {
    ...field(
      'edge_allotment_percent',
      text('Share of stock at the edge', '边缘库存比例'),
      text(
        'Hybrid only. How much of what can be sold is set apart for the edge, which goes on selling it while the two sides are apart.',
        '仅用于混合模式。划拨给边缘的可售库存比例，两侧断开期间边缘可继续销售。',
      ),
      text('%', '%'),
    ),
    models: ['hybrid'],
  },
  ...hybridFields,
];
