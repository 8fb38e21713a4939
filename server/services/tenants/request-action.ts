/** A day-2 action is asked for: a run is queued behind those that are there. */
import type { z } from 'zod';
import { inScope } from '../../db/scope.ts';
import { isAskedByName, LIFECYCLE, type Action } from '../../domain/lifecycle.ts';
import type { ServiceContext } from '../context.ts';
import { once } from '../idempotency.ts';
import { lockTenant, queueRun, refusalAfterQueue } from '../runs/queue-run.ts';
import { audit, authorize, found, refuse, scopeOf } from '../support.ts';
import type { StartedRun } from '../views/runs.ts';
import type { ActInput } from '../views/tenants.ts';

export async function requestAction(
  ctx: ServiceContext,
  input: z.output<typeof ActInput>,
): Promise<z.input<typeof StartedRun>> {
  const action: Action = LIFECYCLE[input.action];
  return inScope(ctx.db, scopeOf(ctx.actor), async (tx) => {
    const tenant = found(ctx.actor, 'tenant', await lockTenant(tx, input.tenantId));
    authorize(ctx.actor, action.needs);
    const { organisationId } = tenant;
    const { idempotencyKey: key, ...request } = input;
    return once(tx, { organisationId, key, operation: 'tenant.act', input: request }, async () => {
      if (action.confirmByName && input.confirmName !== tenant.name) {
        refuse({ code: 'confirmation_mismatch', expected: tenant.name });
      }
      // What was ordered is built by its order, what was planned by its change, after whatever approval that needs; this is no way around.
      if (!isAskedByName(action)) refuse({ code: 'action_refused', action: input.action, state: tenant.state });
      const fault = await refusalAfterQueue(tx, tenant, input.action);
      if (fault) refuse(fault);
      const runId = await queueRun(ctx, tx, { tenant, action: input.action });
      await audit(ctx, tx, {
        organisationId,
        right: action.needs,
        action: `tenant.${input.action}`,
        subjectKind: 'tenant',
        subjectId: tenant.id,
        subjectName: tenant.name,
        before: { state: tenant.state },
        after: { runId },
      });
      return { runId };
    });
  });
}
