/** Words for what api.kpis and api.invariants return. */
import type { KpiSpec } from '../../../../../server/domain/manifest.ts';
import { words } from './spec.ts';

type Measure = Omit<KpiSpec, 'name'>;

/** From `warn` on it is amber, from `crit` on red; null for a figure that is neither good nor bad. */
const measure = (
  title: Measure['title'],
  [unit, kind, direction]: readonly [string, Measure['kind'], Measure['direction']],
  warn: number | null = null,
  crit: number | null = null,
): Measure => ({ title, unit, kind, direction, warn, crit });

export const kpis = {
  postings_per_second: measure(words('Postings a second', '每秒记账笔数'), ['1/s', 'gauge', 'up']),
  journals_total: measure(words('Journals in all', '累计凭证数'), ['1', 'count', 'up']),
  trial_balance_difference_minor: measure(
    words('Trial balance, difference', '试算平衡差额'),
    ['minor', 'money', 'down'],
    0,
    0,
  ),
  pending_total_minor: measure(words('Money held by pending transfers', '冻结资金总额'), ['minor', 'money', 'none']),
  pending_oldest_hours: measure(words('Oldest pending transfer', '最久冻结时长'), ['h', 'gauge', 'down'], 24, 72),
  limit_rejects_percent: measure(words('Transfers refused by a limit', '限额拒绝率'), ['%', 'percent', 'down'], 5, 20),
  straight_through_percent: measure(
    words('Payments without a person’s help, 30 days', '支付直通率（30 天）'),
    ['%', 'percent', 'up'],
    98,
    95,
  ),
  settled_p95_ms: measure(
    words('Time to settlement, 95 of 100, 30 days', '清算耗时 P95（30 天）'),
    ['ms', 'ms', 'down'],
    5_000,
    30_000,
  ),
  unreconciled_items: measure(words('Payments not settled yet', '未结清支付'), ['1', 'count', 'down'], 10, 100),
  unsealed_journals: measure(words('Journals not sealed yet', '待封存凭证'), ['1', 'count', 'none']),
  seals_verified_percent: measure(words('Seals that verify', '封存核验通过率'), ['%', 'percent', 'up'], 100, 99.9),
  close_days: measure(words('Days to close the last month', '最近一期结账天数'), ['d', 'gauge', 'down'], 10, 20),
} as const satisfies Record<string, Measure>;

export const invariants = {
  trial_balance_is_zero: words('Debits equal credits in every currency', '各币种借贷相等'),
  balances_match_postings: words('The balance of an account is the sum of its postings', '账户余额等于其分录之和'),
  pending_matches_transfers: words('Money held equals the open transfers', '冻结金额等于未决转账之和'),
  journals_balance: words('Every journal balances in every currency', '每张凭证各币种借贷平衡'),
  transfers_match_journals: words('What a transfer says was posted is in its journal', '转账入账金额与其凭证一致'),
  reversals_mirror: words(
    'A reversal has the lines of its journal, sides changed',
    '红冲凭证与原凭证分录方向相反、金额一致',
  ),
  closed_periods_hold: words('No journal came into a month after its close', '期间关闭后没有新增凭证'),
  payments_match_transfers: words(
    'Settled payments were posted, those on their way are reserved',
    '已结清的支付均已入账，在途支付均已冻结',
  ),
  seals_chain: words('Each seal stands on the one before', '封存链首尾相接'),
  journals_are_sealed_once: words('Every journal is sealed once or waits to be', '每张凭证封存一次或等待封存'),
} as const;
