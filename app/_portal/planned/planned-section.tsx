'use client';

import { useLocale, useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { FaultState } from '@/app/_portal/fault-state.tsx';
import { useReason } from '@/app/_portal/reason.ts';
import { Button } from '@/app/_ui/button.tsx';
import { Callout } from '@/app/_ui/callout.tsx';
import { Id } from '@/app/_ui/id.tsx';
import { PlanDiff } from '@/app/_ui/plan-diff.tsx';
import { Section } from '@/app/_ui/section.tsx';
import { When } from '@/app/_ui/when.tsx';
import { usePlanRows } from './plan-rows.ts';
import { checksOf, stopperOf, type PlanAnswer, type Planned } from './planned.ts';
import { PreflightList } from './preflight-list.tsx';

export interface PlannedSectionProps {
  readonly planned: Planned;
  readonly hint: string;
  readonly words: {
    /** While there is nothing to plan. */
    readonly none: string;
    /** There is no plan, and what was not done. */
    readonly failed: string;
    /** The portal did not answer, and what was not done. */
    readonly noAnswer: string;
  };
  /** Beside the plan's age and hash. */
  readonly facts?: ReactNode;
}

/** What the engine would do and what the target found, before anything is done. */
export function PlannedSection({ planned, ...rest }: PlannedSectionProps) {
  const t = useTranslations('plan.section');
  const rowsOf = usePlanRows();
  const { answer, phase } = planned;
  const checks = checksOf(answer);
  return (
    <Section title={t('title')} hint={rest.hint} id="diff">
      <Note planned={planned} {...rest} />
      <div className={phase === 'ready' || phase === 'failed' ? '' : 'opacity-60'}>
        {answer?.plan && <PlanDiff rows={rowsOf(answer.plan)} />}
        {checks.length > 0 && <PreflightList checks={checks} />}
      </div>
    </Section>
  );
}

/** How the plan stands: what it waits for, how old it is, why there is none. */
function Note({ planned, words, facts }: PlannedSectionProps) {
  const t = useTranslations('plan.section');
  const { answer, phase, refusal } = planned;
  const again = (
    <Button size="sm" onClick={planned.again}>
      {t('again')}
    </Button>
  );
  switch (phase) {
    case 'none':
      return <p className="text-ink-3">{words.none}</p>;
    case 'settling':
    case 'computing':
      return <output className="mb-3 block text-ink-2">{answer?.plan ? t('old') : t('computing')}</output>;
    case 'refused':
      return refusal === null ? (
        <Callout tone="bad" action={again}>
          {words.noAnswer}
        </Callout>
      ) : (
        <FaultState fault={refusal.fault} requestId={refusal.requestId} actions={again} />
      );
    case 'failed':
      return (
        <Callout tone="bad" live title={words.failed} action={again}>
          <Failure answer={answer} />
        </Callout>
      );
    case 'ready':
    default:
      return (
        <p className="mb-3 flex flex-wrap items-center gap-x-3 text-12 text-ink-3">
          {answer?.computedAt && (
            <span>
              {t('computed')} <When at={answer.computedAt} />
            </span>
          )}
          {answer?.planHash && <Id prefix={t('hash')} value={answer.planHash} />}
          {facts}
        </p>
      );
  }
}

/** The check that stops it with what to do, or the failure in words. */
function Failure({ answer }: { readonly answer: PlanAnswer | null }) {
  const locale = useLocale();
  const reason = useReason();
  const stops = useStopper()(answer);
  if (stops === undefined) return reason(answer?.failure ?? {});
  return (
    <>
      {stops}
      {locale === 'zh' ? '。' : '. '}
      {stopperOf(answer)?.advice?.[locale]}
    </>
  );
}

/** What stops it, in words: the check and what it found; undefined when no check does. */
export function useStopper(): (answer: PlanAnswer | null) => string | undefined {
  const t = useTranslations('plan');
  const locale = useLocale();
  return (answer) => {
    const check = stopperOf(answer);
    return check && t('stopper', { check: check.title[locale], found: check.found[locale] });
  };
}
