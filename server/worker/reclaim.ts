/**
 * A worker that is started again in the place of a dead one need not wait until the dead one's heartbeat is missed: the runs it held are
 * known by its name, and that its process is gone can be seen. Names are `<place>-<pid>`.
 */
import type { PgBoss } from 'pg-boss';
import { PLATFORM, inScope } from '../db/scope.ts';
import type { WorkerContext } from './context.ts';

/** Gives the jobs of dead predecessors back to the queue. Were one alive after all, its fence would be too low to write anything. */
export async function reclaimRuns(ctx: WorkerContext, boss: PgBoss): Promise<void> {
  const held = await inScope(ctx.db, PLATFORM, (tx) =>
    tx.run.findMany({
      where: { state: { in: ['planning', 'running'] } },
      select: { id: true, tenantId: true, worker: true },
    }),
  );
  for (const { id, tenantId, worker } of held) {
    if (!isDeadPredecessor(ctx.name, worker)) continue;
    const jobs = await boss.findJobs<{ runId?: string }>('run', { key: tenantId });
    const lost = jobs.filter((job) => job.state === 'active' && job.data.runId === id).map((job) => job.id);
    if (lost.length > 0) await boss.fail('run', lost, { message: `worker ${worker} is gone` });
    ctx.log.info({ runId: id, worker }, 'a run of a dead worker goes back to the queue');
  }
}

function isDeadPredecessor(own: string, other: string): boolean {
  const [mine, theirs] = [parseName(own), parseName(other)];
  return (
    mine !== null && theirs !== null && mine.place === theirs.place && mine.pid !== theirs.pid && !isAlive(theirs.pid)
  );
}

function parseName(name: string): { readonly place: string; readonly pid: number } | null {
  const match = /^(.+)-(\d+)$/.exec(name);
  return match ? { place: match[1]!, pid: Number(match[2]) } : null;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
