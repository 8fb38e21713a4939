/** What a data-analysis tenant is judged by. */
import type { KpiSpec, Manifest } from '../../../server/domain/manifest.ts';
import { kpi } from '../../kit/kpi.ts';
import { text } from '../../kit/offering.ts';

export const kpis: KpiSpec[] = [
  kpi('events_per_second', 'Events accepted a second', '每秒接收事件数', '1/s', 'gauge', 'up'),
  kpi('events_today', 'Events accepted, 24 hours', '24 小时接收事件数', '1', 'count', 'up'),
  kpi('reject_percent', 'Events rejected, 24 hours', '事件拒收率（24 小时）', '%', 'percent', 'down', 1, 5),
  kpi('duplicate_percent', 'Events sent again, 24 hours', '事件重复率（24 小时）', '%', 'percent', 'none'),
  kpi('freshness_ms', 'Longest wait of an event', '事件最长等待时间', 'ms', 'ms', 'down', 600_000, 3_600_000),
  kpi('events_waiting', 'Events waiting to be loaded', '待加载事件数', '1', 'gauge', 'none'),
  kpi('model_success_percent', 'Model runs that succeed', '模型运行成功率', '%', 'percent', 'up', 99, 95),
  kpi('test_failures', 'Tests that fail', '未通过的测试', '1', 'count', 'down', 1, 10),
  kpi('revenue_today_minor', 'Revenue today', '今日营收', 'minor', 'money', 'up'),
  kpi('facts_total', 'Facts in all', '事实总行数', '1', 'count', 'up'),
  kpi('datasets_with_owner_percent', 'Datasets with an owner', '有负责人的数据集占比', '%', 'percent', 'up', 90, 70),
  kpi('shares_about_to_end', 'Shares about to end', '即将到期的共享', '1', 'count', 'none'),
  kpi('scan_p95_ms', 'Fast scans, 95 % answered within', '高速查询 95 分位耗时', 'ms', 'ms', 'down', 2_000, 10_000),
  kpi('rows_scanned_today', 'Rows scanned, 24 hours', '24 小时扫描行数', '1', 'count', 'none'),
  kpi('scans_failed_today', 'Fast scans that failed, 24 hours', '24 小时失败的高速查询', '1', 'count', 'down', 1, 10),
  kpi('copy_freshness_ms', 'Age of the copy that is scanned', '扫描副本滞后', 'ms', 'ms', 'down', 60_000, 600_000),
  kpi('copy_files', 'Files of the copy', '副本文件数', '1', 'gauge', 'none'),
  kpi('copy_bytes', 'Size of the copy', '副本大小', 'bytes', 'gauge', 'none'),
];

export const invariants: Manifest['invariants'] = {
  facts_match_events: text('Fact lines equal event lines up to the watermark', '水位线之前的事实行数等于事件行数'),
  revenue_matches_events: text('Revenue of facts equals revenue of events', '事实表营收等于事件营收'),
  events_are_there_once: text('Every event is there once', '每条事件只存在一次'),
  facts_hold_their_version: text(
    'Facts point to the version that held when they were sold',
    '事实指向销售时有效的维度版本',
  ),
  days_match_facts: text('Days add up to their facts', '每日汇总等于当日事实之和'),
  edge_shows_what_was_exported: text('The edge shows exactly what was exported', '边缘展示与已导出数据一致'),
  edge_names_no_person: text('The edge has no column that names a person', '边缘不含个人信息列'),
  copy_matches_facts: text('Files that are scanned hold the facts of their days', '扫描文件与当日事实一致'),
  shared_cells_are_anonymous: text(
    'Every shared figure has at least 10 people behind it',
    '每个共享数值背后至少 10 人',
  ),
};
