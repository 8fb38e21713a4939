'use client';

import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { ApprovalStateBadge, useRuleWords } from '@/app/_portal/approval-parts.tsx';
import { DetailHead, type Neighbours } from '@/app/_portal/master-detail.tsx';
import { usePlanRows } from '@/app/_portal/planned/plan-rows.ts';
import { shortHash } from '@/app/_portal/short-hash.ts';
import { AppLink } from '@/app/_ui/app-link.tsx';
import { Callout } from '@/app/_ui/callout.tsx';
import { formatMoney } from '@/app/_ui/format.ts';
import { Id } from '@/app/_ui/id.tsx';
import { KeyValues, type KeyValue } from '@/app/_ui/key-values.tsx';
import { PlanDiff } from '@/app/_ui/plan-diff.tsx';
import { RailPart } from '@/app/_ui/rail.tsx';
import { When } from '@/app/_ui/when.tsx';
import { Decide } from './decide.tsx';
import type { Approval } from './approval.ts';

/** The address of what is decided on. */
function subjectHref({ orderId, quoteId, runId, changeId, tenantId }: Approval['subject']): string {
  if (orderId !== null) return `/orders/${orderId}`;
  if (changeId !== null) return `/tenants/${tenantId ?? ''}`;
  return quoteId === null ? `/runs/${runId ?? ''}` : `/quotes/${quoteId}`;
}

function useFacts(approval: Approval, offering: ReactNode): readonly KeyValue[] {
  const t = useTranslations('approval.fact');
  const rule = useRuleWords();
  const facts: (KeyValue | null)[] = [
    { label: t('why'), value: rule(approval.rule) },
    {
      label: t('opens'),
      value: (
        <AppLink className="link" href={subjectHref(approval.subject)}>
          {approval.subject.label}
        </AppLink>
      ),
    },
    { label: t('customer'), value: approval.organisation.name },
    { label: t('offering'), value: offering },
    { label: t('by'), value: approval.requestedBy.name },
    { label: t('at'), value: <When at={approval.requestedAt} style="absolute" /> },
    { label: t('plan'), value: <Id value={approval.planHash} /> },
    approval.decidedBy === null ? null : { label: t('decidedBy'), value: approval.decidedBy.name },
    approval.decidedAt === null
      ? null
      : { label: t('decidedAt'), value: <When at={approval.decidedAt} style="absolute" /> },
    approval.reason === '' ? null : { label: t('reason'), value: `“${approval.reason}”` },
  ];
  return facts.filter((fact) => fact !== null);
}

function Price({ price }: { readonly price: NonNullable<Approval['price']> }) {
  const t = useTranslations('approval');
  const { currency, subtotalMicro, totalMicro, termMonths } = price;
  return (
    <RailPart>
      <p className="text-12 text-ink-3">{t('price')}</p>
      <p className="num text-24 font-semibold tracking-tight">{formatMoney(subtotalMicro, currency)}</p>
      <p className="text-12 text-ink-3">
        {t('priceTax', { amount: formatMoney(totalMicro, currency) })}
        {termMonths > 1 &&
          ` · ${t('termLine', { amount: formatMoney(totalMicro * BigInt(termMonths), currency), months: termMonths })}`}
      </p>
    </RailPart>
  );
}

/** One question: what it is about, why it was asked, what will happen, and the decision. */
export function ApprovalDetail({
  approval,
  offering,
  ...neighbours
}: Neighbours & { readonly approval: Approval; readonly offering: ReactNode }) {
  const t = useTranslations('approval');
  const rowsOf = usePlanRows();
  const { kind, subject, plan, planHash, currentPlanHash, state } = approval;
  const hasChanged = state === 'pending' && currentPlanHash !== planHash;
  return (
    <>
      <DetailHead
        over={<ApprovalStateBadge state={state} />}
        title={t(`sentence.${kind}`, { label: subject.label, tenant: subject.tenantName })}
        words={{ previous: t('previous'), next: t('next'), close: t('close') }}
        {...neighbours}
      />
      {approval.price !== null && <Price price={approval.price} />}
      <RailPart>
        {hasChanged && (
          <div className="mb-3">
            <Callout tone="wait" title={t('changed')}>
              {t('changedBody', { before: shortHash(planHash), after: shortHash(currentPlanHash) })}
            </Callout>
          </div>
        )}
        <KeyValues rows={useFacts(approval, offering)} />
      </RailPart>
      <RailPart title={t('planTitle')} side={<Id value={currentPlanHash} text={shortHash(currentPlanHash)} />}>
        {plan === null ? <p className="text-ink-3">{t('planGone')}</p> : <PlanDiff rows={rowsOf(plan)} />}
      </RailPart>
      {state === 'pending' && <Decide approval={approval} />}
    </>
  );
}
