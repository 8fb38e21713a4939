/**
 * The pack's API in words and schemas: what the manifest publishes, the gateway checks bodies against and OpenAPI is made of.
 * The SQL beside it is the truth of behaviour; a test compares the two. Imports zod and domain only.
 */
import type { ApiErrorSpec } from '../../../../server/domain/manifest.ts';
import { assetFunctions } from './api/asset-functions.ts';
import { edgeFunctions, edgeRecordFunctions, edgeRecordViews, edgeViews } from './api/edge.ts';
import { ingestFunctions } from './api/ingest-functions.ts';
import { metricFunctions } from './api/metric-functions.ts';
import { modelFunctions } from './api/model-functions.ts';
import { moduleFunctions, moduleViews } from './api/module-functions.ts';
import { olapFunctions, olapViews } from './api/olap.ts';
import { words, type FunctionSpec, type ViewSpec } from './api/spec.ts';
import { views as coreViews } from './api/views.ts';

/** By name, in the order in which a reader meets them. */
export const functions: Readonly<Record<string, FunctionSpec>> = {
  ...ingestFunctions,
  ...metricFunctions,
  ...modelFunctions,
  ...assetFunctions,
  ...moduleFunctions,
  ...olapFunctions,
  ...edgeRecordFunctions,
};

export const views: Readonly<Record<string, ViewSpec>> = {
  ...coreViews,
  ...moduleViews,
  ...olapViews,
  ...edgeRecordViews,
};

/** The public side of a hybrid tenant. */
export const edge: {
  readonly functions: Readonly<Record<string, FunctionSpec>>;
  readonly views: Readonly<Record<string, ViewSpec>>;
} = { functions: edgeFunctions, views: edgeViews };

/** By SQLSTATE. Facts come with each as DETAIL; see core/001_ingest.sql. */
export const errors = {
  ICA01: { status: 400, title: words('There is no such metric', '没有该指标') },
  ICA02: { status: 400, title: words('There is no such dimension', '没有该维度') },
  ICA03: { status: 409, title: words('The idempotency key was used for another request', '该幂等键已用于其他请求') },
  ICA04: { status: 404, title: words('Not found', '未找到') },
  ICA05: { status: 409, title: words('It exists already', '已存在') },
  ICA06: { status: 422, title: words('This figure cannot be made', '无法计算该数值') },
  ICA07: { status: 410, title: words('The share has ended', '共享已到期') },
  ICA08: { status: 409, title: words('It is still in use', '仍在使用') },
  ICA09: { status: 400, title: words('A value is missing or invalid', '参数缺失或无效') },
  ICA10: { status: 422, title: words('Lineage would go in a circle', '血缘将形成环路') },
  ICA11: { status: 422, title: words('It may not be shared for this', '不允许用于该用途的共享') },
  ICA21: { status: 422, title: words('The scanned copy has no such dimension', '扫描副本不含该维度') },
  ICA22: { status: 429, title: words('Too many questions wait', '等待中的查询过多') },
  ICA23: { status: 413, title: words('The answer, or the way to it, is too large', '查询结果或计算量过大') },
  ICA24: { status: 504, title: words('The question took too long', '查询超时') },
  ICA25: { status: 503, title: words('The engine did not survive the question', '查询引擎未能完成该查询') },
} as const satisfies Record<string, ApiErrorSpec>;
