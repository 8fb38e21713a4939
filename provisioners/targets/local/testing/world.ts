/** Test support: a target over a cluster of its own, and tenants made by running their programs straight against the provider. */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import type { Provider } from '@pulumi/pulumi/provider/index.js';
import { Client } from 'pg';
import { newTenantRef } from '../../../../server/domain/ids.ts';
import { openSecret } from '../../../../server/registry/seal.ts';
import { api, database, type PackSource } from '../../../kit/offering.ts';
import { QUOTAS } from '../../../kit/plans.ts';
import type { ConnectedTarget, TenantGraph } from '../../../kit/target.ts';
import target from '../target.ts';

export const TEST_PACK: PackSource = {
  name: 'notes',
  version: '1.0.0',
  directory: path.join(import.meta.dirname, 'pack'),
  extensions: [],
};

/** A cluster of the test's own: the target closes shared databases and makes the registry in it. */
export interface WorldCluster {
  readonly host: string;
  readonly port: number;
  readonly url: (database?: string) => string;
  readonly remove: () => Promise<void>;
}

export interface MadeResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly id: string;
  /** Wrapped as the provider returned it. */
  readonly state: Record<string, unknown>;
}

export interface World {
  readonly cluster: WorldCluster;
  readonly target: ConnectedTarget;
  readonly provider: Required<Pick<Provider, 'check' | 'diff' | 'create' | 'read' | 'update' | 'delete'>>;
  readonly envelopeKey: string;
  /** Makes every resource of a tenant's program by the provider, in the order of its dependencies. */
  make(graph: TenantGraph): Promise<{ readonly resources: readonly MadeResource[] }>;
  /** Deletes resources in reverse order. */
  remove(resources: readonly MadeResource[]): Promise<void>;
  /** Connects as one of a tenant's roles. */
  as(role: string, database: string, sealedPassword: unknown, ref: string): Promise<Client>;
  /** Runs one statement as superuser. */
  sql<T extends object>(statement: string, database?: string): Promise<T[]>;
  end(): Promise<void>;
}

/** @param dataDir where a keeper runs instances; without it there are none */
export async function makeWorld(cluster: WorldCluster, dataDir?: string): Promise<World> {
  const envelopeKey = randomBytes(32).toString('base64');
  const connected = target.connect({
    TENANTS_ADMIN_URL: cluster.url(),
    REGISTRY_URL: `postgres://gateway:gateway-secret@${cluster.host}:${cluster.port}/registry`,
    ENVELOPE_KEY: envelopeKey,
    GATEWAY_URL: 'http://gateway.test',
    ...(dataDir === undefined ? {} : { DATA_DIR: dataDir }),
  });
  const packs = [{ pack: TEST_PACK, modules: [] }];
  await connected.prepare(packs);
  await connected.stock(packs);
  const provider = connected.packages[0]?.create({}) as World['provider'];
  return {
    cluster,
    target: connected,
    provider,
    envelopeKey,
    make: (graph) => runDirectly(provider, connected.program(graph)),
    remove: async (resources) => {
      for (const { id, urn, state } of resources.toReversed()) await provider.delete(id, urn, state);
    },
    as: async (user, name, sealed, ref) => {
      const client = new Client({
        host: cluster.host,
        port: cluster.port,
        user,
        database: name,
        password: openSecret(secretText(sealed), envelopeKey, ref),
      });
      client.on('error', () => {});
      await client.connect();
      return client;
    },
    sql: async <T extends object>(statement: string, name?: string): Promise<T[]> => {
      const client = new Client({ connectionString: cluster.url(name) });
      await client.connect();
      try {
        return (await client.query<T>(statement)).rows;
      } finally {
        await client.end();
      }
    },
    end: async () => {
      await connected.close();
      await cluster.remove();
    },
  };
}

/** A tenant of the test pack; public unless it is said otherwise. */
export function notesTenant(
  overrides: {
    readonly ref?: string;
    readonly modules?: readonly string[];
    readonly plan?: 'S' | 'M';
    readonly model?: TenantGraph['model'];
  } = {},
): TenantGraph {
  const modules = overrides.modules ?? [];
  const big = overrides.plan === 'M';
  return {
    ref: overrides.ref ?? newTenantRef(),
    title: 'Notes',
    offering: 'notes',
    version: '1.0.0',
    model: overrides.model ?? 'public',
    region: 'local',
    quotas: QUOTAS[overrides.plan ?? 'S'],
    modules,
    components: [
      database('notes', {
        pack: 'notes',
        modules,
        params: { greeting: 'hello' },
        storageGib: big ? 10 : 1,
        apiConnections: big ? 6 : 3,
        sqlConnections: big ? 2 : 0,
        tempFileMib: big ? 512 : 64,
      }),
      api('v1', {
        of: 'notes',
        rps: big ? 100 : 20,
        burst: big ? 200 : 40,
        connections: big ? 6 : 3,
        storageGib: big ? 10 : 1,
      }),
    ],
    pack: TEST_PACK,
    api: { functions: [], views: [], errors: {} },
  };
}

/** The SDK runs the program; what it registers is made by the provider, without an engine and its state. */
async function runDirectly(
  provider: World['provider'],
  program: () => Promise<Record<string, unknown>>,
): Promise<{ readonly resources: readonly MadeResource[] }> {
  const resources: MadeResource[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: async ({ type, name, inputs, custom }) => {
        if (custom !== true) return { id: '', state: inputs };
        const urn = `urn:pulumi:test::tenant::${type}::${name}`;
        const { id, outs } = await provider.create(urn, inputs);
        resources.push({ urn, type, name, id, state: outs as Record<string, unknown> });
        return { id, state: outs as Record<string, unknown> };
      },
      call: ({ token }) => {
        throw new Error(`programs call no functions, ${token} was called`);
      },
    },
    'tenant',
    'test',
    false,
  );
  await pulumi.runtime.runInPulumiStack(program);
  await pulumi.runtime.disconnect();
  return { resources };
}

/** The resource whose logical name ends so (`api`, `database`). */
export function resourceOf(resources: readonly MadeResource[], part: string): MadeResource {
  const found = resources.find(({ name }) => name.endsWith(`-${part}`));
  if (found === undefined) throw new Error(`no resource ${part} among ${resources.map(({ name }) => name).join(', ')}`);
  return found;
}

function secretText(value: unknown): string {
  if (typeof value === 'string') return value;
  return secretText((value as { readonly value: unknown }).value);
}
