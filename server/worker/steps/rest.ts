/** Ends what runs for the tenant alone and keeps its state: a suspended tenant takes no memory. */
import { targetOf } from '../context.ts';
import type { Step } from '../step.ts';
import { lookAround } from '../look-around.ts';

export const rest: Step = {
  async perform(ctx, run) {
    const { ref, target } = run.spec;
    await targetOf(ctx, target).rest?.(ref);
    await lookAround(ctx, run);
    return { kind: 'done', detail: {} };
  },
  async undo(ctx, run) {
    const { ref, target } = run.spec;
    await targetOf(ctx, target).wake?.(ref);
    await lookAround(ctx, run);
  },
};
