/**
 * A data plane of the benchmark's own: a durable cluster, the registry, a gateway in a process of its own, and tenants with an offering's
 * pack in them. No portal and no worker, as the gateway needs neither.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import { toManifest, type OfferingDefinition, type SmokeClient } from '../../provisioners/kit/offering.ts';
import { loadPack } from '../../provisioners/kit/pack/load.ts';
import { describeFor } from '../../provisioners/targets/local/program-parts.ts';
import { applyMigrations } from '../../provisioners/targets/local/templates.ts';
import { newTokenKeyPair } from '../../server/domain/access-token.ts';
import { newTenantRef } from '../../server/domain/ids.ts';
import { makeKey, putKey } from '../../server/registry/keys.ts';
import { putRoute } from '../../server/registry/routes.ts';
import { ensureRegistry, GATEWAY_ROLE, REGISTRY_DATABASE } from '../../server/registry/schema.ts';
import { sealSecret } from '../../server/registry/seal.ts';
import { childEnv } from '../../server/start/child-env.ts';
import { startCluster, type Cluster } from '../../server/start/cluster.ts';
import { getFreePort } from '../../server/start/ports.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** No plan's rate may be what is measured. */
const UNLIMITED_RPS = 1_000_000;
const SETTINGS = { max_connections: '100', shared_buffers: '128MB', jit: 'off' };

export interface BenchTenant {
  readonly ref: string;
  /** Of the tenant's API. */
  readonly key: string;
  readonly basePath: string;
  /** Connects to the database as the tenant's API role: what the gateway itself may do. */
  readonly role: {
    readonly host: string;
    readonly port: number;
    readonly database: string;
    readonly user: string;
    readonly password: string;
  };
  /** The API, as a smoke transaction sees it. */
  readonly client: SmokeClient;
  /** Rows of SQL as superuser, in the tenant's database. */
  sql(text: string): Promise<Record<string, unknown>[]>;
}

export interface DataPlane {
  readonly host: string;
  readonly port: number;
  /** Processes whose time is counted. */
  readonly pids: { readonly gateway: number; readonly database: number };
  addTenant(offering: OfferingDefinition, connections: number, modules?: readonly string[]): Promise<BenchTenant>;
  close(): Promise<void>;
}

