/**
 * Runs that do not succeed. A create is removed until nothing is left, or its leftovers are named; any other action is taken back and the
 * tenant keeps its state, tainted unless a person cancelled and everything was taken back.
 */
import type { Transaction } from '../db/client.ts';
import { appendEvents } from '../db/events.ts';
import { PLATFORM, inScope } from '../db/scope.ts';
import { ChangeParams } from '../domain/change.ts';
import { DomainError } from '../domain/faults.ts';
import { endOrder } from '../services/orders/end-order.ts';
import { lockTenantOfRun } from '../services/runs/queue-run.ts';
import { LIVE_RUN_STATES, type Action, type StepName, type TenantState } from '../domain/lifecycle.ts';
import type { RunFailure, StateReason } from '../domain/run-facts.ts';
import { removeEverything } from './clean-up.ts';
import { changeOrder, changeTenant, closeRun } from './close-run.ts';
import type { WorkerContext } from './context.ts';
import { asHolder } from './holder.ts';
import { waitOutOutages } from './outage.ts';
import { isFenced } from './platform-trouble.ts';
import { actionOf, loadRun, toJson, type HeldRun, type RunRow } from './run-record.ts';
import { StepFailed } from './step-failed.ts';
import { markFailed, skipPending, type StepRow } from './step-rows.ts';
import { STEPS } from './steps.ts';

/** Ends a run whose step failed. First the failure is written down, so that whoever takes over cleans up instead of trying again.
 * @param error null when an earlier worker wrote the failure down already */
export async function endFailed(ctx: WorkerContext, run: HeldRun, step: StepRow, error: unknown): Promise<void> {
  const failure = error === null ? (run.row.failure as unknown as RunFailure) : describe(ctx, step, error);
  if (error !== null) {
    ctx.log.warn({ runId: run.row.id, step: step.name, failure }, 'a step failed');
    await asHolder(ctx, run.hold, async (tx) => {
      await tx.run.updateMany({ where: { id: run.row.id }, data: { failure: toJson(failure) } });
      await appendEvents(tx, [await markFailed(tx, run.row, step, failure)]);
    });
  }
  await settle(ctx, run, step, failure);
}

/** Ends a run that a person cancelled. */
export async function endCancelled(ctx: WorkerContext, run: HeldRun, begun: StepRow | null): Promise<void> {
  const step = begun === null ? null : (begun.name as StepName);
  await settle(ctx, run, begun, { code: 'cancelled', step, leftovers: [] });
}

async function settle(ctx: WorkerContext, run: HeldRun, step: StepRow | null, failure: RunFailure): Promise<void> {
  const end = failure.code === 'cancelled' ? 'cancelled' : 'failed';
  if (run.action.onFailure === 'failed') {
    const leftovers = await removeEverything(ctx, run);
    const whole: RunFailure = { ...failure, leftovers };
    return close(ctx, run, { end, failure: whole, state: 'failed', tainted: leftovers.length > 0 });
  }
  const before = stateBefore(run.row, run.action);
  const undone = await takeBack(ctx, run, step, before);
  if (run.action.via === null) {
    return close(ctx, run, { end, failure, state: before.state, tainted: !undone || before.tainted });
  }
  const state = undone ? before.state : run.action.via;
  const tainted = !(undone && end === 'cancelled') || before.tainted;
  return close(ctx, run, { end, failure, state, tainted });
}

/** Ends a run that keeps failing outside its steps. What it made stays; the tenant says that it is not what was asked. */
export async function abandonRun(ctx: WorkerContext, runId: string): Promise<void> {
  await inScope(ctx.db, PLATFORM, async (tx) => {
    await lockTenantOfRun(tx, runId);
    const row = await loadRun(tx, runId);
    if (!row || !(LIVE_RUN_STATES as readonly string[]).includes(row.state)) return;
    const { action } = actionOf(row);
    const failure: RunFailure = { code: 'refused', step: null, fault: { code: 'internal' }, leftovers: [] };
    const state = action.onFailure === 'failed' ? 'failed' : stateBefore(row, action).state;
    await writeEnd(ctx, tx, row, action, { end: 'failed', failure, state, tainted: true });
  });
}

interface Ending {
  readonly end: 'failed' | 'cancelled';
  readonly failure: RunFailure;
  readonly state: TenantState;
  readonly tainted: boolean;
}

