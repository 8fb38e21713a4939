/** What a logistics tenant consists of: a database for its network, served; a public edge beside it when it is hybrid. */
import type { BlueprintInput, Component } from '../../kit/offering.ts';
import { servedPack } from '../../kit/served-pack.ts';
import { installedModules } from './modules.ts';
import type { LogisticsParams } from './parameters.ts';

export function blueprint({ params, modules, ...order }: BlueprintInput<LogisticsParams>): readonly Component[] {
  const { sample_data: sampleData, edge_link: edgeLink, ...packParams } = params;
  const { services } = params;
  return servedPack('network', order, {
    pack: 'logistics',
    modules: installedModules(modules, order.plan.code),
    params: packParams,
    seed: sampleData === 'demo' ? 'seed_demo' : null,
    edge: { link: edgeLink, params: { services } },
  });
}
