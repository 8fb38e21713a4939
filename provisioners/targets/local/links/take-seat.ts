/**
 * A hybrid tenant's seat in the shared cluster. Where none is free the cluster is grown: its settings are raised, and whoever runs it starts
 * it again. One at a time does so, under a lock of the cluster that ends with the cluster's life: who waited for the lock finds the new
 * room. Killed anywhere in between, it is done again.
 */
import { REPLICATION_SETTINGS, type ReplicationSettings } from '../../../../server/domain/replication-room.ts';
import type { Supervisor } from '../../../../server/registry/supervisor.ts';
import { REGISTRY_DATABASE } from '../../../../server/registry/schema.ts';
import type { SharedCluster } from '../cluster.ts';
import { awaitLife } from '../life.ts';
import { isObstacle, planGrowth, roomOf } from './room.ts';

const LOCK = 'industry-cloud link seats';
const BACK_WITHIN_MS = 60_000;

/** No seat, and none can be made: the message says why and what to do. */
class NoRoom extends Error {
  override readonly name = 'NoRoom';
}

/** How the cluster was grown. */
export interface Grown {
  /** Hybrid tenants that it carried before, and carries now. */
  readonly from: number;
  readonly to: number;
  /** How long it answered nobody, as its supervisor measured, ms. */
  readonly awayMs: number;
}

interface Where {
  readonly cluster: SharedCluster;
  /** Null where nobody may be asked for a restart. */
  readonly supervisor: Supervisor | null;
}

/** Takes the seat of this tenant, or keeps the one it has.
 * @returns what had to be done for it; null when there was room
 * @throws Error that says why there is none and what to do */
export async function takeSeat(where: Where, ref: string): Promise<Grown | null> {
  let grown: Grown | null = null;
  for (;;) {
    const before = await awaitLife(where.cluster, BACK_WITHIN_MS);
    try {
      const outcome = await sitOrGrow(where, ref, (how) => (grown = how));
      if (outcome === 'seated') return grown;
    } catch (error) {
      // The end of a life takes the lock along; so it does when the one who grew it was this one.
      const now = error instanceof NoRoom ? before : await awaitLife(where.cluster, BACK_WITHIN_MS);
      if (now === null || now === before) throw error;
    }
  }
}

/** Who waits for the lock holds a connection of its own: those of the pools are for whoever works.
 * @param tell called when the cluster has been grown, which is not the end of it */
async function sitOrGrow(where: Where, ref: string, tell: (grown: Grown) => void): Promise<'seated' | 'grown'> {
  const { cluster } = where;
  const lock = await cluster.open(REGISTRY_DATABASE);
  try {
    await lock.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [LOCK]);
    if (await sitDown(cluster, ref)) return 'seated';
    tell(await grow(where));
    return 'grown';
  } finally {
    await lock.end().catch(() => {}); // the lock goes with it
  }
}

export async function giveSeatBack({ registry }: SharedCluster, ref: string): Promise<void> {
  await registry.query('DELETE FROM link_seat WHERE ref = $1', [ref]);
}

export async function hasSeat({ registry }: SharedCluster, ref: string): Promise<boolean> {
  return (await registry.query('SELECT FROM link_seat WHERE ref = $1', [ref])).rowCount === 1;
}

/** One whose edge is there from before there were seats has had one all the time. */
async function sitDown(cluster: SharedCluster, ref: string): Promise<boolean> {
  const room = await roomOf(cluster);
  if (!room.taken.includes(ref) && room.used >= room.tenants) return false;
  await cluster.registry.query('INSERT INTO link_seat (ref) VALUES ($1) ON CONFLICT DO NOTHING', [ref]);
  return true;
}

async function grow({ cluster, supervisor }: Where): Promise<Grown> {
  const room = await roomOf(cluster);
  const growth = await planGrowth(supervisor, room);
  if (supervisor === null || isObstacle(growth)) throw noRoom(growth);
  await raise(cluster, growth.settings);
  await writeOut(cluster);
  const { awayMs, setAside } = await supervisor.restartSharedCluster(room.postmasterPid);
  if (setAside !== null) throw new NoRoom(`the shared cluster does not start with more room for links: ${setAside}`);
  return { from: room.tenants, to: growth.tenants, awayMs };
}

function noRoom(growth: Awaited<ReturnType<typeof planGrowth>>): NoRoom {
  const why = isObstacle(growth) ? `: ${growth.reason.en}. ${growth.advice.en}` : '';
  return new NoRoom(`the shared cluster has no room for another link${why}`);
}

/**
 * What is not on the disk yet would be written while nobody is answered: a cluster that has just been filled with templates has ten thousand
 * files of it. The second time takes what came during the first.
 */
async function writeOut({ admin }: SharedCluster): Promise<void> {
  await admin.query('CHECKPOINT');
  await admin.query('CHECKPOINT');
}

/** Each counts from the next start on, also when the others were not reached. */
async function raise({ admin }: SharedCluster, settings: ReplicationSettings): Promise<void> {
  for (const name of REPLICATION_SETTINGS) await admin.query(`ALTER SYSTEM SET ${name} = ${settings[name]}`);
}
