/** E-commerce cloud: from the first product to the shipped order. The folder is the whole vertical; nothing outside names it. */
import path from 'node:path';
import { readContent, readCover } from '../../kit/content.ts';
import { defineOffering, text } from '../../kit/offering.ts';
import { apiDescription, edgeApiDescription, invariants, kpis } from './api.ts';
import { bench } from './bench.ts';
import { blueprint } from './blueprint.ts';
import { modules } from './modules.ts';
import { parameterFields, ShopParams } from './parameters.ts';
import { pictures } from './pictures.ts';
import { models, plans } from './plans.ts';
import { prices } from './prices.ts';
import { processes, stateMachine } from './processes.ts';
import { smoke } from './smoke.ts';
import { tryIt } from './try-it.ts';

export default defineOffering({
  slug: 'ecommerce',
  version: '1.2.0',
  lifecycle: 'ga',
  params: ShopParams,
  parameterFields,
  prices,
  blueprint,
  pack: {
    name: 'ecommerce',
    version: '1.2.0',
    directory: path.join(import.meta.dirname, 'pack'),
    extensions: ['btree_gist', 'ltree'],
  },
  smoke,
  bench,
  housekeeping: [
    { function: 'expire_orders', everySeconds: 60, body: {} },
    { function: 'forget_idempotency_keys', everySeconds: 86_400, body: {} },
    { function: 'purge_expired_personal_data', everySeconds: 86_400, body: {} },
    { function: 'settle_edge', everySeconds: 5, body: {}, models: ['hybrid'] },
    { function: 'keep_allotments', everySeconds: 15, body: {}, models: ['hybrid'] },
    { function: 'acknowledge_allotments', everySeconds: 5, body: {}, models: ['hybrid'], side: 'edge' },
    { function: 'forget_idempotency_keys', everySeconds: 86_400, body: {}, models: ['hybrid'], side: 'edge' },
  ],
  manifest: {
    hue: 350,
    name: text('E-commerce Cloud', '电商云'),
    summary: text(
      'Catalogue, prices, stock that cannot be oversold, and orders from placing to return, behind one API.',
      '商品目录、定价、不超卖的库存，以及从下单到退货的完整订单流程，统一由一套 API 提供。',
    ),
    proof: text(
      'An order is placed, paid and shipped; 20 buyers race for the last 3 pieces and exactly 3 get one.',
      '一笔订单完成下单、支付与发货；20 位买家同时抢购最后 3 件，恰好 3 人成交。',
    ),
    content: readContent(import.meta.dirname),
    cover: readCover(import.meta.dirname),
    processes,
    stateMachine,
    models,
    plans,
    modules: [...modules],
    api: apiDescription,
    edgeApi: edgeApiDescription,
    kpis,
    invariants,
    tryIt,
    pictures,
    party: {
      name: text('Seller', '商户'),
      help: text(
        'A key for one seller of the marketplace: it sees that seller’s products, entries and balance, and nothing else of the shop.',
        '仅供某一商户使用的密钥：只能查看该商户的商品、账目与余额，无法访问店铺的其他数据。',
      ),
      example: 'blue-kiln',
    },
    sizing: {
      transaction: text('Orders', '订单'),
      transactionsPerDayDefault: 2_000,
      tpcbPerTransaction: 1.8,
      readsPerWrite: 20,
      bytesPerTransaction: 2_000,
      keepDaysDefault: 365,
    },
  },
});
