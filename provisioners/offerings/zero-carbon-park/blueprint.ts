/** What a park consists of: one database with the pack, one API over it; a public edge beside it when it is hybrid. */
import { hybridComponents } from '../../kit/hybrid.ts';
import { api, database, type BlueprintInput, type Component } from '../../kit/offering.ts';
import type { ParkParams } from './parameters.ts';

export function blueprint({ params, plan, model }: BlueprintInput<ParkParams>): readonly Component[] {
  const { quotas } = plan;
  const { sample_data: sampleData, edge_link: edgeLink, ...packParams } = params;
  const metering = database('metering', {
    pack: 'zero-carbon-park',
    modules: [],
    params: packParams,
    storageGib: quotas.storageGib,
    apiConnections: quotas.apiConnections,
    sqlConnections: quotas.sqlConnections,
    tempFileMib: quotas.tempFileMib,
    seed: sampleData === 'demo' ? 'seed_demo' : null,
  });
  const served = api('v1', {
    of: 'metering',
    rps: quotas.rps,
    burst: quotas.burst,
    connections: quotas.apiConnections,
    storageGib: quotas.storageGib,
  });
  if (model !== 'hybrid') return [metering, served];
  const { interval_minutes } = params;
  return hybridComponents(metering, served, { plan: plan.code, link: edgeLink, edgeParams: { interval_minutes } });
}
