/** The storage watcher: measures every tenant, holds back writes of those that are full, lets them write again below 95 %. */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { setRouteAddress } from '../../../server/registry/routes.ts';
import { KeeperAway, type InstanceFacts } from '../../../server/registry/keeper.ts';
import {
  listStorage,
  recordStorage,
  setStorageFull,
  setStorageLevel,
  type StorageLevel,
  type StorageRow,
} from '../../../server/registry/storage.ts';
import type { TenantUsage } from '../../kit/target.ts';
import type { Cluster, SharedCluster } from './cluster.ts';
import type { Instances } from './instances.ts';

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

/** Folders of the files of databases, by the tenant's ref: those that this process was told of. */
type Folders = Map<string, string>;

/** The watcher: each call is one round over all tenants. Those of a server that does not answer are left out until the next. */
export function storageWatcher(cluster: SharedCluster, instances: Instances): () => Promise<readonly StorageState[]> {
  const folders: Folders = new Map();
  return async () => {
    const tenants = await listStorage(cluster.registry);
    const running = await runningInstances(instances);
    const shared = tenants.filter(({ instance }) => instance === null);
    const states = await judge(cluster, cluster, shared, await measure(cluster, shared));
    for (const tenant of tenants) {
      const facts = running.get(tenant.instance ?? '');
      if (facts?.state !== 'running') continue;
      if (facts.port !== tenant.port) await setRouteAddress(cluster.registry, facts.name, facts); // it was taken meanwhile
      states.push(...(await watchInstance(cluster, instances, folders, tenant, facts).catch(() => [])));
    }
    const known = new Set(tenants.map(({ ref }) => ref));
    for (const ref of folders.keys()) if (!known.has(ref)) folders.delete(ref);
    return states;
  };
}

/** A connection costs an idle server more than all else that it does: one that wrote nothing is not measured, another by its files. */
async function watchInstance(
  cluster: SharedCluster,
  instances: Instances,
  folders: Folders,
  tenant: StorageRow,
  facts: InstanceFacts,
): Promise<readonly StorageState[]> {
  const known = unchanged(tenant, await lastWrite(facts));
  if (known !== null) {
    if (known.state !== tenant.level) await setStorageLevel(cluster.registry, tenant.ref, known.state);
    return [known];
  }
  const folder = folders.get(tenant.ref);
  const bytes = folder === undefined ? null : await bytesIn(folder);
  const server = instances.connect(facts);
  if (bytes !== null) return await judge(cluster, server, [tenant], new Map([[tenant.database, { bytes }]]));
  const sizes = await measure(server, [tenant]);
  const oid = sizes.get(tenant.database)?.oid;
  if (oid !== undefined) folders.set(tenant.ref, path.join(facts.dataDirectory, 'base', oid));
  return await judge(cluster, server, [tenant], sizes);
}

async function runningInstances(instances: Instances): Promise<ReadonlyMap<string, InstanceFacts>> {
  try {
    return new Map((await instances.list()).map((facts) => [facts.name, facts]));
  } catch (error) {
    if (error instanceof KeeperAway) return new Map();
    throw error;
  }
}

/** Writes down what was measured, and opens or closes the databases to writes.
 * @param server that the tenants' databases are in */
async function judge(
  cluster: SharedCluster,
  server: Cluster,
  tenants: readonly StorageRow[],
  sizes: ReadonlyMap<string, Pick<Measured, 'bytes'>>,
): Promise<StorageState[]> {
  const states: StorageState[] = [];
  for (const tenant of tenants) {
    const usedBytes = sizes.get(tenant.database)?.bytes;
    if (usedBytes === undefined) continue; // being made or removed right now
    const state = storageLevel(usedBytes, tenant.maxBytes, tenant.full);
    await recordStorage(cluster.registry, tenant.ref, usedBytes, state);
    if ((state === 'full') !== tenant.full) {
      await setWrites(server, tenant, state !== 'full');
      await setStorageFull(cluster.registry, tenant.ref, state === 'full');
    }
    states.push({ ref: tenant.ref, usedBytes, maxBytes: tenant.maxBytes, state });
  }
  return states;
}

/** What was measured last of one that has written nothing since; null when it has to be measured. */
function unchanged({ ref, maxBytes, measured, full }: StorageRow, lastWriteAt: number | null): StorageState | null {
  if (measured === null || lastWriteAt === null || lastWriteAt >= measured.at.getTime()) return null;
  const state = storageLevel(measured.bytes, maxBytes, full);
  return (state === 'full') === full ? { ref, usedBytes: measured.bytes, maxBytes, state } : null;
}

/** When the write-ahead log was written last, ms; null when this process cannot see it. */
async function lastWrite({ dataDirectory }: InstanceFacts): Promise<number | null> {
  const folder = path.join(dataDirectory, 'pg_wal');
  try {
    const segments = (await readdir(folder)).filter((name) => /^[0-9A-F]{24}$/.test(name));
    const times = await Promise.all(segments.map(async (name) => (await stat(path.join(folder, name))).mtimeMs));
    return times.length === 0 ? null : Math.max(...times);
  } catch {
    return null;
  }
}

interface Measured {
  readonly bytes: number;
  readonly oid: string;
}

async function measure(server: Cluster, tenants: readonly StorageRow[]): Promise<ReadonlyMap<string, Measured>> {
  const { rows } = await server.admin.query<Measured & { datname: string }>(
    'SELECT datname, oid::text, pg_database_size(oid)::float8 AS bytes FROM pg_database WHERE datname = ANY($1)',
    [tenants.map(({ database }) => database)],
  );
  return new Map(rows.map(({ datname, ...measured }) => [datname, measured]));
}

/** The size of a database as `pg_database_size` counts it; null when its files are not there, or not to be seen. */
async function bytesIn(folder: string): Promise<number | null> {
  try {
    const sizes = (await readdir(folder)).map(async (file) => (await stat(path.join(folder, file))).size);
    return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  } catch {
    return null; // also when a file went while it was counted: then the server says
  }
}

/** The database first, the registry's flag after it: a watcher that dies in between does both again in its next round. */
async function setWrites(server: Cluster, tenant: StorageRow, allowed: boolean): Promise<void> {
  const statement = allowed ? 'SELECT pack.restore_writes($1)' : 'SELECT pack.revoke_writes($1)';
  await server.inDatabase(tenant.database, (client) => client.query(statement, [tenant.role]));
}

/** Bytes on disk and open connections of one tenant; null when it has no database.
 * @param bi role of people who read with SQL */
export async function usageOf(
  cluster: Cluster,
  database: string,
  bi: string,
): Promise<Omit<TenantUsage, 'machine'> | null> {
  const { rows } = await cluster.admin.query<Omit<TenantUsage, 'machine'>>(
    `SELECT pg_database_size(d.oid)::float8 AS "storageBytes",
            (SELECT count(*)::int FROM pg_stat_activity a WHERE a.datid = d.oid AND a.backend_type = 'client backend')
              AS connections,
            (SELECT count(*)::int FROM pg_stat_activity a WHERE a.datid = d.oid AND a.usename = $2) AS "sqlSessions"
     FROM pg_database d WHERE d.datname = $1`,
    [database, bi],
  );
  return rows[0] ?? null;
}
