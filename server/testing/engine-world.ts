/** Test support: the whole path below the worker. An offering's blueprint, this target's program, the embedded engine, real clusters. */
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { replicationSettings } from '../domain/replication-room.ts';
import { makeTestKeeper, type TestKeeper } from './keeper.ts';
import { startTestCluster, type TestCluster } from './postgres.ts';
import { createEmbeddedEngine } from '../../provisioners/engine/embedded/engine.ts';
import type { Engine, EngineEvent } from '../../provisioners/engine/port.ts';
import { prepareStateSchema } from '../../provisioners/engine/state/schema.ts';
import type { OfferingDefinition } from '../../provisioners/kit/offering.ts';
import type { ConnectedTarget, TenantGraph } from '../../provisioners/kit/target.ts';
import { connectShared, type SharedCluster } from '../../provisioners/targets/local/cluster.ts';
import type { Place } from '../../provisioners/targets/local/links/ways.ts';
import local from '../../provisioners/targets/local/target.ts';

export interface EngineWorld {
  readonly tenants: TestCluster;
  /** Its folder is the target's; it runs where the world was asked for one. */
  readonly keeper: TestKeeper;
  readonly cluster: SharedCluster;
  /** What the target was connected with. */
  readonly environment: Readonly<Record<string, string>>;
  readonly envelopeKey: string;
  readonly target: ConnectedTarget;
  readonly engine: Engine;
  requestOf(graph: TenantGraph, fence: bigint, events?: EngineEvent[]): ReturnType<typeof requestOf>;
  /** Runs one statement as the platform's superuser in a database of a tenant. */
  inside<T extends object>(place: Place, statement: string): Promise<T[]>;
  close(): Promise<void>;
}

/** @param hybrids tenants that the shared cluster has room for
 * @param instances whether tenants may have servers of their own */
export async function openEngineWorld({ hybrids = 0, instances = false } = {}): Promise<EngineWorld> {
  const room = Object.entries(replicationSettings(hybrids)).map(([name, value]) => [name, String(value)] as const);
  const replicating = { wal_level: 'logical', wal_retrieve_retry_interval: '1s', ...Object.fromEntries(room) };
  const [tenants, platform, keeper] = await Promise.all([
    startTestCluster(instances ? replicating : {}),
    startTestCluster(),
    makeTestKeeper(),
  ]);
  if (instances) await keeper.start();
  await prepareStateSchema(platform.url());
  const engine = createEmbeddedEngine({ stateUrl: platform.url(), passphrase: 'a passphrase of the test' });
  const cluster = connectShared(tenants.url());
  const envelopeKey = randomBytes(32).toString('base64');
  const environment = {
    TENANTS_ADMIN_URL: tenants.url(),
    ENVELOPE_KEY: envelopeKey,
    GATEWAY_URL: 'http://gateway.test/',
    DATA_DIR: keeper.dataDir,
  };
  const target = local.connect(environment);
  return {
    tenants,
    keeper,
    cluster,
    environment,
    envelopeKey,
    target,
    engine,
    requestOf: (graph, fence, events = []) => requestOf(target, graph, fence, events),
    inside: async <T extends object>({ instance, database }: Place, statement: string): Promise<T[]> => {
      const { host, port, password } = (instance === null ? null : await keeper.client.find(instance)) ?? tenants;
      const client = new Client({ host, port, password, user: 'postgres', database });
      await client.connect();
      try {
        return (await client.query<T>(statement)).rows;
      } finally {
        await client.end();
      }
    },
    close: async () => {
      await engine.close();
      await Promise.all([target.close(), cluster.close()]);
      await keeper.remove();
      await Promise.all([tenants.remove(), platform.remove()]);
    },
  };
}

const requestOf = (target: ConnectedTarget, graph: TenantGraph, fence: bigint, events: EngineEvent[]) => ({
  project: 'industry-cloud',
  stack: graph.ref,
  fence,
  packages: target.packages,
  program: target.program(graph),
  onEvent: (event: EngineEvent) => void events.push(event),
});

/** A tenant of an offering as an order describes it. Throws for an offering that cannot be ordered. */
export function graphOf(
  { manifest, pack, blueprint, params: schema, slug, version }: OfferingDefinition,
  chosen: {
    readonly ref: string;
    readonly model: TenantGraph['model'];
    readonly plan: 'S' | 'M';
    readonly params?: object;
    readonly modules?: readonly string[];
  },
): TenantGraph {
  const { ref, model, modules = [] } = chosen;
  const plan = manifest.plans.find(({ code }) => code === chosen.plan);
  if (plan === undefined || pack === null || blueprint === null || manifest.api === null)
    throw new Error(`${slug} is not orderable`);
  return {
    ref,
    title: 'Test',
    offering: slug,
    version,
    model,
    region: 'local',
    quotas: plan.quotas,
    modules,
    components: blueprint({ params: schema.parse(chosen.params ?? {}), plan, model, modules }),
    pack,
    api: manifest.api,
    ...(model === 'hybrid' && { edgeApi: manifest.edgeApi ?? null }),
  };
}
