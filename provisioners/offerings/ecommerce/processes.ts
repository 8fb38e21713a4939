/** What the e-commerce cloud does, by business process, with the standard each follows; and the life of an order. */
import type { Manifest } from '../../../server/domain/manifest.ts';
import { text } from '../../kit/offering.ts';

export const processes: Manifest['processes'] = [
  {
    code: 'catalogue',
    name: text('Products, variants and offers', '商品、规格与报价'),
    standard: 'Schema.org Product and Offer (JSON-LD), GTIN-14',
    what: text(
      'Drafts become products on sale; every variant carries a checked GTIN, and the whole catalogue can be read as JSON-LD.',
      '草稿经上架成为在售商品；每个规格的 GTIN 均校验校验位，整个目录可按 JSON-LD 读取。',
    ),
  },
  {
    code: 'pricing',
    name: text('Prices by channel, currency and time', '按渠道、币种与时间定价'),
    standard: 'ISO 4217; SQL:2011 temporal keys (WITHOUT OVERLAPS)',
    what: text(
      'One price at any instant, kept by the database itself. Future prices are planned ahead, past ones are never rewritten.',
      '任一时刻只有一个有效价格，由数据库约束保证。未来价格可提前设定，历史价格不可改写。',
    ),
  },
  {
    code: 'order',
    name: text('The life of an order', '订单生命周期'),
    standard: 'Schema.org OrderStatus, all 8 values',
    what: text(
      'A state machine as a table: a step that is not in it is refused, and every step is appended to the history.',
      '以数据表描述的状态机：未列出的流转一律拒绝，每次流转都追加到历史记录。',
    ),
  },
  {
    code: 'stock',
    name: text('Stock without overselling', '不超卖的库存'),
    standard: 'Conditional updates, checks, striped rows',
    what: text(
      'Stock is held for 15 minutes when an order is placed. Stripes let hundreds of orders a second reach one hot item; a check makes overselling impossible.',
      '下单即预留库存 15 分钟。分桶让单个热门商品每秒承接数百笔订单，约束确保不会超卖。',
    ),
  },
  {
    code: 'peak',
    name: text('Flash sales and peaks', '秒杀与大促'),
    standard: 'Quota, queue token, limit per customer',
    what: text(
      'A campaign has its own prices and quotas, spread over stripes like stock; queue tokens let buyers in at the rate you set.',
      '活动拥有独立的价格与限量，限量同样分桶；排队令牌按设定速率放行买家。',
    ),
  },
  {
    code: 'payment',
    name: text('Payments and refunds', '收款与退款'),
    standard: 'Neutral to providers; idempotent on provider and reference',
    what: text(
      'A capture must equal the total to the last minor unit. Cancelling or returning a paid order creates the refund.',
      '收款须与应付总额分毫不差。取消或退回已支付的订单时，自动生成退款。',
    ),
  },
  {
    code: 'fulfilment',
    name: text('Picking, shipping, pickup, returns', '拣货、发货、自提与退货'),
    standard: 'Hands over to a logistics cloud as waybills',
    what: text(
      'Goods leave the stock when they are shipped and come back when they are returned; lost parcels are picked anew.',
      '发货时出库，退货时回库；包裹丢失可重新拣货。',
    ),
  },
];

type State = NonNullable<Manifest['stateMachine']>['states'][number];
const state = (code: string, en: string, zh: string, terminal = false): State => ({
  code,
  name: text(en, zh),
  terminal,
});

const TRANSITIONS: Readonly<Record<string, readonly string[]>> = {
  pending_payment: ['paid', 'cancelled'],
  paid: ['picking', 'cancelled'],
  picking: ['shipped', 'ready_for_pickup', 'problem'],
  shipped: ['delivered', 'problem'],
  ready_for_pickup: ['delivered'],
  delivered: ['completed', 'returned'],
  problem: ['picking', 'cancelled', 'returned'],
};

export const stateMachine: NonNullable<Manifest['stateMachine']> = {
  title: text('States of an order', '订单状态'),
  states: [
    state('pending_payment', 'Waiting for payment', '待支付'),
    state('paid', 'Paid', '已支付'),
    state('picking', 'Picking', '拣货中'),
    state('ready_for_pickup', 'Ready for pickup', '待自提'),
    state('shipped', 'Shipped', '已发货'),
    state('delivered', 'Delivered', '已送达'),
    state('problem', 'Problem', '异常'),
    state('completed', 'Completed', '已完成', true),
    state('cancelled', 'Cancelled', '已取消', true),
    state('returned', 'Returned', '已退货', true),
  ],
  transitions: Object.entries(TRANSITIONS).flatMap(([from, targets]) => targets.map((to) => ({ from, to }))),
};