async function close(ctx: WorkerContext, run: HeldRun, ending: Ending): Promise<void> {
  await asHolder(ctx, run.hold, (tx) => writeEnd(ctx, tx, run.row, run.action, ending));
}

async function writeEnd(
  ctx: WorkerContext,
  tx: Transaction,
  row: RunRow,
  action: Action,
  { end, failure, state, tainted }: Ending,
): Promise<void> {
  const reason: StateReason = { code: 'run_failed', runId: row.id, runNumber: row.number, failure };
  await skipPending(tx, row.id);
  const isCreate = action.onFailure === 'failed';
  if (isCreate) await forgetTraces(tx, row.tenantId);
  else await noteChangeFailed(tx, row, failure);
  if (action.via !== null || tainted !== row.tenant.tainted) {
    await appendEvents(tx, [await changeTenant(tx, row.tenant, { state, tainted, reason })]);
  }
  if (isCreate && row.order) await endItsOrder(tx, row, row.order, { end, state, tainted });
  await closeRun(ctx, tx, row, { state: end, failure });
}

/** A failed create may be tried again; a cancelled one was withdrawn, and its order with it. */
async function endItsOrder(
  tx: Transaction,
  row: RunRow,
  order: NonNullable<RunRow['order']>,
  { end, state, tainted }: Pick<Ending, 'end' | 'state' | 'tainted'>,
): Promise<void> {
  if (end === 'failed') return appendEvents(tx, [await changeOrder(tx, order, 'failed')]);
  await endOrder(tx, { order, tenant: { id: row.tenantId, state, tainted }, runId: null, state: 'cancelled' });
}

/** A change that was not applied says why; asked for again, its run may still apply it. */
async function noteChangeFailed(tx: Transaction, row: RunRow, failure: RunFailure): Promise<void> {
  const change = ChangeParams.safeParse(row.params);
  if (!change.success) return;
  const data = { state: 'failed', failure: toJson(failure) } as const;
  await tx.tenantChange.updateMany({ where: { id: change.data.changeId, state: 'accepted' }, data });
}

/** What a create had told before it failed is no longer true. */
async function forgetTraces(tx: Transaction, tenantId: string): Promise<void> {
  await tx.keyReveal.deleteMany({ where: { tenantId } });
  await tx.endpoint.deleteMany({ where: { tenantId } });
  await tx.tenantResource.deleteMany({ where: { tenantId } });
}

function stateBefore(row: RunRow, action: Action): { readonly state: TenantState; readonly tainted: boolean } {
  if (action.via === null) return row.tenant;
  const reason = row.tenant.stateReason as unknown as StateReason | Record<string, never>;
  const state = 'code' in reason && reason.code === 'run_under_way' ? reason.before : action.from[0]!;
  return { state, tainted: row.tenant.tainted };
}

/** Undoes the steps that were begun, last first.
 * @returns false when one of them cannot be taken back: the tenant is then neither what it was nor what was asked */
async function takeBack(
  ctx: WorkerContext,
  run: HeldRun,
  last: StepRow | null,
  before: { readonly state: TenantState },
): Promise<boolean> {
  const begun = run.row.steps.filter((step) => last !== null && step.position <= last.position).toReversed();
  for (const step of begun) {
    const { pointOfNoReturn: beyond = false } = STEPS[step.name as StepName];
    if (beyond === true || (beyond !== false && (await waitOutOutages(ctx, run, () => beyond(ctx, run), null))))
      return false;
  }
  for (const step of begun) {
    try {
      await waitOutOutages(ctx, run, async () => STEPS[step.name as StepName].undo?.(ctx, run, before.state), null);
    } catch (error) {
      if (isFenced(error)) throw error;
      ctx.log.error({ runId: run.row.id, step: step.name, err: error }, 'a step could not be taken back');
    }
  }
  return true;
}

function describe(ctx: WorkerContext, step: StepRow, error: unknown): RunFailure {
  const name = step.name as StepName;
  if (error instanceof DomainError) return { code: 'refused', step: name, fault: error.fault, leftovers: [] };
  const message = ctx.redact(error instanceof Error ? error.message : String(error));
  const resources = error instanceof StepFailed ? error.resources : [];
  return {
    code: 'step_failed',
    step: name,
    message,
    resources: resources.map((resource) => ({ urn: resource.urn, message: ctx.redact(resource.message) })),
    leftovers: [],
  };
}
