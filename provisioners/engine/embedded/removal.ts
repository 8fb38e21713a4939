/** Deleting what a program no longer has: dependents first, as parallel as the graph allows. */
import type { Operation } from '../port.ts';
import type { PendingOperation, ResourceState } from '../state/deployment.ts';
import { isDefaultProvider, isProviderType } from '../wire/urn.ts';
import { maskProps } from '../wire/values.ts';
import { InitFailedError } from './answers.ts';
import { askCreate, askDelete } from './ask.ts';
import type { Operating } from '../journal.ts';
import { UnsupportedError } from './provider-host.ts';
import { dependsOn } from './references.ts';
import { act, ask, begin, fail, hooked, isHalted, messageOf, saveSoon, type Run } from './run.ts';
import { told } from './told.ts';

/** Ask the provider to delete, where there is something to delete. */
export async function removeFromWorld(run: Run, state: ResourceState): Promise<void> {
  const inWorld = state.custom && !state.external && !state.pendingReplacement && !isProviderType(state.type);
  if (!inWorld || run.preview || state.retainOnDelete || !state.provider) return;
  const provider = run.providers.instance(state.provider);
  const work = () => act(run, state, 'deleting', () => askDelete(provider, state));
  await hooked(run, 'Delete', { old: state }, work, () => ({ old: state }));
}

function operationFor(state: ResourceState): Operation {
  if (state.external) return 'discard';
  return state.retainOnDelete ? 'retain' : 'delete';
}

/** The old copy of a replaced resource goes as part of the replacement, which has been told. */
function beginRemoval(run: Run, state: ResourceState): Operating {
  const hidden = state.delete === true || state.pendingReplacement === true || isDefaultProvider(state);
  return run.journal.begin({ urn: state.urn, parent: state.parent ?? null }, operationFor(state), hidden);
}

async function removeOne(run: Run, state: ResourceState, among: ReadonlySet<string>): Promise<void> {
  const operating = beginRemoval(run, state);
  await told(operating, async () => {
    // What lives inside something that goes as well needs no call of its own.
    const goesAlong = state.deletedWith !== undefined && among.has(state.deletedWith);
    if (!goesAlong) await removeFromWorld(run, state);
    noteResumed(run, state);
    run.ledger.drop(state);
    if (state.custom) saveSoon(run);
    operating.done({ changes: [], inputs: maskProps(state.inputs) });
  });
}

function noteResumed(run: Run, state: Pick<ResourceState, 'urn' | 'delete'>): void {
  const stale = run.ledger.staleFor(state);
  if (!stale || run.preview) return;
  run.ledger.resolveStale(state);
  run.resumed.push({ urn: state.urn, operation: stale.type });
}

function refuseProtected(run: Run, states: readonly ResourceState[]): void {
  for (const state of states) {
    if (!state.protect || state.delete || state.pendingReplacement) continue;
    run.journal.error({ kind: 'resource', urn: state.urn, message: 'it is protected and cannot be deleted' });
  }
}

/** Delete these resources. A resource stays when one that needs it could not be deleted. */
export async function removeAll(run: Run, states: readonly ResourceState[]): Promise<void> {
  refuseProtected(run, states);
  if (isHalted(run)) return;
  const among = new Set(states.map((state) => state.urn));
  const going = new Map<ResourceState, Promise<boolean>>();
  for (const state of states.toReversed()) {
    const dependents = [...going].filter(([other]) => dependsOn(other, state)).map(([, gone]) => gone);
    going.set(state, removeAfter(run, state, dependents, among));
  }
  await Promise.all(going.values());
}

async function removeAfter(
  run: Run,
  state: ResourceState,
  dependents: readonly Promise<boolean>[],
  among: ReadonlySet<string>,
): Promise<boolean> {
  const gone = await Promise.all(dependents);
  if (gone.includes(false) || run.gate.stopped()) return false;
  try {
    await removeOne(run, state, among);
    return true;
  } catch (error) {
    fail(run, state.urn, error);
    return false;
  }
}

/**
 * Creates that an interrupted run began and that the program no longer asks for, replacements among them: the provider adopts what there
 * is, so that it can be deleted like anything else. A create that is refused has made nothing.
 */
export async function adoptLeftovers(run: Run): Promise<void> {
  if (run.preview) return;
  const leftovers = run.ledger.stale.filter(({ type }) => type === 'creating');
  await Promise.all(leftovers.map((operation) => adopt(run, operation)));
}

async function adopt(run: Run, { resource }: PendingOperation): Promise<void> {
  if (!resource.provider) return;
  const operating = begin(run, resource, 'read');
  try {
    const provider = run.providers.instance(resource.provider);
    const { id, outputs } = await ask(run, `create ${resource.urn}`, () =>
      adoptHalfDone(askCreate(provider, resource)),
    );
    const current = run.ledger.current(resource.urn);
    if (current?.id === id) noteResumed(run, resource);
    else adoptCopy(run, { ...resource, id, outputs }, current !== undefined);
    operating.done({ changes: [], inputs: maskProps(resource.inputs) });
  } catch (error) {
    operating.failed(messageOf(error));
    if (run.gate.stopped()) return;
    if (error instanceof UnsupportedError) fail(run, resource.urn, error);
    else forget(run, resource.urn, error);
  }
}

/** What is there goes, whether it came up or not. */
async function adoptHalfDone(creating: ReturnType<typeof askCreate>): ReturnType<typeof askCreate> {
  try {
    return await creating;
  } catch (error) {
    if (error instanceof InitFailedError) return error;
    throw error;
  }
}

/** Put what an interrupted create made among what is to be deleted; beside a resource of the same URN, as a copy of it. */
function adoptCopy(run: Run, state: ResourceState, isCopy: boolean): void {
  if (!isCopy) {
    run.ledger.adopt(state);
    return;
  }
  noteResumed(run, state);
  run.ledger.adopt({ ...state, delete: true });
}

function forget(run: Run, urn: string, error: unknown): void {
  run.journal.log('warning', `an interrupted create was not adopted and counts as not made: ${messageOf(error)}`, urn);
  noteResumed(run, { urn });
}
