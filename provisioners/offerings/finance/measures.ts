/** What a finance tenant will be judged by. */
import type { KpiSpec, Manifest } from '../../../server/domain/manifest.ts';
import { kpi } from '../../kit/kpi.ts';
import { text } from '../../kit/offering.ts';

export const kpis: KpiSpec[] = [
  kpi('postings_per_second', 'Postings a second', '每秒记账笔数', '1/s', 'gauge', 'up'),
  kpi('trial_balance_difference_minor', 'Trial balance, difference', '试算平衡差额', 'minor', 'money', 'down', 0, 1),
  kpi('pending_total_minor', 'Money held by pending transfers', '冻结资金总额', 'minor', 'money', 'none'),
  kpi('limit_rejects_percent', 'Transfers refused by a limit', '限额拒绝率', '%', 'percent', 'down', 5, 20),
  kpi('straight_through_percent', 'Payments without repair', '支付直通率', '%', 'percent', 'up', 98, 95),
  kpi('settled_p95_ms', 'Time to settlement, 95 of 100', '清算耗时（P95）', 'ms', 'ms', 'down', 5_000, 30_000),
  kpi('unreconciled_items', 'Items not reconciled', '未对账项', '1', 'count', 'down', 10, 100),
  kpi('seals_verified_percent', 'Seals that verify', '封存核验通过率', '%', 'percent', 'up', 100, 99.9),
];

export const invariants: Manifest['invariants'] = {
  trial_balance_is_zero: text('Debits equal credits in every currency', '各币种借贷相等'),
  balances_match_postings: text('The balance of an account is the sum of its postings', '账户余额等于其分录之和'),
  pending_matches_transfers: text('Money held equals the open transfers', '冻结金额等于未决转账之和'),
};
