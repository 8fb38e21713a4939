import type { Manifest } from '../../domain/manifest.ts';

/** Whether a tenant of this offering has anything that a key of one party could use: in the core, or in a module that it has. */
export function hasParties(
  { party, api, modules }: Manifest,
  tenant: { readonly planCode: string; readonly modules: readonly string[] },
): boolean {
  const installed = (code: string): boolean =>
    tenant.modules.includes(code) ||
    modules.some(
      (one) => one.code === code && one.selectable && (one.includedIn as readonly string[]).includes(tenant.planCode),
    );
  const open = [...(api?.functions ?? []), ...(api?.views ?? [])].filter((target) => target.party === true);
  return party !== undefined && open.some(({ module }) => module === null || installed(module));
}
