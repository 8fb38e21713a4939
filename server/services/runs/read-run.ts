import type { z } from 'zod';
import type { Prisma } from '../../../prisma/generated/client.ts';
import type { OrderId, RunId } from '../../domain/ids.ts';
import { ActionName, LIFECYCLE, type Action } from '../../domain/lifecycle.ts';
import { APPROVAL_INCLUDE, approvalView } from '../approvals/approval-view.ts';
import type { ServiceContext } from '../context.ts';
import { recentEvents } from '../events.ts';
import { SELECT_TARGET, targetRef } from '../references.ts';
import { authorize, found, transact } from '../support.ts';
import type { Facts } from '../views/common.ts';
import { Operation, PlanView, PropertyChange } from '../views/plan.ts';
import type { RunDetail } from '../views/runs.ts';
import { cancelRunRefusal } from './cancel-run.ts';
import { retryRefusal } from './retry-run.ts';
import { RUN_INCLUDE, runView } from './run-view.ts';

const DETAIL = {
  ...RUN_INCLUDE,
  tenant: { select: { ...RUN_INCLUDE.tenant.select, target: SELECT_TARGET } },
  order: { select: { number: true } },
  steps: { orderBy: { position: 'asc' } },
  resources: { orderBy: [{ startedAt: 'asc' }, { urn: 'asc' }] },
  approvals: { include: APPROVAL_INCLUDE, orderBy: { id: 'desc' } },
} as const satisfies Prisma.RunInclude;
type DetailRow = Prisma.RunGetPayload<{ include: typeof DETAIL }>;

const EVENTS_MAX = 200;

export async function readRun(ctx: ServiceContext, runId: RunId): Promise<z.input<typeof RunDetail>> {
  authorize(ctx.actor, 'run:read');
  return transact(ctx, async (tx) => {
    // Events first: what happens between the two reads is told twice rather than not at all.
    const { events, cursor } = await recentEvents(tx, { subjectKind: 'run', subjectId: runId }, EVENTS_MAX);
    const row = found(ctx.actor, 'run', await tx.run.findUnique({ where: { id: runId }, include: DETAIL }));
    const earlier = await tx.run.findMany({
      where: { tenantId: row.tenantId, number: { lt: row.number }, finishedAt: null },
      orderBy: { number: 'asc' },
    });
    return {
      ...runView(row),
      orderId: row.orderId as OrderId | null,
      orderNumber: row.order?.number ?? null,
      target: targetRef(row.tenant.target),
      params: row.params as Facts,
      plan: row.plan === null ? null : PlanView.parse(row.plan),
      planHash: row.planHash,
      approvedHash: row.approvedHash,
      requestId: row.requestId,
      worker: row.worker,
      cancelAskedAt: row.cancelAskedAt,
      steps: stepsOf(row),
      resources: row.resources.map(resourceView),
      approvals: row.approvals.map(approvalView),
      queuedBehind: earlier.map(({ id, number, action, state }) => {
        return { id: id as RunId, number, action: ActionName.parse(action), state };
      }),
      events,
      eventCursor: cursor,
      cancelRefusal: cancelRunRefusal(row),
      retryRefusal: await retryRefusal(tx, row),
      now: ctx.ports.now(),
    };
  });
}

/** The rows, or before a worker made them what the lifecycle says will be done. */
function stepsOf(row: DetailRow): z.input<typeof RunDetail>['steps'] {
  if (row.steps.length > 0) return row.steps.map((step) => ({ ...step, detail: step.detail as Facts }));
  const action: Action = LIFECYCLE[ActionName.parse(row.action)];
  const state = row.finishedAt === null ? 'pending' : 'skipped';
  return action.steps.map((name, position) => ({
    position,
    name,
    state,
    detail: {},
    startedAt: null,
    finishedAt: null,
  }));
}

function resourceView(row: DetailRow['resources'][number]): z.input<typeof RunDetail>['resources'][number] {
  return { ...row, operation: Operation.parse(row.operation), changes: PropertyChange.array().parse(row.changes) };
}
