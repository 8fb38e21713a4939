'use client';

import { useLocale, useTranslations } from 'next-intl';
import { formatDuration } from '@/app/_ui/format-time.ts';
import { Id } from '@/app/_ui/id.tsx';
import { PlanDiff } from '@/app/_ui/plan-diff.tsx';
import { PreflightList } from './planned/preflight-list.tsx';
import { usePlanRows, type PlanView } from './planned/plan-rows.ts';
import { shortHash } from './short-hash.ts';

/** The plan as it was shown before anything was ordered, with the hash that binds it. */
export function PlanPanel({ plan, planHash }: { readonly plan: PlanView | null; readonly planHash: string }) {
  const t = useTranslations('order.plan');
  const locale = useLocale();
  const rowsOf = usePlanRows();
  return (
    <section aria-labelledby="plan-title" className="grid min-w-0 gap-2">
      <h2 id="plan-title" className="text-14">
        {t('title')}
      </h2>
      {plan === null ? (
        <p className="text-ink-3">{t('gone')}</p>
      ) : (
        <PlanDiff
          key={locale}
          rows={rowsOf(plan)}
          side={
            <>
              {plan.durationMs !== undefined && t('took', { took: formatDuration(plan.durationMs, locale) })}
              <Id value={planHash} text={shortHash(planHash)} />
            </>
          }
        />
      )}
      {plan?.preflight && <PreflightList checks={plan.preflight} />}
    </section>
  );
}
