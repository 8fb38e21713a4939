import { z } from 'zod';
import { ApprovalId } from '../../domain/ids.ts';
import { decideApproval } from '../../services/approvals/decide-approval.ts';
import { listApprovals, readApproval } from '../../services/approvals/read-approvals.ts';
import {
  ApprovalDetail,
  ApprovalListInput,
  ApprovalSummary,
  DecideInput,
  Decided,
} from '../../services/views/approvals.ts';
import { pageOf } from '../../services/views/common.ts';
import { procedure, router } from '../trpc.ts';

export const approvalsRouter = router({
  list: procedure
    .input(ApprovalListInput)
    .output(pageOf(ApprovalSummary))
    .query(({ ctx, input }) => listApprovals(ctx, input)),
  byId: procedure
    .input(z.object({ approvalId: ApprovalId }))
    .output(ApprovalDetail)
    .query(({ ctx, input }) => readApproval(ctx, input.approvalId)),
  approve: procedure
    .input(DecideInput)
    .output(Decided)
    .mutation(({ ctx, input }) => decideApproval(ctx, { ...input, decision: 'approved' })),
  reject: procedure
    .input(DecideInput.extend({ reason: z.string().trim().min(1).max(1_000) }))
    .output(Decided)
    .mutation(({ ctx, input }) => decideApproval(ctx, { ...input, decision: 'rejected' })),
});
