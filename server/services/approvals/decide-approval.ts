/** A question is decided, by somebody else than who asked, on exactly the plan that was read. */
import type { z } from 'zod';
import type { Transaction } from '../../db/client.ts';
import { appendEvent, appendEvents } from '../../db/events.ts';
import { inScope } from '../../db/scope.ts';
import { allows, ORDER_TRANSITIONS, QUOTE_TRANSITIONS } from '../../domain/lifecycle.ts';
import type { RunId } from '../../domain/ids.ts';
import type { ServiceContext } from '../context.ts';
import { endOrder } from '../orders/end-order.ts';
import { askToStop } from '../runs/ask-to-stop.ts';
import { lockTenant, queueRun } from '../runs/queue-run.ts';
import { audit, authorize, found, refuse, scopeOf } from '../support.ts';
import type { Decided, DecideInput } from '../views/approvals.ts';
import { decideChange } from '../changes/decide-change.ts';
import { DECIDES } from './approval-rights.ts';
import { decideRefusal } from './approval-rules.ts';
import { APPROVAL_INCLUDE, subjectOf, type ApprovalRow } from './approval-view.ts';

type Decision = z.output<typeof DecideInput> & { readonly decision: 'approved' | 'rejected' };

export async function decideApproval(ctx: ServiceContext, input: Decision): Promise<z.input<typeof Decided>> {
  return inScope(ctx.db, scopeOf(ctx.actor), async (tx) => {
    await lockSubject(tx, input.approvalId);
    const row = await tx.approval.findUnique({ where: { id: input.approvalId }, include: APPROVAL_INCLUDE });
    const approval = found(ctx.actor, 'approval', row);
    const right = DECIDES[approval.kind];
    authorize(ctx.actor, right);
    const subject = subjectOf(approval);
    const fault = decideRefusal(ctx.actor, approval);
    if (fault) refuse(fault);
    if (input.planHash !== approval.planHash)
      refuse({ code: 'plan_changed', approvedHash: input.planHash, plannedHash: approval.planHash });
    const { decision, reason } = input;
    await tx.approval.update({
      where: { id: approval.id },
      data: { state: decision, decidedAt: ctx.ports.now(), decidedById: ctx.actor.userId, reason },
      select: { id: true },
    });
    const runId = await APPLY[approval.kind](ctx, tx, approval, decision);
    await appendEvent(tx, {
      organisationId: approval.organisationId,
      subjectKind: 'approval',
      subjectId: approval.id,
      tenantId: null,
      type: `approval.${decision}`,
      data: { approvalId: approval.id, kind: approval.kind, by: ctx.actor.name, reason },
    });
    await audit(ctx, tx, {
      // What the platform thinks of a discount is its own business.
      organisationId: approval.kind === 'discount' ? ctx.actor.orgId : approval.organisationId,
      right,
      action: `${approval.kind}.${decision === 'approved' ? 'approve' : 'reject'}`,
      subjectKind: approval.kind === 'discount' ? 'quote' : approval.kind,
      subjectId: approval.orderId ?? approval.quoteId ?? approval.changeId ?? approval.runId!,
      subjectName: subject.label,
      before: { state: 'pending' },
      after: { state: decision, planHash: approval.planHash, reason, approvalId: approval.id },
    });
    return { state: decision, runId };
  });
}

const OF_TENANT = { select: { tenantId: true } } as const;

/** Lock what is decided on: the tenant first, as everybody does, then the question. */
async function lockSubject(tx: Transaction, approvalId: string): Promise<void> {
  const select = { order: OF_TENANT, run: OF_TENANT, change: OF_TENANT } as const;
  const seen = await tx.approval.findUnique({ where: { id: approvalId }, select });
  const tenantId = seen?.order?.tenantId ?? seen?.run?.tenantId ?? seen?.change?.tenantId;
  if (tenantId !== undefined) await lockTenant(tx, tenantId);
  await tx.$queryRaw`SELECT id::text FROM "Approval" WHERE id = ${approvalId}::uuid FOR UPDATE`;
}

type Apply = (
  ctx: ServiceContext,
  tx: Transaction,
  approval: ApprovalRow,
  decision: 'approved' | 'rejected',
) => Promise<RunId | null>;

/** What a decision does to the thing it is about. */
const APPLY = {
  async order(ctx, tx, approval, decision) {
    const order = await tx.order.findUniqueOrThrow({ where: { id: approval.orderId! }, include: { tenant: true } });
    const { tenant } = order;
    const state = decision === 'approved' ? 'accepted' : 'rejected';
    if (!allows(ORDER_TRANSITIONS, order.state, state))
      refuse({ code: 'order_state', asked: decision, state: order.state });
    if (decision === 'rejected') {
      await endOrder(tx, { order, tenant, runId: null, state: 'rejected' });
      return null;
    }
    await tx.order.update({ where: { id: order.id }, data: { state, waitsFor: {} }, select: { id: true } });
    await appendEvents(tx, [
      {
        organisationId: order.organisationId,
        tenantId: tenant.id,
        subjectKind: 'order',
        subjectId: order.id,
        type: 'order.state',
        data: { state, waitsFor: {} },
      },
    ]);
    return queueRun(ctx, tx, { tenant, action: 'provision', orderId: order.id, approvedHash: approval.planHash });
  },

  async discount(_ctx, tx, approval, decision) {
    const quote = await tx.quote.findUniqueOrThrow({ where: { id: approval.quoteId! } });
    // Approved, it may be sent; rejected, the author makes another.
    const state = decision === 'approved' ? 'draft' : 'superseded';
    if (!allows(QUOTE_TRANSITIONS, quote.state, state))
      refuse({ code: 'quote_state', asked: decision, state: quote.state });
    await tx.quote.update({ where: { id: quote.id }, data: { state }, select: { id: true } });
    await appendEvent(tx, {
      organisationId: quote.organisationId,
      subjectKind: 'quote',
      subjectId: quote.id,
      tenantId: null,
      type: 'quote.state',
      data: { state },
    });
    return null;
  },

  change: decideChange,

  async run(ctx, tx, approval, decision) {
    const run = await tx.run.findUniqueOrThrow({ where: { id: approval.runId! }, include: { order: true } });
    if (run.state !== 'awaiting_approval') refuse({ code: 'run_state', asked: decision, state: run.state });
    if (decision === 'rejected') {
      await askToStop(ctx, tx, run);
      return run.id as RunId;
    }
    const data = { state: 'queued', waitsFor: {}, approvedHash: approval.planHash } as const;
    await tx.run.update({ where: { id: run.id }, data, select: { id: true } });
    const subject = { organisationId: run.organisationId, tenantId: run.tenantId } as const;
    await appendEvents(tx, [
      {
        ...subject,
        subjectKind: 'run',
        subjectId: run.id,
        type: 'run.approved',
        data: { runId: run.id, state: 'queued', by: ctx.actor.name },
      },
    ]);
    if (run.order?.state === 'awaiting_approval') {
      await tx.order.update({
        where: { id: run.order.id },
        data: { state: 'accepted', waitsFor: {} },
        select: { id: true },
      });
      const event = { ...subject, subjectKind: 'order', subjectId: run.order.id, type: 'order.state' } as const;
      await appendEvents(tx, [{ ...event, data: { state: 'accepted', waitsFor: {} } }]);
    }
    await ctx.ports.jobs.send(tx, 'run', { runId: run.id, tenantId: run.tenantId });
    return run.id as RunId;
  },
} as const satisfies Record<ApprovalRow['kind'], Apply>;
