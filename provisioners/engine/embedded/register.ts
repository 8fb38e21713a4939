/** Registering a resource: what the program asks for meets what the state has, and one step follows. */
import { getAt, parsePath, setAt } from '../wire/property-path.ts';
import { PROVIDER_PREFIX, isProviderType, makeUrn, splitReference, STACK_TYPE } from '../wire/urn.ts';
import { hasUnknown, isEqual, maskProps, type Props } from '../wire/values.ts';
import type { ResourceState } from '../state/deployment.ts';
import { askCheck, askCreate, askDiff } from './ask.ts';
import { providerOfProviders } from './provider-resource.ts';
import type { Registered, Registration } from './registration.ts';
import { ask, begin, fail, isHalted, saveSoon, type Run } from './run.ts';
import { importResource, isImported } from './import.ts';
import { createResource, keepResource, replaceResource, updateResource } from './steps.ts';
import { refuseMissing } from './targets.ts';
import { isSameRecord, plannedState, toRegistered, toUnknown, type Task } from './task.ts';

/** Thrown when two resources of a program have the same name, type and parent. */
export class DuplicateUrnError extends Error {
  override readonly name = 'DuplicateUrnError';
}

/** Thrown when a program would replace what it protects. */
export class ProtectedError extends Error {
  override readonly name = 'ProtectedError';
}

/**
 * Register a resource for the program. Never rejects: what fails is recorded, and the program learns that the values will not come, so
 * that it runs to its end without a chain of errors that say nothing new.
 */
export async function registerResource(run: Run, registration: Registration): Promise<Registered> {
  const { project, stack } = run.request;
  const urn = makeUrn({ project, stack, ...registration });
  if (registration.type === STACK_TYPE) run.rootUrn = urn;
  run.journal.hide(registration.inputs);
  try {
    if (run.mode === 'destroy') return await recall(run, urn, registration);
    if (!run.ledger.claim(urn))
      throw new DuplicateUrnError(`there are two resources with the URN ${urn}; name them apart`);
    const old = findOld(run, urn, registration);
    if (isHalted(run)) return toUnknown(urn);
    return registration.custom
      ? await registerCustom(run, urn, registration, old)
      : await registerComponent(run, urn, registration, old);
  } catch (error) {
    fail(run, urn, error);
    return toUnknown(urn);
  }
}

/** In a destroy a program makes nothing: it learns what the state has, so that it comes to its end. */
async function recall(run: Run, urn: string, registration: Registration): Promise<Registered> {
  const old = run.ledger.findOld([urn, ...run.aliases.record(urn, registration)]);
  if (old) return { ...toRegistered(old), outputs: old.outputs };
  return isProviderType(registration.type) ? makeProvider(run, urn, registration) : toUnknown(urn);
}

/** A provider exists in the state alone, and goes with the rest: the functions of a program may need one that was not there before. */
async function makeProvider(run: Run, urn: string, registration: Registration): Promise<Registered> {
  const state = plannedState(urn, registration, registration.inputs, '');
  const made: ResourceState = { ...state, ...(await askCreate(providerOfProviders, state)) };
  run.ledger.adopt(made);
  return toRegistered(made);
}

function findOld(run: Run, urn: string, registration: Registration): ResourceState | undefined {
  const old = run.ledger.findOld([urn, ...run.aliases.record(urn, registration)]);
  if (old) run.ledger.claim(old.urn);
  return old;
}

/** A component has no provider: it is there when it is registered, and its outputs come later. */
async function registerComponent(
  run: Run,
  urn: string,
  registration: Registration,
  old: ResourceState | undefined,
): Promise<Registered> {
  const state = plannedState(urn, registration, registration.inputs, '');
  const operating = begin(run, state, old ? 'same' : 'create');
  const now = new Date().toISOString();
  const modified = old && isEqual(old.inputs, state.inputs) ? (old.modified ?? now) : now;
  const settled: ResourceState = { ...state, outputs: old?.outputs ?? {}, created: old?.created ?? now, modified };
  run.ledger.settle(old && isSameRecord(old, settled) ? old : settled, old);
  if (!old) saveSoon(run);
  operating.done({ changes: [], inputs: maskProps(state.inputs) });
  return toRegistered(settled);
}

