/** The blueprint that most offerings share: one database with the pack, one API over it; a public edge beside it when the tenant is hybrid. */
import { hybridComponents } from './hybrid.ts';
import {
  api,
  database,
  type BlueprintInput,
  type Component,
  type DatabaseComponent,
  type LinkMode,
} from './offering.ts';

interface ServedPack extends Pick<DatabaseComponent, 'pack' | 'modules' | 'params' | 'seed'> {
  /** Of a hybrid tenant. */
  readonly edge: { readonly link: LinkMode; readonly params: Readonly<Record<string, unknown>> };
}

/** @param name of the database component, a word of the industry */
export function servedPack(
  name: string,
  { plan, model }: Pick<BlueprintInput<unknown>, 'plan' | 'model'>,
  { edge, ...record }: ServedPack,
): readonly Component[] {
  const { storageGib, apiConnections, sqlConnections, tempFileMib, rps, burst } = plan.quotas;
  const kept = database(name, { ...record, storageGib, apiConnections, sqlConnections, tempFileMib });
  const served = api('v1', { of: name, rps, burst, connections: apiConnections, storageGib });
  if (model !== 'hybrid') return [kept, served];
  return hybridComponents(kept, served, { plan: plan.code, link: edge.link, edgeParams: edge.params });
}
