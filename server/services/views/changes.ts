import { z } from 'zod';
import { Shape, Wish } from '../../domain/change.ts';
import { Currency } from '../../domain/configuration.ts';
import { ChangeId, RunId, TenantId } from '../../domain/ids.ts';
import { MicroUnits } from '../../domain/money.ts';
import { Priced } from '../../domain/pricing.ts';
import { Facts, OrganisationRef, PersonRef, TenantRefView } from './common.ts';
import { PlanView } from './plan.ts';

/** queued: its plan is being computed. ready or failed: it was. The others: it was asked for. */
export const ChangeState = z.enum([
  'queued',
  'ready',
  'failed',
  'awaiting_approval',
  'accepted',
  'applied',
  'rejected',
  'withdrawn',
]);
export type ChangeState = z.infer<typeof ChangeState>;

export const PlanChangeInput = z.object({ tenantId: TenantId, wish: Wish });

/** Prices of the same tenant before and after, a month, before tax. */
const Amounts = { currency: Currency, beforeMicro: MicroUnits, monthlyMicro: MicroUnits };

export const PlannedChange = z.object({ changeId: ChangeId, state: ChangeState, ...Amounts, price: Priced });

export const ChangeView = z.object({
  id: ChangeId,
  /** C-2026-0001; null until it is asked for. */
  number: z.string().nullable(),
  organisation: OrganisationRef,
  tenant: TenantRefView,
  requestedBy: PersonRef,
  before: Shape,
  after: Shape,
  state: ChangeState,
  plan: PlanView.nullable(),
  planHash: z.string().nullable(),
  /** Why it has no plan, or why it may not be: a fault. */
  failure: Facts.nullable(),
  waitsFor: Facts,
  price: Priced,
  ...Amounts,
  /** What asking for it would wait for: `{ code: 'amount_over_threshold', … }`; null when it would start at once. */
  needsApproval: Facts.nullable(),
  runId: RunId.nullable(),
  createdAt: z.date(),
  computedAt: z.date().nullable(),
  appliedAt: z.date().nullable(),
  expiresAt: z.date(),
});

export const AskChangeInput = z.object({
  changeId: ChangeId,
  /** The plan that was read; another one than the change's is refused. */
  planHash: z.string().min(8).max(128),
  idempotencyKey: z.uuid(),
});
export const AskedChange = z.object({
  changeId: ChangeId,
  number: z.string(),
  state: ChangeState,
  /** Null while it waits for an approval. */
  runId: RunId.nullable(),
});
export type AskedChange = z.infer<typeof AskedChange>;
