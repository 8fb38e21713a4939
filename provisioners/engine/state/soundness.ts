/** What must hold of every deployment, whoever wrote it: the CLI refuses those in which it does not. */
import { isProviderType, splitReference } from '../wire/urn.ts';
import type { ResourceState, Snapshot } from './deployment.ts';

function needs(state: ResourceState): string[] {
  const needed = [...(state.dependencies ?? []), ...Object.values(state.propertyDependencies ?? {}).flat()];
  if (state.parent) needed.push(state.parent);
  if (state.provider && !isProviderType(state.type)) needed.push(splitReference(state.provider).urn);
  return needed;
}

/** The ways in which a deployment is not sound, in words; none when it is. */
export function findFlaws({ resources }: Pick<Snapshot, 'resources'>): string[] {
  const flaws: string[] = [];
  const before = new Set<string>();
  const live = new Set<string>();
  for (const state of resources) {
    for (const urn of needs(state)) {
      if (!before.has(urn)) flaws.push(`${state.urn} needs ${urn}, which is not before it`);
    }
    if (!state.delete && live.has(state.urn)) flaws.push(`${state.urn} is there twice`);
    if (!state.delete) live.add(state.urn);
    if (state.custom && !state.id && !state.pendingReplacement) flaws.push(`${state.urn} has no id`);
    before.add(state.urn);
  }
  return flaws;
}
