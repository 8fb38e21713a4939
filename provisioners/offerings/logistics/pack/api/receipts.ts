/** The module warehouse-receipts: electronic receipts for bulk goods. */
import { z } from 'zod';
import type { KpiSpec } from '../../../../../server/domain/manifest.ts';
import { kpi } from '../../../../kit/kpi.ts';
import { Gln, Minor, Quantity, Reason, words, type FunctionSpec, type ViewSpec } from './spec.ts';

const MODULE = 'warehouse-receipts';
const ReceiptNo = z.string().min(1).max(40);
const OWN = { receiptNo: ReceiptNo, actor: Gln };
const EXAMPLE = { receiptNo: 'R0000000001', actor: '0614141000036' };
const LOT = '01920000-0000-7000-8000-000000000000';

export const receiptFunctions = {
  create_lot: {
    summary: words('Take in a lot', '登记货物批次'),
    description: words(
      'Goods of one kind in one warehouse, in a unit of UN/ECE Recommendation 20 (TNE when none is given), with a value per unit if there is one.',
      '同一仓库中的同类货物，计量单位采用 UN/ECE 第 20 号建议书代码（默认 TNE），可填写单位价值。',
    ),
    body: z.strictObject({
      warehouse: Gln,
      commodity: z.string().min(1).max(100),
      grade: z.string().min(1).max(100).optional(),
      uom: z.string().length(3).optional(),
      qty: Quantity,
      bin: z.string().min(1).max(100).optional(),
      unitValueMinor: Minor.optional(),
    }),
    writes: true,
    status: 201,
    errors: ['ICL08'],
    example: {
      warehouse: '0614141000029',
      commodity: 'copper cathode',
      grade: 'A',
      qty: '100',
      unitValueMinor: '6850000',
    },
    module: MODULE,
  },
  count_lot: {
    summary: words('Record a count', '登记盘点'),
    description: words(
      'What a count of the lot found. The difference to the books becomes a figure; it changes no receipt.',
      '登记批次的实盘数量。与账面的差异计入指标，不影响仓单。',
    ),
    body: z.strictObject({ lotId: z.uuid(), counted: Quantity }),
    writes: true,
    status: 200,
    errors: ['ICL08'],
    example: { lotId: LOT, counted: '99.850' },
    module: MODULE,
  },
  issue_receipt: {
    summary: words('Issue a receipt', '开立仓单'),
    description: words(
      'Over goods of a lot that no other live receipt stands for. When the lot is short it is refused, also when many ask at once.',
      '针对批次中尚未开单的货物开立。数量不足时拒绝，并发请求亦然。',
    ),
    body: z.strictObject({
      lotId: z.uuid(),
      qty: Quantity,
      holder: Gln,
      receiptNo: ReceiptNo.optional(),
      negotiable: z.boolean().optional(),
      expiresOn: z.iso.date().optional(),
    }),
    writes: true,
    status: 201,
    errors: ['ICL02', 'ICL08', 'ICL09'],
    example: { lotId: LOT, qty: '60', holder: '0614141000036', negotiable: true },
    module: MODULE,
  },
  transfer_receipt: {
    summary: words('Transfer a receipt', '转让仓单'),
    description: words(
      'The holder passes control to another party. Not while it is pledged, and only if it is negotiable.',
      '持有人将控制权转移给另一参与方。质押期间不可转让，且仓单须为可转让。',
    ),
    body: z.strictObject({ ...OWN, to: Gln }),
    writes: true,
    status: 200,
    errors: ['ICL04', 'ICL08', 'ICL12'],
    example: { ...EXAMPLE, to: '0614141000043' },
    module: MODULE,
  },
  pledge_receipt: {
    summary: words('Pledge a receipt', '质押仓单'),
    description: words(
      'To a financier. From then on only the pledgee can release it.',
      '质押给出资方，此后仅质权人可解除。',
    ),
    body: z.strictObject({ ...OWN, pledgee: Gln }),
    writes: true,
    status: 200,
    errors: ['ICL04', 'ICL08'],
    example: { ...EXAMPLE, pledgee: '0614141000050' },
    module: MODULE,
  },
  release_receipt: {
    summary: words('Release a pledge', '解除质押'),
    description: words('By the pledgee alone.', '仅质权人可操作。'),
    body: z.strictObject(OWN),
    writes: true,
    status: 200,
    errors: ['ICL03', 'ICL08'],
    example: { ...EXAMPLE, actor: '0614141000050' },
    module: MODULE,
  },
  split_receipt: {
    summary: words('Split a receipt', '拆分仓单'),
    description: words(
      'Into 2 to 100 parts that add up to it. The receipt ends; each part goes on from its last hash.',
      '拆分为 2 至 100 张，数量之和须相等。原仓单终止，各子仓单的哈希链由其末端延续。',
    ),
    body: z.strictObject({ ...OWN, parts: z.array(Quantity).min(2).max(100) }),
    writes: true,
    status: 200,
    errors: ['ICL04', 'ICL05', 'ICL08'],
    example: { ...EXAMPLE, parts: ['40', '20'] },
    module: MODULE,
  },
  withdraw_receipt: {
    summary: words('Withdraw the goods', '提货注销'),
    description: words('The holder takes the goods; the lot shrinks by them.', '持有人提走货物，批次数量相应减少。'),
    body: z.strictObject(OWN),
    writes: true,
    status: 200,
    errors: ['ICL04', 'ICL08'],
    example: EXAMPLE,
    module: MODULE,
  },
  cancel_receipt: {
    summary: words('Give a receipt back', '退回仓单'),
    description: words(
      'The receipt ends, the goods stay and may be receipted anew.',
      '仓单终止，货物仍在库，可重新开单。',
    ),
    body: z.strictObject({ ...OWN, reason: Reason.optional() }),
    writes: true,
    status: 200,
    errors: ['ICL04', 'ICL08'],
    example: EXAMPLE,
    module: MODULE,
  },
  verify_receipt: {
    summary: words('Verify a receipt', '验证仓单'),
    description: words(
      'Hashes every act of the receipt and of those it was split from anew and says whether the chain is intact.',
      '对该仓单及其来源仓单的每一步操作重新计算哈希，返回哈希链是否完整。',
    ),
    body: z.strictObject({ receiptNo: ReceiptNo }),
    writes: false,
    status: 200,
    errors: ['ICL08'],
    example: { receiptNo: 'R0000000001' },
    module: MODULE,
  },
} as const satisfies Record<string, FunctionSpec>;

