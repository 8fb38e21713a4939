/**
 * The pack's API in words and schemas: what the manifest publishes, the gateway checks bodies against and OpenAPI is made of.
 * The SQL beside it is the truth of behaviour; a test compares the two. Imports zod and domain only.
 */
import type { ApiErrorSpec } from '../../../../server/domain/manifest.ts';
import { catalogFunctions } from './api/catalog-functions.ts';
import { edgeFunctions, edgeViews } from './api/edge-public.ts';
import { edgeRecordFunctions, edgeRecordInvariants, edgeRecordViews } from './api/edge-record.ts';
import { flashSaleFunctions, flashSaleInvariants, flashSaleViews } from './api/flash-sale.ts';
import { invariants as coreInvariants } from './api/measures.ts';
import { marketFunctions, marketInvariants, marketViews } from './api/marketplace.ts';
import { pickupFunctions, pickupInvariants, pickupViews } from './api/o2o-pickup.ts';
import { orderFunctions } from './api/order-functions.ts';
import { returnsFunctions, returnsInvariants, returnsViews } from './api/returns.ts';
import { searchFunctions, searchInvariants } from './api/search.ts';
import { words, type FunctionSpec, type ViewSpec } from './api/spec.ts';
import { upkeepFunctions } from './api/upkeep-functions.ts';
import { views as coreViews } from './api/views.ts';

export { kpis } from './api/measures.ts';

/** By name, in the order in which a reader meets them. */
export const functions: Readonly<Record<string, FunctionSpec>> = {
  ...catalogFunctions,
  ...orderFunctions,
  ...upkeepFunctions,
  ...flashSaleFunctions,
  ...returnsFunctions,
  ...pickupFunctions,
  ...marketFunctions,
  ...searchFunctions,
  ...edgeRecordFunctions,
};

export const views: Readonly<Record<string, ViewSpec>> = {
  ...coreViews,
  ...flashSaleViews,
  ...returnsViews,
  ...pickupViews,
  ...marketViews,
  ...edgeRecordViews,
};

/** The public side of a hybrid shop. */
export const edge: {
  readonly functions: Readonly<Record<string, FunctionSpec>>;
  readonly views: Readonly<Record<string, ViewSpec>>;
} = { functions: edgeFunctions, views: edgeViews };

export const invariants = {
  ...coreInvariants,
  ...flashSaleInvariants,
  ...returnsInvariants,
  ...pickupInvariants,
  ...marketInvariants,
  ...searchInvariants,
  ...edgeRecordInvariants,
};

/** By SQLSTATE. Facts come with each as DETAIL; see core/001_catalog.sql and the modules. */
export const errors = {
  ICO01: { status: 422, title: words('The order cannot take this step', '订单当前状态不允许此操作') },
  ICO02: { status: 422, title: words('History cannot be changed', '历史记录不可更改') },
  ICO03: { status: 409, title: words('The idempotency key was used for another request', '该幂等键已用于其他请求') },
  ICO04: { status: 409, title: words('Out of stock', '库存不足') },
  ICO05: { status: 409, title: words('The campaign quota is gone', '活动限量已售罄') },
  ICO06: { status: 422, title: words('Not on sale in this channel and currency', '该渠道或币种下未在售') },
  ICO07: { status: 422, title: words('The amount is not the total of the order', '支付金额与订单总额不符') },
  ICO08: { status: 404, title: words('Not found', '未找到') },
  ICO09: { status: 400, title: words('A value is missing or invalid', '参数缺失或无效') },
  ICO10: { status: 409, title: words('It exists already', '已存在') },
  ICO11: { status: 409, title: words('The hold has expired', '库存预留已到期') },
  ICO12: { status: 403, title: words('The queue token is not valid here', '排队令牌无效') },
  ICO13: { status: 429, title: words('Not your turn yet', '尚未轮到您') },
  ICO14: { status: 409, title: words('The limit per customer is reached', '已达到每人限购数量') },
  ICO15: { status: 422, title: words('The product is not ready to be published', '商品尚不满足上架条件') },
  ICO16: { status: 422, title: words('More than can be returned', '超过可退数量') },
  ICO17: { status: 422, title: words('The return cannot take this step', '退货单当前状态不允许此操作') },
  ICO18: { status: 403, title: words('The handover code is wrong', '提货码不正确') },
  ICO19: { status: 409, title: words('No place at this time', '该时段不可预约') },
  ICO20: { status: 422, title: words('Nothing to pay out', '没有可结算的余额') },
} as const satisfies Record<string, ApiErrorSpec>;
