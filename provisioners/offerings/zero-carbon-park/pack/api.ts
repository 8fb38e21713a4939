/**
 * The pack's API in words and schemas: what the manifest publishes, the gateway checks bodies against and OpenAPI is made of.
 * The SQL beside it is the truth of behaviour; a test compares the two. Imports zod and domain only.
 */
import { z } from 'zod';
import type { ApiErrorSpec } from '../../../../server/domain/manifest.ts';
import { Code, forgetIdempotencyKeys, IntervalWh, Readings, Time } from './common.ts';
import { edgeFunctions, edgeRecordFunctions, edgeRecordViews, edgeViews } from './edge-api.ts';
import { functionOf, Nothing, words, type FunctionSpec, type ViewSpec } from './spec.ts';
import { views as coreViews } from './views.ts';

const Carrier = z.enum(['grid', 'heat', 'gas', 'solar']);
const Zone = z.string().min(1).max(60);
const Text = z.string().min(1).max(200);
const Wh = z.int().min(1).max(1_000_000_000_000_000);
const Month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'a month such as 2026-11');

/** By name, in the order in which a reader meets them. */
export const functions: Readonly<Record<string, FunctionSpec>> = {
  register_meter: functionOf({
    summary: words('Register a meter', '登记计量表'),
    description: words(
      'What it measures: grid, heat, gas, or solar made on site. A zone is a part of the grid with emission factors of its own.',
      '计量对象：电网电、热力、燃气或现场光伏。分区是采用独立排放因子的电网区域。',
    ),
    body: z.strictObject({
      meter: Code,
      name: Text,
      carrier: Carrier,
      zone: Zone.optional(),
      building: Text.optional(),
    }),
    status: 201,
    errors: ['ICZ05'],
    example: { meter: 'HALL-1', name: 'Hall 1, main feed', carrier: 'grid', building: 'Hall 1' },
  }),
  submit_readings: functionOf({
    summary: words('Send readings', '提交读数'),
    description: words(
      'Watt-hours of the interval that begins at a time. Sent again they count once; a known reading with another value is named and not taken.',
      '提交自某时刻起一个计量间隔内的电量（瓦时）。重复提交只计一次；与已有读数不符的会列出且不采用。',
    ),
    body: z.strictObject({ meter: Code, readings: Readings }),
    errors: ['ICZ04'],
    example: { meter: 'HALL-1', readings: [{ at: '2026-11-11T08:00:00Z', wh: 12_500 }] },
  }),
  correct_reading: functionOf({
    summary: words('Correct a reading', '更正读数'),
    description: words(
      'What it was, and why it changed, stays. Refused when certificates already stand against more than would be left.',
      '保留原值与更正原因。若更正后用电量低于已核销的绿证电量则拒绝。',
    ),
    body: z.strictObject({ meter: Code, at: Time, wh: IntervalWh, reason: z.string().min(1).max(500) }),
    errors: ['ICZ02', 'ICZ04'],
    example: { meter: 'HALL-1', at: '2026-11-11T08:00:00Z', wh: 12_700, reason: 'read off by hand' },
  }),
  set_factor: functionOf({
    summary: words('Set an emission factor', '设置排放因子'),
    description: words(
      'Grams of CO₂e per kilowatt-hour from a time on. Energy of before keeps the factor of before.',
      '自某时刻起生效的每千瓦时二氧化碳当量（克）。此前的能耗仍按原因子计算。',
    ),
    body: z.strictObject({
      carrier: Carrier,
      gramsPerKwh: z.int().min(0).max(5_000),
      origin: Text,
      zone: Zone.optional(),
      validFrom: Time.optional(),
    }),
    errors: [],
    example: { carrier: 'grid', gramsPerKwh: 536, origin: 'grid average 2025', validFrom: '2026-01-01T00:00:00Z' },
  }),
  receive_certificate: functionOf({
    summary: words('Receive a certificate', '登记绿证'),
    description: words(
      'A certificate of origin that the park has bought: how much energy, from what, made when.',
      '登记园区购入的绿色电力证书：电量、能源类型与生产时段。',
    ),
    body: z.strictObject({
      certificateNo: Code,
      source: z.enum(['solar', 'wind', 'hydro', 'biomass']),
      from: z.iso.date(),
      to: z.iso.date(),
      wh: Wh,
      zone: Zone.optional(),
    }),
    status: 201,
    errors: ['ICZ05'],
    example: { certificateNo: 'GEC-2026-0001', source: 'wind', from: '2026-11-01', to: '2026-11-30', wh: 5_000_000 },
  }),
  retire_certificate: functionOf({
    summary: words('Retire a certificate', '核销绿证'),
    description: words(
      'Uses energy of a certificate for what was consumed in a month, for good: never more than it has left, never more than was consumed.',
      '将证书电量用于抵扣某月用电，不可撤销：不得超过证书余量，也不得超过当月用电量。',
    ),
    body: z.strictObject({ certificateNo: Code, month: Month, wh: Wh }),
    errors: ['ICZ01', 'ICZ02', 'ICZ04', 'ICZ06'],
    example: { certificateNo: 'GEC-2026-0001', month: '2026-11', wh: 2_000_000 },
  }),
  smoke_cleanup: functionOf({
    summary: words('Tidy up after self-tests', '清理自检数据'),
    description: words('Takes away all that the proof of the platform made.', '清除平台自检产生的全部数据。'),
    body: Nothing,
    errors: [],
    example: {},
  }),
  seed_demo: functionOf({
    summary: words('Fill an empty park with demo data', '生成演示数据'),
    description: words(
      'The same 12 meters with hourly readings over 60 days every time, factors and certificates. Refused when demo data are there already.',
      '每次生成同样的 12 块计量表、60 天逐时读数、排放因子与绿证。已有演示数据时拒绝执行。',
    ),
    body: z.strictObject({ days: z.int().min(32).max(365).optional(), until: Time.optional() }),
    status: 201,
    errors: ['ICZ05'],
    example: {},
  }),
  forget_idempotency_keys: forgetIdempotencyKeys,
  ...edgeRecordFunctions,
};

export const views: Readonly<Record<string, ViewSpec>> = { ...coreViews, ...edgeRecordViews };

/** The public side of a hybrid park. */
export const edge = { functions: edgeFunctions, views: edgeViews };

/** By SQLSTATE. Facts come with each as DETAIL; see core/001_park.sql. */
export const errors = {
  ICZ01: { status: 409, title: words('The certificate has less left', '证书余量不足') },
  ICZ02: { status: 422, title: words('More than was consumed', '超过实际用电量') },
  ICZ03: { status: 409, title: words('The idempotency key was used for another request', '该幂等键已用于其他请求') },
  ICZ04: { status: 404, title: words('Not found', '未找到') },
  ICZ05: { status: 409, title: words('It exists already', '已存在') },
  ICZ06: { status: 422, title: words('The certificate is of another time', '证书生产时段不符') },
  ICZ09: { status: 400, title: words('A value is missing or invalid', '参数缺失或无效') },
} as const satisfies Record<string, ApiErrorSpec>;
