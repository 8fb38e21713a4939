/** The Pulumi program of a tenant: its graph of components, one component resource each. Deterministic: the same graph, the same plan. */
import { hashApi } from '../../../server/registry/routes.ts';
import * as pulumi from '@pulumi/pulumi';
import type { ApiComponent, DatabaseComponent, WorkloadComponent } from '../../kit/offering.ts';
import { checksumOf } from '../../kit/pack/load.ts';
import type { TenantGraph } from '../../kit/target.ts';
import { TenantApi } from './components/tenant-api.ts';
import { TenantDatabase } from './components/tenant-database.ts';
import { TenantInstance } from './components/tenant-instance.ts';
import { TenantWorkload, workloadRoleName, workloadRoles } from './components/tenant-workload.ts';
import { edgeSide } from './edge-side.ts';
import { instanceSettings, sizeOf } from './instance-settings.ts';
import { linkSettings } from './links/settings.ts';
import { linkNames } from './links/ways.ts';
import { namesOf, type TenantNames } from './names.ts';
import { describeFor, limitsOf, type EdgeParts, type ProgramContext } from './program-parts.ts';

/** What a server needs to take rows in while they are written elsewhere; it goes back to its plan's settings when they are there. */
const TRANSFER_SETTINGS = {
  max_logical_replication_workers: '4',
  max_sync_workers_per_subscription: '2',
  max_active_replication_origins: '8',
  wal_retrieve_retry_interval: '1s',
} as const;

export function tenantProgram(context: ProgramContext, graph: TenantGraph): () => Promise<Record<string, unknown>> {
  return async () => {
    const { database, api: apiComponent, edge, workloads } = split(graph);
    const loaded = await context.loadPack(graph.pack);
    const checksum = checksumOf(loaded, database.modules);
    const api = describeFor(graph.api, database.modules);
    const apiHash = hashApi(api);
    context.packs.set(checksum, loaded);
    context.apis.set(apiHash, api);

    const names = namesOf(graph.ref);
    const own = hasOwnInstance(graph.model) ? ownInstance(graph, names, { edge, workloads }) : null;
    const instance = own?.instance ?? null;
    const others = workloadRoles(graph.ref, workloads, database, instance);
    const made = new TenantDatabase(
      database.name,
      {
        ref: graph.ref,
        names,
        component: database,
        pack: graph.pack,
        checksum,
        instance,
        movedIn: isMoving(graph),
        others,
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
    const linked =
      edge === null || instance === null
        ? null
        : edgeSide(context, graph, edge, { loaded, instance, record: made, checksum });
    const working = workloads.map((component, n) => {
      const role = others.roles[n]!;
      return new TenantWorkload(component.name, { graph, component, database: made, role, checksum, instance }).ready;
    });
    const ready = pulumi
      .all([served.ref, ...(linked === null ? [] : [linked]), ...working])
      .apply(([first]) => first ?? graph.ref);
    const endpoint = ready.apply((ref) => `${context.gatewayUrl}/t/${ref}/v1`);
    return { endpoint, apiKeyPrefix: served.keyPrefix };
  };
}

/** The record of a private or hybrid tenant is in a server of its own. */
function hasOwnInstance(model: TenantGraph['model']): boolean {
  return model !== 'public';
}

/** Whether the tenant's rows come from the shared cluster while this program runs. */
function isMoving({ model, movedFrom }: TenantGraph): boolean {
  if (movedFrom === undefined || movedFrom === model) return false;
  if (movedFrom === 'public' && model === 'private') return true;
  throw new Error(`target local does not move a ${movedFrom} tenant to ${model}`);
}

/** The tenant's roles may connect to its database, and nobody else to anything. */
function ownInstance(
  graph: TenantGraph,
  names: TenantNames,
  { edge, workloads }: Pick<Parts, 'edge' | 'workloads'>,
): TenantInstance {
  const { ref, quotas, region, residency = 'any' } = graph;
  const labels = { tenant: ref, region, residency };
  const roles = [names.api, names.bi, ...workloads.map((workload) => workloadRoleName(ref, workload))];
  const access = roles.map((role) => ({ database: names.database, role }));
  const settings = { ...instanceSettings(quotas), ...(isMoving(graph) ? TRANSFER_SETTINGS : {}) };
  const bounds = { cpuCores: quotas.cpu, memoryMib: sizeOf(quotas).memoryMib };
  if (edge === null) return new TenantInstance('instance', { name: ref, settings, access, bounds }, labels);
  const { dmz, replicator } = linkNames(ref);
  return new TenantInstance(
    'instance',
    {
      name: ref,
      settings: { ...settings, ...linkSettings(edge.link) },
      access: [...access, { database: dmz.database, role: replicator }],
      bounds,
    },
    labels,
  );
}

interface Parts {
  readonly database: DatabaseComponent;
  readonly api: ApiComponent;
  readonly edge: EdgeParts | null;
  /** Beside the record. */
  readonly workloads: readonly WorkloadComponent[];
}

/** A tenant is one database and the API over it, with processes beside it; a hybrid one has both once more for its edge, and a link. */
function split(graph: TenantGraph): Parts {
  const databases = graph.components.filter((component) => component.kind === 'database');
  const apis = graph.components.filter((component) => component.kind === 'api');
  const links = graph.components.filter((component) => component.kind === 'link');
  const workloads = graph.components.filter((component) => component.kind === 'workload');
  const sideOf = (side: DatabaseComponent['side']) => {
    const found = databases.filter((database) => database.side === side);
    const [database] = found;
    const over = apis.filter(({ of }) => of === database?.name);
    return found.length > 1 || over.length > 1 || database === undefined ? null : { database, api: over[0] };
  };
  const [record, edge] = [sideOf('record'), sideOf('edge')];
  const hybrid = graph.model === 'hybrid';
  const parts = hybrid ? 2 : 1;
  const complete = databases.length === parts && apis.length === parts && links.length === parts - 1;
  const [link] = links;
  if (!complete || record?.api === undefined) throw new Error(misfit(graph));
  const { database, api } = record;
  if (workloads.some(({ of }) => of !== database.name)) throw new Error(misfit(graph));
  if (!hybrid) return { database, api, edge: null, workloads };
  if (edge?.api === undefined || link?.from !== database.name || link.to !== edge.database.name)
    throw new Error(misfit(graph));
  return { database, api, edge: { database: edge.database, api: edge.api, link }, workloads };
}

const misfit = ({ model, offering }: TenantGraph): string =>
  `target local makes one database, one API and processes beside them of a public or private tenant, and the same once more with a link for the edge of a hybrid one; ` +
  `the blueprint of ${offering} for ${model} asks otherwise`;
