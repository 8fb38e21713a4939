/** A real cluster with a registry and tenants, and a gateway in front of it, for tests. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Client } from 'pg';
import { newTokenKeyPair, importSigningKey, signAccessToken } from '../../domain/access-token.ts';
import { newTenantRef } from '../../domain/ids.ts';
import type { ApiDescription } from '../../domain/manifest.ts';
import { makeKey, putKey } from '../../registry/keys.ts';
import type { RouteLimits } from '../../registry/model.ts';
import { putRoute } from '../../registry/routes.ts';
import { ensureRegistry, GATEWAY_ROLE, REGISTRY_DATABASE } from '../../registry/schema.ts';
import { sealSecret } from '../../registry/seal.ts';
import { startTestCluster, type TestCluster } from '../../testing/postgres.ts';
import { startGateway, type Gateway } from '../gateway.ts';
import { createLog } from '../log.ts';
import { TEST_API } from './api.ts';

const ROOT = path.join(import.meta.dirname, '../../..');
const LIMITS: RouteLimits = {
  connections: 5,
  rps: 1_000,
  burst: 1_000,
  statementTimeoutMs: 5_000,
  bodyBytesMax: 65_536,
  storageBytesMax: 1_000_000_000,
};

export interface TestTenant {
  readonly ref: string;
  /** Plaintext of an API key with both scopes. */
  readonly key: string;
  readonly keyId: string;
}

/** Puts a pack into an empty database of a tenant: as superuser, for the owner's role. */
export type InstallPack = (database: Client, owner: string) => Promise<void>;

export interface World {
  readonly cluster: TestCluster;
  readonly gateway: Gateway;
  /** What the gateway needs to start, for a second one or one in a process of its own. */
  readonly settings: { readonly registryUrl: string; readonly envelopeKey: string; readonly tokenPublicKey: string };
  /** Lines the gateway logged. */
  readonly logged: string[];
  makeTenant(limits?: Partial<RouteLimits>, api?: ApiDescription, install?: InstallPack): Promise<TestTenant>;
  makeKey(ref: string, scopes: readonly ('read' | 'write')[]): Promise<{ key: string; keyId: string }>;
  sign(grant: Omit<Parameters<typeof signAccessToken>[1], 'iss' | 'sub'>, nowMs?: number): Promise<string>;
  /** Works on the registry as its owner. */
  onRegistry<T>(work: (db: Client) => Promise<T>): Promise<T>;
  /** Runs SQL as superuser; on the registry by default. */
  sql(text: string, values?: readonly unknown[], database?: string): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

export async function makeWorld(): Promise<World> {
  const cluster = await startTestCluster();
  const envelopeKey = randomBytes(32).toString('base64');
  const pair = await newTokenKeyPair();
  const signing = await importSigningKey(pair.privateKey);
  const openRegistry = () => open(cluster.url(REGISTRY_DATABASE));
  const admin = await open(cluster.url());
  await ensureRegistry(admin, openRegistry, 'gateway-password');
  await admin.end();
  const registry = new URL(cluster.url(REGISTRY_DATABASE));
  registry.username = GATEWAY_ROLE;
  registry.password = 'gateway-password';
  const logged: string[] = [];
  const gateway = await startGateway({
    registryUrl: registry.href,
    envelopeKey,
    tokenPublicKeys: [pair.publicKey],
    host: '127.0.0.1',
    port: 0,
    log: createLog('debug', { write: (line) => logged.push(line) }),
  });
  const sql: World['sql'] = async (text, values = [], database = REGISTRY_DATABASE) => {
    const client = await open(cluster.url(database));
    try {
      return (await client.query<Record<string, unknown>>(text, [...values])).rows;
    } finally {
      await client.end();
    }
  };
  const onRegistry: World['onRegistry'] = async (work) => {
    const client = await openRegistry();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  };
  const addKey: World['makeKey'] = async (ref, scopes) => {
    const { key, prefix, hash } = makeKey();
    const keyId = `key_${randomBytes(4).toString('hex')}`;
    const db = await openRegistry();
    await putKey(db, {
      id: keyId,
      ref,
      marker: 'test',
      scopes,
      prefix,
      hash,
      sealed: sealSecret(key, envelopeKey, ref),
    });
    await db.end();
    return { key, keyId };
  };
  return {
    cluster,
    gateway,
    settings: { registryUrl: registry.href, envelopeKey, tokenPublicKey: pair.publicKey },
    logged,
    sql,
    onRegistry,
    makeKey: addKey,
    sign: (grant, nowMs) => signAccessToken(signing, { iss: 'worker', sub: 'run-1', ...grant }, nowMs),
    makeTenant: async (limits = {}, api = TEST_API, install = installTinyPack) => {
      const ref = newTenantRef();
      await makeDatabase(cluster, ref, install);
      const route = {
        ref,
        marker: 'test',
        title: `shop ${ref}`,
        offering: 'test',
        version: '1.0.0',
        modules: [],
        host: cluster.host,
        port: cluster.port,
        database: ref,
        role: `${ref}_api`,
        sealedPassword: sealSecret('api-password', envelopeKey, ref),
        limits: { ...LIMITS, ...limits },
        api,
      };
      await onRegistry((db) => putRoute(db, route));
      return { ref, ...(await addKey(ref, ['read', 'write'])) };
    },
    close: async () => {
      await gateway.close();
      await cluster.remove();
    },
  };
}

/** Database and roles of a tenant, with a pack in it. */
async function makeDatabase(cluster: TestCluster, ref: string, install: InstallPack): Promise<void> {
  const admin = await open(cluster.url());
  await admin.query(
    `CREATE ROLE ${ref}_owner NOLOGIN; CREATE ROLE ${ref}_api LOGIN PASSWORD 'api-password' CONNECTION LIMIT 5`,
  );
  await admin.query(`CREATE DATABASE ${ref} OWNER postgres`);
  await admin.query(`REVOKE ALL ON DATABASE ${ref} FROM PUBLIC; GRANT CREATE ON DATABASE ${ref} TO ${ref}_owner;
    GRANT CONNECT ON DATABASE ${ref} TO ${ref}_api`);
  await admin.end();
  const database = await open(cluster.url(ref));
  await install(database, `${ref}_owner`);
  await database.query(`SELECT pack.grant_to('${ref}_api', NULL)`);
  await database.end();
}

async function installTinyPack(database: Client, owner: string): Promise<void> {
  const kit = path.join(ROOT, 'provisioners/kit/pack');
  await database.query(await readFile(path.join(kit, 'prepare.sql'), 'utf8'));
  await database.query(`SET ROLE ${owner}`);
  await database.query(await readFile(path.join(kit, 'base.sql'), 'utf8'));
  await database.query(await readFile(path.join(kit, 'party.sql'), 'utf8'));
  await database.query(await readFile(path.join(import.meta.dirname, 'pack.sql'), 'utf8'));
}

async function open(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return client;
}
