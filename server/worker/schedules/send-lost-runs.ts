/** A run whose job is gone from the queue (a purge, a queue restored from an older copy) would wait for ever: it is sent again. */
import { PLATFORM, inScope } from '../../db/scope.ts';
import type { WorkerContext } from '../context.ts';

/** Long enough that a job which is just being handed over is not taken for a lost one. */
const LOST_AFTER_MS = 60_000;

/** Looks at the run whose turn it is, of each tenant: those behind it are sent when it ends. */
export async function sendLostRuns(ctx: WorkerContext): Promise<void> {
  const before = new Date(ctx.clock().getTime() - LOST_AFTER_MS);
  await inScope(ctx.db, PLATFORM, async (tx) => {
    const lost = await tx.$queryRaw<{ id: string; tenantId: string }[]>`
      SELECT r.id, r."tenantId" FROM "Run" r
       WHERE r.state IN ('queued', 'planning', 'running') AND coalesce(r."beatAt", r."queuedAt") < ${before}
         AND NOT EXISTS (SELECT 1 FROM "Run" e WHERE e."tenantId" = r."tenantId" AND e.id <> r.id
                          AND (e.state IN ('planning', 'awaiting_approval', 'running')
                               OR (e.state = 'queued' AND e.number < r.number)))
         AND NOT EXISTS (SELECT 1 FROM pgboss.job j WHERE j.name = 'run' AND j.data->>'runId' = r.id::text
                          AND j.state IN ('created', 'retry', 'active'))`;
    for (const run of lost) {
      await ctx.sendRun(tx, run);
      ctx.log.warn({ runId: run.id }, 'a run had no job; it was sent again');
    }
  });
}
