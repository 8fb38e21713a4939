/** Shuts the tenant's API: callers are refused from now on. */
import { targetOf } from '../context.ts';
import type { Step } from '../step.ts';

export const closeRoutes: Step = {
  async perform(ctx, run) {
    await targetOf(ctx, run.spec.target).setRoute(run.spec.ref, 'closed');
    return { kind: 'done', detail: {} };
  },
  async undo(ctx, run, before) {
    if (before === 'suspended') return; // it was shut already
    await targetOf(ctx, run.spec.target).setRoute(run.spec.ref, 'open');
  },
};
