/** Builds the tenant in its new place, brings its rows there while it is used, and turns its API to them. The old place goes. */
import { targetOf } from '../context.ts';
import { StepFailed } from '../step-failed.ts';
import type { Step } from '../step.ts';
import { build, takeBack } from './converge.ts';
import { stackRequest } from '../engine-call.ts';

export const transfer: Step = {
  async perform(ctx, run) {
    const target = targetOf(ctx, run.spec.target);
    if (target.servedAs === undefined) throw new StepFailed(`target ${run.spec.target} moves no tenants`);
    return build(ctx, run, 'transfer', run.spec, (resources) => {
      const moved = resources.find(({ outputs }) => 'pausedMs' in outputs);
      return moved ? { rows: moved.outputs['rows'], pausedMs: moved.outputs['pausedMs'] } : {};
    });
  },
  /** Once callers are served from the new place, what they write is there and nowhere else. */
  async pointOfNoReturn(ctx, run) {
    return (await targetOf(ctx, run.spec.target).servedAs?.(run.spec.ref)) === run.spec.model;
  },
  /**
   * Writers are let in again before anything else. What a dead worker left half-way is not in the state yet: the world is looked at
   * before what is too much is removed.
   */
  async undo(ctx, run) {
    await targetOf(ctx, run.spec.target).abandonMove?.(run.spec.ref);
    await ctx.engine.refresh(stackRequest(ctx, run, null));
    await takeBack(ctx, run);
  },
};
