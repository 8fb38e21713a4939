/** An order is withdrawn: what has not begun ends at once, what is under way is asked to stop. */
import type { z } from 'zod';
import { inScope } from '../../db/scope.ts';
import type { Fault } from '../../domain/faults.ts';
import { allows, LIVE_RUN_STATES, ORDER_TRANSITIONS, type OrderState } from '../../domain/lifecycle.ts';
import type { ServiceContext } from '../context.ts';
import { askToStop } from '../runs/ask-to-stop.ts';
import { lockTenant } from '../runs/queue-run.ts';
import { audit, authorize, found, refuse, scopeOf } from '../support.ts';
import type { CancelOrderInput } from '../views/orders.ts';
import { endOrder } from './end-order.ts';

/** Why an order in this state cannot be withdrawn; null when it can. */
export function cancelRefusal(state: OrderState): Fault | null {
  return allows(ORDER_TRANSITIONS, state, 'cancelled') ? null : { code: 'order_state', asked: 'cancel', state };
}

export async function cancelOrder(
  ctx: ServiceContext,
  input: z.output<typeof CancelOrderInput>,
): Promise<{ state: OrderState }> {
  return inScope(ctx.db, scopeOf(ctx.actor), async (tx) => {
    const seen = found(ctx.actor, 'order', await tx.order.findUnique({ where: { id: input.orderId } }));
    authorize(ctx.actor, 'order:cancel');
    const tenant = (await lockTenant(tx, seen.tenantId))!;
    const order = await tx.order.findUniqueOrThrow({ where: { id: seen.id } });
    if (order.state === 'cancelled') return { state: order.state };
    const fault = cancelRefusal(order.state);
    if (fault) refuse(fault);
    const run = await tx.run.findFirst({ where: { orderId: order.id }, orderBy: { number: 'desc' } });
    const live = run !== null && (LIVE_RUN_STATES as readonly string[]).includes(run.state);
    // The run that builds it removes what it made; the order says so when that is done.
    if (live) await askToStop(ctx, tx, run);
    else await endOrder(tx, { order, tenant, runId: run?.state === 'queued' ? run.id : null, state: 'cancelled' });
    const state = live ? order.state : 'cancelled';
    await audit(ctx, tx, {
      organisationId: order.organisationId,
      right: 'order:cancel',
      action: 'order.cancel',
      subjectKind: 'order',
      subjectId: order.id,
      subjectName: order.number,
      before: { state: order.state },
      after: { state, reason: input.reason, stopping: live },
    });
    return { state };
  });
}
