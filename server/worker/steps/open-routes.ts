/** Lets callers in again. */
import { targetOf } from '../context.ts';
import type { Step } from '../step.ts';

export const openRoutes: Step = {
  async perform(ctx, run) {
    await targetOf(ctx, run.spec.target).setRoute(run.spec.ref, 'open');
    return { kind: 'done', detail: {} };
  },
  async undo(ctx, run) {
    await targetOf(ctx, run.spec.target).setRoute(run.spec.ref, 'closed');
  },
};
