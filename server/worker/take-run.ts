/** Taking a run: a higher fence, the tenant's `via` state, the rows of its steps. One transaction decides whether it may start. */
import type { Transaction } from '../db/client.ts';
import { appendEvents, type NewEvent } from '../db/events.ts';
import { PLATFORM, inScope } from '../db/scope.ts';
import { LIVE_RUN_STATES, refusal } from '../domain/lifecycle.ts';
import { lockTenantOfRun } from '../services/runs/queue-run.ts';
import type { RunFailure, StateReason, WaitsFor } from '../domain/run-facts.ts';
import type { WorkerContext } from './context.ts';
import { closeRun } from './close-run.ts';
import { Cancelled } from './interruption.ts';
import {
  actionOf,
  keyFault,
  loadRun,
  runEvent,
  specOf,
  tenantEvent,
  toJson,
  wantedSpec,
  type HeldRun,
  type RunRow,
} from './run-record.ts';
import { startStep } from './step-rows.ts';

/** Takes a run for this worker, superseding whoever held it.
 * @returns null when there is nothing to do now: it is over, waits for an approval or an earlier run, or was refused */
export async function takeRun(ctx: WorkerContext, runId: string): Promise<HeldRun | null> {
  return inScope(ctx.db, PLATFORM, async (tx) => {
    await lockTenantOfRun(tx, runId);
    const [locked] = await tx.$queryRaw<{ state: string }[]>`
      SELECT state::text FROM "Run" WHERE id = ${runId}::uuid FOR NO KEY UPDATE`;
    if (!locked || !['queued', 'planning', 'running'].includes(locked.state)) return null;
    const row = await loadRun(tx, runId);
    if (!row) return null;
    if (locked.state === 'queued' && !(await mayStart(ctx, tx, row))) return null;
    const fence = await drawFence(ctx, tx, row);
    if (row.steps.length === 0) await begin(ctx, tx, row);
    else await appendEvents(tx, [runEvent(row, 'run.resumed', { worker: ctx.name, before: row.worker })]);
    const taken = (await loadRun(tx, runId))!;
    const next = taken.steps.find((step) => step.state !== 'done');
    if (next && next.state !== 'failed' && !taken.cancelAskedAt) await startStep(tx, taken, next);
    return hold(taken, fence);
  });
}

function hold(row: RunRow, fence: bigint): HeldRun {
  const control = new AbortController();
  const abort = (reason: Error) => {
    if (!control.signal.aborted) control.abort(reason);
  };
  if (row.cancelAskedAt) abort(new Cancelled());
  const { name, action } = actionOf(row);
  return {
    row,
    hold: { runId: row.id, fence, onCancelAsked: () => abort(new Cancelled()) },
    action,
    actionName: name,
    spec: wantedSpec(row),
    specBefore: specOf(row.tenant),
    signal: control.signal,
    abort,
  };
}

/** Asks for what a queued run waits: its turn, and a state from which its action may start. */
async function mayStart(ctx: WorkerContext, tx: Transaction, row: RunRow): Promise<boolean> {
  const earlier = await tx.run.findFirst({
    where: {
      tenantId: row.tenantId,
      number: { not: row.number },
      OR: [{ state: { in: [...LIVE_RUN_STATES] } }, { state: 'queued', number: { lt: row.number } }],
    },
    orderBy: { number: 'asc' },
    select: { id: true, number: true, state: true, tenantId: true },
  });
  if (earlier) {
    const waitsFor: WaitsFor = { code: 'earlier_run', runNumber: earlier.number };
    await tx.run.update({ where: { id: row.id }, data: { waitsFor: toJson(waitsFor) }, select: { id: true } });
    await appendEvents(tx, [runEvent(row, 'run.waiting', { waitsFor })]);
    if (earlier.state === 'queued') await ctx.sendRun(tx, earlier);
    return false;
  }
  if (row.steps.length > 0) return true; // it began before, and waited for an approval
  if (row.cancelAskedAt) {
    await closeRun(ctx, tx, row, { state: 'cancelled', failure: { code: 'cancelled', step: null, leftovers: [] } });
    return false;
  }
  const fault = refusal(actionOf(row).name, row.tenant) ?? keyFault(row);
  if (!fault) return true;
  const failure: RunFailure = { code: 'refused', step: null, fault, leftovers: [] };
  await closeRun(ctx, tx, row, { state: 'failed', failure });
  return false;
}

async function drawFence(ctx: WorkerContext, tx: Transaction, row: RunRow): Promise<bigint> {
  const plans = actionOf(row).action.steps.includes('plan');
  const planned = row.steps.some((step) => step.name === 'plan' && step.state === 'done');
  const state = plans && !planned ? 'planning' : 'running';
  const [drawn] = await tx.$queryRaw<{ fence: bigint }[]>`
    UPDATE "Run" SET fence = nextval('run_fence_seq'), worker = ${ctx.name}, "beatAt" = now(), "startedAt" = coalesce("startedAt", now()),
           state = ${state}::"RunState", "waitsFor" = '{}'
     WHERE id = ${row.id}::uuid RETURNING fence`;
  return drawn!.fence;
}

async function begin(ctx: WorkerContext, tx: Transaction, row: RunRow): Promise<void> {
  const { action } = actionOf(row);
  const reason: StateReason = {
    code: 'run_under_way',
    runId: row.id,
    before: row.tenant.state,
    beforeReason: row.tenant.stateReason as Record<string, unknown>,
  };
  await tx.runStep.createMany({ data: action.steps.map((name, position) => ({ runId: row.id, position, name })) });
  const { via } = action;
  if (via !== null) {
    const data = { state: via, stateReason: toJson(reason) };
    await tx.tenant.update({ where: { id: row.tenantId }, data, select: { id: true } });
  }
  const events: NewEvent[] = [
    runEvent(row, 'run.started', {
      action: row.action,
      number: row.number,
      worker: ctx.name,
      steps: action.steps,
      at: ctx.clock(),
    }),
    ...(via === null
      ? []
      : [tenantEvent(row.tenant, 'tenant.state', { state: via, stateReason: reason, tainted: row.tenant.tainted })]),
  ];
  await appendEvents(tx, events);
}
