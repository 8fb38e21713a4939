/** Time is not counted while callers are shut out. */
import { asHolder } from '../holder.ts';
import { continueMetering, pauseMetering } from '../metering.ts';
import type { Step } from '../step.ts';

export const stopMetering: Step = {
  async perform(ctx, run) {
    const at = ctx.clock();
    return {
      kind: 'done',
      detail: { at },
      async write(tx) {
        await pauseMetering(tx, run.row.tenantId, at);
        return [];
      },
    };
  },
  async undo(ctx, run, before) {
    if (before === 'suspended') return; // it was paused already
    await asHolder(ctx, run.hold, (tx) => continueMetering(tx, run.row.tenantId));
  },
};
