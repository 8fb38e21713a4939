import type { Prisma } from '../../../prisma/generated/client.ts';
import type { Transaction } from '../../db/client.ts';
import { inScope } from '../../db/scope.ts';
import type { Fault } from '../../domain/faults.ts';
import type { RunId } from '../../domain/ids.ts';
import type { RunState } from '../../domain/lifecycle.ts';
import type { ServiceContext } from '../context.ts';
import { endOrder } from '../orders/end-order.ts';
import { audit, authorize, found, refuse, scopeOf } from '../support.ts';
import { askToStop, endQueuedRun } from './ask-to-stop.ts';
import { lockTenant } from './queue-run.ts';

/** Why a run in this state cannot be cancelled; null when it can. */
export function cancelRunRefusal(run: { readonly state: RunState; readonly cancelAskedAt: Date | null }): Fault | null {
  const over = ['succeeded', 'failed', 'cancelled'].includes(run.state);
  return over || run.cancelAskedAt !== null ? { code: 'run_state', asked: 'cancel', state: run.state } : null;
}

export async function cancelRun(ctx: ServiceContext, runId: RunId): Promise<{ state: RunState }> {
  return inScope(ctx.db, scopeOf(ctx.actor), async (tx) => {
    const seen = found(ctx.actor, 'run', await tx.run.findUnique({ where: { id: runId } }));
    authorize(ctx.actor, 'run:cancel');
    const tenant = (await lockTenant(tx, seen.tenantId))!;
    const run = await tx.run.findUniqueOrThrow({ where: { id: runId }, include: { steps: { take: 1 }, order: true } });
    const fault = cancelRunRefusal(run);
    if (fault) refuse(fault);
    const state = await stop(ctx, tx, run, tenant);
    await audit(ctx, tx, {
      organisationId: run.organisationId,
      right: 'run:cancel',
      action: 'run.cancel',
      subjectKind: 'run',
      subjectId: run.id,
      subjectName: `${tenant.name} #${run.number}`,
      before: { state: run.state },
      after: { state },
    });
    return { state };
  });
}

type RunRow = Prisma.RunGetPayload<{ include: { steps: true; order: true } }>;
type TenantRow = NonNullable<Awaited<ReturnType<typeof lockTenant>>>;

async function stop(ctx: ServiceContext, tx: Transaction, run: RunRow, tenant: TenantRow): Promise<RunState> {
  // Steps that began must be taken back, which is the worker's to do.
  if (run.state !== 'queued' || run.steps.length > 0) {
    await askToStop(ctx, tx, run);
    return run.state;
  }
  if (run.order?.state === 'accepted' && run.action === 'provision') {
    await endOrder(tx, { order: run.order, tenant, runId: run.id, state: 'cancelled' });
  } else {
    await endQueuedRun(tx, run);
  }
  return 'cancelled';
}
