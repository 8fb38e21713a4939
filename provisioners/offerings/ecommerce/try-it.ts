/** From an empty shop to a shipped order, call by call, for whoever has just got the key. */
import type { TryCall } from '../../../server/domain/manifest.ts';
import type { LocalText } from '../../../server/domain/text.ts';
import { text } from '../../kit/offering.ts';

const call = (
  name: string,
  title: LocalText,
  body: Record<string, unknown>,
  save: Record<string, string> = {},
): TryCall => ({ kind: 'function', name, title, body, save });

const view = (name: string, title: LocalText): TryCall => ({ kind: 'view', name, title, body: null, save: {} });

export const tryIt: TryCall[] = [
  call(
    'create_product',
    text('Add a product', '新建商品'),
    { slug: 'mug-{{random}}', name: 'Enamel mug', brand: 'Hearth' },
    { slug: 'slug' },
  ),
  call(
    'create_variant',
    text('Add a variant', '新增规格'),
    { slug: '{{slug}}', sku: 'MUG-{{random}}', attributes: { colour: 'blue' }, weightG: 210 },
    { sku: 'sku' },
  ),
  call('set_offer', text('Set its price', '设置价格'), { sku: '{{sku}}', priceMinor: '1999' }),
  call('receive_stock', text('Receive 50 pieces', '入库 50 件'), { sku: '{{sku}}', qty: 50 }),
  call('publish_product', text('Put it on sale', '上架'), { slug: '{{slug}}' }),
  call(
    'place_order',
    text('Order two', '下单两件'),
    { lines: [{ sku: '{{sku}}', qty: 2 }] },
    { orderNo: 'orderNo', totalMinor: 'totalMinor' },
  ),
  call('pay_order', text('Pay', '支付'), {
    orderNo: '{{orderNo}}',
    provider: 'demo-pay',
    providerRef: 'pay-{{random}}',
    amountMinor: '{{totalMinor}}',
  }),
  call('ship_order', text('Ship', '发货'), {
    orderNo: '{{orderNo}}',
    carrier: 'demo-express',
    trackingNo: 'T-{{random}}',
  }),
  view('orders', text('See the orders', '查看订单')),
  view('products', text('See the products', '查看商品')),
  view('stock', text('See the stock', '查看库存')),
  view('invariants', text('Check the invariants', '检查不变量')),
];
