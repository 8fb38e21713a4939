/** What a tenant consists of on this machine, as it is now: sampled for the tenant's page. */
import type { DeploymentModel } from '../../../server/domain/manifest.ts';
import type { Topology, TopologyLink, TopologyNode } from '../../../server/domain/topology.ts';
import type { LocalText } from '../../../server/domain/text.ts';
import { findInstance, findRoute } from '../../../server/registry/routes.ts';
import { edgeRouteOf } from '../../../server/registry/sides.ts';
import { findLink, type LinkRow } from './links/link-registry.ts';
import { tendLink, type LinkHealth, type TroublesSeen, type WayHealth } from './links/tend.ts';
import type { ProviderContext } from './providers/kind.ts';

type Context = Pick<ProviderContext, 'cluster' | 'instances' | 'envelopeKey'> & {
  readonly gatewayUrl: string;
  readonly troubles: TroublesSeen;
  readonly linkPasswordDays: number;
};

const HEALTH_MS_MAX = 1_000;

const text = (en: string, zh: string): LocalText => ({ en, zh });

const TITLES = {
  gateway: text('API gateway', 'API 网关'),
  cluster: text('Shared cluster', '共享集群'),
  instance: text('Private instance', '私有实例'),
  record: text('Business database', '业务数据库'),
  dmz: text('DMZ database', '隔离区数据库'),
  edge: text('Edge database', '边缘数据库'),
  tunnel: text('Tunnel', '隧道'),
  push: text('Push agent', '推送代理'),
} as const;

const CROSSES = {
  calls: text('API calls', 'API 调用'),
  publish: text('What is published, by triggers in the same transaction', '同一事务内由触发器写入的发布数据'),
  outward: text('What is published: no personal data', '已发布的数据，不含个人信息'),
  inward: text('What the edge took in', '边缘接收的内容'),
} as const;

/** Of a link whose private side was told to stop: there is nothing to look after. */
const STILL: WayHealth = { state: 'broken', lagSeconds: null, conflicts: 0, applyErrors: 0 };
const AT_REST: LinkHealth = { ways: { local: STILL, outward: STILL, inward: STILL }, resynced: [] };

const asSeen = (link: TopologyLink): TopologyLink => link;
const stopped = (link: TopologyLink): TopologyLink => ({ ...link, state: 'stopped', lagSeconds: null });

/** Null when the tenant has no route: nothing of it serves. A part that is away is part of the answer. */
export async function topologyOf(context: Context, ref: string): Promise<Topology | null> {
  const route = await findRoute(context.cluster.registry, ref);
  if (route === null) return null;
  const instance = await findInstance(context.cluster.registry, ref);
  const hybrid = (await findRoute(context.cluster.registry, edgeRouteOf(ref))) !== null;
  const model: DeploymentModel = hybrid ? 'hybrid' : instance === null ? 'public' : 'private';
  const gateway = node('gateway', 'gateway', TITLES.gateway, 'edge', await gatewayState(context.gatewayUrl), null);
  const at = new Date().toISOString();
  if (instance === null) {
    const cluster = node('cluster', 'cluster', TITLES.cluster, 'record', 'running', null);
    const record = node('record', 'database', TITLES.record, 'record', 'running', 'cluster');
    return { model, at, nodes: [gateway, cluster, record], links: [calls(record, gateway, false)] };
  }
  const facts = await context.instances.keeper?.find(instance).catch(() => null);
  const state = stateOf(facts?.state);
  const rests = route.state === 'closed' && state === 'stopped'; // suspended: nothing is broken
  const server = node('instance', 'instance', TITLES.instance, 'record', state, null);
  const record = node('record', 'database', TITLES.record, 'record', state, 'instance');
  const own = [gateway, server, record];
  if (!hybrid) return { model, at, nodes: own, links: [calls(record, gateway, true)].map(rests ? stopped : asSeen) };
  const row = await findLink(context.cluster.registry, ref);
  const health = rests ? AT_REST : await tendLink(context, ref, row?.mode ?? 'direct');
  const { nodes, links } = hybridParts(own, { record, gateway, state, health, mode: row?.mode ?? null });
  return { model, at, nodes, links: links.map(rests ? stopped : asSeen) };
}

function hybridParts(
  own: readonly TopologyNode[],
  parts: {
    readonly record: TopologyNode;
    readonly gateway: TopologyNode;
    readonly state: TopologyNode['state'];
    readonly health: LinkHealth;
    readonly mode: LinkRow['mode'] | null;
  },
): Pick<Topology, 'nodes' | 'links'> {
  const { record, gateway, state, health, mode } = parts;
  const dmz = node('dmz', 'database', TITLES.dmz, 'record', state, 'instance');
  const cluster = node('cluster', 'cluster', TITLES.cluster, 'edge', 'running', null);
  const edge = node('edge', 'database', TITLES.edge, 'edge', 'running', 'cluster');
  const { local, outward, inward } = health.ways;
  const alive = state === 'stopped' ? 'stopped' : outward.state === 'broken' ? 'unreachable' : 'running';
  const agent = mode === null ? null : node('agent', 'agent', TITLES[mode], 'record', alive, null);
  const out =
    agent === null
      ? [way(dmz, edge, CROSSES.outward, true, outward)]
      : [way(dmz, agent, CROSSES.outward, false, outward), way(agent, edge, CROSSES.outward, true, outward)];
  return {
    nodes: [...own, dmz, ...(agent === null ? [] : [agent]), cluster, edge],
    links: [
      calls(record, gateway, true),
      calls(edge, gateway, false),
      way(record, dmz, CROSSES.publish, false, local),
      ...out,
      way(edge, record, CROSSES.inward, true, inward),
    ],
  };
}

const node = (
  id: string,
  kind: TopologyNode['kind'],
  title: LocalText,
  side: TopologyNode['side'],
  state: TopologyNode['state'],
  within: string | null,
): TopologyNode => ({ id, kind, title, side, state, within });

const calls = (database: TopologyNode, gateway: TopologyNode, boundary: boolean): TopologyLink => ({
  from: gateway.id,
  to: database.id,
  crosses: CROSSES.calls,
  boundary,
  lagSeconds: null,
  state: database.state === 'running' && gateway.state === 'running' ? 'flowing' : 'broken',
});

const way = (
  from: TopologyNode,
  to: TopologyNode,
  crosses: LocalText,
  boundary: boolean,
  { state, lagSeconds }: WayHealth,
): TopologyLink => ({ from: from.id, to: to.id, crosses, boundary, lagSeconds, state });

function stateOf(state: 'starting' | 'running' | 'failing' | 'stopped' | undefined): TopologyNode['state'] {
  if (state === undefined) return 'unreachable';
  return state === 'failing' ? 'unreachable' : state;
}

async function gatewayState(gatewayUrl: string): Promise<TopologyNode['state']> {
  try {
    const { ok } = await fetch(`${gatewayUrl}/health`, { signal: AbortSignal.timeout(HEALTH_MS_MAX) });
    return ok ? 'running' : 'starting';
  } catch {
    return 'unreachable';
  }
}
