/** The API of both sides of a hybrid park: what the private side adds, and what the public side answers. */
import { z } from 'zod';
import { EDGE_MODULE } from '../../../kit/offering.ts';
import { Code, forgetIdempotencyKeys, Readings } from './common.ts';
import { functionOf, Nothing, words, type FunctionSpec, type ViewSpec } from './spec.ts';
import { viewOf, views } from './views.ts';

const BATCH = words('Batch', '批次');
const CAUSE = words('Why it was refused', '拒绝原因');
const COUNTS = {
  taken: words('Taken', '已采用'),
  known: words('Known already', '重复'),
  differing: words('Differ from what is known', '与已有读数不符'),
};

/** What the module that the private side of a hybrid park has brings. */
export const edgeRecordFunctions: Readonly<Record<string, FunctionSpec>> = {
  settle_edge: {
    ...functionOf({
      summary: words('Take in what the edge has kept', '接收边缘暂存的读数'),
      description: words(
        'Each batch once, through the same door as every reading; then days that are over are shown. The platform calls it every few seconds.',
        '每个批次只处理一次，与直接提交的读数走同一入口；随后发布已结束日期的排放。平台每隔几秒调用一次。',
      ),
      body: z.strictObject({ limit: z.int().min(1).max(200).optional() }),
      errors: [],
      example: {},
    }),
    writes: false,
    module: EDGE_MODULE,
  },
};

export const edgeRecordViews: Readonly<Record<string, ViewSpec>> = {
  edge_batches: {
    ...viewOf({
      summary: words('Batches on their way in, and those to look at', '待接收与待核对的批次'),
      key: ['batch_id'],
      columns: {
        batch_id: BATCH,
        meter: words('Meter', '计量表'),
        at: words('Sent', '提交时间'),
        state: words('waiting, refused or differing', '状态：待接收、已拒绝、有不符'),
        cause: CAUSE,
        ...COUNTS,
        readings: words('Readings as they were sent', '提交的原始读数'),
      },
    }),
    module: EDGE_MODULE,
  },
};

const { certificates, invariants, kpis } = views;

export const edgeFunctions: Readonly<Record<string, FunctionSpec>> = {
  verify_certificate: {
    ...functionOf({
      summary: words('Verify a certificate', '查验绿证'),
      description: words(
        'Its public proof: how much energy, from what, made when, and whether all of it is retired. Nobody is named.',
        '公开证明：电量、能源类型、生产时段，以及是否已全部核销；不含任何个人信息。',
      ),
      body: z.strictObject({ certificateNo: Code }),
      errors: ['ICZ04'],
      example: { certificateNo: 'GEC-2026-0001' },
    }),
    writes: false,
  },
  send_readings: functionOf({
    summary: words('Send readings to the edge', '向边缘提交读数'),
    description: words(
      'Kept until the private side takes them in, also while that one is away. A reading counts once by meter and time, however often it is sent.',
      '读数在私有侧接收之前由边缘保存，两侧断开期间同样可用。同一计量表同一时刻的读数只计一次。',
    ),
    body: z.strictObject({ meter: Code, readings: Readings }),
    status: 201,
    errors: [],
    example: { meter: 'HALL-1', readings: [{ at: '2026-11-11T08:00:00Z', wh: 12_500 }] },
  }),
  forget_settled_batches: {
    ...functionOf({
      summary: words('Forget what was settled', '清理已处理批次'),
      description: words(
        'Readings stay at the edge no longer than they must. The platform calls it by itself.',
        '读数在边缘的停留时间不超过必要限度。由平台自动调用。',
      ),
      body: Nothing,
      errors: [],
      example: {},
    }),
    writes: false,
  },
  forget_idempotency_keys: forgetIdempotencyKeys,
};

export const edgeViews: Readonly<Record<string, ViewSpec>> = {
  certificates: viewOf({
    summary: words('Certificates, as anybody may see them', '绿证公开信息'),
    key: ['certificate_no'],
    columns: {
      certificate_no: certificates.columns.certificate_no,
      source: certificates.columns.source,
      made_from: certificates.columns.made_from,
      made_to: certificates.columns.made_to,
      wh: certificates.columns.wh,
      state: words('valid, or retired when nothing is left', '状态：有效、已全部核销'),
    },
  }),
  emissions_by_day: viewOf({
    summary: words('Emissions by day and zone, of days that are over', '已结束日期的分区每日排放'),
    key: ['day', 'zone'],
    columns: {
      day: words('Day, UTC', '日期（UTC）'),
      zone: words('Zone', '分区'),
      kg: words('Emissions, kg CO₂e', '排放（千克二氧化碳当量）'),
      complete: words('All energy had a factor', '全部能耗均有排放因子'),
    },
  }),
  batches: viewOf({
    summary: words('Batches of readings and what became of them', '读数批次及处理结果'),
    key: ['batch_id'],
    columns: {
      batch_id: BATCH,
      at: words('When', '时间'),
      state: words('kept, taken or refused', '状态：暂存、已采用、已拒绝'),
      ...COUNTS,
      cause: CAUSE,
    },
  }),
  invariants,
  kpis,
};
