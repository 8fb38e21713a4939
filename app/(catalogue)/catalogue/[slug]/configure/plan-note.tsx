'use client';

import { useTranslations } from 'next-intl';
import { FaultState } from '@/app/_portal/fault-state.tsx';
import { Button } from '@/app/_ui/button.tsx';
import { Callout } from '@/app/_ui/callout.tsx';
import { Id } from '@/app/_ui/id.tsx';
import { When } from '@/app/_ui/when.tsx';
import type { PreviewState } from './use-preview.ts';

const failureMessage = (preview: PreviewState['preview']): string => {
  const message = preview?.failure?.['message'] ?? preview?.failure?.['code'];
  return typeof message === 'string' ? message : '';
};

/** How the plan stands: what it waits for, how old it is, why there is none. */
export function PlanNote({ preview: state }: { readonly preview: PreviewState }) {
  const t = useTranslations('configure');
  const { preview, phase, refusal } = state;
  const again = (
    <Button size="sm" onClick={state.again}>
      {t('computeAgain')}
    </Button>
  );
  switch (phase) {
    case 'incomplete':
      return <p className="text-ink-3">{t('planIncomplete')}</p>;
    case 'settling':
    case 'computing':
      return <output className="mb-3 block text-ink-2">{preview?.plan ? t('planOld') : t('planComputing')}</output>;
    case 'refused':
      if (refusal === null)
        return (
          <Callout tone="bad" action={again}>
            {t('planNoAnswer')}
          </Callout>
        );
      return <FaultState fault={refusal.fault} requestId={refusal.requestId} actions={again} />;
    case 'failed':
      return (
        <Callout tone="bad" live title={t('planFailed')} action={again}>
          {failureMessage(preview)}
        </Callout>
      );
    case 'ready':
    default:
      return (
        <p className="mb-3 flex flex-wrap items-center gap-x-3 text-12 text-ink-3">
          {preview?.computedAt && (
            <span>
              {t('planComputed')} <When at={preview.computedAt} />
            </span>
          )}
          {preview?.planHash && <Id prefix={t('planHash')} value={preview.planHash} />}
          {preview?.reservedRef && <span className="id">{preview.reservedRef}</span>}
        </p>
      );
  }
}
