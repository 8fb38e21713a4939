/**
 * Target `local`: public tenants in one PostgreSQL cluster per region, each with its own database and roles, served by the gateway through
 * the registry. May import the kit, domain, the tenant registry, Pulumi and pg; never an offering.
 */
import type { ApiDescription } from '../../../server/domain/manifest.ts';
import { territoriesOf } from '../../../server/domain/residency.ts';
import { putIssuer } from '../../../server/registry/issuers.ts';
import { KeeperAway } from '../../../server/registry/keeper.ts';
import { deleteReveal, listKeyUses, lockReveals } from '../../../server/registry/keys.ts';
import { findInstance, findRoute, setRouteAddress, setRouteOpened } from '../../../server/registry/routes.ts';
import { ensureRegistry } from '../../../server/registry/schema.ts';
import { openSecret } from '../../../server/registry/seal.ts';
import { REGISTRY_DATABASE } from '../../../server/registry/schema.ts';
import { connectSupervisor } from '../../../server/registry/supervisor.ts';
import { loadPack, type LoadedPack } from '../../kit/pack/load.ts';
import { defineTarget, type ConnectedTarget, type PackChoice } from '../../kit/target.ts';
import { connectShared, inTransaction, type SharedCluster } from './cluster.ts';
import { readSettings, type LocalSettings } from './environment.ts';
import { holdingsOf } from './holdings.ts';
import { openInstances, type Instances } from './instances.ts';
import { capacityOf, leftoversOf } from './inventory.ts';
import { proveIsolation } from './isolation.ts';
import { listLinks } from './links/link-registry.ts';
import { outliving } from './life.ts';
import { linksRuntime } from './links/runtime.ts';
import { workloadLeftovers } from './workloads/leftovers.ts';
import { listWorkloads } from './workloads/registry.ts';
import { workloadsRuntime } from './workloads/runtime.ts';
import type { TroublesSeen } from './links/tend.ts';
import { machineUseOf } from './machine-use.ts';
import { namesOf } from './names.ts';
import { preflightInstance } from './preflight.ts';
import { tenantProgram } from './program.ts';
import { createProvider, PACKAGE, VERSION } from './providers/provider.ts';
import { restTenant, wakeTenant } from './rest.ts';
import { storageWatcher, usageOf } from './storage.ts';
import { interruptionsOf } from './transfer/interruptions.ts';
import { leaveOldSide } from './transfer/leave.ts';
import { topologyOf } from './topology.ts';
import { closeSharedDatabases, dropStaleTemplates, ensureTemplate, templateOf } from './templates.ts';

export { bareClone, bareInstallation, templateOf } from './templates.ts';

export default defineTarget({
  name: 'local',
  models: ['public', 'private', 'hybrid'],
  connect: (environment) => connectLocal(readSettings(environment)),
});

