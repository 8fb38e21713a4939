/** The storage watcher: measures every tenant, holds back writes of those that are full, lets them write again below 95 %. */
import {
  listStorage,
  recordStorage,
  setStorageFull,
  type StorageLevel,
  type StorageRow,
} from '../../../server/registry/storage.ts';
import type { Cluster } from './cluster.ts';

const WARN = 0.8;
const ALERT = 0.95;

export interface StorageState {
  readonly ref: string;
  readonly usedBytes: number;
  readonly maxBytes: number;
  readonly state: StorageLevel;
}

/** Level of a tenant's storage. One that was full stays so until it is below 95 %, so it does not flap at the brim.
 * @param maxBytes > 0 */
export function storageLevel(usedBytes: number, maxBytes: number, wasFull: boolean): StorageLevel {
  const share = usedBytes / maxBytes;
  if (share >= 1 || (wasFull && share >= ALERT)) return 'full';
  if (share >= ALERT) return 'alert';
  return share >= WARN ? 'warn' : 'ok';
}

/** One round over all tenants. */
export async function watchStorage(cluster: Cluster): Promise<readonly StorageState[]> {
  const tenants = await listStorage(cluster.registry);
  const sizes = await measure(
    cluster,
    tenants.map(({ database }) => database),
  );
  const states: StorageState[] = [];
  for (const tenant of tenants) {
    const usedBytes = sizes.get(tenant.database);
    if (usedBytes === undefined) continue; // being made or removed right now
    const state = storageLevel(usedBytes, tenant.maxBytes, tenant.full);
    await recordStorage(cluster.registry, tenant.ref, usedBytes, state);
    if ((state === 'full') !== tenant.full) await setWrites(cluster, tenant, state !== 'full');
    states.push({ ref: tenant.ref, usedBytes, maxBytes: tenant.maxBytes, state });
  }
  return states;
}

async function measure(cluster: Cluster, databases: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const { rows } = await cluster.admin.query<{ datname: string; bytes: number }>(
    'SELECT datname, pg_database_size(oid)::float8 AS bytes FROM pg_database WHERE datname = ANY($1)',
    [databases],
  );
  return new Map(rows.map(({ datname, bytes }) => [datname, bytes]));
}

/** The database first, the flag second: a watcher that dies in between does both again in its next round. */
async function setWrites(cluster: Cluster, tenant: StorageRow, allowed: boolean): Promise<void> {
  const statement = allowed ? 'SELECT pack.restore_writes($1)' : 'SELECT pack.revoke_writes($1)';
  await cluster.inDatabase(tenant.database, (client) => client.query(statement, [tenant.role]));
  await setStorageFull(cluster.registry, tenant.ref, !allowed);
}

/** Bytes on disk and open connections of one tenant; null when it has no database. */
export async function usageOf(
  cluster: Cluster,
  database: string,
): Promise<{ readonly storageBytes: number; readonly connections: number } | null> {
  const { rows } = await cluster.admin.query<{ storageBytes: number; connections: number }>(
    `SELECT pg_database_size(d.oid)::float8 AS "storageBytes",
            (SELECT count(*)::int FROM pg_stat_activity a WHERE a.datid = d.oid AND a.backend_type = 'client backend')
              AS connections
     FROM pg_database d WHERE d.datname = $1`,
    [database],
  );
  return rows[0] ?? null;
}
