/** What a ledger consists of: a database, served; a public edge beside it when it is hybrid. A new one begins with its chart of accounts. */
import type { BlueprintInput, Component } from '../../kit/offering.ts';
import { servedPack } from '../../kit/served-pack.ts';
import { installedModules } from './modules.ts';
import type { FinanceParams } from './parameters.ts';

export function blueprint({ params, modules, ...order }: BlueprintInput<FinanceParams>): readonly Component[] {
  const { sample_data: sampleData, edge_link: edgeLink, edge_share_balances: shareBalances, ...packParams } = params;
  return servedPack('ledger', order, {
    pack: 'finance',
    modules: installedModules(modules, order.plan.code),
    params: { ...packParams, ...(order.model === 'hybrid' && { edge_share_balances: shareBalances }) },
    seed: sampleData === 'demo' ? 'seed_demo' : 'open_chart',
    edge: { link: edgeLink, params: {} },
  });
}
