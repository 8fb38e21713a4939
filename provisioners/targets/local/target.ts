/**
 * Target `local`: public tenants in one PostgreSQL cluster per region, each with its own database and roles, served by the gateway through
 * the registry. May import the kit, domain, the tenant registry, Pulumi and pg; never an offering.
 */
import type { ApiDescription } from '../../../server/domain/manifest.ts';
import { putIssuer } from '../../../server/registry/issuers.ts';
import { deleteReveal, lockReveal } from '../../../server/registry/keys.ts';
import { setRouteAddress, setRouteOpened } from '../../../server/registry/routes.ts';
import { ensureRegistry } from '../../../server/registry/schema.ts';
import { openSecret } from '../../../server/registry/seal.ts';
import { REGISTRY_DATABASE } from '../../../server/registry/schema.ts';
import { loadPack, type LoadedPack } from '../../kit/pack/load.ts';
import { defineTarget, type ConnectedTarget } from '../../kit/target.ts';
import { connectCluster, inTransaction, type Cluster } from './cluster.ts';
import { readSettings, type LocalSettings } from './environment.ts';
import { capacityOf, leftoversOf } from './inventory.ts';
import { namesOf } from './names.ts';
import { tenantProgram } from './program.ts';
import { createProvider, PACKAGE, VERSION } from './providers/provider.ts';
import { usageOf, watchStorage } from './storage.ts';
import { closeSharedDatabases, dropStaleTemplates, ensureTemplate } from './templates.ts';

export { bareClone, templateOf } from './templates.ts';

export default defineTarget({
  name: 'local',
  models: ['public'],
  regions: [{ code: 'local', name: { en: 'This machine', zh: '本机' } }],
  connect: (environment) => connectLocal(readSettings(environment)),
});

function connectLocal(settings: LocalSettings): ConnectedTarget {
  const cluster = connectCluster(settings.adminUrl);
  const packs = new Map<string, LoadedPack>();
  const apis = new Map<string, ApiDescription>();
  const loaded = new Map<string, Promise<LoadedPack>>();
  const load = (source: LoadedPack['source']): Promise<LoadedPack> => {
    const known = loaded.get(source.directory) ?? loadPack(source);
    loaded.set(source.directory, known);
    return known;
  };
  const context = { cluster, envelopeKey: settings.envelopeKey, packs, apis };

  return {
    packages: [{ name: PACKAGE, version: VERSION, create: () => createProvider(context) }],
    program: (graph) => tenantProgram({ gatewayUrl: settings.gatewayUrl, loadPack: load, packs, apis }, graph),
    prepare: async (wanted) => {
      await prepareRegistry(cluster, settings);
      await closeSharedDatabases(cluster);
      const names = new Set<string>();
      for (const { pack, modules } of wanted) names.add(await ensureTemplate(cluster, await load(pack), modules));
      await dropStaleTemplates(cluster, names);
    },
    capacity: () => capacityOf(cluster),
    usage: (ref) => usageOf(cluster, namesOf(ref).database),
    watchStorage: () => watchStorage(cluster),
    setRoute: async (ref, state) => {
      const found = await setRouteOpened(cluster.registry, ref, state === 'open');
      if (!found && state === 'open') throw new Error(`tenant ${ref} has no route to open`);
    },
    takeKey: (ref, store) => takeKey(cluster, settings.envelopeKey, ref, store),
    trustIssuer: (issuer) => putIssuer(cluster.registry, issuer),
    leftovers: (ref) => leftoversOf(cluster, ref),
    ping: async () => {
      await cluster.admin.query('SELECT 1');
    },
    incarnation: async () => {
      const { rows } = await cluster.admin.query<{ at: string }>('SELECT pg_postmaster_start_time()::text AS at');
      return rows[0]?.at ?? '';
    },
    close: () => cluster.close(),
  };
}

async function prepareRegistry(cluster: Cluster, settings: LocalSettings): Promise<void> {
  const admin = await cluster.admin.connect();
  try {
    await ensureRegistry(admin, () => cluster.open(REGISTRY_DATABASE), settings.gatewayPassword);
  } finally {
    admin.release();
  }
  await setRouteAddress(cluster.registry, cluster.host, cluster.port);
}

/** The row is locked while `store` runs, and deleted only when it has succeeded: the key is in one place or the other. */
async function takeKey(
  cluster: Cluster,
  envelopeKey: string,
  ref: string,
  store: (key: string) => Promise<void> = async () => {},
): Promise<string | null> {
  const client = await cluster.registry.connect();
  try {
    return await inTransaction(client, async () => {
      const sealed = await lockReveal(client, ref);
      if (sealed === null) return null;
      const key = openSecret(sealed, envelopeKey, ref);
      await store(key);
      await deleteReveal(client, ref);
      return key;
    });
  } finally {
    client.release();
  }
}
