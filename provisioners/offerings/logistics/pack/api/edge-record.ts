/** What the private side of a hybrid network adds to its API: taking in what the edge took. */
import { z } from 'zod';
import { EDGE_MODULE } from '../../../../kit/offering.ts';
import { words, type FunctionSpec, type ViewSpec } from './spec.ts';

const MODULE = EDGE_MODULE;

export const edgeRecordFunctions = {
  settle_edge: {
    summary: words('Take in what came from the edge', '接收边缘数据'),
    description: words(
      'Captures each batch of scans once and turns each request into one waybill, or refuses it. The platform calls it every few seconds; repeating it does nothing twice.',
      '将边缘的每批扫描采集一次，并把每个预约转为一张运单或予以拒绝。平台每隔几秒调用一次，重复调用不会重复处理。',
    ),
    body: z.strictObject({ limit: z.int().min(1).max(5_000).optional() }),
    writes: false,
    status: 200,
    errors: [],
    example: {},
    module: MODULE,
  },
} as const satisfies Record<string, FunctionSpec>;

export const edgeRecordViews = {
  edge_scan_batches: {
    summary: words('Batches of scans from the edge', '来自边缘的扫描批次'),
    key: ['batch_id'],
    columns: {
      batch_id: words('Batch', '批次'),
      events: words('Events', '事件数'),
      at: words('Taken at the edge', '边缘接收时间'),
      captured: words('Captured', '已采集'),
      duplicates: words('Duplicates', '重复'),
      rejected: words('Rejected', '被拒绝'),
      done_at: words('Taken in', '入库时间'),
    },
    module: MODULE,
  },
  edge_bookings: {
    summary: words('Requests to book from the edge', '来自边缘的预约'),
    key: ['request_id'],
    columns: {
      request_id: words('Request', '预约'),
      shipper: words('Shipper', '发货人'),
      origin: words('Origin', '始发'),
      destination: words('Destination', '目的地'),
      service: words('Service', '服务'),
      consignee_token: words('Token of the consignee', '收件人令牌'),
      at: words('Asked at the edge', '边缘接收时间'),
      state: words('waiting, booked or refused', '状态：待处理、已下单、已拒绝'),
      waybill_no: words('Waybill', '运单号'),
      cause: words('Why it was refused', '拒绝原因'),
    },
    module: MODULE,
  },
} as const satisfies Record<string, ViewSpec>;

export const edgeRecordInvariants = {
  edge_shows_what_is_so: words(
    'The edge shows what the private side says of parcels',
    '边缘展示与私有侧的包裹信息一致',
  ),
  edge_bookings_booked_once: words(
    'A request of the edge became one waybill or none',
    '边缘的每个预约对应至多一张运单',
  ),
} as const;
