import { z } from 'zod';
import { OrderId, OrganisationId, RunId, TenantId } from '../../domain/ids.ts';
import { ActionName, RunState, StepState } from '../../domain/lifecycle.ts';
import { ApprovalSummary } from './approvals.ts';
import { EventView } from './events.ts';
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
import { Operation, PlanView, PropertyChange } from './plan.ts';

export const RunListInput = PageInput.extend({
  q: SearchText.optional(),
  state: z.array(RunState).optional(),
  action: z.array(ActionName).optional(),
  tenantId: TenantId.optional(),
  organisationId: OrganisationId.optional(),
});

export const RunSummary = z.object({
  id: RunId,
  number: z.int(),
  action: ActionName,
  state: RunState,
  organisation: OrganisationRef,
  tenant: TenantRefView,
  offering: OfferingRef,
  requestedBy: PersonRef,
  /** `{ code, …facts }`: what it waits for, or why it failed; empty otherwise. */
  waitsFor: Facts,
  failure: Facts,
  queuedAt: z.date(),
  startedAt: z.date().nullable(),
  finishedAt: z.date().nullable(),
});

export const RunStepView = z.object({
  position: z.int(),
  name: z.string(),
  state: StepState,
  detail: Facts,
  startedAt: z.date().nullable(),
  finishedAt: z.date().nullable(),
});

export const RunResourceView = z.object({
  urn: z.string(),
  step: z.string(),
  operation: Operation,
  type: z.string(),
  name: z.string(),
  parentUrn: z.string(),
  state: StepState,
  message: z.string(),
  changes: z.array(PropertyChange),
  startedAt: z.date(),
  finishedAt: z.date().nullable(),
});

export const RunDetail = RunSummary.extend({
  orderId: OrderId.nullable(),
  orderNumber: z.string().nullable(),
  target: TargetRef,
  params: Facts,
  plan: PlanView.nullable(),
  planHash: z.string().nullable(),
  approvedHash: z.string().nullable(),
  requestId: z.string(),
  worker: z.string(),
  cancelAskedAt: z.date().nullable(),
  /** All steps of the action; those a worker has not reached yet are `pending`. */
  steps: z.array(RunStepView),
  resources: z.array(RunResourceView),
  approvals: z.array(ApprovalSummary),
  /** Runs of the same tenant that go first. */
  queuedBehind: z.array(z.object({ id: RunId, number: z.int(), action: ActionName, state: RunState })),
  events: z.array(EventView),
  /** Where a subscription to this run's events begins. */
  eventCursor: z.string(),
  cancelRefusal: FaultView.nullable(),
  retryRefusal: FaultView.nullable(),
  /** The server's clock, to draw durations of what is under way. */
  now: z.date(),
});

export const RetryRunInput = z.object({ runId: RunId, idempotencyKey: z.uuid() });
export const StartedRun = z.object({ runId: RunId });
