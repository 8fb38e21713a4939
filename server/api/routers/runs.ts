import { z } from 'zod';
import { RunId } from '../../domain/ids.ts';
import { RunState } from '../../domain/lifecycle.ts';
import { cancelRun } from '../../services/runs/cancel-run.ts';
import { listRuns } from '../../services/runs/list-runs.ts';
import { readRun } from '../../services/runs/read-run.ts';
import { retryRun } from '../../services/runs/retry-run.ts';
import { pageOf } from '../../services/views/common.ts';
import { RetryRunInput, RunDetail, RunListInput, RunSummary, StartedRun } from '../../services/views/runs.ts';
import { procedure, router } from '../trpc.ts';

export const runsRouter = router({
  list: procedure
    .input(RunListInput)
    .output(pageOf(RunSummary))
    .query(({ ctx, input }) => listRuns(ctx, input)),
  byId: procedure
    .input(z.object({ runId: RunId }))
    .output(RunDetail)
    .query(({ ctx, input }) => readRun(ctx, input.runId)),
  /** A queued run ends at once; one under way is asked to stop and `state` is the one it still has. */
  cancel: procedure
    .input(z.object({ runId: RunId }))
    .output(z.object({ state: RunState }))
    .mutation(({ ctx, input }) => cancelRun(ctx, input.runId)),
  /** A new run of the same action and parameters. */
  retry: procedure
    .input(RetryRunInput)
    .output(StartedRun)
    .mutation(({ ctx, input }) => retryRun(ctx, input)),
});
