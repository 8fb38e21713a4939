/** Removing what a failed or cancelled create made. */
import { targetOf, type WorkerContext } from './context.ts';
import { assertWell, stackRequest, withTimeline } from './engine-call.ts';
import { waitOutOutages } from './outage.ts';
import { stackOf } from './graph.ts';
import { isFenced, isOfPlatform, ofEngine } from './platform-trouble.ts';
import type { HeldRun } from './run-record.ts';

/** Destroys all resources of a tenant, and its stack.
 * @returns names of what is still there; empty when nothing is left */
export async function removeEverything(ctx: WorkerContext, run: HeldRun): Promise<readonly string[]> {
  const target = targetOf(ctx, run.spec.target);
  const destroy = async () => {
    const result = await withTimeline(ctx, run, 'cleanUp', (onEvent) =>
      ctx.engine.destroy({ ...stackRequest(ctx, run, null), onEvent }),
    );
    assertWell(result, null);
    await ofEngine(() => ctx.engine.removeStack({ ...stackOf(run.spec.ref), fence: run.hold.fence }));
  };
  try {
    await waitOutOutages(ctx, run, destroy, null);
  } catch (error) {
    if (isFenced(error) || isOfPlatform(error)) throw error;
    ctx.log.error({ runId: run.row.id, err: error }, 'a failed create could not be removed whole');
  }
  return waitOutOutages(ctx, run, () => target.leftovers(run.spec.ref), null);
}
