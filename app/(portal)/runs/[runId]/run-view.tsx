'use client';

import { useQuery } from '@tanstack/react-query';
import { useLocale, useTimeZone, useTranslations } from 'next-intl';
import { OfferingCell, RunStateBadge } from '@/app/_portal/cells.tsx';
import { useLiveQuery } from '@/app/_portal/use-live-query.ts';
import { useTRPC } from '@/app/_trpc/client.tsx';
import { formatClock } from '@/app/_ui/format-time.ts';
import { Page } from '@/app/_ui/page.tsx';
import { StaleBanner } from '@/app/_ui/stale-banner.tsx';
import { Timeline } from '@/app/_ui/timeline.tsx';
import { When } from '@/app/_ui/when.tsx';
import { isCounted } from '@/server/domain/plan-counts.ts';
import { isOver, type Run, type RunRights } from './run.ts';
import { RunActions } from './run-actions.tsx';
import { RunOutcome } from './run-outcome.tsx';
import { RunRail } from './run-rail.tsx';
import { useTimelineSteps } from './timeline-steps.tsx';

export interface RunViewProps extends RunRights {
  readonly initial: Run;
}

/** The run as the server last told it, read anew with every event of it. */
function useRun(initial: Run) {
  const trpc = useTRPC();
  const options = trpc.runs.byId.queryOptions({ runId: initial.id });
  const { data } = useQuery({ ...options, initialData: initial });
  const live = useLiveQuery({ runId: initial.id }, initial.eventCursor, options.queryKey, !isOver(data));
  return { run: data, live };
}

function Facts({ run }: { readonly run: Run }) {
  const t = useTranslations('run');
  const counted = run.resources.filter(isCounted);
  const done = counted.filter((resource) => resource.state === 'done').length;
  return (
    <>
      <OfferingCell offering={run.offering} />
      <span>{run.organisation.name}</span>
      {run.startedAt ? (
        <span>
          {t('started')} <When at={run.startedAt} />
        </span>
      ) : (
        <span>
          {t('queuedAt')} <When at={run.queuedAt} />
        </span>
      )}
      {counted.length > 0 && <span className="num">{t('resources', { done, total: counted.length })}</span>}
    </>
  );
}

export function RunView({ initial, ...rights }: RunViewProps) {
  const t = useTranslations('run');
  const d = useTranslations('domain');
  const locale = useLocale();
  const timeZone = useTimeZone() ?? 'UTC';
  const { run, live } = useRun(initial);
  const over = isOver(run);
  const steps = useTimelineSteps(run);
  const title = t('title', { action: d(`action.${run.action}`), tenant: run.tenant.name });
  const startedAt = run.startedAt ?? run.queuedAt;
  const stoppedMs = over && run.finishedAt ? run.finishedAt.getTime() - startedAt.getTime() : undefined;
  const stale = !over && live.state === 'stale';
  return (
    <Page
      title={title}
      badge={
        <output>
          <RunStateBadge state={run.state} />
        </output>
      }
      facts={<Facts run={run} />}
      crumbs={[{ label: t('crumb', { tenant: run.tenant.name, number: run.number }) }]}
      actions={<RunActions run={run} stale={stale} {...rights} />}
      rail={<RunRail run={run} live={over ? null : live} />}
    >
      {stale && <StaleBanner clock={formatClock(live.at, timeZone, 's')} onRetry={live.reconnect} />}
      <RunOutcome run={run} />
      <Timeline key={locale} steps={steps} startedAt={startedAt} stoppedMs={stoppedMs} />
    </Page>
  );
}
