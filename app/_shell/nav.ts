/** Navigation as data: who sees which pages. A new page is one row; words are in shell.json under `nav`. */
import type { Persona } from '../../server/domain/policy.ts';

export const NAV_ITEMS = {
  catalogue: { href: '/catalogue', goKey: 'c' },
  tenants: { href: '/tenants', goKey: 't' },
  orders: { href: '/orders', goKey: 'o' },
  runs: { href: '/runs', goKey: 'r' },
  quotes: { href: '/quotes', goKey: 'q' },
  tokens: { href: '/tokens', goKey: 'k' },
  audit: { href: '/audit', goKey: 'a' },
  deskQuotes: { href: '/desk/quotes', goKey: 'q' },
  customers: { href: '/desk/customers', goKey: 'm' },
  approvals: { href: '/admin/approvals', goKey: 'p' },
  targets: { href: '/admin/targets', goKey: 'e' },
  people: { href: '/admin/people', goKey: 'u' },
  priceBooks: { href: '/admin/price-books', goKey: 'b' },
} as const satisfies Record<string, { readonly href: string; readonly goKey: string }>;

export type NavKey = keyof typeof NAV_ITEMS;
export type NavGroupKey = 'run' | 'sell' | 'follow' | 'fleet' | 'govern' | 'organisation' | 'read';

export interface NavGroup {
  /** Null for the first group, which needs no name. */
  readonly group: NavGroupKey | null;
  readonly items: readonly NavKey[];
}

export const NAV = {
  customer: [
    { group: null, items: ['catalogue'] },
    { group: 'run', items: ['tenants', 'orders', 'runs', 'quotes'] },
    { group: 'organisation', items: ['tokens', 'audit'] },
  ],
  desk: [
    { group: null, items: ['catalogue'] },
    { group: 'sell', items: ['deskQuotes'] },
    { group: 'follow', items: ['customers', 'orders', 'tenants'] },
  ],
  admin: [
    { group: null, items: ['approvals'] },
    { group: 'fleet', items: ['tenants', 'runs', 'orders', 'targets'] },
    { group: 'sell', items: ['priceBooks'] },
    { group: 'govern', items: ['audit', 'people'] },
  ],
  auditor: [
    { group: null, items: ['audit'] },
    { group: 'read', items: ['tenants', 'runs', 'orders', 'approvals', 'quotes'] },
  ],
} as const satisfies Record<Persona, readonly NavGroup[]>;

/** The key of the item's word: the desk's quotes are called quotes too. */
export function navWord(key: NavKey): Exclude<NavKey, 'deskQuotes'> {
  return key === 'deskQuotes' ? 'quotes' : key;
}

export function navKeys(persona: Persona): readonly NavKey[] {
  return NAV[persona].flatMap((group): readonly NavKey[] => group.items);
}

/** The item a path belongs to: the longest address that begins it. */
export function currentNavKey(persona: Persona, pathname: string): NavKey | null {
  let best: NavKey | null = null;
  for (const key of navKeys(persona)) {
    const { href } = NAV_ITEMS[key];
    const inside = pathname === href || pathname.startsWith(`${href}/`);
    if (inside && (best === null || href.length > NAV_ITEMS[best].href.length)) best = key;
  }
  return best;
}
