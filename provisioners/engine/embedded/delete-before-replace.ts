/** Replacing what cannot exist twice: the old one goes first, and before it all that would have to be replaced with it. */
import type { ResourceState } from '../state/deployment.ts';
import { UNKNOWN, type Props } from '../wire/values.ts';
import { askDiff } from './ask.ts';
import { removeFromWorld } from './removal.ts';
import { ask, saveSoon, type Run } from './run.ts';

/** Properties of `state` that came from `other`. */
function propertiesFrom(state: ResourceState, other: ResourceState): string[] {
  const entries = Object.entries(state.propertyDependencies ?? {});
  return entries.filter(([, urns]) => urns.includes(other.urn)).map(([key]) => key);
}

/** Would a dependent have to be replaced if the properties it takes from `old` changed? */
async function fallsWith(run: Run, dependent: ResourceState, old: ResourceState): Promise<boolean> {
  const taken = propertiesFrom(dependent, old);
  if (taken.length === 0 || !dependent.custom || !dependent.provider) return false;
  const inputs: Props = { ...dependent.inputs };
  for (const key of taken) inputs[key] = UNKNOWN;
  const provider = run.providers.instance(dependent.provider);
  const difference = await ask(run, `diff ${dependent.urn}`, () =>
    askDiff(provider, dependent, dependent.urn, inputs, dependent.replaceOnChanges),
  );
  return difference.replaces.length > 0;
}

/**
 * Delete `old` ahead of its replacement.
 * @returns the entry in the state that waits for the replacement; undefined in a preview
 */
export async function makeRoomFor(run: Run, old: ResourceState): Promise<ResourceState | undefined> {
  for (const dependent of run.ledger.remaining.toReversed()) {
    if (dependent === old || dependent.delete || dependent.pendingReplacement) continue;
    if (!(await fallsWith(run, dependent, old))) continue;
    run.forced.add(dependent.urn);
    await makeRoomFor(run, dependent);
  }
  if (run.preview) return undefined;
  await removeFromWorld(run, old);
  const waiting = run.ledger.amend(old, { pendingReplacement: true });
  saveSoon(run);
  return waiting;
}
