/** What can be done to a custom resource that a program registers: create, update, replace, or leave as it is. */
import type { ResourceState } from '../state/deployment.ts';
import { diffProperties, hasSameValues } from '../wire/property-diff.ts';
import { isProviderType } from '../wire/urn.ts';
import { isEqual, markLike, maskProps, type Props } from '../wire/values.ts';
import { InitFailedError } from './answers.ts';
import { askCreate, askDiff, askUpdate, type Difference } from './ask.ts';
import { makeRoomFor } from './delete-before-replace.ts';
import type { Operating } from '../journal.ts';
import type { Registered } from './registration.ts';
import { act, ask, begin, hooked, save, saveSoon, type Run } from './run.ts';
import { isSameRecord, plannedState, toRegistered, type Task } from './task.ts';
import { told } from './told.ts';

function finish(operating: Operating, task: Task, replaces?: readonly string[]): void {
  const changes = task.old && replaces ? diffProperties(task.old.inputs, task.inputs, replaces) : [];
  operating.done({ changes, inputs: maskProps(task.inputs) });
}

/** Providers are made by the engine itself, in previews too: resources refer to them. */
function isImagined(run: Run, task: Task): boolean {
  return run.preview && !isProviderType(task.registration.type);
}

function planned(task: Task): ResourceState {
  return plannedState(task.urn, task.registration, task.inputs, task.providerReference);
}

async function make(run: Run, task: Task): Promise<ResourceState> {
  const now = new Date().toISOString();
  const state: ResourceState = { ...planned(task), created: now, modified: now };
  if (isImagined(run, task)) return { ...state, outputs: task.inputs };
  const made = isProviderType(state.type)
    ? await askCreate(task.provider, state)
    : await orHalfDone(act(run, state, 'creating', () => askCreate(task.provider, state)));
  run.journal.hide(made.outputs);
  return { ...state, ...made };
}

type HalfDone = Pick<ResourceState, 'outputs' | 'initErrors'> & { readonly id: string };

/** What a step achieved, if only in part: that is recorded like a success, and then told as the failure that it is. */
async function orHalfDone<T>(step: Promise<T>): Promise<T | HalfDone> {
  try {
    return await step;
  } catch (error) {
    if (!(error instanceof InitFailedError)) throw error;
    return { id: error.id, outputs: error.outputs, initErrors: error.reasons };
  }
}

/** Record what a step achieved. @throws InitFailedError when the resource did not come up */
async function recordStep(run: Run, { urn, id = '', outputs, initErrors = [] }: ResourceState): Promise<void> {
  if (initErrors.length === 0) return saveSoon(run);
  await save(run);
  throw new InitFailedError(urn, { id, outputs, reasons: initErrors });
}

function makeHooked(run: Run, task: Task): Promise<ResourceState> {
  const work = () => make(run, task);
  return hooked(run, 'Create', { now: planned(task) }, work, (now) => ({ now }));
}

function changeHooked(run: Run, task: Task, old: ResourceState, difference: Difference): ReturnType<typeof change> {
  const now: ResourceState = { ...planned(task), ...identity(old) };
  const work = () => change(run, task, old, difference);
  return hooked(run, 'Update', { now, old }, work, (updated) => ({ now: { ...now, ...updated }, old }));
}

/**
 * Note that what an interrupted run had begun with this resource has now come to its end. A create of what would be replaced by what is
 * asked for now made something else: that stays noted, to be found and deleted when the program has ended.
 */
async function resume(run: Run, { urn, provider, inputs }: Task): Promise<void> {
  const stale = run.ledger.staleFor({ urn });
  if (!stale) return;
  if (stale.type === 'creating' && !isEqual(stale.resource.inputs, inputs)) {
    const begun: ResourceState = { ...stale.resource, outputs: stale.resource.inputs };
    const difference = await ask(run, `diff ${urn}`, () => askDiff(provider, begun, urn, inputs));
    if (difference.replaces.length > 0) return;
  }
  run.ledger.resolveStale({ urn });
  run.resumed.push({ urn, operation: stale.type });
}

/** Create a resource. `instead` is a version in the state whose place it takes; it may already be gone from the world. */
export async function createResource(run: Run, task: Task, instead?: ResourceState): Promise<Registered> {
  const operating = begin(run, planned(task), instead?.pendingReplacement ? 'replace' : 'create');
  return told(operating, async () => {
    const state = await makeHooked(run, task);
    await resume(run, task);
    run.ledger.settle(state, instead);
    await recordStep(run, state);
    finish(operating, task);
    return toRegistered(state);
  });
}

export async function updateResource(
  run: Run,
  task: Task,
  old: ResourceState,
  difference: Difference,
): Promise<Registered> {
  const operating = begin(run, planned(task), 'update');
  return told(operating, async () => {
    const updated = await changeHooked(run, task, old, difference);
    const modified = new Date().toISOString();
    run.journal.hide(updated.outputs);
    const state: ResourceState = { ...planned(task), ...identity(old), ...updated, modified };
    await resume(run, task);
    run.ledger.settle(state, old);
    await recordStep(run, state);
    finish(operating, task, difference.replaces);
    return toRegistered(state);
  });
}

function identity({ id, created, modified }: ResourceState): Partial<ResourceState> {
  return { ...(id === undefined ? {} : { id }), ...(created ? { created } : {}), ...(modified ? { modified } : {}) };
}

async function change(
  run: Run,
  task: Task,
  old: ResourceState,
  { stables }: Difference,
): Promise<Pick<ResourceState, 'outputs' | 'initErrors'>> {
  const state: ResourceState = { ...planned(task), ...identity(old), outputs: old.outputs };
  if (isImagined(run, task)) {
    const kept = stables.filter((name) => name in old.outputs).map((name) => [name, old.outputs[name]] as const);
    return { outputs: { ...Object.fromEntries(kept), ...task.inputs } };
  }
  const update = async () => ({ outputs: await askUpdate(task.provider, old, state) });
  return isProviderType(state.type) ? update() : orHalfDone(act(run, state, 'updating', update));
}

/**
 * Replace a resource: by default the new one is made first, and the old one goes when the program has ended and nothing refers to it
 * any more.
 */
export async function replaceResource(
  run: Run,
  task: Task,
  old: ResourceState,
  difference: Difference,
): Promise<Registered> {
  const operating = begin(run, planned(task), 'replace');
  return told(operating, async () => {
    const first = task.registration.deleteBeforeReplace ?? difference.deleteBeforeReplace;
    const waiting = first ? await makeRoomFor(run, old) : undefined;
    const state = await makeHooked(run, task);
    await resume(run, task);
    if (waiting) run.ledger.drop(waiting);
    else if (!first && !run.preview) run.ledger.amend(old, { delete: true });
    else run.ledger.drop(old);
    run.ledger.settle(state);
    await recordStep(run, state);
    finish(operating, task, difference.replaces);
    return toRegistered(state);
  });
}

/** Nothing to do in the world; options and dependencies may still differ in the state. */
export function keepResource(run: Run, task: Task, old: ResourceState): Registered {
  const operating = begin(run, planned(task), 'same');
  const sameValues = hasSameValues(old.inputs, task.inputs);
  const kept: ResourceState = {
    ...planned(task),
    ...identity(old),
    inputs: sameValues ? task.inputs : old.inputs,
    outputs: sameValues ? (markLike(old.outputs, task.inputs) as Props) : old.outputs,
  };
  const state = isSameRecord(old, kept) ? old : kept;
  run.ledger.settle(state, old);
  operating.done({ changes: [], inputs: maskProps(kept.inputs) });
  return toRegistered(state);
}
