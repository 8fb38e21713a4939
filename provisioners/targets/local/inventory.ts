/** Looks at the cluster as a whole: how much is promised and free, and what of a tenant still exists. */
import { statfs } from 'node:fs/promises';
import type { Capacity } from '../../kit/target.ts';
import type { SharedCluster } from './cluster.ts';
import type { Instances } from './instances.ts';
import { roomOf } from './links/room.ts';
import { readMemory } from './machine.ts';

const GIB = 2 ** 30;

interface ClusterFacts {
  readonly connectionsMax: number;
  readonly connectionsPromised: number;
  readonly databases: number;
  readonly dataDirectory: string;
}

/** Connections that plans promise against those the cluster has, disk, number of tenants' databases, links to edges. */
export async function capacityOf(cluster: SharedCluster, instances: Instances): Promise<readonly Capacity[]> {
  const { rows } = await cluster.admin.query<ClusterFacts>(`
    SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
             - current_setting('reserved_connections')::int AS "connectionsMax",
           (SELECT coalesce(sum(rolconnlimit), 0)::int FROM pg_roles
            WHERE rolcanlogin AND rolname ~ '^t_[a-z0-9]{6}_') AS "connectionsPromised",
           (SELECT count(*)::int FROM pg_database WHERE datname ~ '^t_[a-z0-9]{6}(_edge)?$') AS databases,
           current_setting('data_directory') AS "dataDirectory"`);
  const facts = rows[0];
  if (facts === undefined) return [];
  const room = await roomOf(cluster);
  return [
    { resource: 'connections', used: facts.connectionsPromised, total: facts.connectionsMax, unit: 'connections' },
    { resource: 'databases', used: facts.databases, total: DATABASES_MAX, unit: 'databases' },
    ...(room.logical ? [{ resource: 'links', used: room.used, total: room.tenants, unit: 'links' }] : []),
    ...(await diskOf(facts.dataDirectory)),
    ...(await ownServers(instances)),
  ];
}

/** Beyond this the cluster's catalogues and autovacuum need another look; PostgreSQL itself sets no such limit. */
const DATABASES_MAX = 1_000;

/** Tenants' own servers, and the memory they share with everything else; nothing where there are none, or nobody can say. */
async function ownServers(instances: Instances): Promise<readonly Capacity[]> {
  if (instances.keeper === null) return [];
  const [servers, memory] = await Promise.all([instances.list().catch(() => null), readMemory()]);
  const counted = servers && { resource: 'servers', used: servers.length, total: SERVERS_MAX, unit: 'servers' };
  const measured = memory && {
    resource: 'memory',
    used: memory.totalMib - memory.availableMib,
    total: memory.totalMib,
    unit: 'MiB',
  };
  return [counted, measured].filter((row) => row !== null);
}

/** Beyond this, look at how long a machine takes to bring them up again. */
const SERVERS_MAX = 500;

/** Free disk where the cluster's data are; nothing when this process cannot see them. */
async function diskOf(folder: string): Promise<readonly Capacity[]> {
  try {
    const { blocks, bavail, bsize } = await statfs(folder);
    const total = (blocks * bsize) / GIB;
    return [{ resource: 'disk', used: total - (bavail * bsize) / GIB, total, unit: 'GiB' }];
  } catch {
    return [];
  }
}

/** Names of everything that exists of a tenant; empty when nothing is left. */
export async function leftoversOf(
  cluster: SharedCluster,
  instances: Instances,
  ref: string,
): Promise<readonly string[]> {
  const inCluster = await cluster.admin.query<{ name: string }>(
    `SELECT 'database ' || datname AS name FROM pg_database WHERE datname = $1 OR starts_with(datname, $1 || '_')
     UNION ALL
     SELECT 'role ' || rolname FROM pg_roles WHERE starts_with(rolname, $1 || '_')
     UNION ALL
     SELECT 'replication slot ' || slot_name FROM pg_replication_slots WHERE starts_with(slot_name, $1 || '_') ORDER BY 1`,
    [ref],
  );
  const inRegistry = await cluster.registry.query<{ name: string }>(
    `SELECT 'route ' || ref AS name FROM route WHERE ref = $1 OR starts_with(ref, $1 || '/')
     UNION ALL SELECT 'link ' || ref FROM link WHERE ref = $1
     UNION ALL SELECT 'seat of ' || ref FROM link_seat WHERE ref = $1
     UNION ALL SELECT 'API key ' || prefix FROM api_key WHERE ref = $1
     UNION ALL SELECT 'unshown key of ' || ref FROM key_reveal WHERE ref = $1`,
    [ref],
  );
  const names = [...inCluster.rows, ...inRegistry.rows].map(({ name }) => name);
  return instances.exists(ref) ? [`instance ${ref}`, ...names] : names;
}
