/** Draws the picture of a tenant anew while nobody samples it: what was stopped is shown as stopped, and not as it was last seen. */
import { PLATFORM, inScope } from '../db/scope.ts';
import { targetOf, type WorkerContext } from './context.ts';
import { toJson, type HeldRun } from './run-record.ts';

/** A picture that cannot be drawn now stays as it is. */
export async function lookAround(ctx: WorkerContext, run: HeldRun): Promise<void> {
  const { ref, target } = run.spec;
  try {
    const topology = await targetOf(ctx, target).topology?.(ref);
    if (!topology) return;
    await inScope(ctx.db, PLATFORM, (tx) =>
      tx.tenant.updateMany({ where: { id: run.row.tenantId }, data: { topology: toJson(topology) } }),
    );
  } catch (error) {
    ctx.log.warn({ ref, err: error }, 'a tenant could not be drawn');
  }
}
