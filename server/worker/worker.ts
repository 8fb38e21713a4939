/**
 * Worker: takes runs and previews from the queue, interprets the lifecycle, and keeps an eye on tenants. It sees the engine's port, the
 * kit, services and domain; engine, offerings and targets are handed to it by compose/worker.ts.
 */
import type { EventListener } from '../db/events.ts';
import type { PgBoss } from 'pg-boss';
import { watchCancels } from './cancel-watch.ts';
import { abandonRun } from './end-run.ts';
import type { WorkerContext } from './context.ts';
import { HandOver } from './interruption.ts';
import { computeChange } from './change-plan.ts';
import { computePreview } from './preview.ts';
import { lookAfterRuns } from './look-after-run.ts';
import { consume } from './queue.ts';
import { reclaimRuns } from './reclaim.ts';
import { runAction } from './run-action.ts';

/** A run that keeps failing outside its steps ends here, so that it does not hold its tenant for ever. */
const ATTEMPTS_MAX = 25;
/** The supervisor cuts a worker off after eight seconds. */
const FINISH_WITHIN_MS = 3_000;
const STOP_WITHIN_MS = 6_000;
const CONCURRENCY = { run: 6, preview: 3 } as const;

export interface Worker {
  /** Takes no more jobs, lets short runs finish, hands the others over. */
  stop(): Promise<void>;
}

export async function startWorker(ctx: WorkerContext, boss: PgBoss, events: EventListener): Promise<Worker> {
  const watch = watchCancels(ctx, events);
  const after = lookAfterRuns(ctx);
  await reclaimRuns(ctx, boss);
  await consume(
    boss,
    {
      async run(runId, attempt) {
        if (attempt >= ATTEMPTS_MAX) return abandonRun(ctx, runId);
        try {
          await runAction(ctx, runId, attempt, watch);
          after.look(runId);
        } catch (error) {
          if (!(error instanceof HandOver)) ctx.log.error({ runId, attempt, err: error }, 'a run was interrupted');
          throw error;
        }
      },
      preview: (plan) =>
        'previewId' in plan ? computePreview(ctx, plan.previewId) : computeChange(ctx, plan.changeId),
    },
    CONCURRENCY,
  );
  return {
    async stop() {
      const hurry = setTimeout(() => watch.handOverAll(), FINISH_WITHIN_MS);
      await boss.stop({ graceful: true, timeout: STOP_WITHIN_MS });
      clearTimeout(hurry);
      await after.settled();
      watch.close();
    },
  };
}
