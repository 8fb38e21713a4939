/** Words for what api.kpis and api.invariants return. */
import { kpi } from '../../../../kit/kpi.ts';
import type { KpiSpec } from '../../../../../server/domain/manifest.ts';
import { words } from './spec.ts';

export const kpis: readonly KpiSpec[] = [
  kpi('parcels_per_day', 'Parcels booked, 24 hours', '近 24 小时下单包裹', '1/d', 'count', 'up'),
  kpi('parcels_under_way', 'Parcels under way', '在途包裹', '1', 'gauge', 'none'),
  kpi('on_time_percent', 'Delivered on time, 30 days', '准时送达率（30 天）', '%', 'percent', 'up', 95, 90),
  kpi(
    'dwell_p95_minutes',
    'Stay in a hub, 95 of 100, 7 days',
    '枢纽停留时长 P95（7 天）',
    'min',
    'gauge',
    'down',
    480,
    1_440,
  ),
  kpi('scans_per_parcel', 'Events of a delivered parcel', '每件送达包裹的事件数', '1', 'gauge', 'none'),
  kpi('exception_percent', 'Parcels with an exception, 30 days', '异常件占比（30 天）', '%', 'percent', 'down', 2, 5),
  kpi('event_lag_p95_ms', 'From event to record, 95 of 100', '事件入库延迟 P95', 'ms', 'ms', 'down', 60_000, 600_000),
  kpi(
    'lane_utilisation_percent',
    'Lane capacity used, 24 hours',
    '线路运力利用率（24 小时）',
    '%',
    'percent',
    'none',
    85,
    100,
  ),
];

export const invariants = {
  containment_follows_events: words(
    'What is in a container was put there, and not taken out',
    '装载关系与聚合事件一致',
  ),
  one_container_at_a_time: words('A thing is in one container at a time', '同一时刻只在一个容器中'),
  events_are_indexed: words('Every event is found by each thing it names', '每条事件均可由其涉及的编号查到'),
  events_are_known_once: words('An event id belongs to one event', '事件编号与事件一一对应'),
  declared_errors_move_nothing: words('Events declared to be in error move nothing', '已声明有误的事件不产生任何变动'),
  parcels_follow_their_steps: words('The state of a parcel is what its events say', '包裹状态与其事件一致'),
  tracked_parcels_show: words('Every parcel with an event shows in public tracking', '有事件的包裹均可公开查询'),
  routes_join_up: words('Routes lead from origin to destination without a gap', '路由从始发到目的地首尾相接'),
} as const;
