/** What a logistics tenant consists of: one database with the pack, one API over it; a public edge beside it when it is hybrid. */
import { hybridComponents } from '../../kit/hybrid.ts';
import { api, database, type BlueprintInput, type Component } from '../../kit/offering.ts';
import { installedModules } from './modules.ts';
import type { LogisticsParams } from './parameters.ts';

export function blueprint({ params, plan, model, modules }: BlueprintInput<LogisticsParams>): readonly Component[] {
  const { quotas } = plan;
  const { sample_data: sampleData, edge_link: edgeLink, ...packParams } = params;
  const network = database('network', {
    pack: 'logistics',
    modules: installedModules(modules, plan.code),
    params: packParams,
    storageGib: quotas.storageGib,
    apiConnections: quotas.apiConnections,
    sqlConnections: quotas.sqlConnections,
    tempFileMib: quotas.tempFileMib,
    seed: sampleData === 'demo' ? 'seed_demo' : null,
  });
  const served = api('v1', {
    of: 'network',
    rps: quotas.rps,
    burst: quotas.burst,
    connections: quotas.apiConnections,
    storageGib: quotas.storageGib,
  });
  if (model !== 'hybrid') return [network, served];
  const { services } = params;
  return hybridComponents(network, served, { plan: plan.code, link: edgeLink, edgeParams: { services } });
}
