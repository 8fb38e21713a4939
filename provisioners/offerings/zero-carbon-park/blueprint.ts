/** What a park consists of: a database for its metering, served; a public edge beside it when it is hybrid. */
import type { BlueprintInput, Component } from '../../kit/offering.ts';
import { servedPack } from '../../kit/served-pack.ts';
import type { ParkParams } from './parameters.ts';

export function blueprint({ params, ...order }: BlueprintInput<ParkParams>): readonly Component[] {
  const { sample_data: sampleData, edge_link: edgeLink, ...packParams } = params;
  const { interval_minutes } = params;
  return servedPack('metering', order, {
    pack: 'zero-carbon-park',
    modules: [],
    params: packParams,
    seed: sampleData === 'demo' ? 'seed_demo' : null,
    edge: { link: edgeLink, params: { interval_minutes } },
  });
}
