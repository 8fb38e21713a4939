/**
 * Reads a request's address by exact form: nothing is joined or resolved, so there is nothing to climb out of. Nothing is decoded either, but
 * for values within a standard's path, once the path is known.
 */
import { PAGE_VALUE } from '../domain/public-page.ts';

export type Address =
  | { readonly kind: 'health' }
  | { readonly kind: 'usage'; readonly ref: string }
  /** `ref` names a route: a tenant's, or that of its public side (see registry/sides.ts). */
  | { readonly kind: 'page'; readonly ref: string }
  | { readonly kind: 'openapi'; readonly ref: string }
  | { readonly kind: 'api'; readonly ref: string; readonly name: string }
  /** A function's page for people without a key, and the value that opens it. */
  | { readonly kind: 'public_page'; readonly ref: string; readonly name: string; readonly value: string }
  /** Something else below a tenant: a standard's path, if it is one of its API. */
  | { readonly kind: 'bound'; readonly ref: string; readonly path: string }
  | { readonly kind: 'none' };

const REF = 't_[2-9a-hjkmnp-z]{6}';
const TENANT = new RegExp(`^/t/(${REF}(?:/edge)?)/v1(?:/(openapi\\.json|[a-z][a-z0-9_]{0,62})?)?$`);
const BOUND = new RegExp(`^/t/(${REF}(?:/edge)?)/((?!v1(?:/|$))[^/].*)$`);
const PUBLIC_PAGE = new RegExp(`^/t/(${REF}(?:/edge)?)/page/([a-z][a-z0-9_]{0,62})/(${PAGE_VALUE})$`);
const USAGE = new RegExp(`^/internal/usage/(${REF}(?:/edge)?)$`);

export function readAddress(path: string): Address {
  if (path === '/health') return { kind: 'health' };
  const usage = USAGE.exec(path)?.[1];
  if (usage !== undefined) return { kind: 'usage', ref: usage };
  const [, owned, page, value] = PUBLIC_PAGE.exec(path) ?? [];
  if (owned !== undefined && page !== undefined && value !== undefined)
    return { kind: 'public_page', ref: owned, name: page, value };
  const [, ref, name] = TENANT.exec(path) ?? [];
  if (ref === undefined) {
    const [, owner, rest] = BOUND.exec(path) ?? [];
    return owner === undefined || rest === undefined ? { kind: 'none' } : { kind: 'bound', ref: owner, path: rest };
  }
  if (name === undefined) return { kind: 'page', ref };
  return name === 'openapi.json' ? { kind: 'openapi', ref } : { kind: 'api', ref, name };
}
