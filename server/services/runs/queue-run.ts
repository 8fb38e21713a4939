/** A run is queued: its row, its event and its job in the caller's transaction. */
import { appendEvent } from '../../db/events.ts';
import type { Transaction } from '../../db/client.ts';
import { newId, type RunId } from '../../domain/ids.ts';
import { ActionName, refusal, stateAfter, type TenantState } from '../../domain/lifecycle.ts';
import type { Fault } from '../../domain/faults.ts';
import type { ServiceContext } from '../context.ts';
import { toJson } from '../support.ts';

export interface NewRun {
  readonly tenant: { readonly id: string; readonly organisationId: string };
  readonly action: ActionName;
  readonly params?: object;
  readonly orderId?: string | null;
  /** The plan it may apply without asking; null: any. */
  readonly approvedHash?: string | null;
}

/** The caller holds the tenant's lock. */
export async function queueRun(ctx: ServiceContext, tx: Transaction, run: NewRun): Promise<RunId> {
  const { tenant, action } = run;
  const last = await tx.run.findFirst({
    where: { tenantId: tenant.id },
    orderBy: { number: 'desc' },
    select: { number: true },
  });
  const id = newId<RunId>();
  const number = (last?.number ?? 0) + 1;
  await tx.run.create({
    data: {
      id,
      organisationId: tenant.organisationId,
      tenantId: tenant.id,
      number,
      action,
      orderId: run.orderId ?? null,
      requestedById: ctx.actor.userId,
      params: toJson(run.params ?? {}),
      approvedHash: run.approvedHash ?? null,
      requestId: ctx.requestId,
    },
    select: { id: true },
  });
  await appendEvent(tx, {
    organisationId: tenant.organisationId,
    subjectKind: 'run',
    subjectId: id,
    tenantId: tenant.id,
    type: 'run.queued',
    data: { runId: id, action, number, state: 'queued', requestedBy: ctx.actor.name },
  });
  await ctx.ports.jobs.send(tx, 'run', { runId: id, tenantId: tenant.id });
  return id;
}

/** Lock a tenant: whoever wants to queue a run for it goes one after another. Null when it is not there or out of reach.
 * Services and workers lock the tenant before its runs, orders and questions, so that none waits for another in a circle. Rows that
 * merely refer to a tenant, such as events, may be added meanwhile. */
export async function lockTenant(tx: Transaction, tenantId: string) {
  await tx.$queryRaw`SELECT id::text FROM "Tenant" WHERE id = ${tenantId}::uuid FOR NO KEY UPDATE`;
  return tx.tenant.findUnique({ where: { id: tenantId } });
}

/** The same, for those who know a run of it only. */
export async function lockTenantOfRun(tx: Transaction, runId: string): Promise<void> {
  await tx.$queryRaw`
    SELECT id::text FROM "Tenant" WHERE id = (SELECT "tenantId" FROM "Run" WHERE id = ${runId}::uuid) FOR NO KEY UPDATE`;
}

const UNFINISHED = ['queued', 'planning', 'awaiting_approval', 'running'] as const;

/** The state that the unfinished runs will leave the tenant in if all succeed: what a new request is judged by. */
export async function stateAfterQueue(
  tx: Transaction,
  tenant: { readonly id: string; readonly state: TenantState },
): Promise<TenantState> {
  const runs = await unfinishedRuns(tx, tenant.id);
  return stateAfter(
    tenant.state,
    runs.map(({ action }) => action),
  );
}

/** The actions that are still to come or under way, in their order. */
export async function unfinishedRuns(tx: Transaction, tenantId: string): Promise<{ readonly action: ActionName }[]> {
  const runs = await tx.run.findMany({
    where: { tenantId, state: { in: [...UNFINISHED] } },
    orderBy: { number: 'asc' },
    select: { action: true },
  });
  return runs.map(({ action }) => ({ action: ActionName.parse(action) }));
}

/** Why the action may not be asked for now; null when it may. */
export async function refusalAfterQueue(
  tx: Transaction,
  tenant: { readonly id: string; readonly state: TenantState },
  action: ActionName,
): Promise<Fault | null> {
  return refusal(action, { state: await stateAfterQueue(tx, tenant) });
}
