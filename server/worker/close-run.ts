/** The end of a run in rows: run, tenant and order change together, and the tenant's next run is woken. */
import type { Prisma } from '../../prisma/generated/client.ts';
import { appendAudit, type NewAuditEntry } from '../db/audit.ts';
import type { Transaction } from '../db/client.ts';
import { appendEvents, type NewEvent } from '../db/events.ts';
import type { OrderState, TenantState } from '../domain/lifecycle.ts';
import type { RunFailure, StateReason } from '../domain/run-facts.ts';
import type { WorkerContext } from './context.ts';
import { actionOf, orderEvent, runEvent, tenantEvent, toJson, type RunRow } from './run-record.ts';

export interface RunEnd {
  readonly state: 'succeeded' | 'failed' | 'cancelled';
  readonly failure?: RunFailure;
}

/** Ends a run for good. What it means for tenant and order is the caller's to write. */
export async function closeRun(ctx: WorkerContext, tx: Transaction, row: RunRow, end: RunEnd): Promise<void> {
  const finishedAt = new Date();
  const failure = toJson(end.failure ?? {});
  await tx.run.updateMany({ where: { id: row.id }, data: { state: end.state, finishedAt, waitsFor: {}, failure } });
  await appendEvents(tx, [
    runEvent(row, `run.${end.state}`, {
      action: row.action,
      number: row.number,
      state: end.state,
      failure,
      finishedAt,
    }),
  ]);
  await appendAudit(tx, auditOf(ctx, row, end));
  const next = await tx.run.findFirst({
    where: { tenantId: row.tenantId, state: 'queued', id: { not: row.id } },
    orderBy: { number: 'asc' },
    select: { id: true, tenantId: true },
  });
  if (next) await ctx.sendRun(tx, next);
}

function auditOf(ctx: WorkerContext, row: RunRow, end: RunEnd): NewAuditEntry {
  return {
    organisationId: row.organisationId,
    actorKind: 'worker',
    actorId: ctx.name,
    actorName: 'worker',
    behalfOf: row.requestedById,
    rightUsed: actionOf(row).action.needs,
    action: `run.${row.action}.${end.state}`,
    subjectKind: 'tenant',
    subjectId: row.tenantId,
    subjectName: row.tenant.name,
    before: { run: row.number, state: row.state },
    after: { run: row.number, state: end.state, failure: toJson(end.failure ?? {}) },
    requestId: row.requestId,
    ip: '',
  };
}

export interface TenantChange {
  readonly state: TenantState;
  readonly tainted: boolean;
  readonly reason: StateReason | null;
  readonly more?: Prisma.TenantUpdateManyMutationInput;
}

/** Changes a tenant's state and returns the event of it. */
export async function changeTenant(
  tx: Transaction,
  tenant: { readonly id: string; readonly organisationId: string },
  change: TenantChange,
): Promise<NewEvent> {
  const { state, tainted, reason, more } = change;
  const stateReason = toJson(reason ?? {});
  await tx.tenant.updateMany({ where: { id: tenant.id }, data: { ...more, state, tainted, stateReason } });
  return tenantEvent(tenant, 'tenant.state', { state, tainted, stateReason });
}

/** Changes an order's state and returns the event of it. */
export async function changeOrder(
  tx: Transaction,
  order: { readonly id: string; readonly organisationId: string; readonly tenantId: string },
  state: OrderState,
  waitsFor: object = {},
): Promise<NewEvent> {
  const fulfilled = state === 'fulfilled' ? { fulfilledAt: new Date() } : {};
  await tx.order.updateMany({ where: { id: order.id }, data: { state, waitsFor: toJson(waitsFor), ...fulfilled } });
  return orderEvent(order, { state, waitsFor });
}
