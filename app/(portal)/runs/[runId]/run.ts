import type { RouterOutputs } from '@/server/api/root.ts';
import { RUN_TRANSITIONS } from '@/server/domain/lifecycle.ts';

export type Run = RouterOutputs['runs']['byId'];

/** Whose rights the page's buttons ask for. */
export interface RunRights {
  readonly mayCancel: boolean;
  readonly mayRetry: boolean;
  readonly mayApprove: boolean;
}

export const isOver = (run: Pick<Run, 'state'>): boolean => RUN_TRANSITIONS[run.state].length === 0;
