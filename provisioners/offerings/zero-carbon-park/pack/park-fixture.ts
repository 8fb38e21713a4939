/** A park for tests. */
import type { PackSource } from '../../../kit/offering.ts';
import { openTestTenant, type Sql, type TestTenant, type TestTenantOptions } from '../../../kit/pack/test-tenant.ts';

const PACK: PackSource = {
  name: 'zero-carbon-park',
  version: '1.2.0',
  directory: import.meta.dirname,
  extensions: ['btree_gist'],
};

export const openPark = (
  database: { readonly url: string; drop(): Promise<void> },
  connect: (url: string) => Sql,
  options: TestTenantOptions = {},
): Promise<TestTenant> => openTestTenant(PACK, database, connect, options);

/** Hour `n` of the first of January 2026. */
export const hour = (n: number): string => new Date(Date.UTC(2026, 0, 1, n)).toISOString();
