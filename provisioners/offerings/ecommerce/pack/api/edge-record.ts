/** What the private side of a hybrid shop adds to its API: stock set apart for the edge, and what came of it. */
import { z } from 'zod';
import { EDGE_MODULE } from '../../../../kit/offering.ts';
import { Nothing, Sku, words, type FunctionSpec, type ViewSpec } from './spec.ts';

const MODULE = EDGE_MODULE;

export const edgeRecordFunctions = {
  grant_allotment: {
    summary: words('Set stock apart for the edge', '为边缘划拨库存'),
    description: words(
      'Moves free units out of reach of every other order. The edge sells them without asking, also while the two sides are apart.',
      '将可用库存移出其他订单的占用范围，由边缘自行销售；两侧断开期间也可继续售卖。',
    ),
    body: z.strictObject({ sku: Sku, qty: z.int().min(1).max(1_000_000) }),
    writes: true,
    status: 201,
    errors: ['ICO04', 'ICO08'],
    example: { sku: 'MUG-350-BLUE', qty: 50 },
    module: MODULE,
  },
  close_allotment: {
    summary: words('Take stock back from the edge', '收回边缘库存'),
    description: words(
      'Asks the edge to stop selling the variant. What it did not sell is free again as soon as it has answered.',
      '要求边缘停止销售该规格。边缘确认后，未售出的库存即恢复可用。',
    ),
    body: z.strictObject({ sku: Sku }),
    writes: true,
    status: 200,
    errors: ['ICO08'],
    example: { sku: 'MUG-350-BLUE' },
    module: MODULE,
  },
  settle_edge: {
    summary: words('Take in what the edge sold', '接收边缘订单'),
    description: words(
      'Turns each request of the edge into one order and brings back stock that is no longer needed there. The platform calls it every few seconds; repeating it does nothing twice.',
      '将边缘的每笔请求转为一个订单，并收回不再需要的库存。平台每隔几秒调用一次，重复调用不会重复处理。',
    ),
    body: z.strictObject({ limit: z.int().min(1).max(5_000).optional() }),
    writes: false,
    status: 200,
    errors: ['ICO04'],
    example: {},
    module: MODULE,
  },
  keep_allotments: {
    summary: words('Keep the share of the edge', '维持边缘库存比例'),
    description: words(
      'Grants and closes allotments so that the edge has about `edge_allotment_percent` of what can be sold. The platform calls it by itself.',
      '自动划拨或收回库存，使边缘持有约 `edge_allotment_percent` 的可售数量。由平台自动调用。',
    ),
    body: Nothing,
    writes: false,
    status: 200,
    errors: ['ICO04'],
    example: {},
    module: MODULE,
  },
} as const satisfies Record<string, FunctionSpec>;

export const edgeRecordViews = {
  edge_allotments: {
    summary: words('Stock at the edge', '边缘库存划拨'),
    key: ['sku', 'epoch'],
    columns: {
      sku: words('Variant', '规格编码'),
      epoch: words('Number of the grant', '划拨批次'),
      state: words('open, closing or closed', '状态：开放、关闭中、已关闭'),
      granted: words('Units set apart', '划拨数量'),
      settled: words('Units that became orders or were refused', '已转为订单或被拒绝的数量'),
      used: words('Units the edge says it sold', '边缘确认的售出数量'),
      outstanding: words('Units that may still be asked for', '仍可能被请求的数量'),
    },
    module: MODULE,
  },
  edge_requests: {
    summary: words('Requests that came from the edge', '来自边缘的订单请求'),
    key: ['request_id'],
    columns: {
      request_id: words('Id', '编号'),
      channel: words('Channel', '渠道'),
      currency: words('Currency, ISO 4217', '币种（ISO 4217）'),
      lines: words('Lines', '明细'),
      buyer_token: words('Token of the buyer', '买家令牌'),
      at: words('When', '时间'),
      state: words('waiting, ordered or refused', '状态：等待、已下单、已拒绝'),
      order_no: words('Order number', '订单号'),
      cause: words('Why it was refused', '拒绝原因'),
    },
    module: MODULE,
  },
} as const satisfies Record<string, ViewSpec>;

export const edgeRecordInvariants = {
  escrow_covers_allotments: words('What the edge may still sell lies in escrow', '边缘仍可售出的数量均已划拨留存'),
  edge_requests_ordered_once: words('A request of the edge is one order', '每笔边缘请求仅对应一个订单'),
  allotments_not_exceeded: words('The edge took no more than it was given', '边缘取用未超过划拨数量'),
} as const;
