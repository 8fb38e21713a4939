/** A planned change is asked for: approved first where an order of that amount would be, else queued as a run that may apply this plan only. */
import type { z } from 'zod';
import type { Prisma } from '../../../prisma/generated/client.ts';
import type { Transaction } from '../../db/client.ts';
import { appendEvent, appendEvents } from '../../db/events.ts';
import { inScope } from '../../db/scope.ts';
import { Shape, sameShape } from '../../domain/change.ts';
import type { FaultOf } from '../../domain/faults.ts';
import { newId, type ChangeId, type RunId } from '../../domain/ids.ts';
import { isPlanned, LIFECYCLE } from '../../domain/lifecycle.ts';
import { Priced } from '../../domain/pricing.ts';
import type { ServiceContext } from '../context.ts';
import { once } from '../idempotency.ts';
import { nextNumber } from '../orders/place-order.ts';
import { lockTenant, queueRun, refusalAfterQueue, unfinishedRuns } from '../runs/queue-run.ts';
import { audit, authorize, found, refuse, scopeOf, toJson } from '../support.ts';
import type { AskChangeInput, AskedChange } from '../views/changes.ts';
import { actionOfChange, changeApprovalRule, shapeOf } from './change-rules.ts';

type ChangeRow = Prisma.TenantChangeGetPayload<object>;
type TenantRow = NonNullable<Awaited<ReturnType<typeof lockTenant>>>;

export async function askChange(ctx: ServiceContext, input: z.output<typeof AskChangeInput>): Promise<AskedChange> {
  return inScope(ctx.db, scopeOf(ctx.actor), async (tx) => {
    const seen = found(ctx.actor, 'change', await tx.tenantChange.findUnique({ where: { id: input.changeId } }));
    const tenant = (await lockTenant(tx, seen.tenantId))!;
    authorize(ctx.actor, LIFECYCLE.change.needs);
    const { organisationId } = seen;
    const { idempotencyKey: key, ...request } = input;
    return once(tx, { organisationId, key, operation: 'tenant.change', input: request }, async () => {
      const change = await tx.tenantChange.findUniqueOrThrow({ where: { id: seen.id } });
      await assertAskable(ctx, tx, change, tenant, input.planHash);
      return ask(ctx, tx, change, tenant, input.planHash);
    });
  });
}

/** What applies this change. */
export const actionOf = ({ before, after }: Pick<ChangeRow, 'before' | 'after'>) =>
  actionOfChange(Shape.parse(before), Shape.parse(after));

/** Whether what the person saw is still what would happen. */
async function assertAskable(
  ctx: ServiceContext,
  tx: Transaction,
  change: ChangeRow,
  tenant: TenantRow,
  planHash: string,
): Promise<void> {
  const { id: changeId, state } = change;
  const stale = (why: FaultOf<'change_stale'>['why']): never => refuse({ code: 'change_stale', changeId, why });
  if (state === 'queued') refuse({ code: 'preview_not_ready', previewId: changeId });
  if (state === 'failed') {
    const failure = change.failure as { code?: string; message?: string } | null;
    refuse({ code: 'preview_failed', previewId: changeId, reason: failure?.message ?? failure?.code ?? 'unknown' });
  }
  if (state !== 'ready') stale('asked');
  if (change.expiresAt <= ctx.ports.now()) stale('expired');
  const fault = await refusalAfterQueue(tx, tenant, actionOf(change));
  if (fault) refuse(fault);
  await assertUnchanged(tx, change, tenant);
  if (planHash !== change.planHash) {
    refuse({ code: 'plan_changed', approvedHash: planHash, plannedHash: change.planHash ?? '' });
  }
}

/** The tenant is what the change was planned for, and no other change is on its way.
 * @throws DomainError `change_stale` */
export async function assertUnchanged(tx: Transaction, change: ChangeRow, tenant: TenantRow): Promise<void> {
  const others = await unfinishedRuns(tx, tenant.id);
  const changed = !sameShape(Shape.parse(change.before), shapeOf(tenant));
  if (changed || others.some(({ action }) => isPlanned(LIFECYCLE[action]))) {
    refuse({ code: 'change_stale', changeId: change.id, why: 'tenant_changed' });
  }
}

async function ask(
  ctx: ServiceContext,
  tx: Transaction,
  change: ChangeRow,
  tenant: TenantRow,
  planHash: string,
): Promise<AskedChange> {
  const { id, organisationId } = change;
  const rule = changeApprovalRule(Priced.parse(change.price), change.beforeMicro);
  const number = await nextNumber(tx, 'C', 'change_number_seq', ctx.ports.now());
  const state = rule ? 'awaiting_approval' : 'accepted';
  const approvalId = newId();
  const waitsFor = rule ? toJson({ ...rule, approvalId }) : {};
  const data = { number, state, waitsFor, askedAt: ctx.ports.now(), requestedById: ctx.actor.userId } as const;
  await tx.tenantChange.update({ where: { id }, data, select: { id: true } });
  await appendEvents(tx, [changeEvent(change, 'change.asked', { number, state, waitsFor })]);
  if (rule) {
    const question = { id: approvalId, kind: 'change', changeId: id, organisationId, planHash } as const;
    await tx.approval.create({ data: { ...question, rule: toJson(rule) }, select: { id: true } });
    await appendEvent(tx, {
      organisationId,
      subjectKind: 'approval',
      subjectId: approvalId,
      tenantId: tenant.id,
      type: 'approval.requested',
      data: { approvalId, changeId: id, kind: 'change', planHash },
    });
  }
  const runId = rule ? null : await queueChange(ctx, tx, change, tenant, planHash);
  await audit(ctx, tx, {
    organisationId,
    right: LIFECYCLE.change.needs,
    action: 'tenant.change',
    subjectKind: 'tenant',
    subjectId: tenant.id,
    subjectName: tenant.name,
    before: toJson({ ...Shape.parse(change.before), monthlyMicro: change.beforeMicro }),
    after: toJson({ ...Shape.parse(change.after), monthlyMicro: change.monthlyMicro, number, state, planHash, runId }),
  });
  return { changeId: id as ChangeId, number, state, runId };
}

/** The run that applies a change, with both shapes frozen in it. */
export function queueChange(
  ctx: ServiceContext,
  tx: Transaction,
  change: ChangeRow,
  tenant: TenantRow,
  approvedHash: string,
): Promise<RunId> {
  const params = { changeId: change.id, before: change.before, after: change.after };
  return queueRun(ctx, tx, { tenant, action: actionOf(change), params, approvedHash });
}

export function changeEvent(
  change: { readonly id: string; readonly organisationId: string; readonly tenantId: string },
  type: string,
  data: Prisma.InputJsonObject,
) {
  const { organisationId, tenantId } = change;
  const subject = { organisationId, tenantId, subjectKind: 'tenant', subjectId: tenantId } as const;
  return { ...subject, type, data: { ...data, changeId: change.id } };
}
