'use client';

import { CircleCheck, CircleX } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import { Panel } from '@/app/_ui/panel.tsx';
import { When } from '@/app/_ui/when.tsx';
import type { Tenant } from './tenant.ts';

/** The rules of the tenant's deployment model, as they were tried from its own side, each with the time it held last. */
export function Walls({ tenant }: { readonly tenant: Tenant }) {
  const t = useTranslations('tenant');
  const locale = useLocale();
  const facts = tenant.proof.isolation?.facts ?? [];
  return (
    <Panel title={t('walls')} side={t('wallsEvery')} padded>
      {facts.length === 0 && <p className="text-ink-3">{t('wallsNotYet')}</p>}
      <ul className="grid gap-x-6 gap-y-3 lg:grid-cols-2">
        {facts.map(({ rule, title, ok, detail, heldAt }) => (
          <li key={rule} className="grid grid-cols-[16px_minmax(0,1fr)] items-baseline gap-x-2">
            <span className="self-center">
              {ok ? <CircleCheck className="text-ok" /> : <CircleX className="text-bad" />}
            </span>
            <span>{title[locale]}</span>
            <span className="num col-start-2 text-12 text-ink-3">{detail[locale]}</span>
            <span className="col-start-2 text-12 text-ink-3">
              {heldAt ? (
                <>
                  {t('wallHeld')} <When at={heldAt} />
                </>
              ) : (
                t('wallNeverHeld')
              )}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
