/** What proves the public side of a hybrid shop: a product is seen there, sold there against its allotment, and becomes an order here. */
import type { SmokeStep } from '../../kit/offering.ts';
import { text } from '../../kit/offering.ts';
import { awaitRow, checkEdgeRules, edgeOf, expectProblem, expectStatus, expectValue, need } from '../../kit/smoke.ts';

const CHANNEL = 'smoke';

const models = ['hybrid'] as const;

export const edgeSmoke: readonly SmokeStep[] = [
  {
    name: 'edge-shows',
    title: text('Publish a product and see it at the edge', '发布商品并在边缘可见'),
    models,
    run: async (client, memo) => {
      const edge = edgeOf(client);
      const random = crypto.randomUUID().slice(0, 8);
      const [slug, sku] = [`smoke-edge-${random}`, `SMOKE-E-${random}`];
      memo['edgeSku'] = sku;
      expectStatus(await client.call('create_product', { slug, name: `Edge proof ${random}` }), 201, 'create_product');
      expectStatus(await client.call('create_variant', { slug, sku }), 201, 'create_variant');
      const offer = { sku, channel: CHANNEL, priceMinor: '1999' };
      expectStatus(await client.call('set_offer', offer), 200, 'set_offer');
      expectStatus(await client.call('receive_stock', { sku, qty: 4 }), 200, 'receive_stock');
      expectStatus(await client.call('grant_allotment', { sku, qty: 3 }), 201, 'grant_allotment');
      expectStatus(await client.call('publish_product', { slug }), 200, 'publish_product');
      const { ms } = await awaitRow(edge, 'products', { slug }, 'the product at the edge');
      await awaitRow(edge, 'offers', { sku }, 'its price at the edge');
      await awaitRow(edge, 'availability', { sku }, 'its allotment', (row) => Number(row['available']) === 3);
      return `seen after ${ms} ms, 3 to sell`;
    },
  },
  {
    name: 'edge-sells',
    title: text('Sell 2 there, and no more than there are', '在边缘售出 2 件且不超卖'),
    models,
    run: async (client, memo) => {
      const edge = edgeOf(client);
      const order = (qty: number) => ({ channel: CHANNEL, lines: [{ sku: need(memo, 'edgeSku'), qty }] });
      const sold = await edge.call('place_order_request', order(2));
      expectStatus(sold, 201, 'place_order_request');
      expectValue(sold.body['subtotalMinor'], '3998', 'subtotal');
      memo['requestId'] = String(sold.body['requestId']);
      expectProblem(await edge.call('place_order_request', order(2)), 409, 'ICO04', 'place_order_request of 2 more');
      return '2 sold, 2 more refused';
    },
  },
  {
    name: 'edge-order',
    title: text('See it become an order, by number', '转为订单并可按订单号查询'),
    models,
    run: async (client, memo) => {
      const edge = edgeOf(client);
      const requestId = need(memo, 'requestId');
      const arrived = await awaitRow(
        client,
        'edge_requests',
        { request_id: requestId },
        'the request on the private side',
      );
      // Customers' requests come first: all that are here are taken in, this one with them.
      expectStatus(await client.call('settle_edge', { limit: 5_000 }), 200, 'settle_edge');
      const { row } = await awaitRow(
        edge,
        'order_requests',
        { request_id: requestId },
        'the answer at the edge',
        ({ state }) => state !== 'accepted',
      );
      expectValue(row['state'], 'ordered', 'state of the request');
      const orderNo = String(row['order_no']);
      await awaitRow(edge, 'order_status', { order_no: orderNo }, 'the status by number');
      return `${orderNo}, on its way for ${arrived.ms} ms`;
    },
  },
  {
    name: 'edge-returns',
    title: text('Take back what was not sold', '收回未售出的库存'),
    models,
    run: async (client, memo) => {
      const edge = edgeOf(client);
      const sku = need(memo, 'edgeSku');
      expectStatus(await client.call('close_allotment', { sku }), 200, 'close_allotment');
      await awaitRow(edge, 'availability', { sku }, 'the edge to stop', (row) => Number(row['available']) === 0);
      expectStatus(await edge.call('acknowledge_allotments', {}), 200, 'acknowledge_allotments');
      await awaitRow(client, 'edge_allotments', { sku }, 'its answer', ({ used }) => Number(used) === 2);
      expectStatus(await client.call('settle_edge', {}), 200, 'settle_edge');
      const { items } = await client.view('stock', { sku });
      const escrow = items.find(({ location }) => location === 'edge');
      expectValue(Number(escrow?.['on_hand']), 0, 'left in escrow');
      return '1 of 3 is back';
    },
  },
  checkEdgeRules(text('Check the rules of the edge; it names no person', '检查边缘不变量，且不含个人信息')),
];
