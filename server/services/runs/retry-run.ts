/** A run that did not succeed is asked for again: a new run of the same action with the same parameters. */
import type { z } from 'zod';
import type { Transaction } from '../../db/client.ts';
import { appendEvents } from '../../db/events.ts';
import { inScope } from '../../db/scope.ts';
import type { Fault } from '../../domain/faults.ts';
import { ActionName, type RunState } from '../../domain/lifecycle.ts';
import type { ServiceContext } from '../context.ts';
import { once } from '../idempotency.ts';
import { audit, authorize, found, refuse, scopeOf, toJson } from '../support.ts';
import type { RetryRunInput, StartedRun } from '../views/runs.ts';
import { lockTenant, queueRun, refusalAfterQueue } from './queue-run.ts';

/** Why a run cannot be asked for again now; null when it can. Only the tenant's newest run can: an older one was overtaken. */
export async function retryRefusal(
  tx: Transaction,
  run: {
    readonly id: string;
    readonly tenantId: string;
    readonly number: number;
    readonly state: RunState;
    readonly action: string;
  },
): Promise<Fault | null> {
  const later = await tx.run.findFirst({
    where: { tenantId: run.tenantId, number: { gt: run.number } },
    select: { id: true },
  });
  if (later || (run.state !== 'failed' && run.state !== 'cancelled')) {
    return { code: 'run_state', asked: 'retry', state: run.state };
  }
  const tenant = await tx.tenant.findUniqueOrThrow({ where: { id: run.tenantId }, select: { id: true, state: true } });
  return refusalAfterQueue(tx, tenant, ActionName.parse(run.action));
}

export async function retryRun(
  ctx: ServiceContext,
  input: z.output<typeof RetryRunInput>,
): Promise<z.input<typeof StartedRun>> {
  return inScope(ctx.db, scopeOf(ctx.actor), async (tx) => {
    const seen = found(ctx.actor, 'run', await tx.run.findUnique({ where: { id: input.runId } }));
    authorize(ctx.actor, 'run:retry');
    const tenant = (await lockTenant(tx, seen.tenantId))!;
    const run = await tx.run.findUniqueOrThrow({ where: { id: seen.id }, include: { order: true } });
    const { organisationId } = run;
    const request = { organisationId, key: input.idempotencyKey, operation: 'run.retry', input: { runId: run.id } };
    return once(tx, request, async () => {
      const fault = await retryRefusal(tx, run);
      if (fault) refuse(fault);
      const { order, orderId, approvedHash } = run;
      if (order?.state === 'cancelled') refuse({ code: 'order_state', asked: 'retry', state: order.state });
      if (order?.state === 'failed') {
        await tx.order.update({
          where: { id: order.id },
          data: { state: 'accepted', waitsFor: {} },
          select: { id: true },
        });
        const event = { organisationId, tenantId: tenant.id, subjectKind: 'order', subjectId: order.id } as const;
        await appendEvents(tx, [{ ...event, type: 'order.state', data: { state: 'accepted', waitsFor: {} } }]);
      }
      const action = ActionName.parse(run.action);
      const runId = await queueRun(ctx, tx, { tenant, action, params: run.params as object, orderId, approvedHash });
      await audit(ctx, tx, {
        organisationId,
        right: 'run:retry',
        action: 'run.retry',
        subjectKind: 'run',
        subjectId: runId,
        subjectName: `${tenant.name} ${action}`,
        after: toJson({ retries: run.id, action }),
      });
      return { runId };
    });
  });
}
