/** What a customer sets when ordering a logistics tenant. Names, except `sample_data`, are those of the pack's own parameters. */
import { z } from 'zod';
import type { ParameterSpec } from '../../../server/domain/manifest.ts';
import { field } from '../../kit/field.ts';
import { hybridFields, hybridParams } from '../../kit/hybrid.ts';
import { text } from '../../kit/offering.ts';

/** Service `smoke` belongs to the platform's own proof and counts in no figure. */
const SERVICE = /^(?!smoke$)[a-z][a-z0-9-]{0,39}$/;

export const LogisticsParams = z.strictObject({
  gs1_company_prefix: z
    .string()
    .regex(/^[0-9]{6,12}$/)
    .default('0614141'),
  services: z.array(z.string().regex(SERVICE)).min(1).max(20).default(['standard', 'express']),
  regions: z
    .array(z.string().regex(/^[A-Z]{2}(-[A-Z0-9]{1,3})?$/))
    .min(1)
    .max(50)
    .default(['CN']),
  currency: z.enum(['CNY', 'USD', 'EUR', 'GBP', 'HKD', 'SGD']).default('CNY'),
  promise_quantile: z.number().min(0.5).max(0.999).default(0.95),
  event_retention_months: z.int().min(1).max(120).default(24),
  track_precision: z.enum(['city', 'facility']).default('city'),
  pii_retention_days: z.int().min(30).max(3_650).default(1_095),
  wr_jurisdiction: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .default('CN'),
  wr_negotiable: z.boolean().default(false),
  ...hybridParams,
  sample_data: z.enum(['none', 'demo']).default('none'),
});
export type LogisticsParams = z.infer<typeof LogisticsParams>;

export const parameterFields: ParameterSpec[] = [
  field(
    'gs1_company_prefix',
    text('GS1 company prefix', 'GS1 厂商识别代码'),
    text(
      'Yours, 6 to 12 digits; parcel numbers are made from it. 0614141 is GS1’s own example.',
      '贵司的 6 至 12 位代码，包裹编号由此生成。0614141 为 GS1 官方示例。',
    ),
  ),
  field(
    'services',
    text('Services', '服务产品'),
    text('Names of what you sell, such as standard and express.', '您销售的服务名称，例如 standard、express。'),
  ),
  field(
    'regions',
    text('Regions', '区域'),
    text(
      'ISO 3166 codes of countries or provinces in which your facilities are. The first one is used where a call names none.',
      '场站所在国家或省份的 ISO 3166 代码。调用未指明区域时使用第一个。',
    ),
  ),
  field(
    'currency',
    text('Currency', '币种'),
    text('ISO 4217 code of freight costs and values.', '运费与货值所用的 ISO 4217 币种代码。'),
  ),
  field(
    'promise_quantile',
    text('Promise kept for', '承诺达成比例'),
    text(
      'The share of parcels that should arrive by the promised time. Once 20 parcels have made a way, their times count beside the plan.',
      '应在承诺时间内送达的包裹比例，0.95 即 95%。同一线路送达满 20 件后，实际用时与计划一并计入。',
    ),
  ),
  field(
    'event_retention_months',
    text('Keep events for', '事件保留期限'),
    text('Older months are dropped as whole partitions.', '更早的月份以整个分区为单位删除。'),
    text('months', '个月'),
  ),
  field(
    'track_precision',
    text('Public tracking shows', '公开查询精度'),
    text('city: the city only. facility: also the name of the hub.', 'city：仅显示城市；facility：同时显示场站名称。'),
  ),
  field(
    'pii_retention_days',
    text('Keep personal data for', '个人信息保留期限'),
    text(
      'Names and addresses of consignees are erased this long after the last event of their waybill. Waybills stay.',
      '运单最后一个事件之后超过此期限，收件人姓名与地址将被清除，运单保留。',
    ),
    text('days', '天'),
  ),
  field(
    'wr_jurisdiction',
    text('Law of warehouse receipts', '仓单适用法域'),
    text('ISO 3166 code of the country whose law governs them.', '适用法律所在国家或地区的 ISO 3166 代码。'),
  ),
  field(
    'wr_negotiable',
    text('Negotiable receipts', '可转让仓单'),
    text(
      'Whether a receipt may pass to a new holder, where a call does not say.',
      '调用未指明时，仓单是否可以转让给新的持有人。',
    ),
  ),
  field(
    'sample_data',
    text('Sample data', '示例数据'),
    text(
      'demo fills the new tenant with a network of 10 facilities and 400 parcels of the last 30 days with all their events. It takes a few seconds more.',
      'demo 会生成 10 个场站的网络、最近 30 天的 400 个包裹及其全部事件，开通时间增加数秒。',
    ),
  ),
  ...hybridFields,
];
