'use client';

import {
  ChevronRight,
  CircleCheck,
  CircleDashed,
  CircleDot,
  CircleMinus,
  CircleX,
  Hourglass,
  type LucideIcon,
} from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import { useClock } from './use-clock.ts';
import { useState, type ReactNode } from 'react';
import { cx } from './cx.ts';
import { formatDuration } from './format-time.ts';
import { layClock, placeBar, type Clock, type TimelineBar, type TimelineState } from './timeline-clock.ts';

export interface TimelineResource extends TimelineBar {
  readonly key: string;
  readonly type: string;
  readonly name: string;
  /** What went wrong, or what it waits for; in the row's own line below. */
  readonly message?: string;
}

export interface TimelineStep extends TimelineBar {
  readonly key: string;
  readonly title: string;
  /** "20 to create", "Lin Qiao approved plan 9f3c07…e21a". */
  readonly note?: ReactNode;
  readonly resources?: readonly TimelineResource[];
  /** A `<WaitBlock>`, or what failed and what is left. */
  readonly block?: ReactNode;
}

const LOOK = {
  done: [CircleCheck, 'text-ok'],
  running: [CircleDot, 'text-run animate-breathe'],
  waiting: [Hourglass, 'text-wait'],
  failed: [CircleX, 'text-bad'],
  pending: [CircleDashed, 'text-ink-3'],
  skipped: [CircleMinus, 'text-ink-3'],
} as const satisfies Record<TimelineState, readonly [LucideIcon, string]>;

const BAR = {
  done: 'bg-ok opacity-75',
  running: 'bg-run-dot',
  waiting: 'bg-[repeating-linear-gradient(90deg,var(--wait-dot)_0_4px,transparent_4px_7px)]',
  failed: 'bg-bad-dot',
  pending: '',
  skipped: '',
} as const satisfies Record<TimelineState, string>;

const COLUMNS =
  'grid grid-cols-[40px_minmax(0,1fr)_auto] items-center lg:grid-cols-[40px_minmax(0,1fr)_88px_minmax(160px,300px)]';
const FOLD_FROM = 6;
const TICK_MS = 1000;

function Mark({ state, small = false }: { readonly state: TimelineState; readonly small?: boolean }) {
  const t = useTranslations('ui.timeline');
  const [Icon, color] = LOOK[state];
  return (
    <span title={t(state)}>
      <Icon className={cx(small ? 'size-[13px]' : 'size-4', color)} />
      <span className="sr-only">{t(state)}: </span>
    </span>
  );
}

function Bar({ bar, clock, nowMs }: { readonly bar: TimelineBar; readonly clock: Clock; readonly nowMs: number }) {
  const place = placeBar(bar, clock, nowMs);
  if (!place) return null;
  return (
    <i
      className={cx('absolute top-1/2 h-1.5 -translate-y-1/2 rounded-sm', BAR[bar.state])}
      style={{ left: `${place.left}%`, width: `${place.width}%` }}
    />
  );
}

function Took({
  bar,
  nowMs,
  quiet = false,
}: {
  readonly bar: TimelineBar;
  readonly nowMs: number;
  readonly quiet?: boolean;
}) {
  const locale = useLocale();
  if (bar.startMs === undefined) return <span />;
  const ms = (bar.endMs ?? nowMs) - bar.startMs;
  return (
    <span
      className={cx(
        'num pr-3 text-right text-12 whitespace-nowrap',
        bar.state === 'waiting' ? 'text-wait' : quiet ? 'text-ink-3' : 'text-ink-2',
      )}
    >
      {formatDuration(ms, locale)}
    </span>
  );
}

interface Drawn {
  readonly clock: Clock;
  readonly nowMs: number;
}

function ResourceRow({ resource, clock, nowMs }: { readonly resource: TimelineResource } & Drawn) {
  return (
    <li>
      <div className={cx(COLUMNS, 'min-h-7')}>
        <span />
        <span className="flex min-w-0 items-center gap-2.5">
          <Mark state={resource.state} small />
          <span className="id w-24 shrink-0 truncate text-ink-3 lg:w-28">{resource.type}</span>
          <span
            className={cx('id truncate', resource.state === 'pending' ? 'text-ink-3' : 'text-ink')}
            title={resource.name}
          >
            {resource.name}
          </span>
        </span>
        <Took bar={resource} nowMs={nowMs} quiet />
        <span aria-hidden className="relative mr-3 hidden h-full lg:block">
          <Bar bar={resource} clock={clock} nowMs={nowMs} />
        </span>
      </div>
      {resource.message !== undefined && (
        <p
          className={cx(
            'pr-3 pb-1 pl-[63px] text-12 break-words',
            resource.state === 'failed' ? 'text-bad' : 'text-ink-2',
          )}
        >
          {resource.message}
        </p>
      )}
    </li>
  );
}

