import { z } from 'zod';
import { Configuration, Currency } from '../../domain/configuration.ts';
import {
  OrderId,
  OrganisationId,
  PreviewId,
  QuoteId,
  RunId,
  SubscriptionId,
  TenantId,
  TenantRef,
} from '../../domain/ids.ts';
import { OrderState, RunState } from '../../domain/lifecycle.ts';
import { DeploymentModel, PlanCode } from '../../domain/manifest.ts';
import { MicroUnits } from '../../domain/money.ts';
import { Priced } from '../../domain/pricing.ts';
import { ApprovalSummary } from './approvals.ts';
import {
  Facts,
  FaultView,
  OfferingRef,
  OrganisationRef,
  PageInput,
  PersonRef,
  SearchText,
  TargetRef,
  TenantRefView,
} from './common.ts';
import { PlanView } from './plan.ts';

export const PlaceOrderInput = z.object({
  previewId: PreviewId,
  idempotencyKey: z.uuid(),
  /** What the person saw; when given, another configuration or plan than the preview's is refused. */
  configuration: Configuration.optional(),
  planHash: z.string().max(128).optional(),
});

export const PlacedOrder = z.object({
  orderId: OrderId,
  number: z.string(),
  state: OrderState,
  tenantId: TenantId,
  ref: TenantRef,
  /** Null while the order waits for an approval. */
  runId: RunId.nullable(),
});
export type PlacedOrder = z.infer<typeof PlacedOrder>;

export const OrderListInput = PageInput.extend({
  q: SearchText.optional(),
  state: z.array(OrderState).optional(),
  offering: z.string().max(60).optional(),
  organisationId: OrganisationId.optional(),
});

export const OrderSummary = z.object({
  id: OrderId,
  number: z.string(),
  organisation: OrganisationRef,
  offering: OfferingRef,
  tenant: TenantRefView,
  model: DeploymentModel,
  plan: PlanCode,
  currency: Currency,
  /** A month, before tax. */
  monthlyMicro: MicroUnits,
  state: OrderState,
  /** `{ code, …facts }`; empty when it waits for nothing. */
  waitsFor: Facts,
  placedBy: PersonRef,
  createdAt: z.date(),
  fulfilledAt: z.date().nullable(),
  latestRun: z.object({ id: RunId, state: RunState }).nullable(),
});

export const SubscriptionView = z.object({
  id: SubscriptionId,
  plan: PlanCode,
  model: DeploymentModel,
  modules: z.array(z.string()),
  currency: Currency,
  monthlyMicro: MicroUnits,
  termMonths: z.int(),
  startedAt: z.date(),
  meteringPausedAt: z.date().nullable(),
  endedAt: z.date().nullable(),
});

export const OrderDetail = OrderSummary.extend({
  configuration: Configuration,
  price: Priced,
  planHash: z.string(),
  plan: PlanView.nullable(),
  target: TargetRef,
  quote: z.object({ id: QuoteId, number: z.string() }).nullable(),
  approvals: z.array(ApprovalSummary),
  runs: z.array(
    z.object({
      id: RunId,
      number: z.int(),
      action: z.string(),
      state: RunState,
      queuedAt: z.date(),
      startedAt: z.date().nullable(),
      finishedAt: z.date().nullable(),
    }),
  ),
  subscription: SubscriptionView.nullable(),
  /** Why it cannot be cancelled now; null when it can. */
  cancelRefusal: FaultView.nullable(),
});

export const CancelOrderInput = z.object({ orderId: OrderId, reason: z.string().trim().max(1_000).default('') });
