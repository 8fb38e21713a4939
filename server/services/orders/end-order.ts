import type { Transaction } from '../../db/client.ts';
import { appendEvents } from '../../db/events.ts';
import { endQueuedRun } from '../runs/ask-to-stop.ts';

export interface OrderEnd {
  readonly order: { readonly id: string; readonly organisationId: string };
  readonly tenant: { readonly id: string; readonly state: string; readonly tainted: boolean };
  /** A run that was queued and never began. */
  readonly runId: string | null;
  readonly state: 'cancelled' | 'rejected' | 'expired';
}

/** End an order of which nothing is being built: its questions are void, its tenant is gone and the name is free again. A failed tenant
 * that left something behind stays until it is retired. */
export async function endOrder(tx: Transaction, { order, tenant, runId, state }: OrderEnd): Promise<void> {
  const { id: orderId, organisationId } = order;
  await tx.order.update({ where: { id: orderId }, data: { state, waitsFor: {} }, select: { id: true } });
  await tx.approval.updateMany({ where: { orderId, state: 'pending' }, data: { state: 'obsolete' } });
  const subject = { organisationId, tenantId: tenant.id } as const;
  await appendEvents(tx, [
    { ...subject, subjectKind: 'order', subjectId: orderId, type: 'order.state', data: { state, waitsFor: {} } },
  ]);
  if (runId !== null) await endQueuedRun(tx, { id: runId, organisationId, tenantId: tenant.id });
  const nothingLeft = tenant.state === 'ordered' || (tenant.state === 'failed' && !tenant.tainted);
  if (!nothingLeft) return;
  const stateReason = { code: `order_${state}`, orderId };
  await tx.tenant.update({
    where: { id: tenant.id },
    data: { state: 'retired', retiredAt: new Date(), stateReason },
    select: { id: true },
  });
  await appendEvents(tx, [
    {
      ...subject,
      subjectKind: 'tenant',
      subjectId: tenant.id,
      type: 'tenant.state',
      data: { state: 'retired', stateReason },
    },
  ]);
}
