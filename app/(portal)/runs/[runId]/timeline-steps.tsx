'use client';

import { useLocale, useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { z } from 'zod';
import { useReason } from '@/app/_portal/reason.ts';
import { formatDuration } from '@/app/_ui/format-time.ts';
import { shortenId, shortenUrn } from '@/app/_ui/format.ts';
import type { TimelineResource, TimelineStep } from '@/app/_ui/timeline.tsx';
import { WaitBlock } from '@/app/_ui/wait-block.tsx';
import type { StepName } from '@/server/domain/lifecycle.ts';
import { ProvedStep } from '@/server/domain/run-facts.ts';
import { LocalText } from '@/server/domain/text.ts';
import type { Run } from './run.ts';

type Step = Run['steps'][number];
type Resource = Run['resources'][number];

const COMPONENT_DEPTH = /^industry:|^pulumi:pulumi:Stack$/;

/** Rows of the timeline: custom resources under the step that made them; components and the stack itself say nothing a reader needs. */
function resourcesOf(run: Run, step: Step, originMs: number): TimelineResource[] {
  return run.resources
    .filter(
      (resource) =>
        resource.step === step.name && resource.operation !== 'same' && !COMPONENT_DEPTH.test(resource.type),
    )
    .map((resource) => toRow(resource, originMs));
}

function toRow(resource: Resource, originMs: number): TimelineResource {
  const { type, name } = shortenUrn(resource.urn);
  return {
    key: `${resource.operation} ${resource.urn}`,
    type: type || resource.type,
    name: name || resource.name,
    state: resource.state,
    startMs: resource.startedAt.getTime() - originMs,
    endMs: resource.finishedAt === null ? undefined : resource.finishedAt.getTime() - originMs,
    ...(resource.message !== '' && { message: resource.message }),
  };
}

function smokeRows(step: Step, originMs: number, locale: 'en' | 'zh'): TimelineResource[] {
  const told = z.array(ProvedStep).safeParse(step.detail['smoke']);
  if (!told.success || step.startedAt === null) return [];
  const rows = told.data;
  let at = step.startedAt.getTime() - originMs;
  return rows.map((row, index) => {
    const startMs = at;
    at += row.ms;
    return {
      key: row.name,
      type: `${index + 1}/${rows.length}`,
      name: `${row.title[locale]}${locale === 'zh' ? '：' : ': '}${row.fact}`,
      state: 'done',
      startMs,
      endMs: at,
    };
  });
}

/** What the step says of itself beside its name, from its facts. */
function useNotes(): (step: Step) => ReactNode {
  const t = useTranslations('run');
  const locale = useLocale();
  return ({ name, detail }) => {
    const told = z.array(LocalText).min(1).safeParse(detail['notes']);
    if (told.success) return told.data.map((note) => note[locale]).join(' ');
    const counts = detail['counts'] as Record<string, number> | undefined;
    if (name === 'plan' && counts)
      return t('planNote', {
        create: counts['create'] ?? 0,
        update: counts['update'] ?? 0,
        replace: counts['replace'] ?? 0,
        remove: counts['delete'] ?? 0,
      });
    if (name === 'plan' && typeof detail['planHash'] === 'string') return shortenId(detail['planHash']);
    if (name === 'converge' && Number(detail['resumed'] ?? 0) > 0)
      return t('resumedNote', { count: Number(detail['resumed']) });
    if (name === 'prove' && typeof detail['calls'] === 'number')
      return t('proveNote', { calls: detail['calls'], took: formatDuration(Number(detail['ms'] ?? 0), locale) });
    return typeof detail['message'] === 'string' ? detail['message'] : undefined;
  };
}

/** The wait of a run, as a block in the step that waits. */
function useWait(run: Run): ReactNode {
  const t = useTranslations('run');
  const words = useReason()(run.waitsFor);
  if (words === null) return undefined;
  const code = String(run.waitsFor['code']);
  const since = typeof run.waitsFor['since'] === 'string' ? new Date(run.waitsFor['since']) : null;
  const who =
    code === 'approval' ? t('wait.whoApproval') : code === 'earlier_run' ? t('wait.whoNobody') : t('wait.whoOperator');
  const meanwhile = code === 'approval' ? t('wait.meanwhileApproval') : t('wait.meanwhileRetry');
  return (
    <WaitBlock
      title={t('wait.title', { what: words })}
      who={who}
      meanwhile={meanwhile}
      {...(since && { elapsedMs: run.now.getTime() - since.getTime() })}
    />
  );
}

export function useTimelineSteps(run: Run): readonly TimelineStep[] {
  const d = useTranslations('domain');
  const locale = useLocale();
  const noteOf = useNotes();
  const wait = useWait(run);
  const originMs = (run.startedAt ?? run.queuedAt).getTime();
  const current =
    run.steps.find((step) => step.state === 'waiting') ??
    run.steps.find((step) => step.state === 'running') ??
    run.steps.find((step) => step.state === 'pending');
  return run.steps.map((step) => {
    const note = noteOf(step);
    const resources = [...resourcesOf(run, step, originMs), ...smokeRows(step, originMs, locale)];
    return {
      key: step.name,
      title: d(`step.${step.name as StepName}`),
      state: wait !== undefined && step === current ? 'waiting' : step.state,
      startMs: step.startedAt === null ? undefined : step.startedAt.getTime() - originMs,
      endMs: step.finishedAt === null ? undefined : step.finishedAt.getTime() - originMs,
      resources,
      ...(note !== undefined && { note }),
      ...(wait !== undefined && step === current && { block: wait }),
    };
  });
}