/** Finished resources fold when they are many; what runs, waits or failed never does. */
function Resources({
  resources,
  step,
  ...drawn
}: { readonly resources: readonly TimelineResource[]; readonly step: string } & Drawn) {
  const t = useTranslations('ui.timeline');
  const [unfolded, setUnfolded] = useState(false);
  const finished = resources.filter((resource) => resource.state === 'done' && resource.message === undefined);
  const hidden =
    resources.length > FOLD_FROM + 2 && !unfolded
      ? new Set(finished.slice(FOLD_FROM - 2))
      : new Set<TimelineResource>();
  const firstHidden = [...hidden][0];
  return (
    <ul aria-label={t('resources', { step })} className="pb-2">
      {resources.map((resource) => {
        if (resource === firstHidden) {
          return (
            <li key="folded">
              <button
                type="button"
                onClick={() => setUnfolded(true)}
                className="flex min-h-7 w-full min-w-0 items-center gap-2.5 pr-3 pl-10 text-left text-12 text-ink-2 hover:text-ink"
              >
                <ChevronRight className="size-[13px]" />
                <span className="truncate">
                  {t('moreBuilt', { count: hidden.size, names: [...hidden].map((one) => one.name).join(', ') })}
                </span>
              </button>
            </li>
          );
        }
        return hidden.has(resource) ? null : <ResourceRow key={resource.key} resource={resource} {...drawn} />;
      })}
    </ul>
  );
}

function StepRow({ step, clock, nowMs }: { readonly step: TimelineStep } & Drawn) {
  const t = useTranslations('ui.timeline');
  const begun = (step.resources ?? []).filter((resource) => resource.state !== 'pending');
  const toCome = (step.resources ?? []).filter((resource) => resource.state === 'pending');
  const bars: readonly TimelineBar[] =
    step.resources?.some((resource) => resource.startMs !== undefined) && step.state === 'waiting'
      ? splitAtWait(step)
      : [step];
  return (
    <li>
      <div className={cx(COLUMNS, 'min-h-10 py-1')}>
        <span className="grid place-items-center">
          <Mark state={step.state} />
        </span>
        <span className="flex min-w-0 flex-wrap items-baseline gap-x-2">
          <span className={step.state === 'pending' || step.state === 'skipped' ? 'text-ink-3' : 'font-medium'}>
            {step.title}
          </span>
          {step.note !== undefined && <span className="min-w-0 text-12 break-words text-ink-3">{step.note}</span>}
        </span>
        <Took bar={step} nowMs={nowMs} />
        <span className="relative mr-3 hidden h-full min-h-6 items-center lg:flex">
          {step.offClock ? (
            <span className="text-12 text-ink-3">{t('notOnClock')}</span>
          ) : (
            bars.map((bar) => <Bar key={`${bar.state} ${bar.startMs}`} bar={bar} clock={clock} nowMs={nowMs} />)
          )}
        </span>
      </div>
      {begun.length > 0 && <Resources resources={begun} step={step.title} clock={clock} nowMs={nowMs} />}
      {step.block !== undefined && <div className="mx-3 mt-1 mb-3 lg:ml-10">{step.block}</div>}
      {toCome.length > 0 && <Resources resources={toCome} step={step.title} clock={clock} nowMs={nowMs} />}
    </li>
  );
}

/** A step that worked and now waits is drawn as both: solid to where its resources came, striped from there. */
function splitAtWait(step: TimelineStep): readonly TimelineBar[] {
  const ends = (step.resources ?? []).flatMap((resource) => (resource.endMs === undefined ? [] : [resource.endMs]));
  if (ends.length === 0 || step.startMs === undefined) return [step];
  const worked = Math.max(...ends);
  return [
    { state: 'done', startMs: step.startMs, endMs: worked },
    { state: 'waiting', startMs: worked, endMs: step.endMs },
  ];
}

export interface TimelineProps {
  readonly steps: readonly TimelineStep[];
  /** The run's start; what goes on is measured against the reader's clock. */
  readonly startedAt: Date | string;
  /** Milliseconds from start of the last thing known, instead of the reader's clock (a finished run, stopped updates). */
  readonly stoppedMs?: number | undefined;
}

/** Steps of a run, their resources, and bars on one clock. */
export function Timeline({ steps, startedAt, stoppedMs }: TimelineProps) {
  const t = useTranslations('ui.timeline');
  const locale = useLocale();
  const now = useClock(TICK_MS);
  const nowMs = stoppedMs ?? Math.max(0, now.getTime() - new Date(startedAt).getTime());
  const clock = layClock(
    steps.flatMap((step) => [step, ...(step.resources ?? [])]),
    nowMs,
  );
  return (
    <section aria-label={t('label')} className="panel overflow-hidden">
      <div aria-hidden className={cx(COLUMNS, 'h-8 border-b border-line bg-sunken text-12 text-ink-3 max-lg:hidden')}>
        <span />
        <span>{t('step')}</span>
        <span className="pr-3 text-right">{t('took')}</span>
        <span className="num relative mr-3 h-4">
          {clock.ticksMs.map((tick) => {
            const left = (tick / clock.spanMs) * 100;
            return left > 84 ? null : (
              <span key={tick} className="absolute whitespace-nowrap" style={{ left: `${left}%` }}>
                {tick === 0 ? '0' : formatDuration(tick, locale)}
              </span>
            );
          })}
          {clock.openEnd && <span className="absolute right-0">{t('now')}</span>}
        </span>
      </div>
      <ol className="divide-y divide-line">
        {steps.map((step) => (
          <StepRow key={step.key} step={step} clock={clock} nowMs={nowMs} />
        ))}
      </ol>
    </section>
  );
}
