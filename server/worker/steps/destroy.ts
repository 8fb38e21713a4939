/** Removes everything a tenant has on its target, and makes sure that nothing is left. */
import { targetOf } from '../context.ts';
import { assertWell, stackRequest, withTimeline } from '../engine-call.ts';
import { stackOf } from '../graph.ts';
import { ofEngine } from '../platform-trouble.ts';
import { StepFailed } from '../step-failed.ts';
import type { Step } from '../step.ts';

export const destroy: Step = {
  pointOfNoReturn: true,
  async perform(ctx, run) {
    const { ref } = run.spec;
    const result = await withTimeline(ctx, run, 'destroy', (onEvent) =>
      ctx.engine.destroy({ ...stackRequest(ctx, run), onEvent }),
    );
    assertWell(result, run.signal);
    await ofEngine(() => ctx.engine.removeStack({ ...stackOf(ref), fence: run.hold.fence }));
    const leftovers = await targetOf(ctx, run.spec.target).leftovers(ref);
    if (leftovers.length > 0) throw new StepFailed(`still there: ${leftovers.join(', ')}`);
    const { tenantId } = run.row;
    return {
      kind: 'done',
      detail: { counts: result.counts, durationMs: Math.round(result.durationMs) },
      async write(tx) {
        await tx.tenantResource.deleteMany({ where: { tenantId } });
        await tx.endpoint.deleteMany({ where: { tenantId } });
        await tx.keyReveal.deleteMany({ where: { tenantId } });
        return [];
      },
    };
  },
};
