/** Optional parts of the data-analysis cloud. Included in a plan means installed with it; the others have a price of their own. */
import type { ModuleSpec, PlanSpec } from '../../../server/domain/manifest.ts';
import type { LocalText } from '../../../server/domain/text.ts';
import { upcomingModule } from '../../kit/modules.ts';
import { text } from '../../kit/offering.ts';

type Plans = readonly PlanSpec['code'][];
const FROM_M: Plans = ['M', 'L', 'XL'];
const FROM_L: Plans = ['L', 'XL'];
/** Brings a process beside the database. */
export const OLAP = 'olap-duckdb';

const available = (code: string, name: LocalText, effect: LocalText, includedIn: Plans): ModuleSpec => ({
  ...upcomingModule('analytics', code, name, effect, includedIn),
  selectable: true,
  notYet: null,
});

const listed = (code: string, name: LocalText, effect: LocalText, ...includedIn: PlanSpec['code'][]): ModuleSpec =>
  upcomingModule('analytics', code, name, effect, includedIn);

export const modules: readonly ModuleSpec[] = [
  available(
    'quality',
    text('Data quality', '数据质量'),
    text(
      'Tests of ranges, patterns, volume and freshness, profiles of every column, and the history of every check.',
      '范围、格式、数据量与新鲜度测试，逐列剖析，以及每次检查的历史。',
    ),
    FROM_M,
  ),
  available(
    'catalog-lineage',
    text('Tracing and impact', '溯源与影响分析'),
    text(
      'From every figure back to the events behind it; from every dataset forward to all that hangs on it.',
      '从任一数值追溯到来源事件；从任一数据集查看受其影响的全部数据与共享。',
    ),
    FROM_M,
  ),
  available(
    'customer-360',
    text('Customer 360', '客户全景'),
    text(
      'Customers by recency, frequency and value: a model after the facts, and one more dimension for every metric.',
      '按最近购买、频次与金额划分客户：事实之后的独立模型，并为所有指标增加一个维度。',
    ),
    FROM_L,
  ),
  available(
    'forecast',
    text('Forecasts', '预测'),
    text(
      'Forecasts by day of any metric that adds up; two methods compete, and the error is shown.',
      '对任意可加指标按日预测；两种方法择优，并展示误差。',
    ),
    FROM_L,
  ),
  available(
    OLAP,
    text('Fast scans', '高速扫描'),
    text(
      'Figures over many rows: DuckDB in a process of your own, over Parquet files of each day that follow the facts. Goes without loss: the files are a copy.',
      '面向大数据量的指标查询：独立进程中的 DuckDB，按日 Parquet 文件随事实更新。移除时不丢数据：文件只是副本。',
    ),
    ['XL'],
  ),
  listed(
    'streaming-rollups',
    text('One-minute aggregates', '分钟级聚合'),
    text('Figures that are a minute old at most.', '数据延迟不超过一分钟。'),
    'L',
    'XL',
  ),
  listed(
    'connectors',
    text('Connectors', '数据连接器'),
    text(
      'Reads the other industry clouds of your organisation, CSV files and webhooks.',
      '读取同一组织的其他行业云、CSV 文件与 Webhook。',
    ),
    'XL',
  ),
  listed(
    'dashboards',
    text('Dashboards', '数据看板'),
    text('Charts over governed metrics, kept as specifications.', '基于受治理指标的图表，以配置形式保存。'),
    'XL',
  ),
  listed(
    'clickhouse',
    text('ClickHouse', 'ClickHouse'),
    text('A column store for billions of rows; on Kubernetes only.', '面向十亿级数据的列存引擎，仅限 Kubernetes。'),
    'XL',
  ),
  listed(
    'data-sharing',
    text('Sharing at the edge', '边缘共享'),
    text(
      'Recipients read their shares at a public edge, with keys of their own.',
      '被授权方凭各自密钥在公有边缘读取共享。',
    ),
    'XL',
  ),
  listed(
    'privacy',
    text('Privacy', '隐私保护'),
    text('Pseudonyms with rotating keys, and noise where it is needed.', '可轮换密钥的假名化，按需加入噪声。'),
    'XL',
  ),
];

/** Codes of the modules a tenant gets: what was chosen, and what its plan includes, as far as it can be had; in catalogue order. */
export function installedModules(chosen: readonly string[], plan: PlanSpec['code']): string[] {
  return modules
    .filter(({ code, selectable, includedIn }) => selectable && (chosen.includes(code) || includedIn.includes(plan)))
    .map(({ code }) => code);
}
