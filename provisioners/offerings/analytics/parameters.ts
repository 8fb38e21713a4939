/** What a customer sets when ordering a data-analysis tenant. Names, except `sample_data`, `duckdb_memory_mb` and those of the hybrid model, are those of the pack's own parameters. */
import { z } from 'zod';
import type { ParameterSpec } from '../../../server/domain/manifest.ts';
import { field } from '../../kit/field.ts';
import { hybridFields, hybridParams } from '../../kit/hybrid.ts';
import { text } from '../../kit/offering.ts';

/** Source `smoke` belongs to the platform's own proof and counts in no figure. */
const SOURCE = /^(?!smoke$)[a-z][a-z0-9-]{0,39}$/;

export const AnalyticsParams = z.strictObject({
  sources: z.array(z.string().regex(SOURCE)).min(1).max(50).default(['shop']),
  event_retention_days: z.int().min(7).max(3_650).default(400),
  week_start: z.enum(['monday', 'sunday']).default('monday'),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .default('CNY'),
  k_anonymity: z.int().min(10).max(1_000).default(10),
  refresh_minutes: z.int().min(1).max(1_440).default(5),
  duckdb_memory_mb: z.int().min(64).max(4_096).default(256),
  sample_data: z.enum(['none', 'demo']).default('none'),
  ...hybridParams,
});
export type AnalyticsParams = z.infer<typeof AnalyticsParams>;

export const parameterFields: ParameterSpec[] = [
  field(
    'sources',
    text('Sources', '数据来源'),
    text(
      'Short names of the systems that send events. Events of any other source are kept as rejects until it is registered.',
      '发送事件的系统名称。其他来源的事件在登记之前将作为拒收记录保留。',
    ),
  ),
  field(
    'event_retention_days',
    text('Keep events for', '事件保留期限'),
    text('Older days are dropped as whole partitions; facts stay.', '更早的日期以整个分区为单位删除，事实表保留。'),
    text('days', '天'),
  ),
  field(
    'week_start',
    text('Week begins on', '每周起始日'),
    text('Decides how weeks are cut in every report.', '决定各报表如何划分周。'),
  ),
  field(
    'currency',
    text('Report currency', '报表币种'),
    text('ISO 4217 code of revenue figures.', '营收类指标使用的 ISO 4217 币种代码。'),
  ),
  field(
    'k_anonymity',
    text('People behind a shared figure', '共享数值的最少人数'),
    text('A figure about fewer people does not leave.', '涉及人数低于该值的数据不对外共享。'),
    text('people', '人'),
  ),
  field(
    'refresh_minutes',
    text('Refresh every', '刷新间隔'),
    text('How often models run over what came in.', '对新到数据运行模型的间隔。'),
    text('minutes', '分钟'),
  ),
  field(
    'duckdb_memory_mb',
    text('Memory for fast scans', '高速扫描内存'),
    text(
      'Of module Fast scans only. At most 128 in plan S, 256 in M, 1,024 in L and 4,096 in XL; what a scan needs beyond it goes to disk.',
      '仅用于“高速扫描”模块。规格 S 至多 128，M 至多 256，L 至多 1,024，XL 至多 4,096；超出部分写入磁盘。',
    ),
    text('MiB', 'MiB'),
  ),
  field(
    'sample_data',
    text('Sample data', '示例数据'),
    text(
      'demo sends 3,000 orders of the last 90 days, loads and tests them, and shares some. It takes a few seconds more.',
      'demo 会写入最近 90 天的 3,000 笔订单事件，完成加载、测试与部分共享，开通时间增加数秒。',
    ),
    null,
    'fixed',
  ),
  ...hybridFields,
];
