/** What a decision does to a change that waits for it. */
import type { Transaction } from '../../db/client.ts';
import { appendEvents } from '../../db/events.ts';
import type { RunId } from '../../domain/ids.ts';
import type { ServiceContext } from '../context.ts';
import { lockTenant, refusalAfterQueue } from '../runs/queue-run.ts';
import { refuse } from '../support.ts';
import { actionOf, assertUnchanged, changeEvent, queueChange } from './ask-change.ts';

/** Approved, the run that applies exactly this plan is queued; rejected, the tenant stays as it is.
 * @throws DomainError when the tenant is no longer what the change was planned for */
export async function decideChange(
  ctx: ServiceContext,
  tx: Transaction,
  approval: { readonly changeId: string | null; readonly planHash: string },
  decision: 'approved' | 'rejected',
): Promise<RunId | null> {
  const change = await tx.tenantChange.findUniqueOrThrow({ where: { id: approval.changeId! } });
  const tenant = (await lockTenant(tx, change.tenantId))!;
  if (change.state !== 'awaiting_approval') refuse({ code: 'change_state', asked: decision, state: change.state });
  const state = decision === 'approved' ? 'accepted' : 'rejected';
  if (decision === 'approved') {
    const fault = await refusalAfterQueue(tx, tenant, actionOf(change));
    if (fault) refuse(fault);
    await assertUnchanged(tx, change, tenant);
  }
  await tx.tenantChange.update({ where: { id: change.id }, data: { state, waitsFor: {} }, select: { id: true } });
  await appendEvents(tx, [changeEvent(change, `change.${state}`, { state })]);
  return decision === 'approved' ? queueChange(ctx, tx, change, tenant, approval.planHash) : null;
}