function connectLocal(settings: LocalSettings): ConnectedTarget {
  const cluster = connectShared(settings.adminUrl);
  const again = outliving(cluster); // what is only looked at may be looked at once more
  const instances = openInstances(cluster, settings.dataDir);
  const packs = new Map<string, LoadedPack>();
  const apis = new Map<string, ApiDescription>();
  const loaded = new Map<string, Promise<LoadedPack>>();
  const load = (source: LoadedPack['source']): Promise<LoadedPack> => {
    const known = loaded.get(source.directory) ?? loadPack(source);
    loaded.set(source.directory, known);
    return known;
  };
  /** The server that a tenant's record is in; null when it is gone. */
  const tenantServer = async (ref: string) =>
    instances.findServer((await findInstance(cluster.registry, ref)) ?? undefined);
  const links = linksRuntime(settings);
  const workloads = workloadsRuntime(settings);
  const troubles: TroublesSeen = new Map();
  const supervisor = settings.dataDir === null ? null : connectSupervisor(settings.dataDir);
  const context = { cluster, instances, links, workloads, supervisor, envelopeKey: settings.envelopeKey, packs, apis };

  /** Packs to build templates of: each as it is chosen, and its edge. */
  const templatesFor = async (wanted: readonly PackChoice[]) => {
    const chosen = await Promise.all(
      wanted.map(async ({ pack, modules }) => {
        const whole = await load(pack);
        return [{ pack: whole, modules }, ...(whole.edge === null ? [] : [{ pack: whole.edge.pack, modules: [] }])];
      }),
    );
    return chosen.flat();
  };

  return {
    regions: [{ code: 'local', name: { en: 'This machine', zh: '本机' }, territories: territoriesOf(settings.region) }],
    packages: [{ name: PACKAGE, version: VERSION, create: () => createProvider(context) }],
    program: (graph) => tenantProgram({ gatewayUrl: settings.gatewayUrl, loadPack: load, packs, apis }, graph),
    prepare: async (wanted) => {
      await prepareRegistry(cluster, settings);
      await pointRoutes(cluster, instances);
      if ((await listLinks(cluster.registry)).length > 0) links.ensure();
      if ((await listWorkloads(cluster.registry)).length > 0) workloads.ensure();
      await closeSharedDatabases(cluster);
      const templates = await templatesFor(wanted);
      await dropStaleTemplates(cluster, new Set(templates.map(({ pack, modules }) => templateOf(pack, modules))));
    },
    stock: async (wanted) => {
      for (const { pack, modules } of await templatesFor(wanted)) await ensureTemplate(cluster, pack, modules);
    },
    capacity: () => again(() => capacityOf(cluster, instances)),
    usage: async (ref) => {
      const server = await tenantServer(ref);
      const { database, bi } = namesOf(ref);
      const used = server && (await usageOf(server, database, bi));
      return used && { ...used, ...(await machineUseOf(instances, server === cluster ? null : ref)) };
    },
    servedAs: async (ref) => {
      const route = await findRoute(cluster.registry, ref);
      return route && (route.instance ? 'private' : 'public');
    },
    abandonMove: (ref) => leaveOldSide(cluster, ref, namesOf(ref).database),
    interruptions: interruptionsOf,
    holdings: async (graph, removed) =>
      holdingsOf((await tenantServer(graph.ref)) ?? cluster, await load(graph.pack), graph.ref, removed),
    watchStorage: storageWatcher(cluster, instances),
    preflight: (graph) => again(() => preflightInstance({ ...context, dataDir: settings.dataDir }, graph)),
    proveIsolation: (ref, atGate) => proveIsolation(context, ref, atGate),
    setRoute: async (ref, state) => {
      const found = await setRouteOpened(cluster.registry, ref, state === 'open');
      if (!found && state === 'open') throw new Error(`tenant ${ref} has no route to open`);
    },
    rest: (ref) => restTenant(context, ref),
    wake: (ref) => wakeTenant(context, ref),
    takeKey: (ref, store) => takeKey(cluster, settings.envelopeKey, ref, store),
    keyUses: () => listKeyUses(cluster.registry),
    trustIssuer: (issuer) => putIssuer(cluster.registry, issuer),
    leftovers: (ref) =>
      again(async () => [
        ...(await leftoversOf(cluster, instances, ref)),
        ...(await workloadLeftovers(cluster.registry, settings.dataDir, ref)),
      ]),
    topology: (ref) => topologyOf({ ...context, ...settings, troubles }, ref),
    ping: async () => {
      await cluster.admin.query('SELECT 1');
    },
    incarnation: async (ref) => {
      const own = ref !== undefined && instances.exists(ref) ? await instances.keeper?.find(ref) : null;
      const rests = own?.state === 'stopped'; // nothing is away that was told to be
      if (own && !rests && own.state !== 'running') throw new Error(`instance ${own.name} is ${own.state}`);
      const { rows } = await cluster.admin.query<{ at: string }>('SELECT pg_postmaster_start_time()::text AS at');
      return `${rows[0]?.at ?? ''} ${rests ? 'rests' : (own?.pid ?? '')}`.trim();
    },
    close: async () => {
      await Promise.all([links.close(), workloads.close()]);
      await Promise.all([instances.close(), cluster.close()]);
    },
  };
}

async function prepareRegistry(cluster: SharedCluster, settings: LocalSettings): Promise<void> {
  const admin = await cluster.admin.connect();
  try {
    await ensureRegistry(admin, () => cluster.open(REGISTRY_DATABASE), settings.gatewayPassword);
  } finally {
    admin.release();
  }
  await setRouteAddress(cluster.registry, null, cluster);
}

/** Lets every route find its instance: one whose port was taken while it was down has come back on another. */
async function pointRoutes(cluster: SharedCluster, instances: Instances): Promise<void> {
  const known = await instances.list().catch((error: unknown) => {
    if (error instanceof KeeperAway) return []; // it is coming up, too; the storage watcher looks again
    throw error;
  });
  for (const facts of known) await setRouteAddress(cluster.registry, facts.name, facts);
}

/** The rows are locked while `store` runs, and deleted only when it has succeeded: a key is in one place or the other. */
async function takeKey(
  cluster: SharedCluster,
  envelopeKey: string,
  ref: string,
  store: (key: string, keyId: string) => Promise<void> = async () => {},
): Promise<string | null> {
  const client = await cluster.registry.connect();
  try {
    return await inTransaction(client, async () => {
      let newest: string | null = null;
      for (const { keyId, sealed } of await lockReveals(client, ref)) {
        newest = openSecret(sealed, envelopeKey, ref);
        await store(newest, keyId);
        await deleteReveal(client, keyId);
      }
      return newest;
    });
  } finally {
    client.release();
  }
}
