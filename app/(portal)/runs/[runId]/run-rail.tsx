'use client';

import { useLocale, useTimeZone, useTranslations } from 'next-intl';
import type { Live } from '@/app/_portal/use-live-query.ts';
import { AppLink } from '@/app/_ui/app-link.tsx';
import { formatClock } from '@/app/_ui/format-time.ts';
import { shortenUrn } from '@/app/_ui/format.ts';
import { Id } from '@/app/_ui/id.tsx';
import { KeyValues, type KeyValue } from '@/app/_ui/key-values.tsx';
import { Panel } from '@/app/_ui/panel.tsx';
import { When } from '@/app/_ui/when.tsx';
import type { StepName, TenantState } from '@/server/domain/lifecycle.ts';
import type { Run } from './run.ts';

const SHOWN = 12;

function useFacts(run: Run): readonly KeyValue[] {
  const locale = useLocale();
  const t = useTranslations('run');
  const facts: (KeyValue | null)[] = [
    {
      label: t('facts.tenant'),
      value: (
        <AppLink className="link" href={`/tenants/${run.tenant.id}`}>
          {run.tenant.name}
        </AppLink>
      ),
    },
    run.orderId === null
      ? null
      : {
          label: t('facts.order'),
          value: (
            <AppLink className="link num" href={`/orders/${run.orderId}`}>
              {run.orderNumber}
            </AppLink>
          ),
        },
    run.planHash === null ? null : { label: t('facts.plan'), value: <Id value={run.planHash} /> },
    run.approvedHash === null ? null : { label: t('facts.approved'), value: <Id value={run.approvedHash} /> },
    { label: t('facts.frozen'), value: <When at={run.queuedAt} /> },
    { label: t('facts.askedBy'), value: run.requestedBy.name },
    { label: t('facts.target'), value: `${run.target.name}, ${run.target.region.name[locale]}` },
    run.worker === '' ? null : { label: t('facts.worker'), value: <span className="id">{run.worker}</span> },
    { label: t('facts.request'), value: <Id value={run.requestId} /> },
  ];
  return facts.filter((fact) => fact !== null);
}

/** An event as a sentence; one that has no words here is named by its type. */
function useEventWords(): (event: Run['events'][number]) => string {
  const t = useTranslations('run.event') as unknown as ((key: string, values?: Record<string, string>) => string) & {
    has(key: string): boolean;
  };
  const d = useTranslations('domain');
  return ({ type, data }) => {
    const key = type.replaceAll('.', '_');
    const step = (data['step'] as { name?: StepName } | undefined)?.name;
    const resource = data['resource'] as { urn?: string; name?: string } | undefined;
    const state =
      typeof data['state'] === 'string' && type === 'tenant.state'
        ? d(`tenantState.${data['state'] as TenantState}`)
        : '';
    const short = resource?.urn === undefined ? null : shortenUrn(resource.urn);
    const values = {
      step: step === undefined ? '' : d(`step.${step}`),
      resource: short === null ? '' : `${short.type} ${short.name}`.trim(),
      state,
    };
    return t.has(key) ? t(key, values) : type;
  };
}

/** What the run is bound to, and what happened last. */
export function RunRail({ run, live }: { readonly run: Run; readonly live: Live | null }) {
  const t = useTranslations('run');
  const timeZone = useTimeZone() ?? 'UTC';
  const words = useEventWords();
  const events = run.events.toSorted((a, b) => b.at.getTime() - a.at.getTime()).slice(0, SHOWN);
  const side =
    live === null ? null : (
      <output className={live.state === 'live' ? 'text-ok' : 'text-ink-3'}>{t(`live.${live.state}`)}</output>
    );
  return (
    <>
      <Panel padded>
        <KeyValues rows={useFacts(run)} />
      </Panel>
      <Panel title={t('events')} side={side}>
        <ol className="divide-y divide-line text-12">
          {events.map((event) => (
            <li key={event.id} className="grid grid-cols-[92px_minmax(0,1fr)] gap-2 px-4 py-1.5">
              <time dateTime={event.at.toISOString()} className="id text-ink-3">
                {formatClock(event.at, timeZone, 'ms')}
              </time>
              <span className="break-words">{words(event)}</span>
            </li>
          ))}
          {events.length === 0 && <li className="px-4 py-2 text-ink-3">{t('noEvents')}</li>}
        </ol>
      </Panel>
    </>
  );
}
