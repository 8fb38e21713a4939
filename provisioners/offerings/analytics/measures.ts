/** What a data-analysis tenant will be judged by. */
import type { KpiSpec, Manifest } from '../../../server/domain/manifest.ts';
import { kpi } from '../../kit/kpi.ts';
import { text } from '../../kit/offering.ts';

export const kpis: KpiSpec[] = [
  kpi('events_per_second', 'Events accepted a second', '每秒接收事件数', '1/s', 'gauge', 'up'),
  kpi('reject_percent', 'Events rejected', '事件拒收率', '%', 'percent', 'down', 1, 5),
  kpi('freshness_ms', 'Age of the newest figure', '数据新鲜度', 'ms', 'ms', 'down', 600_000, 3_600_000),
  kpi('model_success_percent', 'Model runs that succeed', '模型运行成功率', '%', 'percent', 'up', 99, 95),
  kpi('test_failures', 'Tests that fail', '未通过的测试', '1', 'count', 'down', 1, 10),
  kpi('query_p95_ms', 'Time of a query, 95 of 100', '查询耗时（P95）', 'ms', 'ms', 'down', 1_000, 5_000),
  kpi('datasets_with_owner_percent', 'Datasets with an owner', '有负责人的数据集占比', '%', 'percent', 'up', 90, 70),
  kpi('shares_about_to_end', 'Shares about to end', '即将到期的共享', '1', 'count', 'none'),
];

export const invariants: Manifest['invariants'] = {
  facts_match_events: text('Fact lines equal event lines up to the watermark', '水位线之前的事实行数等于事件行数'),
  revenue_matches_events: text('Revenue of facts equals revenue of events', '事实表营收等于事件营收'),
  shared_cells_are_anonymous: text(
    'Every shared figure has at least 10 people behind it',
    '每个共享数值背后至少 10 人',
  ),
};
