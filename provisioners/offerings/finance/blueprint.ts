/**
 * What a ledger consists of: one database with the pack, one API over it; a public edge beside it when it is hybrid. A new one begins with its
 * chart of accounts.
 */
import { hybridComponents } from '../../kit/hybrid.ts';
import { api, database, type BlueprintInput, type Component } from '../../kit/offering.ts';
import { installedModules } from './modules.ts';
import type { FinanceParams } from './parameters.ts';

export function blueprint({ params, plan, model, modules }: BlueprintInput<FinanceParams>): readonly Component[] {
  const { quotas } = plan;
  const { sample_data: sampleData, edge_link: edgeLink, edge_share_balances: shareBalances, ...packParams } = params;
  const hybrid = model === 'hybrid';
  const ledger = database('ledger', {
    pack: 'finance',
    modules: installedModules(modules, plan.code),
    params: { ...packParams, ...(hybrid ? { edge_share_balances: shareBalances } : {}) },
    storageGib: quotas.storageGib,
    apiConnections: quotas.apiConnections,
    sqlConnections: quotas.sqlConnections,
    tempFileMib: quotas.tempFileMib,
    seed: sampleData === 'demo' ? 'seed_demo' : 'open_chart',
  });
  const served = api('v1', {
    of: 'ledger',
    rps: quotas.rps,
    burst: quotas.burst,
    connections: quotas.apiConnections,
    storageGib: quotas.storageGib,
  });
  if (!hybrid) return [ledger, served];
  return hybridComponents(ledger, served, { plan: plan.code, link: edgeLink, edgeParams: {} });
}