async function registerCustom(
  run: Run,
  urn: string,
  registration: Registration,
  old: ResourceState | undefined,
): Promise<Registered> {
  const isProvider = isProviderType(registration.type);
  if (!isProvider && !run.isTarget(urn)) return leaveAlone(run, urn, old);
  refuseMissing(run, urn, [...registration.dependencies, registration.parent]);
  const asked = isProvider ? withVersion(run, registration) : registration;
  const providerReference = isProvider ? '' : await run.providers.resolve(asked.type, asked.provider);
  const provider = isProvider ? providerOfProviders : run.providers.instance(providerReference);
  const kept = keepIgnored(asked.inputs, old, asked.options.ignoreChanges);
  const inputs = await ask(run, `check ${urn}`, () => askCheck(provider, urn, old?.inputs ?? {}, kept));
  return takeStep(run, { urn, registration: asked, inputs, provider, providerReference, old });
}

/** What is no target stays as it is, and is not made when it is not there. */
function leaveAlone(run: Run, urn: string, old: ResourceState | undefined): Registered {
  if (!old) {
    run.skipped.add(urn);
    return toUnknown(urn);
  }
  const operating = begin(run, old, 'same');
  run.ledger.settle(old, old);
  operating.done({ changes: [], inputs: maskProps(old.inputs) });
  return toRegistered(old);
}

/** Like the CLI, which gives a provider that names no version that of the package the program has. */
function withVersion({ request }: Run, registration: Registration): Registration {
  const name = registration.type.slice(PROVIDER_PREFIX.length);
  const attached = request.packages.find((candidate) => candidate.name === name)?.version ?? '';
  const { version: asked = attached } = registration.inputs;
  const version = registration.provider.version || asked;
  if (version === '') return registration;
  return { ...registration, inputs: { ...registration.inputs, version, __internal: {} } };
}

/** Inputs in which the ignored properties are as they were. */
function keepIgnored(inputs: Props, old: ResourceState | undefined, ignored: readonly string[] = []): Props {
  if (!old) return inputs;
  return ignored.map(parsePath).reduce((kept, path) => setAt(kept, path, getAt(old.inputs, path)), inputs);
}

async function takeStep(run: Run, task: Task): Promise<Registered> {
  const { old, registration, provider, urn, inputs } = task;
  if (registration.importId !== '' && !isImported(old, registration.importId)) return importResource(run, task);
  if (!old) return createResource(run, task);
  if (old.pendingReplacement) return createResource(run, task, old);
  const stale = run.ledger.staleFor(old)?.type;
  const asked = await ask(run, `diff ${urn}`, () =>
    askDiff(provider, old, urn, inputs, registration.options.replaceOnChanges),
  );
  const difference = {
    ...asked,
    replaces: isProviderReplaced(task, old) ? [...asked.replaces, 'provider'] : asked.replaces,
  };
  if (difference.replaces.length > 0 || run.forced.has(urn)) {
    if (old.protect) throw new ProtectedError('it is protected and cannot be replaced');
    return replaceResource(run, task, old, difference);
  }
  // A delete that was begun may have happened, so the resource is asked for anew; providers adopt what is still there.
  if (stale === 'deleting') return createResource(run, task, old);
  const isHalfDone = (old.initErrors ?? []).length > 0;
  if (difference.changes || stale === 'updating' || isHalfDone) return updateResource(run, task, old, difference);
  return keepResource(run, task, old);
}

/** True when the very provider of a resource was itself replaced: then the resource lives elsewhere now. */
function isProviderReplaced({ providerReference }: Task, old: ResourceState): boolean {
  if (providerReference === '' || !old.provider || old.provider === providerReference) return false;
  return splitReference(old.provider).urn === splitReference(providerReference).urn;
}

/** Outputs of a component, or of the stack, once the program knows them. */
export function registerOutputs(run: Run, urn: string, outputs: Props): void {
  if (run.mode === 'destroy') return;
  if (urn === run.rootUrn) run.outputs = outputs;
  // After a failure some outputs are unknown; the state keeps those of the last success.
  if (isHalted(run) || (!run.preview && hasUnknown(outputs))) return;
  const state = run.ledger.current(urn);
  if (state && !isEqual(state.outputs, outputs)) run.ledger.revise(urn, { outputs });
}
