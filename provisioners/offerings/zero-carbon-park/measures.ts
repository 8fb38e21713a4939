/** What a park is judged by. */
import type { KpiSpec, Manifest } from '../../../server/domain/manifest.ts';
import { kpi } from '../../kit/kpi.ts';
import { text } from '../../kit/offering.ts';

export const kpis: KpiSpec[] = [
  kpi('energy_kwh', 'Energy, 24 hours', '24 小时能耗', 'kWh', 'gauge', 'down'),
  kpi('emissions_kg', 'Emissions, 24 hours', '24 小时排放', 'kg', 'gauge', 'down'),
  kpi('zero_carbon_percent', 'Electricity without carbon, 30 days', '零碳电力占比（30 天）', '%', 'percent', 'up'),
  kpi(
    'factor_coverage_percent',
    'Readings with a factor, 30 days',
    '有排放因子的读数占比（30 天）',
    '%',
    'percent',
    'up',
    99.9,
    95,
  ),
  kpi('meters_silent', 'Meters silent for a day', '一天无读数的计量表', '1', 'count', 'down', 1, 10),
  kpi('certificates_left_mwh', 'Certificates left', '绿证余量', 'MWh', 'gauge', 'none'),
];

export const invariants: Manifest['invariants'] = {
  certificates_match_retirements: text(
    'What is retired of a certificate equals its retirements',
    '证书已核销量等于核销记录之和',
  ),
  claims_within_consumption: text('Certificates stand against no more than was consumed', '绿证抵扣不超过实际用电量'),
  corrections_lead_to_readings: text('Corrections lead up to what a reading says', '更正记录与当前读数前后衔接'),
  edge_shows_certificates_as_they_are: text('The edge shows certificates as they are', '边缘展示的绿证与实际一致'),
  edge_shows_emissions_as_they_are: text('The edge shows emissions as they are', '边缘展示的排放与实际一致'),
  edge_shows_only_days_that_are_over: text('The edge shows only days that are over', '边缘只展示已结束日期'),
  edge_names_no_meter: text('The edge has no column that names a meter or a person', '边缘不含计量表或个人信息列'),
};
