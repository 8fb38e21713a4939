// Calls of a shop's own API, as its program makes them.
import { expect } from '@playwright/test';
import { uniqueName } from './names.ts';
import type { PortalApi } from './portal-api.ts';

/** Calls a function of the shop; a refusal fails the test. */
export async function callShop(api: PortalApi, tenantId: string, name: string, body: Record<string, unknown>) {
  const answer = await api.tenants.callApi.mutate({ tenantId, kind: 'function', name, body });
  expect(answer.status, `${name}: ${JSON.stringify(answer.body)}`).toBeLessThan(300);
  return answer.body as Record<string, unknown>;
}

/** A new product with five pieces in stock, on sale.
 * @returns its SKU */
export async function stockProduct(api: PortalApi, tenantId: string): Promise<string> {
  const slug = uniqueName('picture');
  const sku = slug.toUpperCase();
  await callShop(api, tenantId, 'create_product', { slug, name: slug });
  await callShop(api, tenantId, 'create_variant', { slug, sku });
  await callShop(api, tenantId, 'set_offer', { sku, channel: 'web', priceMinor: '1999' });
  await callShop(api, tenantId, 'receive_stock', { sku, qty: 5 });
  await callShop(api, tenantId, 'publish_product', { slug });
  return sku;
}
