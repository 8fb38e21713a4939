import type { Transaction } from '../../db/client.ts';
import { appendEvent } from '../../db/events.ts';
import type { RunState } from '../../domain/lifecycle.ts';
import type { RunFailure } from '../../domain/run-facts.ts';
import type { ServiceContext } from '../context.ts';
import { toJson } from '../support.ts';

/** Ask the worker to stop a run: it sees the wish within a second; one that waits for an approval is handed to a worker again. */
export async function askToStop(
  ctx: ServiceContext,
  tx: Transaction,
  run: { readonly id: string; readonly organisationId: string; readonly tenantId: string; readonly state: RunState },
): Promise<void> {
  const waits = run.state === 'awaiting_approval';
  const cancelAskedAt = ctx.ports.now();
  await tx.run.update({
    where: { id: run.id },
    data: { cancelAskedAt, ...(waits ? { state: 'queued', waitsFor: {} } : {}) },
    select: { id: true },
  });
  await tx.approval.updateMany({ where: { runId: run.id, state: 'pending' }, data: { state: 'obsolete' } });
  await appendEvent(tx, {
    organisationId: run.organisationId,
    subjectKind: 'run',
    subjectId: run.id,
    tenantId: run.tenantId,
    type: 'run.cancel_asked',
    data: { runId: run.id, by: ctx.actor.name, at: cancelAskedAt.toISOString() },
  });
  if (waits) await ctx.ports.jobs.send(tx, 'run', { runId: run.id, tenantId: run.tenantId });
}

/** End a run that was queued and never began. */
export async function endQueuedRun(
  tx: Transaction,
  run: { readonly id: string; readonly organisationId: string; readonly tenantId: string },
): Promise<void> {
  const failure: RunFailure = { code: 'cancelled', step: null, leftovers: [] };
  const data = { state: 'cancelled', finishedAt: new Date(), waitsFor: {}, failure: toJson(failure) } as const;
  await tx.run.updateMany({ where: { id: run.id, state: 'queued' }, data });
  await appendEvent(tx, {
    organisationId: run.organisationId,
    subjectKind: 'run',
    subjectId: run.id,
    tenantId: run.tenantId,
    type: 'run.cancelled',
    data: toJson({ runId: run.id, ...data }),
  });
}
