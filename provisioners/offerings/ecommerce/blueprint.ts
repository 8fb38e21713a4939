/** What a shop consists of: one database with the pack, one API over it. */
import { api, database, type BlueprintInput, type Component } from '../../kit/offering.ts';
import { installedModules } from './modules.ts';
import type { ShopParams } from './parameters.ts';

/** Below this a flash sale would queue on single rows. */
const FLASH_SALE_STRIPES = 16;

export function blueprint({ params, plan, modules }: BlueprintInput<ShopParams>): readonly Component[] {
  const { quotas } = plan;
  const { sample_data: sampleData, ...packParams } = params;
  const installed = installedModules(modules, plan.code);
  const stripes = installed.includes('flash-sale')
    ? Math.max(FLASH_SALE_STRIPES, params.stock_buckets)
    : params.stock_buckets;
  return [
    database('shop', {
      pack: 'ecommerce',
      modules: installed,
      params: { ...packParams, stock_buckets: stripes },
      storageGib: quotas.storageGib,
      apiConnections: quotas.apiConnections,
      sqlConnections: quotas.sqlConnections,
      tempFileMib: quotas.tempFileMib,
      seed: sampleData === 'demo' ? 'seed_demo' : null,
    }),
    api('v1', {
      of: 'shop',
      rps: quotas.rps,
      burst: quotas.burst,
      connections: quotas.apiConnections,
      storageGib: quotas.storageGib,
    }),
  ];
}