/** @param gatewayArguments of Node for the gateway's process, such as `--cpu-prof` */
export async function openDataPlane(gatewayArguments: readonly string[] = []): Promise<DataPlane> {
  const folder = await mkdtemp(path.join(tmpdir(), `industry-bench-${randomBytes(3).toString('hex')}-`));
  await chmod(folder, 0o711);
  const cluster = await startCluster({ folder, settings: SETTINGS });
  const envelopeKey = randomBytes(32).toString('base64');
  const admin = await connect(cluster.url());
  await ensureRegistry(admin, () => connect(cluster.url(REGISTRY_DATABASE)), 'gateway-password');
  await admin.end();
  const gateway = await startGatewayProcess(cluster, envelopeKey, gatewayArguments);
  return {
    host: '127.0.0.1',
    port: gateway.port,
    pids: { gateway: gateway.pid, database: cluster.postmasterPid },
    addTenant: (offering, connections, modules = []) =>
      addTenant({ cluster, envelopeKey, port: gateway.port }, offering, connections, modules),
    close: async () => {
      await gateway.stop();
      await cluster.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return client;
}

async function startGatewayProcess(cluster: Cluster, envelopeKey: string, nodeArguments: readonly string[]) {
  const registry = new URL(cluster.url(REGISTRY_DATABASE));
  registry.username = GATEWAY_ROLE;
  registry.password = 'gateway-password';
  const port = await getFreePort();
  const { publicKey } = await newTokenKeyPair();
  const child = spawn(process.execPath, [...nodeArguments, path.join(ROOT, 'server/compose/gateway.ts')], {
    cwd: process.cwd(),
    env: childEnv({
      REGISTRY_URL: registry.href,
      ENVELOPE_KEY: envelopeKey,
      TOKEN_PUBLIC_KEY: publicKey,
      GATEWAY_PORT: String(port),
      GATEWAY_URL: `http://127.0.0.1:${port}`,
      LOG_LEVEL: 'info', // as it runs: a line a request
    }),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [message] = (await once(child, 'message')) as [{ type: string }];
  if (message.type !== 'ready' || child.pid === undefined) throw new Error('the gateway did not start');
  return {
    port,
    pid: child.pid,
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

interface Place {
  readonly cluster: Cluster;
  readonly envelopeKey: string;
  readonly port: number;
}

/** A tenant of plan M as the blueprint has it, but with the connections that are asked for and no rate. */
async function addTenant(
  { cluster, envelopeKey, port }: Place,
  offering: OfferingDefinition,
  connections: number,
  modules: readonly string[],
): Promise<BenchTenant> {
  const manifest = toManifest(offering);
  const plan = manifest.plans.find(({ code }) => code === 'M');
  if (!offering.pack || !offering.blueprint || !manifest.api || !plan)
    throw new Error(`${offering.slug} cannot be built`);
  const components = offering.blueprint({ params: offering.params.parse({}), plan, model: 'public', modules });
  const database = components.find((component) => component.kind === 'database');
  if (!database) throw new Error(`${offering.slug} has no database`);
  const ref = newTenantRef();
  const password = randomBytes(12).toString('hex');
  await makeDatabase(cluster, ref, password, connections);
  const pack = await loadPack(offering.pack);
  const client = await connect(cluster.url(ref));
  await client.query(pack.prepareSql);
  await applyMigrations(client, pack, database.modules, `${ref}_owner`);
  await client.query('SELECT pack.set_params($1)', [JSON.stringify(database.params)]);
  await client.query('SELECT pack.grant_to($1, NULL)', [`${ref}_api`]);
  await client.end();
  const { key, prefix, hash } = makeKey();
  const registry = await connect(cluster.url(REGISTRY_DATABASE));
  await putRoute(registry, {
    ref,
    marker: 'bench',
    title: offering.slug,
    offering: offering.slug,
    version: offering.version,
    modules: [...database.modules],
    host: cluster.host,
    port: cluster.port,
    database: ref,
    role: `${ref}_api`,
    sealedPassword: sealSecret(password, envelopeKey, ref),
    limits: {
      connections,
      rps: UNLIMITED_RPS,
      burst: UNLIMITED_RPS,
      statementTimeoutMs: 120_000,
      bodyBytesMax: 4_000_000,
      storageBytesMax: 1e12,
    },
    api: describeFor(manifest.api, database.modules),
  });
  const sealed = sealSecret(key, envelopeKey, ref);
  await putKey(registry, { id: `key_${ref}`, ref, marker: 'bench', scopes: ['read', 'write'], prefix, hash, sealed });
  await registry.end();
  const basePath = `/t/${ref}/v1`;
  return {
    ref,
    key,
    basePath,
    role: { host: cluster.host, port: cluster.port, database: ref, user: `${ref}_api`, password },
    client: smokeClient(`http://127.0.0.1:${port}${basePath}`, key),
    sql: async (text) => {
      const superuser = await connect(cluster.url(ref));
      try {
        return (await superuser.query<Record<string, unknown>>(text)).rows;
      } finally {
        await superuser.end();
      }
    },
  };
}

async function makeDatabase(cluster: Cluster, ref: string, password: string, connections: number): Promise<void> {
  const [name, owner, api] = [ref, `${ref}_owner`, `${ref}_api`].map(escapeIdentifier) as [string, string, string];
  const admin = await connect(cluster.url());
  await admin.query(`CREATE ROLE ${owner} NOLOGIN`);
  // As many again as are asked for: one half for the gateway, one for the direct calls beside it.
  await admin.query(`CREATE ROLE ${api} LOGIN PASSWORD ${escapeLiteral(password)} CONNECTION LIMIT ${2 * connections}`);
  await admin.query(`CREATE DATABASE ${name}`);
  await admin.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
  await admin.query(`GRANT CREATE ON DATABASE ${name} TO ${owner}`);
  await admin.query(`GRANT CONNECT ON DATABASE ${name} TO ${api}`);
  await admin.end();
}

function smokeClient(url: string, key: string): SmokeClient {
  const authorization = `Bearer ${key}`;
  return {
    call: async (fn, body, idempotencyKey = crypto.randomUUID()) => {
      const headers = { authorization, 'content-type': 'application/json', 'idempotency-key': idempotencyKey };
      const answer = await fetch(`${url}/${fn}`, { method: 'POST', headers, body: JSON.stringify(body) });
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
    },
    view: async (name, query = {}) => {
      const answer = await fetch(`${url}/${name}?${new URLSearchParams(query).toString()}`, {
        headers: { authorization },
      });
      const { items = [] } = (await answer.json()) as { items?: Record<string, unknown>[] };
      return { status: answer.status, items };
    },
  };
}
