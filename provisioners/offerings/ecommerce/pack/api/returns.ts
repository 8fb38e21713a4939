/** What the module returns adds to the API. */
import { z } from 'zod';
import { OrderNo, Quantity, Reason, Sku, words, type FunctionSpec, type ViewSpec } from './spec.ts';

const MODULE = 'returns';
const RmaNo = z.string().min(1).max(40);
const EXAMPLE = { rmaNo: 'R00000001' };

export const returnsFunctions = {
  request_return: {
    summary: words('Ask for a return', '申请退货'),
    description: words(
      'Goods of a delivered order, all or part of them. What is asked for cannot be asked for again until it is rejected.',
      '对已送达订单申请退回全部或部分商品。已申请的数量在被驳回前不能重复申请。',
    ),
    body: z.strictObject({
      orderNo: OrderNo,
      reason: Reason,
      lines: z
        .array(z.strictObject({ sku: Sku, qty: Quantity }))
        .min(1)
        .max(100),
    }),
    writes: true,
    status: 201,
    errors: ['ICO01', 'ICO08', 'ICO16'],
    example: { orderNo: 'O0000000001', reason: 'too small', lines: [{ sku: 'MUG-350-BLUE', qty: 1 }] },
    module: MODULE,
  },
  approve_return: {
    summary: words('Approve a return', '批准退货'),
    description: words('The buyer may send the goods.', '批准后买家可寄回商品。'),
    body: z.strictObject({ rmaNo: RmaNo, note: Reason.optional() }),
    writes: true,
    status: 200,
    errors: ['ICO08', 'ICO17'],
    example: EXAMPLE,
    module: MODULE,
  },
  reject_return: {
    summary: words('Reject a return', '驳回退货'),
    description: words('With a reason. The same goods may be asked for again.', '须说明原因。相同商品可再次申请。'),
    body: z.strictObject({ rmaNo: RmaNo, reason: Reason }),
    writes: true,
    status: 200,
    errors: ['ICO08', 'ICO17'],
    example: { ...EXAMPLE, reason: 'worn' },
    module: MODULE,
  },
  inspect_return: {
    summary: words('Inspect what came back', '验收退货'),
    description: words(
      'What is accepted is refunded, what can be sold again goes back on the shelf, the rest is scrapped. Lines that are not named came back whole.',
      '接受的数量予以退款，可再售的重新入库，其余报废。未列出的行视为完好退回。',
    ),
    body: z.strictObject({
      rmaNo: RmaNo,
      note: Reason.optional(),
      lines: z
        .array(
          z.strictObject({
            sku: Sku,
            accepted: z.int().min(0).max(100_000).optional(),
            restock: z.int().min(0).max(100_000).optional(),
          }),
        )
        .max(100)
        .optional(),
    }),
    writes: true,
    status: 200,
    errors: ['ICO08', 'ICO17'],
    example: { ...EXAMPLE, lines: [{ sku: 'MUG-350-BLUE', accepted: 1, restock: 0 }] },
    module: MODULE,
  },
  refund_return: {
    summary: words('Refund a return', '退款'),
    description: words(
      'Notes that the money of what was accepted is given back, once, against the capture of the order.',
      '按订单的原支付记录一次性退还所接受商品的款项。',
    ),
    body: z.strictObject({ rmaNo: RmaNo }),
    writes: true,
    status: 200,
    errors: ['ICO08', 'ICO17'],
    example: EXAMPLE,
    module: MODULE,
  },
} as const satisfies Record<string, FunctionSpec>;

const rmaNo = words('Return', '退货单号');
const orderNo = words('Order', '订单号');
const currency = words('Currency', '币种');

export const returnsViews = {
  returns: {
    summary: words('Returns and their state', '退货单及其状态'),
    key: ['rma_no'],
    columns: {
      rma_no: rmaNo,
      order_no: orderNo,
      state: words('State', '状态'),
      reason: words('Reason', '原因'),
      currency,
      refund_minor: words('Refund, minor units', '退款（最小货币单位）'),
      requested_at: words('Asked for', '申请时间'),
      updated_at: words('Changed', '更新时间'),
    },
    module: MODULE,
  },
  return_lines: {
    summary: words('Goods of returns', '退货明细'),
    key: ['rma_no', 'line_no'],
    columns: {
      rma_no: rmaNo,
      line_no: words('Line of the order', '订单行'),
      sku: words('Variant', '规格编码'),
      qty: words('Asked for', '申请数量'),
      accepted: words('Accepted', '接受数量'),
      restocked: words('Back on the shelf', '入库数量'),
      scrapped: words('Scrapped', '报废数量'),
      refund_minor: words('Refund, minor units', '退款（最小货币单位）'),
    },
    module: MODULE,
  },
  return_refunds: {
    summary: words('Money given back for returns', '退货退款记录'),
    key: ['rma_no'],
    columns: {
      rma_no: rmaNo,
      order_no: orderNo,
      provider: words('Payment provider', '支付渠道'),
      provider_ref: words('Reference of the capture', '原支付流水号'),
      amount_minor: words('Amount, minor units', '金额（最小货币单位）'),
      currency,
      at: words('When', '时间'),
    },
    module: MODULE,
  },
} as const satisfies Record<string, ViewSpec>;

export const returnsInvariants = {
  returns_within_bought: words('No more comes back than was bought', '退货数量不超过购买数量'),
  return_refunds_match_lines: words('A refund equals what was accepted', '退款金额与接受的商品一致'),
  return_refunds_within_captured: words('No more money goes back than was taken', '退款总额不超过已收款项'),
} as const;
