import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { getTranslations } from 'next-intl/server';
import { api, currentActor, orNotFound } from '@/app/_trpc/server.ts';
import { RunId } from '@/server/domain/ids.ts';
import { hasRight } from '@/server/domain/policy.ts';
import { RunView } from './run-view.tsx';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('run'))('pageTitle') };
}

export default async function RunPage({ params }: PageProps<'/runs/[runId]'>) {
  const runId = RunId.safeParse((await params).runId);
  if (!runId.success) notFound();
  const [run, actor] = await Promise.all([orNotFound(api.runs.byId({ runId: runId.data })), currentActor()]);
  const may = (right: 'run:cancel' | 'run:retry' | 'run:approve') => actor !== null && hasRight(actor, right);
  return (
    <RunView initial={run} mayCancel={may('run:cancel')} mayRetry={may('run:retry')} mayApprove={may('run:approve')} />
  );
}
