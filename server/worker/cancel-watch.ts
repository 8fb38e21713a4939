/** Hears of cancel requests while a run is under way; a request that was missed is found by the run's next write. */
import type { EventListener } from '../db/events.ts';
import { PLATFORM, inScope } from '../db/scope.ts';
import type { WorkerContext } from './context.ts';
import { HandOver } from './interruption.ts';
import type { RunningRuns } from './run-action.ts';
import type { HeldRun } from './run-record.ts';

const LOOK_AFTER_MS = 300;

export interface Watch extends RunningRuns {
  readonly count: number;
  /** Stops every run under way so that other workers go on with it. */
  readonly handOverAll: () => void;
  readonly close: () => void;
}

export function watchCancels(ctx: WorkerContext, events: EventListener): Watch {
  const runs = new Map<string, HeldRun>();
  const ask = async (ids: string[]) => {
    const asked = await inScope(ctx.db, PLATFORM, (tx) =>
      tx.run.findMany({ where: { id: { in: ids }, cancelAskedAt: { not: null } }, select: { id: true } }),
    );
    for (const { id } of asked) runs.get(id)?.hold.onCancelAsked();
  };
  const look = (ids: string[]) => {
    if (ids.length === 0) return;
    ask(ids).catch((error: unknown) => ctx.log.warn({ err: error }, 'could not look for cancel requests'));
  };
  // A run's own writes wake us as well, and find a request themselves; so a look is due only now and then.
  let due: NodeJS.Timeout | null = null;
  const unsubscribe = events.subscribe((wake) => {
    if (due || !(wake === null || (wake.kind === 'run' && runs.has(wake.id)))) return;
    due = setTimeout(() => {
      due = null;
      look([...runs.keys()]);
    }, LOOK_AFTER_MS);
  });
  return {
    add: (run) => runs.set(run.row.id, run),
    remove: (run) => {
      if (runs.get(run.row.id) === run) runs.delete(run.row.id);
    },
    get count() {
      return runs.size;
    },
    handOverAll() {
      for (const run of runs.values()) run.abort(new HandOver('this worker ends'));
    },
    close() {
      if (due) clearTimeout(due);
      unsubscribe();
    },
  };
}
