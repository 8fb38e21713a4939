/**
 * Test support: everything that serves a tenant, without portal and worker: shared cluster, keeper, engine, target and gateway, all real; and
 * tenants of the offering that sells goods, made as an order makes them, spoken to as their owner and as their own roles.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { importSigningKey, newTokenKeyPair, signAccessToken } from '../domain/access-token.ts';
import type { DeploymentModel, PlanSpec } from '../domain/manifest.ts';
import { replicationSettings } from '../domain/replication-room.ts';
import { startGateway } from '../gateway/gateway.ts';
import { createLog } from '../gateway/log.ts';
import { findRoute } from '../registry/routes.ts';
import { openSecret } from '../registry/seal.ts';
import { tenantOfRoute } from '../registry/sides.ts';
import { makeTestKeeper, type TestKeeper } from './keeper.ts';
import { getFreePort, startTestCluster, type TestCluster } from './postgres.ts';
import { createEmbeddedEngine } from '../../provisioners/engine/embedded/engine.ts';
import { prepareStateSchema } from '../../provisioners/engine/state/schema.ts';
import { discoverOfferings } from '../../provisioners/kit/discover.ts';
import type { ConnectedTarget, TenantGraph } from '../../provisioners/kit/target.ts';
import { connectShared, type SharedCluster } from '../../provisioners/targets/local/cluster.ts';
import { edgeNamesOf, namesOf } from '../../provisioners/targets/local/names.ts';
import { rolePassword } from '../../provisioners/targets/local/providers/role.ts';
import localTarget from '../../provisioners/targets/local/target.ts';

const GATEWAY_PASSWORD = 'gateway-secret';
const HYBRIDS = 4;

const found = (await discoverOfferings()).find(({ manifest }) =>
  manifest.api?.functions.some(({ name }) => name === 'create_product'),
);
if (found?.pack == null || found.manifest.api == null || found.blueprint === null)
  throw new Error('no offering sells goods');
const { manifest, params, blueprint, slug, version, pack } = found;
const api = found.manifest.api;

/** The plans that can be ordered, each with the models that it has. */
export const soldPlans: readonly (readonly [PlanSpec['code'], DeploymentModel, PlanSpec])[] = manifest.plans
  .filter(({ orderable }) => orderable)
  .flatMap((plan) => plan.models.map((model) => [plan.code, model, plan] as const));

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly code: string | undefined;
}

export interface SoldWorld {
  readonly tenants: TestCluster;
  readonly keeper: TestKeeper;
  readonly cluster: SharedCluster;
  readonly target: ConnectedTarget;
  graphOf(ref: string, model: DeploymentModel, plan: PlanSpec): TenantGraph;
  /** Makes a tenant by its program. */
  make(graph: TenantGraph): Promise<void>;
  /** @returns what is left of it */
  remove(graph: TenantGraph): Promise<readonly string[]>;
  /** Calls an API; as the tenant that it belongs to unless another is given.
   * @param route a tenant's, or that of its public side */
  call(route: string, name: string, body?: object, as?: string): Promise<Reply>;
  /** How one of a tenant's roles gets into its database. */
  loginOf(
    route: string,
    part: 'api' | 'bi',
  ): Promise<{ host: string; port: number; database: string; user: string; password: string }>;
  close(): Promise<void>;
}

function succeed({ errors }: { readonly errors: readonly { readonly message: string }[] }): void {
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('; '));
}

export async function makeSoldWorld(): Promise<SoldWorld> {
  const room = Object.entries(replicationSettings(HYBRIDS)).map(([name, value]) => [name, String(value)] as const);
  const settings = { wal_level: 'logical', max_connections: '200', ...Object.fromEntries(room) };
  const [tenants, platform, keeper] = await Promise.all([
    startTestCluster(settings),
    startTestCluster(),
    makeTestKeeper(),
  ]);
  await keeper.start();
  await prepareStateSchema(platform.url());
  const engine = createEmbeddedEngine({ stateUrl: platform.url(), passphrase: 'a passphrase of the test' });
  const [pair, port, envelopeKey] = [await newTokenKeyPair(), await getFreePort(), randomBytes(32).toString('base64')];
  const signing = await importSigningKey(pair.privateKey);
  const registryUrl = `postgresql://gateway:${GATEWAY_PASSWORD}@${tenants.host}:${tenants.port}/registry`;
  const target = localTarget.connect({
    TENANTS_ADMIN_URL: tenants.url(),
    REGISTRY_URL: registryUrl,
    ENVELOPE_KEY: envelopeKey,
    GATEWAY_URL: `http://127.0.0.1:${port}`,
    DATA_DIR: keeper.dataDir,
  });
  const choice = { pack, modules: [] };
  await target.prepare([choice]);
  await target.stock([choice]);
  const cluster = connectShared(tenants.url());
  const gateway = await startGateway({
    registryUrl,
    envelopeKey,
    tokenPublicKeys: [pair.publicKey],
    host: '127.0.0.1',
    port,
    log: createLog('silent'),
  });
  let fence = 0n;
  const requestOf = (graph: TenantGraph) => ({
    project: 'industry-cloud',
    stack: graph.ref,
    fence: ++fence,
    packages: target.packages,
    program: target.program(graph),
    onEvent: () => {},
  });
  return {
    tenants,
    keeper,
    cluster,
    target,
    graphOf: (ref, model, plan) => ({
      ref,
      title: 'Sold',
      offering: slug,
      version,
      model,
      region: 'local',
      quotas: plan.quotas,
      modules: [],
      components: blueprint({ params: params.parse({}), plan, model, modules: [] }),
      pack,
      api,
      ...(model === 'hybrid' ? { edgeApi: manifest.edgeApi ?? null } : {}),
    }),
    make: async (graph) => succeed(await engine.up(requestOf(graph))),
    remove: async (graph) => {
      succeed(await engine.destroy(requestOf(graph)));
      return target.leftovers(graph.ref);
    },
    call: async (route, name, body, as = tenantOfRoute(route)) => {
      const token = await signAccessToken(signing, {
        ref: as,
        scope: 'write',
        purpose: 'try',
        iss: 'test',
        sub: 'test',
      });
      const answer = await fetch(`${gateway.url}/t/${route}/v1/${name}`, {
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'idempotency-key': randomUUID(),
        },
        ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      });
      const { code } = (await answer.json()) as { code?: string };
      return { status: answer.status, headers: answer.headers, code };
    },
    loginOf: async (route, part) => {
      const known = await findRoute(cluster.registry, route);
      if (known === null) throw new Error(`no route ${route}`);
      const ref = tenantOfRoute(route);
      const names = route === ref ? namesOf(ref) : edgeNamesOf(ref);
      const { host, port: at, database, sealedPassword } = known;
      const password =
        part === 'api' ? openSecret(sealedPassword, envelopeKey, route) : rolePassword(envelopeKey, route, names.bi);
      return { host, port: at, database, user: names[part], password };
    },
    close: async () => {
      await gateway.close();
      await engine.close();
      await Promise.all([target.close(), cluster.close()]);
      await keeper.remove();
      await Promise.all([tenants.remove(), platform.remove()]);
    },
  };
}

export async function connectWith(login: {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  readonly replication?: string;
}): Promise<Client> {
  const client = new Client(login);
  client.on('error', () => {});
  await client.connect();
  return client;
}
