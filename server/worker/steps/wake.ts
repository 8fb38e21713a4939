/** Starts what runs for the tenant alone again, with the state that it had. */
import { targetOf } from '../context.ts';
import type { Step } from '../step.ts';
import { lookAround } from '../look-around.ts';

export const wake: Step = {
  async perform(ctx, run) {
    const { ref, target } = run.spec;
    await targetOf(ctx, target).wake?.(ref);
    return { kind: 'done', detail: {} };
  },
  async undo(ctx, run) {
    const { ref, target } = run.spec;
    await targetOf(ctx, target).rest?.(ref);
    await lookAround(ctx, run);
  },
};
