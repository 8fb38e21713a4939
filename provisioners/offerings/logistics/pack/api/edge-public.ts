/** The API of the public side of a hybrid network. */
import { z } from 'zod';
import { readCaptureJob, submitDocument } from './rest-functions.ts';
import { Gln, Service, words, type FunctionSpec, type ViewSpec } from './spec.ts';
import { upkeepFunctions } from './upkeep-functions.ts';
import { views } from './views.ts';
import { waybillFunctions } from './waybill-functions.ts';

const AT = words('When', '时间');

export const edgeFunctions = {
  track: waybillFunctions.track,
  submit_scans: {
    summary: words('Hand in scans', '提交扫描'),
    description: words(
      'Keeps up to 1,000 EPCIS events until the private side takes them in, also while it is away. With an id of your own the same batch again adds nothing.',
      '保存最多 1,000 条 EPCIS 事件，待私有侧接收；两侧断开期间同样可用。使用自定义批次号时，重复提交不会新增。',
    ),
    body: z.strictObject({
      batchId: z.uuid().optional(),
      events: z
        .array(z.looseObject({ type: z.string(), eventTime: z.string() }))
        .min(1)
        .max(1_000),
    }),
    writes: true,
    status: 201,
    errors: ['ICL09'],
    example: {
      events: [
        {
          type: 'ObjectEvent',
          action: 'OBSERVE',
          eventTime: '2026-11-20T08:15:00Z',
          eventTimeZoneOffset: '+08:00',
          epcList: ['https://id.gs1.org/00/106141412345678908'],
          bizStep: 'staging_outbound',
        },
      ],
    },
    module: null,
  },
  submit_document: {
    ...submitDocument,
    description: words(
      'Keeps an EPCISDocument or EPCISQueryDocument of up to 1,000 events until the private side takes it in, also while it is away; the capture job runs as long. Each event is judged for itself.',
      '保存最多 1,000 条事件的 EPCISDocument 或 EPCISQueryDocument，待私有侧接收，两侧断开期间同样可用；在此期间采集任务处于运行中。每条事件单独判定。',
    ),
  },
  read_capture_job: readCaptureJob,
  request_booking: {
    summary: words('Ask for a booking', '提交预约'),
    description: words(
      'Accepted as requested; the private side gives the waybill and its numbers. `consigneeToken` is a token of yours that names nobody.',
      '按请求受理，运单号与包裹编号由私有侧分配。`consigneeToken` 为贵方的收件人令牌，不得包含个人信息。',
    ),
    body: z.strictObject({
      shipper: Gln,
      origin: Gln,
      destination: Gln,
      service: Service.optional(),
      parcels: z
        .array(z.strictObject({ weightG: z.int().min(1).max(100_000_000).optional() }))
        .min(1)
        .max(200)
        .optional(),
      consigneeToken: z
        .string()
        .regex(/^[^@\s]+$/, 'a token without spaces or @')
        .max(200)
        .optional(),
    }),
    writes: true,
    status: 201,
    errors: [],
    example: {
      shipper: '0614141000005',
      origin: '0614141000012',
      destination: '0614141000029',
      parcels: [{ weightG: 900 }],
      consigneeToken: 'c_7Qm2x',
    },
    module: null,
  },
  forget_idempotency_keys: upkeepFunctions.forget_idempotency_keys,
} as const satisfies Record<string, FunctionSpec>;

const { daily_capacity: _capacity, ...priceList } = views.lanes.columns;

export const edgeViews = {
  lanes: { ...views.lanes, columns: priceList },
  receipt_proofs: {
    summary: words('Which receipts exist, as hashes alone', '仓单存在性证明（仅哈希）'),
    key: ['number_hash'],
    columns: {
      number_hash: words('Hash of the number', '仓单号哈希'),
      head_hash: words('Hash of the last act', '最近操作哈希'),
      live: words('Lives', '有效'),
    },
    module: null,
  },
  scan_batches: {
    summary: words('Scans handed in and what became of them', '已提交的扫描及结果'),
    key: ['batch_id'],
    columns: {
      batch_id: words('Batch', '批次'),
      events: words('Events', '事件数'),
      at: AT,
      state: words('accepted or captured', '状态：已受理、已采集'),
      captured: words('Captured', '已采集'),
      duplicates: words('Duplicates', '重复'),
      rejected: words('Rejected', '被拒绝'),
    },
    module: null,
  },
  booking_requests: {
    summary: words('Requests to book and what became of them', '预约及结果'),
    key: ['request_id'],
    columns: {
      request_id: words('Request', '预约'),
      state: words('accepted, booked or refused', '状态：已受理、已下单、已拒绝'),
      waybill_no: words('Waybill', '运单号'),
      track_token: words('Tracking token', '查询令牌'),
      cause: words('Why it was refused', '拒绝原因'),
      service: words('Service', '服务'),
      at: AT,
    },
    module: null,
  },
  invariants: views.invariants,
  kpis: views.kpis,
} as const satisfies Record<string, ViewSpec>;
