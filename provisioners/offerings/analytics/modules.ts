/** Optional parts of the data-analysis cloud. */
import type { ModuleSpec, PlanSpec } from '../../../server/domain/manifest.ts';
import type { LocalText } from '../../../server/domain/text.ts';
import { upcomingModule } from '../../kit/modules.ts';
import { text } from '../../kit/offering.ts';

const listed = (code: string, name: LocalText, effect: LocalText, ...includedIn: PlanSpec['code'][]): ModuleSpec =>
  upcomingModule('analytics', code, name, effect, includedIn);

export const modules: readonly ModuleSpec[] = [
  listed(
    'connectors',
    text('Connectors', '数据连接器'),
    text(
      'Reads the other industry clouds of your organisation, CSV files and webhooks.',
      '读取同一组织的其他行业云、CSV 文件与 Webhook。',
    ),
    'M',
    'L',
    'XL',
  ),
  listed(
    'dashboards',
    text('Dashboards', '数据看板'),
    text('Charts over governed metrics, kept as specifications.', '基于受治理指标的图表，以配置形式保存。'),
    'M',
    'L',
    'XL',
  ),
  listed(
    'quality',
    text('Data quality', '数据质量'),
    text('Tests with severity, history and owners.', '带严重级别、历史与负责人的数据测试。'),
    'L',
    'XL',
  ),
  listed(
    'catalog-lineage',
    text('Catalogue and lineage', '目录与血缘'),
    text('From every figure back to the events it came from.', '从任一数值追溯到来源事件。'),
    'L',
    'XL',
  ),
  listed(
    'streaming-rollups',
    text('One-minute aggregates', '分钟级聚合'),
    text('Figures that are a minute old at most.', '数据延迟不超过一分钟。'),
    'L',
    'XL',
  ),
  listed(
    'olap-duckdb',
    text('Fast scans', '高速扫描'),
    text('DuckDB in process over Parquet files, one for each partition.', '进程内 DuckDB，按分区读取 Parquet 文件。'),
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
    text('Data sharing', '数据共享'),
    text('Shares with purpose and end, published to an edge.', '带用途与期限的共享，发布到边缘。'),
    'XL',
  ),
  listed(
    'customer-360',
    text('Customer 360', '客户全景'),
    text('Segments by recency, frequency and value.', '按最近购买、频次与金额分群。'),
    'XL',
  ),
  listed(
    'forecast',
    text('Forecasts', '预测'),
    text('Seasonal forecasts with their error shown.', '季节性预测，并展示误差。'),
    'XL',
  ),
  listed(
    'privacy',
    text('Privacy', '隐私保护'),
    text('Pseudonyms with rotating keys, and noise where it is needed.', '可轮换密钥的假名化，按需加入噪声。'),
    'XL',
  ),
];
