// The order in which the parts of an installation come up. What can go side by side does: both clusters and the build,
// then the keeper of tenants' own servers, gateway, worker and portal.
import path from 'node:path';
import { Client } from 'pg';
import { HYBRID_TENANTS_AT_FIRST, replicationSettings } from '../domain/replication-room.ts';
import { ensureRegistry, REGISTRY_DATABASE } from '../registry/schema.ts';
import { build, isBuilt } from './build.ts';
import { startChild, type ChildPlan } from './children.ts';
import { allOrNone, type Cleanup } from './cleanup.ts';
import type { Cluster } from './cluster.ts';
import type { ClusterOptions } from './embedded-postgres.ts';
import { environmentsOf, type Environments, type Wanted } from './environment.ts';
import { keepCluster, type KeptCluster } from './keep-cluster.ts';
import { checkExternal, migrate, openEmbedded, openExternal, type PlatformUrls } from './platform-database.ts';
import { plansOf } from './processes.ts';
import { done, say } from './say.ts';
import type { Secrets } from './secrets.ts';
import { openDoor } from './supervisor-door.ts';

const PLATFORM_SETTINGS = { max_connections: '120', shared_buffers: '64MB' };
const TENANTS_SETTINGS = {
  max_connections: '400',
  shared_buffers: '128MB',
  wal_level: 'logical', // parts of a hybrid tenant replicate between databases
  wal_retrieve_retry_interval: '1s', // a link is back a second after its other end
  max_sync_workers_per_subscription: '1',
  max_slot_wal_keep_size: '4GB', // of private sides that are away; a slot that is lost is made anew and everything copied again
  track_io_timing: 'off',
};
/** Grown by an order that finds no room; see targets/local/links. */
const TENANTS_GROWABLE = Object.fromEntries(
  Object.entries(replicationSettings(HYBRID_TENANTS_AT_FIRST)).map(([name, value]) => [name, String(value)]),
);

/** Bring everything up. What was begun is undone by `cleanup`, also after a failure.
 * @throws StartFailure, or the abort reason when `ending` was told first */
export async function bringUp(
  wanted: Wanted,
  cleanup: Cleanup,
  ending: AbortController,
): Promise<{ environments: Environments }> {
  const { settings } = wanted;
  if (settings.DATABASE_URL) await checkExternal(settings.DATABASE_URL); // before anything is begun
  const [platform, tenants] = await allOrNone(ending, [
    bringUpPlatform(wanted, cleanup, ending.signal),
    bringUpTenants(wanted, cleanup),
    settings.dev ? Promise.resolve() : bringUpBuild(ending.signal),
  ]);
  ending.signal.throwIfAborted();
  const environments = environmentsOf({ ...wanted, platform, tenants });
  const { web, worker, gateway, keeper } = plansOf(wanted, environments, say);
  await allOrNone(ending, [
    bringUpChild(keeper, cleanup, ending.signal),
    bringUpChild(gateway, cleanup, ending.signal),
    bringUpChild(worker, cleanup, ending.signal),
    bringUpChild(web, cleanup, ending.signal),
  ]);
  ending.signal.throwIfAborted();
  return { environments };
}

async function bringUpPlatform(
  { settings, secrets }: Wanted,
  cleanup: Cleanup,
  signal: AbortSignal,
): Promise<PlatformUrls> {
  const urls = settings.DATABASE_URL
    ? await openExternal(settings.DATABASE_URL, secrets)
    : await openEmbedded(await bringUpPlatformCluster(settings.DATA_DIR, cleanup), secrets);
  signal.throwIfAborted();
  const applied = await migrate(urls.ownerUrl);
  done('Platform database', applied === 0 ? 'up to date' : `${applied} migrations applied`);
  return urls;
}

async function bringUpPlatformCluster(dataDir: string, cleanup: Cleanup): Promise<Cluster> {
  return (await bringUpCluster('platform', dataDir, { settings: PLATFORM_SETTINGS }, cleanup)).cluster;
}

async function bringUpTenants({ settings, secrets }: Wanted, cleanup: Cleanup): Promise<Cluster> {
  const options = { settings: TENANTS_SETTINGS, growable: TENANTS_GROWABLE };
  const kept = await bringUpCluster('tenants', settings.DATA_DIR, options, cleanup);
  const { cluster } = kept;
  const door = await openDoor(settings.DATA_DIR, kept);
  cleanup.add(door.close);
  await prepareRegistry(cluster, secrets);
  done("Tenants' cluster", cluster.madeNew ? 'made' : 'up');
  return cluster;
}

async function bringUpCluster(
  name: string,
  dataDir: string,
  options: Omit<ClusterOptions, 'folder'>,
  cleanup: Cleanup,
): Promise<KeptCluster> {
  const kept = await keepCluster(`PostgreSQL (${name})`, { folder: path.join(dataDir, `pg-${name}`), ...options }, say);
  cleanup.add(kept.stop);
  return kept;
}

/** The gateway reads nothing but the registry, so it must be there before it. */
async function prepareRegistry(cluster: Cluster, secrets: Secrets): Promise<void> {
  const connect = async (database: string) => {
    const client = new Client({ connectionString: cluster.url(database) });
    await client.connect();
    return client;
  };
  const admin = await connect('postgres');
  try {
    await ensureRegistry(admin, () => connect(REGISTRY_DATABASE), secrets.gatewayPassword);
  } finally {
    await admin.end();
  }
}

async function bringUpBuild(signal: AbortSignal): Promise<void> {
  if (isBuilt()) return;
  await build(signal);
  if (!signal.aborted) done('Portal', 'built');
}

async function bringUpChild(plan: ChildPlan, cleanup: Cleanup, signal: AbortSignal): Promise<void> {
  const child = await startChild(plan, signal);
  cleanup.add(child.stop);
  done(plan.title, 'ready');
}
