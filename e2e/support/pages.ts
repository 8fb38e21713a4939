// Every page of the portal, with somebody who may see it. A page with a number in its address takes it from what is there.
import type { PortalApi } from './portal-api.ts';
import type { Who } from './people.ts';

interface Ids {
  tenant: string;
  run: string;
  order: string;
}

/** What of the first shop has a page of its own. */
export async function firstIds(api: PortalApi): Promise<Ids> {
  const [tenants, runs, orders] = await Promise.all([
    api.tenants.list.query({ q: 'first-shop' }),
    api.runs.list.query({ q: 'first-shop' }),
    api.orders.list.query({ q: 'first-shop' }),
  ]);
  const [tenant, run, order] = [tenants.items[0], runs.items.at(-1), orders.items[0]];
  if (!tenant || !run || !order) throw new Error('the first shop is missing');
  return { tenant: tenant.id, run: run.id, order: order.id };
}

/** Names are known before there is a portal, so that each page is a test of its own. */
export const PAGES = {
  catalogue: { who: 'customer', path: () => '/catalogue' },
  offering: { who: 'customer', path: () => '/catalogue/ecommerce' },
  plans: { who: 'customer', path: () => '/catalogue/ecommerce?tab=plans' },
  modules: { who: 'customer', path: () => '/catalogue/ecommerce?tab=modules' },
  'offering API': { who: 'customer', path: () => '/catalogue/ecommerce?tab=api' },
  versions: { who: 'customer', path: () => '/catalogue/ecommerce?tab=versions' },
  'another offering': { who: 'customer', path: () => '/catalogue/logistics' },
  configure: { who: 'customer', path: () => '/catalogue/ecommerce/configure' },
  tenants: { who: 'customer', path: () => '/tenants' },
  tenant: { who: 'customer', path: ({ tenant }) => `/tenants/${tenant}` },
  business: { who: 'customer', path: ({ tenant }) => `/tenants/${tenant}?tab=business` },
  change: { who: 'customer', path: ({ tenant }) => `/tenants/${tenant}/change` },
  'try it': { who: 'customer', path: ({ tenant }) => `/tenants/${tenant}?tab=try` },
  resources: { who: 'customer', path: ({ tenant }) => `/tenants/${tenant}?tab=resources` },
  usage: { who: 'customer', path: ({ tenant }) => `/tenants/${tenant}?tab=usage` },
  keys: { who: 'customer', path: ({ tenant }) => `/tenants/${tenant}?tab=keys` },
  history: { who: 'customer', path: ({ tenant }) => `/tenants/${tenant}?tab=history` },
  orders: { who: 'customer', path: () => '/orders' },
  order: { who: 'customer', path: ({ order }) => `/orders/${order}` },
  runs: { who: 'customer', path: () => '/runs' },
  run: { who: 'customer', path: ({ run }) => `/runs/${run}` },
  quotes: { who: 'customer', path: () => '/quotes' },
  tokens: { who: 'customer', path: () => '/tokens' },
  'desk: quotes': { who: 'desk', path: () => '/desk/quotes' },
  'desk: customers': { who: 'desk', path: () => '/desk/customers' },
  'desk: configure': { who: 'desk', path: () => '/catalogue/ecommerce/configure' },
  approvals: { who: 'admin', path: () => '/admin/approvals' },
  targets: { who: 'admin', path: () => '/admin/targets' },
  people: { who: 'admin', path: () => '/admin/people' },
  'price books': { who: 'admin', path: () => '/admin/price-books' },
  'audit trail': { who: 'auditor', path: () => '/audit' },
} as const satisfies Record<string, { who: Who; path: (ids: Ids) => string }>;

export type PageName = keyof typeof PAGES;
export const PAGE_NAMES = Object.keys(PAGES) as PageName[];
