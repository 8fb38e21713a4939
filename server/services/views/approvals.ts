import { z } from 'zod';
import { ApprovalId, ChangeId, OrderId, QuoteId, RunId, TenantId } from '../../domain/ids.ts';
import { Priced } from '../../domain/pricing.ts';
import { Facts, FaultView, OfferingRef, OrganisationRef, PageInput, PersonRef } from './common.ts';
import { PlanView } from './plan.ts';

export const ApprovalKind = z.enum(['order', 'discount', 'run', 'change']);
export type ApprovalKind = z.infer<typeof ApprovalKind>;
export const ApprovalState = z.enum(['pending', 'approved', 'rejected', 'obsolete']);
export type ApprovalState = z.infer<typeof ApprovalState>;

export const ApprovalListInput = PageInput.extend({
  state: z.array(ApprovalState).optional(),
  kind: z.array(ApprovalKind).optional(),
});

/** Names the thing to decide on: exactly one of the first four ids is set. */
export const ApprovalSubject = z.object({
  orderId: OrderId.nullable(),
  quoteId: QuoteId.nullable(),
  runId: RunId.nullable(),
  changeId: ChangeId.nullable(),
  /** The tenant that a change is of. */
  tenantId: TenantId.nullable(),
  /** O-2026-0001, Q-2026-0001, C-2026-0001 or the tenant's name with the run's number. */
  label: z.string(),
  tenantName: z.string(),
});

export const ApprovalSummary = z.object({
  id: ApprovalId,
  kind: ApprovalKind,
  state: ApprovalState,
  subject: ApprovalSubject,
  organisation: OrganisationRef,
  offering: OfferingRef,
  /** The rule that asked: `{ code: 'amount_over_threshold' | 'discount_over_limit' | 'plan_changed', … }`. */
  rule: Facts,
  planHash: z.string(),
  requestedBy: PersonRef,
  requestedAt: z.date(),
  decidedBy: PersonRef.nullable(),
  decidedAt: z.date().nullable(),
  reason: z.string(),
});

export const ApprovalDetail = ApprovalSummary.extend({
  plan: PlanView.nullable(),
  price: Priced.nullable(),
  /** The plan hash that stands now; differs from `planHash` when the plan changed since. */
  currentPlanHash: z.string(),
  /** The reader asked for it, so that somebody else must decide. */
  ownRequest: z.boolean(),
  /** Why the reader cannot decide it now; null when they can. */
  decideRefusal: FaultView.nullable(),
});

export const DecideInput = z.object({
  approvalId: ApprovalId,
  /** The hash that was read; another one than the pending question's is refused. */
  planHash: z.string().min(8).max(128),
  reason: z.string().trim().max(1_000).default(''),
});
export const Decided = z.object({ state: ApprovalState, runId: RunId.nullable() });
