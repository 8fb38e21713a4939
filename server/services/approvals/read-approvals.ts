import type { z } from 'zod';
import type { Prisma } from '../../../prisma/generated/client.ts';
import type { ApprovalId } from '../../domain/ids.ts';
import { Priced } from '../../domain/pricing.ts';
import type { ServiceContext } from '../context.ts';
import { cutPage, found, keyset, organisationFilter, transact } from '../support.ts';
import type { ApprovalDetail, ApprovalListInput, ApprovalSummary } from '../views/approvals.ts';
import type { Page } from '../views/common.ts';
import { PlanView } from '../views/plan.ts';
import { APPROVAL_INCLUDE, approvalView, subjectOf } from './approval-view.ts';
import { authorizeReading } from './approval-rights.ts';
import { decideRefusal } from './approval-rules.ts';

export async function listApprovals(
  ctx: ServiceContext,
  input: z.output<typeof ApprovalListInput>,
): Promise<Page<z.input<typeof ApprovalSummary>>> {
  authorizeReading(ctx.actor);
  const { after, ...page } = keyset(input);
  const where: Prisma.ApprovalWhereInput = {
    ...organisationFilter(ctx.actor),
    ...(input.state?.length ? { state: { in: input.state } } : {}),
    ...(input.kind?.length ? { kind: { in: input.kind } } : {}),
  };
  return transact(ctx, async (tx) => {
    const rows = await tx.approval.findMany({ where: { AND: [where, after] }, ...page, include: APPROVAL_INCLUDE });
    return cutPage(rows, input.limit, await tx.approval.count({ where }), approvalView);
  });
}

export async function readApproval(
  ctx: ServiceContext,
  approvalId: ApprovalId,
): Promise<z.input<typeof ApprovalDetail>> {
  authorizeReading(ctx.actor);
  return transact(ctx, async (tx) => {
    const row = await tx.approval.findUnique({
      where: { id: approvalId },
      include: {
        ...APPROVAL_INCLUDE,
        order: { select: { ...APPROVAL_INCLUDE.order.select, price: true, preview: { select: { plan: true } } } },
        quote: { select: { ...APPROVAL_INCLUDE.quote.select, price: true, preview: { select: { plan: true } } } },
        change: { select: { ...APPROVAL_INCLUDE.change.select, price: true, plan: true } },
        run: { select: { ...APPROVAL_INCLUDE.run.select, plan: true, order: { select: { price: true } } } },
      },
    });
    const approval = found(ctx.actor, 'approval', row);
    const { requestedBy, planHash } = subjectOf(approval);
    const plan =
      approval.order?.preview.plan ??
      approval.quote?.preview.plan ??
      approval.change?.plan ??
      approval.run?.plan ??
      null;
    const price =
      approval.order?.price ?? approval.quote?.price ?? approval.change?.price ?? approval.run?.order?.price ?? null;
    return {
      ...approvalView(approval),
      plan: plan === null ? null : PlanView.parse(plan),
      price: price === null ? null : Priced.parse(price),
      currentPlanHash: planHash,
      ownRequest: requestedBy?.id === ctx.actor.userId,
      decideRefusal: decideRefusal(ctx.actor, approval),
    };
  });
}
