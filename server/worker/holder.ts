/**
 * Holding a run. Whoever takes it draws a higher number (fence); every later write checks in its own transaction that the number still
 * stands, so a worker that was thought dead and wakes again writes nothing.
 */
import type { Transaction } from '../db/client.ts';
import { PLATFORM, inScope } from '../db/scope.ts';
import type { WorkerContext } from './context.ts';

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

/** Runs `write` in one transaction in which the run is certainly still ours.
 * @throws FencedOut */
export async function asHolder<T>(ctx: WorkerContext, hold: Hold, write: (tx: Transaction) => Promise<T>): Promise<T> {
  return inScope(ctx.db, PLATFORM, async (tx) => {
    const [held] = await tx.$queryRaw<{ cancelAskedAt: Date | null }[]>`
      UPDATE "Run" SET "beatAt" = now()
       WHERE id = ${hold.runId}::uuid AND fence = ${hold.fence} AND state IN ('planning', 'running')
       RETURNING "cancelAskedAt"`;
    if (!held) throw new FencedOut(hold.runId);
    if (held.cancelAskedAt) hold.onCancelAsked();
    return write(tx);
  });
}
