/**
 * The pack's API in words and schemas: what the manifest publishes, the gateway checks bodies against and OpenAPI is made of.
 * The SQL beside it is the truth of behaviour; a test compares the two. Imports zod, the kit's short forms and domain only.
 */
import type { ApiErrorSpec } from '../../../../server/domain/manifest.ts';
import { edgeFunctions, edgeViews } from './api/edge-public.ts';
import { edgeRecordFunctions, edgeRecordInvariants, edgeRecordViews } from './api/edge-record.ts';
import { eventFunctions } from './api/event-functions.ts';
import { invariants as coreInvariants, kpis as coreKpis } from './api/measures.ts';
import { networkFunctions } from './api/network-functions.ts';
import { receiptFunctions, receiptInvariants, receiptKpis, receiptViews } from './api/receipts.ts';
import { restFunctions } from './api/rest-functions.ts';
import { words, type FunctionSpec, type ViewSpec } from './api/spec.ts';
import { upkeepFunctions } from './api/upkeep-functions.ts';
import { views as coreViews } from './api/views.ts';
import { waybillFunctions } from './api/waybill-functions.ts';
import { wmsFunctions, wmsInvariants, wmsKpis, wmsViews } from './api/wms.ts';

/** By name, in the order in which a reader meets them. */
export const functions: Readonly<Record<string, FunctionSpec>> = {
  ...networkFunctions,
  ...waybillFunctions,
  ...eventFunctions,
  ...restFunctions,
  ...receiptFunctions,
  ...wmsFunctions,
  ...upkeepFunctions,
  ...edgeRecordFunctions,
};

export const views: Readonly<Record<string, ViewSpec>> = {
  ...coreViews,
  ...receiptViews,
  ...wmsViews,
  ...edgeRecordViews,
};

/** The public side of a hybrid network. */
export const edge: {
  readonly functions: Readonly<Record<string, FunctionSpec>>;
  readonly views: Readonly<Record<string, ViewSpec>>;
} = { functions: edgeFunctions, views: edgeViews };

/** By what brings them. */
export const kpisOf = { core: coreKpis, 'warehouse-receipts': receiptKpis, wms: wmsKpis } as const;
export const invariantsOf = {
  core: coreInvariants,
  'warehouse-receipts': receiptInvariants,
  wms: wmsInvariants,
  edge: edgeRecordInvariants,
} as const;

/** By SQLSTATE. Facts come with each as DETAIL; see core/001_identity.sql. */
export const errors = {
  ICL01: { status: 422, title: words('There is no route', '没有可用路由') },
  ICL02: { status: 409, title: words('The lot is short', '批次余量不足') },
  ICL03: { status: 403, title: words('Only the pledgee can release it', '仅质权人可以解除') },
  ICL04: { status: 422, title: words('The receipt does not allow it', '仓单当前状态不允许此操作') },
  ICL05: { status: 422, title: words('The parts do not add up', '拆分数量之和不符') },
  ICL06: { status: 409, title: words('The idempotency key was used for another request', '该幂等键已用于其他请求') },
  ICL07: { status: 400, title: words('A value is missing or invalid', '参数缺失或无效') },
  ICL08: { status: 404, title: words('Not found', '未找到') },
  ICL09: { status: 409, title: words('It exists already', '已存在') },
  ICL10: { status: 422, title: words('History cannot be changed', '历史记录不可更改') },
  ICL11: { status: 422, title: words('Events of the document are refused', '文档中有事件被拒绝') },
  ICL12: { status: 422, title: words('The receipt is not negotiable', '仓单不可转让') },
  ICL13: { status: 422, title: words('The waybill is under way', '运单已在途') },
  ICL14: { status: 409, title: words('No numbers are left', '编号已用尽') },
  ICL15: { status: 409, title: words('There is not enough in the bins', '库位库存不足') },
  ICL16: { status: 422, title: words('The task is closed', '任务已关闭') },
} as const satisfies Record<string, ApiErrorSpec>;
