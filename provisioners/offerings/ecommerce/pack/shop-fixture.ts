/** A shop for tests: the pack in a real database, and goods to sell in it. */
import { openTestTenant, type Sql, type TestTenant, type TestTenantOptions } from '../../../kit/pack/test-tenant.ts';

export type Shop = TestTenant;

export const PACK = {
  name: 'ecommerce',
  version: '1.2.0',
  directory: import.meta.dirname,
  extensions: ['btree_gist', 'ltree'],
} as const;

/** Applies the pack to an empty database.
 * @param connect opens a pool on a URL */
export async function openShop(
  database: Parameters<typeof openTestTenant>[1],
  connect: (url: string) => Sql,
  options: TestTenantOptions = {},
): Promise<Shop> {
  return openTestTenant(PACK, database, connect, options);
}

/** A product on sale with stock, ready to be ordered. */
export async function stockProduct(
  shop: Shop,
  { sku, qty, priceMinor = '1999', category }: { sku: string; qty: number; priceMinor?: string; category?: string },
): Promise<void> {
  const slug = `p-${sku.toLowerCase()}`;
  await shop.call('create_product', { slug, name: `Product ${sku}`, ...(category === undefined ? {} : { category }) });
  await shop.call('create_variant', { slug, sku });
  await shop.call('set_offer', { sku, priceMinor });
  await shop.call('publish_product', { slug });
  if (qty > 0) await shop.call('receive_stock', { sku, qty });
}
