/** What a customer will set when ordering a logistics tenant. */
import { z } from 'zod';
import type { ParameterSpec } from '../../../server/domain/manifest.ts';
import { field } from '../../kit/field.ts';
import { text } from '../../kit/offering.ts';

export const LogisticsParams = z.strictObject({
  gs1_company_prefix: z
    .string()
    .regex(/^[0-9]{6,12}$/)
    .default('0614141'),
  services: z
    .array(z.string().regex(/^[a-z][a-z0-9-]{0,39}$/))
    .min(1)
    .max(20)
    .default(['standard', 'express']),
  promise_quantile: z.number().min(0.5).max(0.999).default(0.95),
  event_retention_months: z.int().min(1).max(120).default(24),
  track_precision: z.enum(['city', 'facility']).default('city'),
  wr_jurisdiction: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .default('CN'),
  wr_negotiable: z.boolean().default(false),
});

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
    'promise_quantile',
    text('Promise kept for', '承诺达成比例'),
    text(
      'The share of parcels that should arrive by the promised time.',
      '应在承诺时间内送达的包裹比例，0.95 即 95%。',
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
    'wr_jurisdiction',
    text('Law of warehouse receipts', '仓单适用法域'),
    text('ISO 3166 code of the country whose law governs them.', '适用法律所在国家或地区的 ISO 3166 代码。'),
  ),
  field(
    'wr_negotiable',
    text('Negotiable receipts', '可转让仓单'),
    text('Whether a receipt may pass to a new holder.', '仓单是否可以转让给新的持有人。'),
  ),
];
