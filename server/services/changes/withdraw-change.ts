/** A change that waits for an approval is taken back by those who asked. */
import { appendEvents } from '../../db/events.ts';
import { inScope } from '../../db/scope.ts';
import type { ChangeId } from '../../domain/ids.ts';
import { LIFECYCLE } from '../../domain/lifecycle.ts';
import type { ServiceContext } from '../context.ts';
import { lockTenant } from '../runs/queue-run.ts';
import { audit, authorize, found, refuse, scopeOf } from '../support.ts';
import type { ChangeState } from '../views/changes.ts';
import { changeEvent } from './ask-change.ts';

export async function withdrawChange(ctx: ServiceContext, changeId: ChangeId): Promise<{ state: ChangeState }> {
  return inScope(ctx.db, scopeOf(ctx.actor), async (tx) => {
    const seen = found(ctx.actor, 'change', await tx.tenantChange.findUnique({ where: { id: changeId } }));
    const tenant = (await lockTenant(tx, seen.tenantId))!;
    authorize(ctx.actor, LIFECYCLE.change.needs);
    const { state: before } = await tx.tenantChange.findUniqueOrThrow({ where: { id: changeId } });
    if (before !== 'awaiting_approval') refuse({ code: 'change_state', asked: 'withdraw', state: before });
    const state = 'withdrawn';
    await tx.tenantChange.update({ where: { id: changeId }, data: { state, waitsFor: {} }, select: { id: true } });
    await tx.approval.updateMany({ where: { changeId, state: 'pending' }, data: { state: 'obsolete' } });
    await appendEvents(tx, [changeEvent(seen, 'change.withdrawn', { state })]);
    await audit(ctx, tx, {
      organisationId: seen.organisationId,
      right: LIFECYCLE.change.needs,
      action: 'tenant.change.withdraw',
      subjectKind: 'tenant',
      subjectId: tenant.id,
      subjectName: tenant.name,
      before: { state: before },
      after: { state, changeId },
    });
    return { state };
  });
}
