/** What a logistics tenant will be judged by. */
import type { KpiSpec, Manifest } from '../../../server/domain/manifest.ts';
import { kpi } from '../../kit/kpi.ts';
import { text } from '../../kit/offering.ts';

export const kpis: KpiSpec[] = [
  kpi('parcels_per_day', 'Parcels a day', '日包裹量', '1/d', 'count', 'up'),
  kpi('on_time_percent', 'Delivered on time', '准时送达率', '%', 'percent', 'up', 95, 90),
  kpi('dwell_p95_minutes', 'Dwell in a hub, 95 of 100', '场站停留时长（P95）', 'min', 'gauge', 'down', 240, 480),
  kpi('exception_percent', 'Parcels with an exception', '异常件占比', '%', 'percent', 'down', 2, 5),
  kpi(
    'event_lag_p95_ms',
    'Lag from event to record, 95 of 100',
    '事件入库延迟（P95）',
    'ms',
    'ms',
    'down',
    60_000,
    600_000,
  ),
  kpi('receipts_outstanding_t', 'Goods under receipts', '仓单在库货量', 't', 'gauge', 'none'),
  kpi('pledged_percent', 'Share of receipts pledged', '仓单质押占比', '%', 'percent', 'none'),
];

export const invariants: Manifest['invariants'] = {
  receipts_match_lots: text(
    'Live receipts of a lot add up to what was receipted',
    '同一批货物的有效仓单之和等于已开单数量',
  ),
  events_are_indexed: text('Every event is found by each of its parcels', '每条事件均可由其涉及的包裹查到'),
  tracked_parcels_show: text('Every parcel with an event shows in public tracking', '有事件的包裹均可公开查询'),
};
