/** Reads a request's address by exact form: nothing is decoded, joined or resolved, so there is nothing to climb out of. */
export type Address =
  | { readonly kind: 'health' }
  | { readonly kind: 'usage'; readonly ref: string }
  /** `ref` names a route: a tenant's, or that of its public side (see registry/sides.ts). */
  | { readonly kind: 'page'; readonly ref: string }
  | { readonly kind: 'openapi'; readonly ref: string }
  | { readonly kind: 'api'; readonly ref: string; readonly name: string }
  | { readonly kind: 'none' };

const REF = 't_[2-9a-hjkmnp-z]{6}';
const TENANT = new RegExp(`^/t/(${REF}(?:/edge)?)/v1(?:/(openapi\\.json|[a-z][a-z0-9_]{0,62})?)?$`);
const USAGE = new RegExp(`^/internal/usage/(${REF})$`);

export function readAddress(path: string): Address {
  if (path === '/health') return { kind: 'health' };
  const usage = USAGE.exec(path)?.[1];
  if (usage !== undefined) return { kind: 'usage', ref: usage };
  const [, ref, name] = TENANT.exec(path) ?? [];
  if (ref === undefined) return { kind: 'none' };
  if (name === undefined) return { kind: 'page', ref };
  return name === 'openapi.json' ? { kind: 'openapi', ref } : { kind: 'api', ref, name };
}
