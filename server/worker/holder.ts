/**
 * Holding a run. Whoever takes it draws a higher number (fence); every later write checks in its own transaction that the number still
 * stands, so a worker that was thought dead and wakes again writes nothing.
 */
import type { Transaction } from '../db/client.ts';
import { PLATFORM, inScope } from '../db/scope.ts';
import { DomainError } from '../domain/faults.ts';
import { lockTenantOfRun } from '../services/runs/queue-run.ts';
import type { WorkerContext } from './context.ts';
import { StepFailed } from './step-failed.ts';

/** Another worker has taken the run, or it is over: whoever meets this stops quietly. */
export class FencedOut extends Error {
  override readonly name = 'FencedOut';
}

export interface Hold {
  readonly runId: string;
  readonly fence: bigint;
  /** Called once when a person asked to cancel the run. */
  readonly onCancelAsked: () => void;
}

/** The platform's database could not write it down. Whatever it said, it is no verdict on the step that wanted to write. */
export class PlatformTrouble extends Error {
  override readonly name = 'PlatformTrouble';
}

/** Runs `write` in one transaction in which the run is certainly still ours.
 * @throws FencedOut, what a step itself throws (DomainError, StepFailed), or PlatformTrouble */
export async function asHolder<T>(ctx: WorkerContext, hold: Hold, write: (tx: Transaction) => Promise<T>): Promise<T> {
  try {
    return await inScope(ctx.db, PLATFORM, async (tx) => {
      await confirm(tx, hold);
      return write(tx);
    });
  } catch (error) {
    if (error instanceof FencedOut || error instanceof DomainError || error instanceof StepFailed) throw error;
    throw new PlatformTrouble(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

async function confirm(tx: Transaction, hold: Hold): Promise<void> {
  await lockTenantOfRun(tx, hold.runId);
  const [held] = await tx.$queryRaw<{ cancelAskedAt: Date | null }[]>`
    UPDATE "Run" SET "beatAt" = now()
     WHERE id = ${hold.runId}::uuid AND fence = ${hold.fence} AND state IN ('planning', 'running')
     RETURNING "cancelAskedAt"`;
  if (!held) throw new FencedOut(hold.runId);
  if (held.cancelAskedAt) hold.onCancelAsked();
}
