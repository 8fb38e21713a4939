/** The hybrid ledger: what the private side adds to its API, and the API of the public side. */
import { z } from 'zod';
import { EDGE_MODULE } from '../../../../kit/offering.ts';
import { views as coreViews } from './views.ts';
import { upkeepFunctions } from './upkeep-functions.ts';
import { Nothing, Xml, words, type FunctionSpec, type ViewSpec } from './spec.ts';

const MODULE = EDGE_MODULE;
const FILE = words('File', '文件编号');
const MESSAGE = words('Id of the message', '报文标识');
const DIGEST = words('SHA-256 of its text', '文件 SHA-256');
const AT = words('When', '时间');
const UETRS = words('UETRs of its payments', '所含支付的 UETR');
const CAUSE = words('Why it was refused', '拒绝原因');

export const edgeRecordFunctions = {
  take_in_edge: {
    summary: words('Take in what the edge received', '接收边缘支付文件'),
    description: words(
      'Hands in files that came from the edge, in their order. The platform calls it every few seconds; repeating it does nothing twice.',
      '按顺序处理边缘收到的支付文件。平台每隔几秒调用一次，重复调用不会重复处理。',
    ),
    body: z.strictObject({ limit: z.int().min(1).max(100).optional() }),
    writes: false,
    status: 200,
    errors: [],
    example: {},
    module: MODULE,
  },
  publish_edge: {
    summary: words('Publish rates and balances', '发布汇率与余额'),
    description: words(
      'Rates of the moment; and balances by kind in full thousands, where the tenant agreed. The platform calls it by itself.',
      '发布当前汇率；如租户同意，还发布按类别以千为单位的余额。由平台自动调用。',
    ),
    body: Nothing,
    writes: false,
    status: 200,
    errors: [],
    example: {},
    module: MODULE,
  },
} as const satisfies Record<string, FunctionSpec>;

export const edgeRecordViews = {
  edge_initiations: {
    summary: words('Files that came from the edge', '来自边缘的支付文件'),
    key: ['initiation_id'],
    columns: {
      initiation_id: FILE,
      msg_id: MESSAGE,
      sha256: DIGEST,
      at: AT,
      state: words('waiting, taken or refused', '状态：等待、已接收、已拒绝'),
      uetrs: UETRS,
      cause: CAUSE,
    },
    module: MODULE,
  },
} as const satisfies Record<string, ViewSpec>;

export const edgeRecordInvariants = {
  edge_initiations_taken_once: words('Payments of a file from the edge are there', '边缘文件中的支付均已登记'),
  edge_shows_payments_as_they_are: words('The edge shows payments as they are', '边缘展示的支付状态与账本一致'),
} as const;

export const edgeFunctions: Readonly<Record<string, FunctionSpec>> = {
  hand_in: {
    summary: words('Hand in a payment file', '提交支付文件'),
    description: words(
      'An ISO 20022 pain.001, taken as RCVD, also while the private side is away. No money moves here. Its text stays until the private side has said what became of it.',
      'ISO 20022 pain.001 报文，受理为 RCVD，私有侧断开期间同样受理。此处不发生资金变动，文件内容保留至私有侧给出处理结果。',
    ),
    body: z.strictObject({ xml: Xml }),
    writes: true,
    status: 201,
    errors: ['ICF20', 'ICF21'],
    example: upkeepFunctions.initiate_payments.example,
    module: null,
  },
  forget_files: {
    summary: words('Drop the text of settled files', '清除已处理文件的内容'),
    description: words('Ids and digests stay. The platform calls it by itself.', '保留编号与摘要。由平台自动调用。'),
    body: Nothing,
    writes: false,
    status: 200,
    errors: [],
    example: {},
    module: null,
  },
  forget_idempotency_keys: upkeepFunctions.forget_idempotency_keys,
};

export const edgeViews: Readonly<Record<string, ViewSpec>> = {
  initiations: {
    summary: words('Files and what became of them', '支付文件及处理结果'),
    key: ['initiation_id'],
    columns: {
      initiation_id: FILE,
      msg_id: MESSAGE,
      sha256: DIGEST,
      at: AT,
      status: words('RCVD, ACTC (taken) or RJCT', '状态：RCVD 已收、ACTC 已接收处理、RJCT 已拒绝'),
      uetrs: UETRS,
      cause: CAUSE,
    },
    module: null,
  },
  payment_status: {
    summary: words('Where payments stand, by UETR', '按 UETR 查询支付状态'),
    key: ['uetr'],
    columns: {
      uetr: words('UETR', 'UETR（端到端唯一参考号）'),
      status: words('Status', '状态'),
      reason: words('Reason code', '原因代码'),
      updated_at: words('Changed', '更新时间'),
    },
    module: null,
  },
  daily_balances: {
    summary: words('End-of-day balances by kind, in thousands', '按类别的日终余额（千）'),
    key: ['kind', 'currency', 'business_date'],
    columns: {
      kind: words('A asset, L liability, Q equity, I income, X expense', 'A 资产、L 负债、Q 权益、I 收入、X 费用'),
      currency: words('Currency, ISO 4217', '币种（ISO 4217）'),
      business_date: words('Business day', '业务日期'),
      thousands: words('Balance, full thousands', '余额（千）'),
    },
    module: null,
  },
  rates: {
    summary: words('Rates of the moment', '当前汇率'),
    key: ['base', 'quote'],
    columns: {
      base: words('First currency', '基础货币'),
      quote: words('Second currency', '报价货币'),
      rate: words('Units of the second currency for one of the first', '一单位基础货币兑换的报价货币数量'),
      valid_from: words('From', '生效时间'),
    },
    module: null,
  },
  invariants: coreViews.invariants,
  kpis: coreViews.kpis,
};
