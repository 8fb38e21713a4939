/** Builds the tenant once more as one that never moved: what only the move needed goes, and its server gets the settings of its plan. */
import type { Step } from '../step.ts';
import { build } from './converge.ts';

export const settle: Step = {
  perform(ctx, run) {
    const { movedFrom: _, ...settled } = run.spec;
    return build(ctx, run, 'settle', settled);
  },
};
