/** Ends this process, as kill -9 does, at a write of the state. */
import { Pool } from 'pg';

export interface CrashPoint {
  /** Counted from 1. */
  readonly write: number;
  readonly when: 'before' | 'after';
}

interface Armed {
  /** Writes seen so far. */
  readonly writes: () => number;
}

const die = () => process.kill(process.pid, 'SIGKILL');

/** Count the writes of the state from now on, and die at one of them. Every write of an engine goes through its pool. */
export function armCrash(point: CrashPoint | null): Armed {
  let writes = 0;
  const prototype = Pool.prototype as { query: (this: Pool, ...args: unknown[]) => Promise<unknown> };
  const { query } = prototype;
  prototype.query = async function counted(this: Pool, ...args: unknown[]) {
    const [config] = args as [{ name?: string } | string];
    if (typeof config === 'string' || config.name !== 'engine-state-write') return query.apply(this, args);
    writes += 1;
    const here = writes === point?.write;
    if (here && point.when === 'before') die();
    const result = await query.apply(this, args);
    if (here) die();
    return result;
  };
  return { writes: () => writes };
}
