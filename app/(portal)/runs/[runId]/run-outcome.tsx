'use client';

import { useLocale, useTranslations } from 'next-intl';
import { useReason } from '@/app/_portal/reason.ts';
import { ButtonLink } from '@/app/_ui/button.tsx';
import { Callout } from '@/app/_ui/callout.tsx';
import { formatDuration } from '@/app/_ui/format-time.ts';
import type { StepName } from '@/server/domain/lifecycle.ts';
import type { Run } from './run.ts';

const leftoversOf = (run: Run): readonly string[] =>
  Array.isArray(run.failure['leftovers']) ? run.failure['leftovers'].map(String) : [];

/** How a finished run ended, in one sentence with the next step; nothing while it goes on. */
export function RunOutcome({ run }: { readonly run: Run }) {
  const t = useTranslations('run');
  const d = useTranslations('domain');
  const locale = useLocale();
  const why = useReason()(run.failure);
  if (run.state === 'succeeded' && run.startedAt && run.finishedAt) {
    const took = formatDuration(run.finishedAt.getTime() - run.startedAt.getTime(), locale);
    const open = (
      <ButtonLink size="sm" href={`/tenants/${run.tenant.id}`}>
        {t('openTenant')}
      </ButtonLink>
    );
    return (
      <Callout tone="ok" live action={open}>
        {t(run.action === 'provision' ? 'doneProvision' : 'done', {
          tenant: run.tenant.name,
          took,
          action: d(`action.${run.action}`),
        })}
      </Callout>
    );
  }
  if (run.state !== 'failed' && run.state !== 'cancelled') return null;
  const leftovers = leftoversOf(run);
  const step = run.failure['step'];
  const words =
    typeof step === 'string'
      ? t('failedAt', { step: d(`step.${step as StepName}`) })
      : t(run.state === 'failed' ? 'failedTitle' : 'cancelledTitle');
  return (
    <Callout
      tone={run.state === 'failed' ? 'bad' : 'info'}
      live
      title={run.state === 'cancelled' ? t('cancelledTitle') : words}
    >
      {why !== null && run.state === 'failed' && <p className="break-words">{why}</p>}
      {run.action === 'provision' && (
        <p>{leftovers.length === 0 ? t('nothingLeft') : t('leftovers', { count: leftovers.length })}</p>
      )}
      {run.action !== 'provision' && <p>{t('kept', { tenant: run.tenant.name })}</p>}
      {leftovers.length > 0 && (
        <ul className="id mt-1 list-inside list-disc">
          {leftovers.map((name) => (
            <li key={name}>{name}</li>
          ))}
        </ul>
      )}
    </Callout>
  );
}
