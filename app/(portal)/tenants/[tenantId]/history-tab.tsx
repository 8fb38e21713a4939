'use client';

import { useLocale, useTimeZone, useTranslations } from 'next-intl';
import { RunStateBadge } from '@/app/_portal/cells.tsx';
import { AppLink } from '@/app/_ui/app-link.tsx';
import { formatDateTime } from '@/app/_ui/format-time.ts';
import { Panel } from '@/app/_ui/panel.tsx';
import { Duration } from '@/app/_ui/quantity.tsx';
import { Table, type Column } from '@/app/_ui/table.tsx';
import { When } from '@/app/_ui/when.tsx';
import { TENANT_STATES, type TenantState } from '@/server/domain/lifecycle.ts';
import { QuotaLevel, QuotaName } from '@/server/domain/quota-levels.ts';
import type { Tenant } from './tenant.ts';

type Run = Tenant['runs'][number];

function runColumns(
  words: Record<'run' | 'state' | 'by' | 'queued' | 'took', string>,
  nameOf: (run: Run) => string,
): readonly Column<Run>[] {
  return [
    { key: 'run', head: words.run, cell: (run) => nameOf(run) },
    { key: 'state', head: words.state, cell: (run) => <RunStateBadge state={run.state} /> },
    { key: 'by', head: words.by, cell: (run) => run.requestedBy.name },
    { key: 'queued', head: words.queued, cell: (run) => <When at={run.queuedAt} /> },
    {
      key: 'took',
      head: words.took,
      align: 'end',
      cell: (run) =>
        run.startedAt && run.finishedAt ? <Duration ms={run.finishedAt.getTime() - run.startedAt.getTime()} /> : '–',
    },
  ];
}

/** Runs and events of the tenant. It outlives the tenant itself. */
export function HistoryTab({ tenant }: { readonly tenant: Tenant }) {
  const t = useTranslations('tenant');
  const l = useTranslations('lists');
  const d = useTranslations('domain');
  const columns = runColumns(
    { run: l('runs.what'), state: l('state'), by: l('runs.askedBy'), queued: l('runs.queued'), took: l('runs.took') },
    (run) => t('runLine', { action: d(`action.${run.action}`), number: run.number }),
  );
  return (
    <>
      <Panel title={l('runs.title')}>
        <Table
          caption={l('runs.title')}
          columns={columns}
          rows={tenant.runs}
          rowKey={(run) => run.id}
          rowHref={(run) => `/runs/${run.id}`}
          bleed={false}
          minWidth={600}
        />
      </Panel>
      <Events tenant={tenant} />
      <p>
        <AppLink className="link" href={`/audit?subject=${tenant.id}`}>
          {t('auditLink')}
        </AppLink>
      </p>
    </>
  );
}

function useEventSentence(): (event: Tenant['events'][number]) => string {
  const t = useTranslations('run.event') as unknown as ((key: string, values?: Record<string, string>) => string) & {
    has(key: string): boolean;
  };
  const d = useTranslations('domain');
  const q = useTranslations('tenant.quota');
  return ({ type, data }) => {
    const key = `${type.replaceAll('.', '_')}${data['side'] === 'edge' ? '_edge' : ''}`;
    const quota = QuotaName.safeParse(data['quota']).data;
    const level = QuotaLevel.safeParse(data['level']).data;
    const state = TENANT_STATES.find((one) => one === data['state']) satisfies TenantState | undefined;
    const step = (data['step'] as { name?: string } | undefined)?.name;
    const resource = (data['resource'] as { name?: string } | undefined)?.name;
    return t.has(key)
      ? t(key, {
          state: state ? d(`tenantState.${state}`) : '',
          step: step ?? '',
          resource: resource ?? '',
          quota: quota ? q(`name.${quota}`) : '',
          level: level ? q(`level.${level}`) : '',
        })
      : type;
  };
}

function Events({ tenant }: { readonly tenant: Tenant }) {
  const t = useTranslations('tenant');
  const locale = useLocale();
  const timeZone = useTimeZone() ?? 'UTC';
  const sentence = useEventSentence();
  const events = tenant.events.toSorted((a, b) => b.at.getTime() - a.at.getTime());
  return (
    <Panel title={t('events')}>
      <ol className="divide-y divide-line">
        {events.map((event) => (
          <li key={event.id} className="grid min-h-8 grid-cols-[128px_minmax(0,1fr)_auto] items-center gap-3 px-4 py-1">
            <time dateTime={event.at.toISOString()} className="num text-12 text-ink-3">
              {formatDateTime(event.at, locale, timeZone)}
            </time>
            <span className="min-w-0 break-words">{sentence(event)}</span>
            <span className="id text-ink-3">{event.type}</span>
          </li>
        ))}
        {events.length === 0 && <li className="px-4 py-2 text-ink-3">{t('noEvents')}</li>}
      </ol>
    </Panel>
  );
}
