/**
 * Executes one run: interprets the lifecycle's row for its action, step by step. What is finished is skipped, what was interrupted is
 * repeated; each step's end and the next one's beginning are one transaction. Every way to end is here or in end-run.ts.
 */
import type { Transaction } from '../db/client.ts';
import { appendEvents } from '../db/events.ts';
import type { StepName } from '../domain/lifecycle.ts';
import { closeRun, changeTenant } from './close-run.ts';
import type { WorkerContext } from './context.ts';
import { endCancelled, endFailed } from './end-run.ts';
import { asHolder } from './holder.ts';
import { Cancelled, HandOver } from './interruption.ts';
import { isFenced, isOfPlatform } from './platform-trouble.ts';
import type { HeldRun } from './run-record.ts';
import type { StepOutcome } from './step.ts';
import { markDone, markStarted, type StepRow } from './step-rows.ts';
import { STEPS } from './steps.ts';
import { takeRun } from './take-run.ts';
import { waitOutOutages } from './outage.ts';

/** The platform's database failing is no verdict on a step, until it fails at the same place again and again. */
const PLATFORM_ATTEMPTS_MAX = 3;
const BEAT_EVERY_MS = 5_000;

export interface RunningRuns {
  readonly add: (run: HeldRun) => void;
  readonly remove: (run: HeldRun) => void;
}

/** Takes a run and brings it as far as it goes now.
 * @param attempt how often the job was begun before
 * @throws HandOver when this process ends meanwhile, or an error of the platform's own database: then the job is repeated */
export async function runAction(
  ctx: WorkerContext,
  runId: string,
  attempt: number,
  running: RunningRuns,
): Promise<void> {
  const run = await takeRun(ctx, runId);
  if (!run) return;
  running.add(run);
  const beating = beat(ctx, run);
  try {
    await perform(ctx, run, attempt);
  } catch (error) {
    if (!isFenced(error)) throw error;
    ctx.log.info({ runId, fence: String(run.hold.fence) }, 'another worker has taken the run, or it is over');
  } finally {
    clearInterval(beating);
    running.remove(run);
  }
}

/** Says from time to time that the run is held, and hears so whether it still is and may go on. */
function beat(ctx: WorkerContext, run: HeldRun): NodeJS.Timeout {
  return setInterval(() => {
    asHolder(ctx, run.hold, async () => undefined).catch((error: unknown) => {
      if (isFenced(error)) run.abort(error as Error);
    });
  }, BEAT_EVERY_MS);
}

async function perform(ctx: WorkerContext, run: HeldRun, attempt: number): Promise<void> {
  const steps = run.row.steps.filter((step) => step.state !== 'done');
  const broken = steps.find((step) => step.state === 'failed');
  if (broken) return endFailed(ctx, run, broken, null); // its worker died while it was cleaning up
  let begun: StepRow | null = run.row.steps.findLast((step) => step.state === 'done') ?? null;
  for (const [index, step] of steps.entries()) {
    try {
      if (step.startedAt) begun = step; // another worker may have got into it
      run.signal.throwIfAborted();
      begun = step;
      const outcome = await waitOutOutages(ctx, run, () => STEPS[step.name as StepName].perform(ctx, run));
      await finishStep(ctx, run, step, outcome, steps[index + 1]);
      if (outcome.kind === 'paused') return;
    } catch (error) {
      return stop(ctx, run, begun, error, attempt);
    }
  }
}

/** @param begun the last step that was begun; null when none was */
async function stop(
  ctx: WorkerContext,
  run: HeldRun,
  begun: StepRow | null,
  error: unknown,
  attempt: number,
): Promise<void> {
  if (isFenced(error)) throw error;
  const reason: unknown = run.signal.aborted ? run.signal.reason : error;
  if (reason instanceof Cancelled) return endCancelled(ctx, run, begun);
  if (reason instanceof HandOver || isFenced(reason) || !begun) throw reason;
  if (isOfPlatform(reason)) {
    await asHolder(ctx, run.hold, async () => undefined); // another holder is reason enough
    if (attempt < PLATFORM_ATTEMPTS_MAX) throw reason;
  }
  return endFailed(ctx, run, begun, reason);
}

async function finishStep(
  ctx: WorkerContext,
  run: HeldRun,
  step: StepRow,
  outcome: StepOutcome,
  next: StepRow | undefined,
): Promise<void> {
  await asHolder(ctx, run.hold, async (tx) => {
    const written = (await outcome.write?.(tx)) ?? [];
    if (outcome.kind === 'paused') return appendEvents(tx, written);
    const done = await markDone(tx, run.row, step, outcome.detail);
    const started = next ? [await markStarted(tx, run.row, next)] : [];
    await appendEvents(tx, [...written, done, ...started]);
    if (!next) await succeed(ctx, tx, run);
  });
}

async function succeed(ctx: WorkerContext, tx: Transaction, run: HeldRun): Promise<void> {
  const { action, row } = run;
  if (action.to === null) return closeRun(ctx, tx, row, { state: 'succeeded' });
  const now = new Date();
  const times = {
    ...(action.to === 'active' && row.tenant.activeAt === null ? { activeAt: now } : {}),
    ...(action.to === 'retired' ? { retiredAt: now } : {}),
  };
  const change = { state: action.to, tainted: false, reason: null, more: times };
  await appendEvents(tx, [await changeTenant(tx, row.tenant, change)]);
  await closeRun(ctx, tx, row, { state: 'succeeded' });
}
