/** What a ledger consists of: one database with the pack, one API over it. A new one begins with its chart of accounts. */
import { api, database, type BlueprintInput, type Component } from '../../kit/offering.ts';
import { installedModules } from './modules.ts';
import type { FinanceParams } from './parameters.ts';

export function blueprint({ params, plan, modules }: BlueprintInput<FinanceParams>): readonly Component[] {
  const { quotas } = plan;
  const { sample_data: sampleData, ...packParams } = params;
  return [
    database('ledger', {
      pack: 'finance',
      modules: installedModules(modules, plan.code),
      params: packParams,
      storageGib: quotas.storageGib,
      apiConnections: quotas.apiConnections,
      sqlConnections: quotas.sqlConnections,
      tempFileMib: quotas.tempFileMib,
      seed: sampleData === 'demo' ? 'seed_demo' : 'open_chart',
    }),
    api('v1', {
      of: 'ledger',
      rps: quotas.rps,
      burst: quotas.burst,
      connections: quotas.apiConnections,
      storageGib: quotas.storageGib,
    }),
  ];
}
