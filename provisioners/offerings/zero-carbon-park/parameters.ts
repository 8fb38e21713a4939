/** What a customer sets when ordering a park. Names, except `sample_data` and those of the hybrid model, are those of the pack's own parameters. */
import { z } from 'zod';
import type { ParameterSpec } from '../../../server/domain/manifest.ts';
import { field } from '../../kit/field.ts';
import { hybridFields, hybridParams } from '../../kit/hybrid.ts';
import { text } from '../../kit/offering.ts';

export const ParkParams = z.strictObject({
  /** Zone `smoke` belongs to the platform's own proof. */
  zone: z
    .string()
    .regex(/^(?!smoke$)[A-Za-z0-9][A-Za-z0-9._-]{0,59}$/)
    .default('park'),
  interval_minutes: z.literal([5, 15, 30, 60]).default(15),
  target_percent: z.int().min(1).max(100).default(100),
  sample_data: z.enum(['none', 'demo']).default('none'),
  ...hybridParams,
});
export type ParkParams = z.infer<typeof ParkParams>;

export const parameterFields: ParameterSpec[] = [
  field(
    'zone',
    text('Grid zone', '电网分区'),
    text('Zone of meters and factors where a call names none.', '调用未指明分区时使用的默认分区。'),
  ),
  field(
    'interval_minutes',
    text('Metering interval', '计量间隔'),
    text('Readings begin on whole multiples of it.', '读数起始时刻须为该间隔的整数倍。'),
    text('minutes', '分钟'),
  ),
  field(
    'target_percent',
    text('Zero-carbon target', '零碳目标'),
    text('Share of electricity without carbon that the park aims at.', '园区追求的零碳电力占比。'),
    text('%', '%'),
  ),
  field(
    'sample_data',
    text('Sample data', '示例数据'),
    text('demo fills the new park with 12 meters over 60 days.', 'demo 会生成 12 块计量表 60 天的读数。'),
  ),
  ...hybridFields,
];
