/** The Pulumi program of a tenant: its graph of components, one component resource each. Deterministic: the same graph, the same plan. */
import type { ApiDescription } from '../../../server/domain/manifest.ts';
import { hashApi } from '../../../server/registry/routes.ts';
import type { RouteLimits } from '../../../server/registry/model.ts';
import type { ApiComponent, DatabaseComponent } from '../../kit/offering.ts';
import { checksumOf, type LoadedPack } from '../../kit/pack/load.ts';
import type { TenantGraph } from '../../kit/target.ts';
import { TenantApi } from './components/tenant-api.ts';
import { TenantDatabase } from './components/tenant-database.ts';
import { TenantInstance } from './components/tenant-instance.ts';
import { instanceSettings } from './instance-settings.ts';
import { namesOf, type TenantNames } from './names.ts';

/** Bounds of one request that no plan sells. */
const STATEMENT_TIMEOUT_MS = 10_000;
const BODY_BYTES_MAX = 1_048_576;
const GIB = 2 ** 30;

export interface ProgramContext {
  readonly gatewayUrl: string;
  readonly loadPack: (source: TenantGraph['pack']) => Promise<LoadedPack>;
  /** Where the provider looks for content by its hash. */
  readonly packs: Map<string, LoadedPack>;
  readonly apis: Map<string, ApiDescription>;
}

export function tenantProgram(context: ProgramContext, graph: TenantGraph): () => Promise<Record<string, unknown>> {
  return async () => {
    const { database, api: apiComponent } = split(graph);
    const loaded = await context.loadPack(graph.pack);
    const checksum = checksumOf(loaded, database.modules);
    const api = describeFor(graph.api, database.modules);
    const apiHash = hashApi(api);
    context.packs.set(checksum, loaded);
    context.apis.set(apiHash, api);

    const names = namesOf(graph.ref);
    const own = hasOwnInstance(graph.model) ? ownInstance(graph, names) : null;
    const instance = own?.instance ?? null;
    const made = new TenantDatabase(
      database.name,
      {
        ref: graph.ref,
        names,
        component: database,
        pack: graph.pack,
        checksum,
        instance,
      },
      own === null ? {} : { parent: own },
    );
    const served = new TenantApi(apiComponent.name, {
      graph,
      modules: database.modules,
      database: made,
      limits: limitsOf(apiComponent),
      apiHash,
      instance,
    });
    const endpoint = served.ref.apply((ref) => `${context.gatewayUrl}/t/${ref}/v1`);
    return { endpoint, apiKeyPrefix: served.keyPrefix };
  };
}

/** The record of a private or hybrid tenant is in a server of its own. */
function hasOwnInstance(model: TenantGraph['model']): boolean {
  return model !== 'public';
}

/** The tenant's roles may connect to its database, and nobody else to anything. */
function ownInstance({ ref, quotas }: TenantGraph, names: TenantNames): TenantInstance {
  const access = [names.api, names.bi].map((role) => ({ database: names.database, role }));
  return new TenantInstance('instance', { name: ref, settings: instanceSettings(quotas), access });
}

/** The API of a tenant with these modules: what others bring is neither served nor described. */
function describeFor(api: ApiDescription, modules: readonly string[]): ApiDescription {
  const present = ({ module }: { readonly module: string | null }): boolean =>
    module === null || modules.includes(module);
  return { ...api, functions: api.functions.filter(present), views: api.views.filter(present) };
}

function limitsOf(api: ApiComponent): RouteLimits {
  return {
    connections: api.connections,
    rps: api.rps,
    burst: api.burst,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    bodyBytesMax: BODY_BYTES_MAX,
    storageBytesMax: api.storageGib * GIB,
  };
}

/** A public or private tenant is one database and the API over it. */
function split(graph: TenantGraph): { readonly database: DatabaseComponent; readonly api: ApiComponent } {
  const databases = graph.components.filter((component) => component.kind === 'database');
  const apis = graph.components.filter((component) => component.kind === 'api');
  const [database, api] = [databases[0], apis[0]];
  if (database === undefined || api === undefined || databases.length > 1 || apis.length > 1) {
    throw new Error(
      `target local makes one database and one API of a ${graph.model} tenant; ${graph.offering} asks otherwise`,
    );
  }
  if (api.of !== database.name) throw new Error(`API ${api.name} is of ${api.of}, which is not in the blueprint`);
  return { database, api };
}
