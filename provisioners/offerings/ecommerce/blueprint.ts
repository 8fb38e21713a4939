/** What a shop consists of: a database, served; a public edge beside it when it is hybrid. */
import type { BlueprintInput, Component } from '../../kit/offering.ts';
import { servedPack } from '../../kit/served-pack.ts';
import { installedModules } from './modules.ts';
import type { ShopParams } from './parameters.ts';

/** Below this a flash sale would queue on single rows. */
const FLASH_SALE_STRIPES = 16;

export function blueprint({ params, modules, ...order }: BlueprintInput<ShopParams>): readonly Component[] {
  const { sample_data: sampleData, edge_link: edgeLink, edge_allotment_percent: percent, ...packParams } = params;
  const { currencies, channels, stock_buckets: buckets } = params;
  const installed = installedModules(modules, order.plan.code);
  const stripes = installed.includes('flash-sale') ? Math.max(FLASH_SALE_STRIPES, buckets) : buckets;
  const allotment = order.model === 'hybrid' && { edge_allotment_percent: percent };
  return servedPack('shop', order, {
    pack: 'ecommerce',
    modules: installed,
    params: { ...packParams, stock_buckets: stripes, ...allotment },
    seed: sampleData === 'demo' ? 'seed_demo' : null,
    edge: { link: edgeLink, params: { currencies, channels } },
  });
}