const LOT_ID = words('Lot', '批次');
const RECEIPT = words('Receipt', '仓单号');
const COMMODITY = words('Commodity', '品种');
const QTY = words('Quantity', '数量');
const UOM = words('Unit, UN/ECE Rec 20', '计量单位（UN/ECE Rec 20）');

export const receiptViews = {
  lots: {
    summary: words('Lots in warehouses', '在库批次'),
    key: ['lot_id'],
    columns: {
      lot_id: LOT_ID,
      warehouse: words('Warehouse', '仓库'),
      facility: words('Name of the warehouse', '仓库名称'),
      bin: words('Bin', '库位'),
      commodity: COMMODITY,
      grade: words('Grade', '等级'),
      uom: UOM,
      qty: QTY,
      receipted: words('Under receipts', '已开单'),
      free: words('Free', '未开单'),
      unit_value_minor: words('Value per unit, minor units', '单位价值（最小货币单位）'),
      counted: words('Counted', '实盘数量'),
      counted_at: words('Counted at', '盘点时间'),
      created_at: words('Taken in', '入库时间'),
    },
    module: MODULE,
  },
  receipts: {
    summary: words('Warehouse receipts', '数字仓单'),
    key: ['receipt_no'],
    columns: {
      receipt_no: RECEIPT,
      lot_id: LOT_ID,
      commodity: COMMODITY,
      qty: QTY,
      uom: UOM,
      state: words('State', '状态'),
      holder: words('Holder', '持有人'),
      holder_name: words('Name of the holder', '持有人名称'),
      pledgee: words('Pledgee', '质权人'),
      negotiable: words('Negotiable', '可转让'),
      jurisdiction: words('Law', '适用法域'),
      parent: words('Split from', '来源仓单'),
      issued_at: words('Issued', '开立时间'),
      expires_on: words('Expires', '到期日'),
    },
    module: MODULE,
  },
  receipts_by_state: {
    summary: words('Receipts in each state', '各状态仓单数量'),
    key: ['state'],
    columns: { state: words('State', '状态'), receipts: words('Receipts', '仓单数') },
    module: MODULE,
  },
  receipt_acts: {
    summary: words('Acts on receipts, chained by hash', '仓单操作（哈希链）'),
    key: ['receipt_no', 'seq'],
    columns: {
      receipt_no: RECEIPT,
      seq: words('Number', '序号'),
      act: words('Act', '操作'),
      actor: words('By', '操作方'),
      data: words('Details', '详情'),
      at: words('When', '时间'),
      prev: words('Hash before', '前一哈希'),
      hash: words('Hash', '哈希'),
    },
    module: MODULE,
  },
  receipt_proofs: {
    summary: words('Which receipts exist, as hashes alone', '仓单存在性证明（仅哈希）'),
    key: ['number_hash'],
    columns: {
      number_hash: words('Hash of the number', '仓单号哈希'),
      head_hash: words('Hash of the last act', '最近操作哈希'),
      live: words('Lives', '有效'),
    },
    module: MODULE,
  },
} as const satisfies Record<string, ViewSpec>;

export const receiptKpis: readonly KpiSpec[] = [
  kpi('receipts_outstanding_t', 'Goods under receipts', '仓单在库货量', 't', 'gauge', 'none'),
  kpi('receipts_value_minor', 'Value under receipts', '仓单货值', 'minor', 'money', 'none'),
  kpi('pledged_percent', 'Share of receipts pledged', '仓单质押占比', '%', 'percent', 'none'),
  kpi('lot_difference_t', 'Counted less or more than booked', '盘点差异', 't', 'gauge', 'down', 0.001, 1),
];

export const receiptInvariants = {
  receipts_match_lots: words(
    'Live receipts of a lot add up to what was receipted',
    '同一批次的有效仓单之和等于已开单数量',
  ),
  receipt_chains_hold: words(
    'Every act on a receipt carries the hash of the one before',
    '仓单的每一步操作均衔接前一哈希',
  ),
  receipts_follow_their_acts: words(
    'State and holder of a receipt are what its acts say',
    '仓单状态与持有人与其操作一致',
  ),
  splits_add_up: words('Parts of a split receipt add up to it', '拆分仓单之和等于原仓单'),
} as const;
