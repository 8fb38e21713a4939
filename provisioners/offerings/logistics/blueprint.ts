/** What a logistics tenant consists of: one database with the pack, one API over it. */
import { api, database, type BlueprintInput, type Component } from '../../kit/offering.ts';
import { installedModules } from './modules.ts';
import type { LogisticsParams } from './parameters.ts';

export function blueprint({ params, plan, modules }: BlueprintInput<LogisticsParams>): readonly Component[] {
  const { quotas } = plan;
  const { sample_data: sampleData, ...packParams } = params;
  return [
    database('network', {
      pack: 'logistics',
      modules: installedModules(modules, plan.code),
      params: packParams,
      storageGib: quotas.storageGib,
      apiConnections: quotas.apiConnections,
      sqlConnections: quotas.sqlConnections,
      tempFileMib: quotas.tempFileMib,
      seed: sampleData === 'demo' ? 'seed_demo' : null,
    }),
    api('v1', {
      of: 'network',
      rps: quotas.rps,
      burst: quotas.burst,
      connections: quotas.apiConnections,
      storageGib: quotas.storageGib,
    }),
  ];
}
