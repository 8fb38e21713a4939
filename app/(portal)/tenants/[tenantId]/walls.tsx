'use client';

import { CircleCheck, CircleX } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import { Panel } from '@/app/_ui/panel.tsx';
import { When } from '@/app/_ui/when.tsx';
import { WALL_SIDES } from '@/server/domain/isolation.ts';
import type { Tenant } from './tenant.ts';

type Fact = NonNullable<Tenant['proof']['isolation']>['facts'][number];

/** The rules of the tenant's deployment model, as they were tried from its own side, each with the time it held last. */
export function Walls({ tenant }: { readonly tenant: Tenant }) {
  const t = useTranslations('tenant');
  const w = useTranslations('topology');
  const facts = tenant.proof.isolation?.facts ?? [];
  const sides = WALL_SIDES.map((side) => ({ side, of: facts.filter((fact) => (fact.side ?? 'record') === side) }));
  const filled = sides.filter(({ of }) => of.length > 0);
  const nameOf = (side: (typeof WALL_SIDES)[number]): string =>
    side === 'link' ? w('links') : w(`side.${tenant.model}.${side}`);
  return (
    <Panel title={t('walls')} side={t('wallsEvery')} padded>
      {facts.length === 0 && <p className="text-ink-3">{t('wallsNotYet')}</p>}
      <div className="grid gap-4">
        {filled.map(({ side, of }) => (
          <div key={side}>
            {filled.length > 1 && <h3 className="mb-1.5 text-12 text-ink-3">{nameOf(side)}</h3>}
            <ul
              aria-label={filled.length > 1 ? nameOf(side) : t('walls')}
              className="grid gap-x-6 gap-y-3 lg:grid-cols-2"
            >
              {of.map((fact) => (
                <Wall key={fact.rule} fact={fact} />
              ))}
            </ul>
          </div>
        ))}
      </div>
    </Panel>
  );
}

/** A wall that did not hold says so in words and colour, and when it held last. */
function Wall({ fact: { title, ok, detail, heldAt } }: { readonly fact: Fact }) {
  const t = useTranslations('tenant');
  const u = useTranslations('ui.verdict');
  const locale = useLocale();
  return (
    <li className="grid grid-cols-[16px_minmax(0,1fr)] content-start gap-x-2">
      {ok ? (
        <CircleCheck className="mt-[3px] text-ok" aria-hidden />
      ) : (
        <CircleX className="mt-[3px] text-bad" aria-hidden />
      )}
      <span>
        {title[locale]}
        <span className={ok ? 'sr-only' : 'font-medium text-bad'}>
          {locale === 'zh' ? '：' : ': '}
          {u(ok ? 'holds' : 'broken')}
        </span>
      </span>
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
  );
}
