/** Stacks as such: what they hold, and forgetting them. */
import type { StateResource } from '../port.ts';
import { maskSealed } from './codec.ts';
import type { ResourceState } from './deployment.ts';
import type { StackName } from './keys.ts';
import { openSession, type StackLease } from './session.ts';
import { readStored, type StateStore } from './store.ts';
import { urnName } from '../wire/urn.ts';

/** Thrown when a stack that still has resources is to be forgotten. */
export class StackNotEmptyError extends Error {
  override readonly name = 'StackNotEmptyError';
}

function toDate(text: string | undefined): Date | null {
  return text === undefined ? null : new Date(text);
}

function toStateResource(state: ResourceState): StateResource {
  return {
    urn: state.urn,
    type: state.type,
    name: urnName(state.urn),
    id: state.id ?? null,
    parent: state.parent ?? null,
    custom: state.custom,
    inputs: maskSealed(state.inputs ?? {}) as Record<string, unknown>,
    outputs: maskSealed(state.outputs ?? {}) as Record<string, unknown>,
    dependencies: state.dependencies ?? [],
    createdAt: toDate(state.created),
    modifiedAt: toDate(state.modified),
  };
}

/** The resources of a stack, secrets masked; none when the stack does not exist. */
export async function readResources(store: StateStore, name: StackName): Promise<readonly StateResource[]> {
  const stored = await readStored(store, name);
  return (stored?.resources ?? []).map(toStateResource);
}

/** Forget an empty stack. @throws StackNotEmptyError, FencedError, StackLockedError */
export async function removeStack(store: StateStore, { project, stack, fence }: StackLease): Promise<void> {
  const session = await openSession(store, { project, stack, fence }, () => session.loaded);
  try {
    const left = session.loaded.resources.length + session.loaded.pending.length;
    if (left > 0) throw new StackNotEmptyError(`the stack ${project}/${stack} still has ${left} resources`);
    await session.remove();
  } finally {
    await session.release();
  }
}
