import { useLocale, useTranslations } from 'next-intl';
import { StateBadge } from '@/app/_ui/badge.tsx';
import { formatBp, formatMoney } from '@/app/_ui/format.ts';
import { Panel } from '@/app/_ui/panel.tsx';
import { When } from '@/app/_ui/when.tsx';
import type { RouterOutputs } from '@/server/api/root.ts';
import type { Tone } from '@/server/domain/lifecycle.ts';
import { useReason, type Facts } from './reason.ts';
import { shortHash } from './short-hash.ts';

export type Approval = RouterOutputs['approvals']['list']['items'][number];

const TONE = {
  pending: 'wait',
  approved: 'ok',
  rejected: 'bad',
  obsolete: 'off',
} as const satisfies Record<Approval['state'], Tone>;

export function ApprovalStateBadge({ state }: { readonly state: Approval['state'] }) {
  const t = useTranslations('approval');
  return <StateBadge tone={TONE[state]} word={t(`state.${state}`)} />;
}

const microOf = (value: unknown): bigint | null =>
  typeof value === 'string' && /^\d+$/.test(value) ? BigInt(value) : null;

/** The rule that asked, with its figures: "¥21,900.00 a month is above ¥20,000.00". */
export function useRuleWords(): (rule: Facts) => string {
  const t = useTranslations('approval.rule');
  const locale = useLocale();
  const reason = useReason();
  return (rule) => {
    const { code, currency, askedBp, limitBp, approvedHash, plannedHash } = rule;
    const [monthly, threshold] = [microOf(rule['monthlyMicro']), microOf(rule['thresholdMicro'])];
    if (code === 'amount_over_threshold' && typeof currency === 'string' && monthly !== null && threshold !== null)
      return t('amount', { amount: formatMoney(monthly, currency), threshold: formatMoney(threshold, currency) });
    if (code === 'discount_over_limit' && typeof askedBp === 'number' && typeof limitBp === 'number')
      return t('discount', { asked: formatBp(askedBp, locale), limit: formatBp(limitBp, locale) });
    if (code === 'plan_changed' && typeof approvedHash === 'string' && typeof plannedHash === 'string')
      return t('plan', { before: shortHash(approvedHash), after: shortHash(plannedHash) });
    return reason(rule) ?? '';
  };
}

/** Who was asked for what, and what they said. */
export function ApprovalsPanel({ approvals }: { readonly approvals: readonly Approval[] }) {
  const t = useTranslations('approval');
  const words = useRuleWords();
  if (approvals.length === 0) return null;
  return (
    <Panel title={t('panel')}>
      <ol className="divide-y divide-line">
        {approvals.map((approval) => (
          <li key={approval.id} className="grid gap-1 px-4 py-2.5">
            <div className="flex flex-wrap items-center justify-between gap-2">
              <ApprovalStateBadge state={approval.state} />
              <span className="text-12 text-ink-3">
                <When at={approval.decidedAt ?? approval.requestedAt} />
              </span>
            </div>
            <p>{words(approval.rule)}</p>
            <p className="text-12 text-ink-3">
              {approval.decidedBy === null
                ? t('askedFor', { hash: shortHash(approval.planHash) })
                : t(approval.state === 'rejected' ? 'rejectedBy' : 'approvedBy', {
                    name: approval.decidedBy.name,
                    hash: shortHash(approval.planHash),
                  })}
            </p>
            {approval.reason !== '' && <p className="break-words text-ink-2">“{approval.reason}”</p>}
          </li>
        ))}
      </ol>
    </Panel>
  );
}
