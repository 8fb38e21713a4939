/**
 * The transaction that proves a shop: ten steps through the tenant's own API, on channel `smoke`, which counts in no figure. About 40
 * calls, so that they fit the smallest plan's burst. The last step tidies up; history stays. A hybrid shop proves its edge, too.
 */
import type { SmokeClient, SmokeStep } from '../../kit/offering.ts';
import { text } from '../../kit/offering.ts';
import { expectProblem, expectStatus, expectValue, need, tidyUp } from '../../kit/smoke.ts';
import { edgeSmoke } from './smoke-edge.ts';

const CHANNEL = 'smoke';
const PRICE_MINOR = '1999';
const TOTAL_OF_TWO_MINOR = '3998';
const BURST = 20;

/** What earlier steps leave for later ones. */
const order = (sku: string, qty: number): Record<string, unknown> => ({ channel: CHANNEL, lines: [{ sku, qty }] });

async function expectStock(client: SmokeClient, sku: string, onHand: number, reserved: number): Promise<void> {
  const { status, items } = await client.view('stock', { sku });
  expectStatus({ status, body: {} }, 200, 'view stock');
  expectValue(Number(items[0]?.['on_hand']), onHand, `on hand of ${sku}`);
  expectValue(Number(items[0]?.['reserved']), reserved, `reserved of ${sku}`);
}

export const smoke: readonly SmokeStep[] = [
  {
    name: 'stock',
    title: text('Put a product on sale and receive 5 pieces', '上架一个商品并入库 5 件'),
    run: async (client, memo) => {
      const random = crypto.randomUUID().slice(0, 8);
      const [slug, sku] = [`smoke-${random}`, `SMOKE-${random}`];
      Object.assign(memo, { slug, sku });
      const name = `Proof ${random}`;
      expectStatus(await client.call('create_product', { slug, name }), 201, 'create_product');
      expectStatus(await client.call('create_variant', { slug, sku }), 201, 'create_variant');
      const offer = { sku, channel: CHANNEL, priceMinor: PRICE_MINOR };
      expectStatus(await client.call('set_offer', offer), 200, 'set_offer');
      expectStatus(await client.call('receive_stock', { sku, qty: 5 }), 200, 'receive_stock');
      expectStatus(await client.call('publish_product', { slug }), 200, 'publish_product');
      return `${sku}, 5 in stock`;
    },
  },
  {
    name: 'order',
    title: text('Order 2', '下单 2 件'),
    run: async (client, memo) => {
      const orderKey = crypto.randomUUID();
      const answer = await client.call('place_order', order(need(memo, 'sku'), 2), orderKey);
      expectStatus(answer, 201, 'place_order');
      expectValue(answer.body['totalMinor'], TOTAL_OF_TWO_MINOR, 'total');
      Object.assign(memo, { orderKey, orderNo: String(answer.body['orderNo']) });
      await expectStock(client, need(memo, 'sku'), 5, 2);
      return `${need(memo, 'orderNo')}, total ${TOTAL_OF_TWO_MINOR}`;
    },
  },
  {
    name: 'replay',
    title: text('Send the same order again', '重复提交同一订单'),
    run: async (client, memo) => {
      const answer = await client.call('place_order', order(need(memo, 'sku'), 2), need(memo, 'orderKey'));
      expectStatus(answer, 201, 'place_order, replayed');
      expectValue(answer.body['orderNo'], need(memo, 'orderNo'), 'order number of the replay');
      return `same order ${need(memo, 'orderNo')}`;
    },
  },
  {
    name: 'key-reused',
    title: text('Use its key for another order', '用同一幂等键提交另一订单'),
    run: async (client, memo) => {
      const answer = await client.call('place_order', order(need(memo, 'sku'), 1), need(memo, 'orderKey'));
      expectProblem(answer, 409, 'ICO03', 'place_order with a used key');
      return 'refused, ICO03';
    },
  },
  {
    name: 'out-of-stock',
    title: text('Order more than there is', '超量下单'),
    run: async (client, memo) => {
      expectProblem(await client.call('place_order', order(need(memo, 'sku'), 4)), 409, 'ICO04', 'place_order of 4');
      return 'refused, ICO04';
    },
  },
  {
    name: 'pay',
    title: text('Pay a wrong amount, then the right one', '先付错金额，再付正确金额'),
    run: async (client, memo) => {
      const orderNo = need(memo, 'orderNo');
      const payment = { orderNo, provider: 'smoke', providerRef: need(memo, 'orderKey') };
      const wrong = await client.call('pay_order', { ...payment, amountMinor: '3997' });
      expectProblem(wrong, 422, 'ICO07', 'pay_order of 3997');
      const right = await client.call('pay_order', { ...payment, amountMinor: TOTAL_OF_TWO_MINOR });
      expectStatus(right, 200, 'pay_order');
      expectValue(right.body['state'], 'paid', 'state');
      return '3997 refused, 3998 paid';
    },
  },
  {
    name: 'ship',
    title: text('Ship it', '发货'),
    run: async (client, memo) => {
      const answer = await client.call('ship_order', { orderNo: need(memo, 'orderNo') });
      expectStatus(answer, 200, 'ship_order');
      expectValue(answer.body['state'], 'shipped', 'state');
      await expectStock(client, need(memo, 'sku'), 3, 0);
      return '3 on hand, 0 reserved';
    },
  },
  {
    name: 'illegal-step',
    title: text('Cancel what is shipped', '取消已发货的订单'),
    run: async (client, memo) => {
      const answer = await client.call('cancel_order', { orderNo: need(memo, 'orderNo') });
      expectProblem(answer, 422, 'ICO01', 'cancel_order');
      return 'refused, ICO01';
    },
  },
  {
    name: 'burst',
    title: text('20 buyers at once for the last 3', '20 位买家同时抢最后 3 件'),
    run: async (client, memo) => {
      const sku = need(memo, 'sku');
      const answers = await Promise.all(Array.from({ length: BURST }, () => client.call('place_order', order(sku, 1))));
      const sold = answers.filter(({ status }) => status === 201);
      for (const refused of answers.filter(({ status }) => status !== 201)) {
        expectProblem(refused, 409, 'ICO04', 'place_order in the burst');
      }
      expectValue(sold.length, 3, 'orders that got one');
      return '3 sold, 17 out of stock';
    },
  },
  ...edgeSmoke,
  tidyUp,
];
