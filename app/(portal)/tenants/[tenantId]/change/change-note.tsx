'use client';

import { useTranslations } from 'next-intl';
import { FaultState } from '@/app/_portal/fault-state.tsx';
import { useReason } from '@/app/_portal/reason.ts';
import { Button } from '@/app/_ui/button.tsx';
import { Callout } from '@/app/_ui/callout.tsx';
import { Id } from '@/app/_ui/id.tsx';
import { When } from '@/app/_ui/when.tsx';
import type { ChangeState } from './use-change.ts';

/** How the plan of the change stands: what it waits for, how old it is, why there is none. */
export function ChangeNote({ state }: { readonly state: ChangeState }) {
  const t = useTranslations('change');
  const reason = useReason();
  const { change, phase, refusal } = state;
  const again = (
    <Button size="sm" onClick={state.again}>
      {t('again')}
    </Button>
  );
  switch (phase) {
    case 'none':
      return <p className="text-ink-3">{t('nothing')}</p>;
    case 'settling':
    case 'computing':
      return <output className="mb-3 block text-ink-2">{change?.plan ? t('old') : t('computing')}</output>;
    case 'refused':
      return refusal === null ? (
        <Callout tone="bad" action={again}>
          {t('noAnswer')}
        </Callout>
      ) : (
        <FaultState fault={refusal.fault} requestId={refusal.requestId} actions={again} />
      );
    case 'failed':
      return (
        <Callout tone="bad" live title={t('refused')} action={again}>
          {reason(change?.failure ?? {}) ?? ''}
        </Callout>
      );
    case 'ready':
    default:
      return (
        <p className="mb-3 flex flex-wrap items-center gap-x-3 text-12 text-ink-3">
          {change?.computedAt && (
            <span>
              {t('computed')} <When at={change.computedAt} />
            </span>
          )}
          {change?.planHash && <Id prefix={t('hash')} value={change.planHash} />}
        </p>
      );
  }
}
