/** What a shop consists of: one database with the pack, one API over it; a public edge beside it when it is hybrid. */
import { hybridComponents } from '../../kit/hybrid.ts';
import { api, database, type BlueprintInput, type Component } from '../../kit/offering.ts';
import { installedModules } from './modules.ts';
import type { ShopParams } from './parameters.ts';

/** Below this a flash sale would queue on single rows. */
const FLASH_SALE_STRIPES = 16;

export function blueprint({ params, plan, model, modules }: BlueprintInput<ShopParams>): readonly Component[] {
  const { quotas } = plan;
  const { sample_data: sampleData, edge_link: edgeLink, edge_allotment_percent: percent, ...packParams } = params;
  const hybrid = model === 'hybrid';
  const installed = installedModules(modules, plan.code);
  const stripes = installed.includes('flash-sale')
    ? Math.max(FLASH_SALE_STRIPES, params.stock_buckets)
    : params.stock_buckets;
  const shop = database('shop', {
    pack: 'ecommerce',
    modules: installed,
    params: { ...packParams, stock_buckets: stripes, ...(hybrid ? { edge_allotment_percent: percent } : {}) },
    storageGib: quotas.storageGib,
    apiConnections: quotas.apiConnections,
    sqlConnections: quotas.sqlConnections,
    tempFileMib: quotas.tempFileMib,
    seed: sampleData === 'demo' ? 'seed_demo' : null,
  });
  const served = api('v1', {
    of: 'shop',
    rps: quotas.rps,
    burst: quotas.burst,
    connections: quotas.apiConnections,
    storageGib: quotas.storageGib,
  });
  if (!hybrid) return [shop, served];
  const { currencies, channels } = params;
  return hybridComponents(shop, served, { plan: plan.code, link: edgeLink, edgeParams: { currencies, channels } });
}
