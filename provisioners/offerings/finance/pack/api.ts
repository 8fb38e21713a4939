/**
 * The pack's API in words and schemas: what the manifest publishes, the gateway checks bodies against and OpenAPI is made of.
 * The SQL beside it is the truth of behaviour; a test compares the two. Imports zod and domain only.
 */
import type { ApiErrorSpec } from '../../../../server/domain/manifest.ts';
import { dualControlFunctions, dualControlInvariants, dualControlViews } from './api/dual-control.ts';
import { edgeFunctions, edgeRecordFunctions, edgeRecordInvariants, edgeRecordViews, edgeViews } from './api/edge.ts';
import { fxFunctions, fxInvariants, fxViews } from './api/fx.ts';
import { ledgerFunctions } from './api/ledger-functions.ts';
import { invariants as coreInvariants } from './api/measures.ts';
import { paymentsFunctions } from './api/payments-iso20022.ts';
import { words, type FunctionSpec, type ViewSpec } from './api/spec.ts';
import { transferFunctions } from './api/transfer-functions.ts';
import { upkeepFunctions } from './api/upkeep-functions.ts';
import { views as coreViews } from './api/views.ts';

export { kpis } from './api/measures.ts';

/** By name, in the order in which a reader meets them. */
export const functions: Readonly<Record<string, FunctionSpec>> = {
  ...ledgerFunctions,
  ...transferFunctions,
  ...upkeepFunctions,
  ...paymentsFunctions,
  ...dualControlFunctions,
  ...fxFunctions,
  ...edgeRecordFunctions,
};

export const views: Readonly<Record<string, ViewSpec>> = {
  ...coreViews,
  ...dualControlViews,
  ...fxViews,
  ...edgeRecordViews,
};

/** The public side of a hybrid ledger. */
export const edge = { functions: edgeFunctions, views: edgeViews };

export const invariants = { ...coreInvariants, ...dualControlInvariants, ...fxInvariants, ...edgeRecordInvariants };

/** By SQLSTATE. Facts come with each as DETAIL; see core/001_ledger.sql. */
export const errors = {
  ICF01: { status: 422, title: words('What is written stays: post a reversal', '已入账记录不可更改，请红冲') },
  ICF02: { status: 422, title: words('A journal has two lines at least', '凭证至少须有两条分录') },
  ICF03: { status: 422, title: words('Debits and credits differ', '借贷不平') },
  ICF04: { status: 422, title: words('The account cannot take this', '该账户不能接受此操作') },
  ICF05: { status: 422, title: words('The period is closed', '期间已关闭') },
  ICF06: { status: 422, title: words('The journal takes no more lines', '该凭证不再接受分录') },
  ICF07: { status: 409, title: words('The key or id was used for another request', '该幂等键或编号已用于其他请求') },
  ICF08: { status: 422, title: words('The transfer is resolved already', '该转账已了结') },
  ICF09: { status: 409, title: words('The transfer has run out', '该转账已超时') },
  ICF10: { status: 422, title: words('More than was reserved', '超过冻结金额') },
  ICF11: { status: 409, title: words('Over the limit of the account', '超过账户限额') },
  ICF12: { status: 404, title: words('Not found', '未找到') },
  ICF13: { status: 400, title: words('A value is missing or invalid', '参数缺失或无效') },
  ICF14: { status: 409, title: words('It exists already', '已存在') },
  ICF15: { status: 403, title: words('A second person must agree: propose it', '须由第二人复核，请先提议') },
  ICF16: { status: 403, title: words('A proposal is approved by another person', '提议须由他人批准') },
  ICF17: { status: 409, title: words('The proposal is decided', '该提议已有决定') },
  ICF18: { status: 409, title: words('The journal is reversed already', '该凭证已被红冲') },
  ICF19: { status: 422, title: words('The period cannot close yet', '该期间尚不能关闭') },
  ICF20: { status: 422, title: words('The message cannot be read', '报文无法识别') },
  ICF21: { status: 409, title: words('The message was received before', '该报文此前已接收') },
  ICF22: { status: 422, title: words('There is no such rate now', '当前没有此汇率') },
  ICF23: { status: 422, title: words('The payment cannot take this step', '该支付当前状态不允许此操作') },
} as const satisfies Record<string, ApiErrorSpec>;
