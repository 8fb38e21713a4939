'use client';

import { CircleAlert, CircleCheck, CircleX } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import type { PreflightCheck } from '@/server/domain/preflight.ts';

const MARKS = {
  pass: { Icon: CircleCheck, color: 'text-ok' },
  warn: { Icon: CircleAlert, color: 'text-wait' },
  fail: { Icon: CircleX, color: 'text-bad' },
} as const;

/** What the target found when it looked, whether that is enough, and what to do where it is not. */
export function PreflightList({ checks }: { readonly checks: readonly PreflightCheck[] }) {
  const t = useTranslations('plan');
  const locale = useLocale();
  return (
    <section className="mt-3 grid gap-1.5" aria-label={t('preflight')}>
      <h3 className="text-12 text-ink-3">{t('preflight')}</h3>
      <ul className="grid gap-1.5">
        {checks.map(({ code, title, verdict, found, advice }) => {
          const { Icon, color } = MARKS[verdict];
          return (
            <li key={code} className="grid grid-cols-[16px_8rem_minmax(0,1fr)] items-start gap-x-2 text-12">
              <Icon className={`mt-px size-[13px] ${color}`} aria-hidden />
              <span>
                {title[locale]}
                <span className="sr-only">: {t(`verdict.${verdict}`)}</span>
              </span>
              <span className="num text-ink-2">
                {found[locale]}
                {advice && <span className="block text-ink-3">{advice[locale]}</span>}
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
