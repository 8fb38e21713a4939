/** References between resources of a state: dependencies, parents, providers. */
import type { ResourceState } from '../state/deployment.ts';
import { joinReference, splitReference } from '../wire/urn.ts';

/** True when `state` needs `other`, so `other` may not go first. */
export function dependsOn(state: ResourceState, other: ResourceState): boolean {
  if (state.parent === other.urn || state.deletedWith === other.urn) return true;
  if (state.provider === joinReference(other.urn, other.id ?? '')) return true;
  if (state.dependencies?.includes(other.urn)) return true;
  return Object.values(state.propertyDependencies ?? {}).some((urns) => urns.includes(other.urn));
}

/** A new version of `state` in which each URN is what `change` makes of it; URNs for which it gives null are left out. */
function changeReferences(state: ResourceState, change: (urn: string) => string | null): ResourceState {
  const list = (urns: readonly string[]) => urns.map(change).filter((urn) => urn !== null);
  const result: ResourceState = { ...state };
  const writable = result as { -readonly [Key in keyof ResourceState]: ResourceState[Key] };
  if (state.parent) writable.parent = change(state.parent) ?? state.parent;
  if (state.deletedWith) writable.deletedWith = change(state.deletedWith) ?? state.deletedWith;
  if (state.dependencies) writable.dependencies = list(state.dependencies);
  if (state.propertyDependencies) {
    const entries = Object.entries(state.propertyDependencies).map(([key, urns]) => [key, list(urns)] as const);
    writable.propertyDependencies = Object.fromEntries(entries);
  }
  if (state.provider) {
    const { urn, id } = splitReference(state.provider);
    writable.provider = joinReference(change(urn) ?? urn, id);
  }
  return result;
}

function references(state: ResourceState): string[] {
  const urns = [...(state.dependencies ?? []), ...Object.values(state.propertyDependencies ?? {}).flat()];
  if (state.parent) urns.push(state.parent);
  if (state.deletedWith) urns.push(state.deletedWith);
  if (state.provider) urns.push(splitReference(state.provider).urn);
  return urns;
}

/** Follow renamed resources. What refers to none of them stays the same object. */
export function renameReferences(state: ResourceState, renamed: ReadonlyMap<string, string>): ResourceState {
  if (!references(state).some((urn) => renamed.has(urn))) return state;
  return changeReferences(state, (urn) => renamed.get(urn) ?? urn);
}

/** Forget dependencies on resources that are gone: a state with dangling references is refused by the CLI. */
export function forgetReferences(state: ResourceState, gone: ReadonlySet<string>): ResourceState {
  if (!references(state).some((urn) => gone.has(urn))) return state;
  return changeReferences(state, (urn) => (gone.has(urn) ? null : urn));
}

/** The same resources, each after those that it needs; otherwise in the order in which they are. */
export function inOrderOfNeed(states: readonly ResourceState[]): ResourceState[] {
  const byUrn = Map.groupBy(states, ({ urn }) => urn);
  const placed = new Set<ResourceState>();
  const place = (state: ResourceState): void => {
    if (placed.has(state)) return;
    placed.add(state);
    // Set first, moved to the end once what it needs is placed: a circle, which there should not be, does not recurse for ever.
    for (const urn of references(state)) byUrn.get(urn)?.forEach(place);
    placed.delete(state);
    placed.add(state);
  };
  states.forEach(place);
  return [...placed];
}
