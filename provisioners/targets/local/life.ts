/** Lives of the shared cluster: from one start of its server to its end. What was cut off by the end of one may be done again in the next. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster } from './cluster.ts';

const LOOK_EVERY_MS = 50;

/** Names the life that the cluster has now: the process of its server.
 * @throws Error while it does not answer */
export async function lifeOf({ admin }: Pick<Cluster, 'admin'>): Promise<number> {
  const { rows } = await admin.query<{ pid: number }>(
    `SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int AS pid`,
  );
  return rows[0]?.pid ?? 0;
}

/** As `lifeOf`, waiting for a cluster that does not answer now.
 * @returns null when it does not answer within that time */
export async function awaitLife(cluster: Pick<Cluster, 'admin'>, withinMs: number): Promise<number | null> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const life = await lifeOf(cluster).catch(() => null);
    if (life !== null || performance.now() > deadline) return life;
    await delay(LOOK_EVERY_MS);
  }
}

/** Long enough for a restart that somebody asked for; a longer outage is said and waited out by the run. */
const BACK_WITHIN_MS = 15_000;

/** Does again what a restart of the cluster cut off, once it answers in another life; any other failure is thrown on.
 * @returns a function that runs work which may be repeated */
export function outliving(cluster: Pick<Cluster, 'admin'>): <T>(work: () => Promise<T>) => Promise<T> {
  let known: number | null = null;
  return async (work) => {
    for (;;) {
      const before = (known ??= await lifeOf(cluster).catch(() => null));
      try {
        return await work();
      } catch (error) {
        const now = before === null ? null : await awaitLife(cluster, BACK_WITHIN_MS);
        if (now === null || now === before) throw error;
        known = now;
      }
    }
  };
}
