/** A deployment from beginning to end: take the stack, run, remove what is no longer asked for, let the stack go. */
import type { PulumiProgram, StackRequest } from '../port.ts';
import type { Snapshot } from '../state/deployment.ts';
import { recordRun } from '../state/history.ts';
import { openSession, type StackSession } from '../state/session.ts';
import { loadSnapshot, type StateStore } from '../state/store.ts';
import { toSecret } from '../wire/values.ts';
import { createAliasBook } from './aliases.ts';
import { createBuiltinPackage } from './builtin.ts';
import { createCallbackCaller } from './callbacks.ts';
import { createGate } from './gate.ts';
import { createHooks } from './hooks.ts';
import { createJournal } from '../journal.ts';
import { findPluginPackage } from '../plugin/package.ts';
import { Ledger } from './ledger.ts';
import { DEFAULT_PARALLEL, programFailed, runProgram } from './program-host.ts';
import { createProviderHost } from './provider-host.ts';
import { refreshAll } from './refresh.ts';
import { registerResource } from './register.ts';
import { adoptLeftovers, removeAll } from './removal.ts';
import { isHalted, isStop, messageOf, saveAll, settleStop, type Mode, type Run } from './run.ts';
import { isChange, settleExpectation } from './expectation.ts';
import { currentStore, runWithStore, type SdkStore } from './sdk.ts';
import { surround } from './surroundings.ts';
import { chooseRemovals, compileTargets } from './targets.ts';
import { createTransforms } from './transforms.ts';
import type { Transport } from './transport.ts';
import { catchStray } from './unhandled.ts';

export interface Deployment {
  readonly mode: Mode;
  /** Only find out; touch neither state nor world. */
  readonly preview: boolean;
  readonly request: StackRequest;
  readonly program: PulumiProgram | undefined;
  readonly store: StateStore;
  readonly transport: Transport;
}

function createRun(
  { mode, preview, request, store }: Deployment,
  loaded: Snapshot,
  ledger: Ledger,
  session: StackSession | undefined,
): Run {
  ledger.load(loaded);
  const callbacks = createCallbackCaller();
  const run: Run = {
    mode,
    preview,
    request,
    ledger,
    session,
    journal: createJournal(request.onEvent),
    gate: createGate(request.parallel ?? DEFAULT_PARALLEL, request.signal, request.cancelGraceMs),
    aliases: createAliasBook(request),
    providers: createProviderHost({
      request,
      packages: [...request.packages, createBuiltinPackage(store, request.project)],
      findPlugin: (name, version) =>
        findPluginPackage(name, version, { log: (severity, message, urn) => run.journal.log(severity, message, urn) }),
      find: (urn, id) => ledger.find(urn, id),
      register: (registration) => registerResource(run, registration),
    }),
    forced: new Set(),
    callbacks,
    transforms: createTransforms(callbacks),
    hooks: createHooks(callbacks, preview),
    isTarget: compileTargets(request),
    skipped: new Set(),
    saves: new Set(),
    resumed: [],
    rootUrn: '',
    outputs: {},
  };
  for (const { inputs, outputs } of loaded.resources) run.journal.hide([inputs, outputs]);
  for (const key of request.secretConfigKeys ?? []) run.journal.hide(toSecret(request.config?.[key]));
  return run;
}

/** Load the state, taking the stack unless nothing will be written. What fails here is thrown: nothing has begun. */
async function open(deployment: Deployment): Promise<Run> {
  const { store, preview, request } = deployment;
  const ledger = new Ledger(request.targets !== undefined);
  if (preview) {
    const { snapshot } = await loadSnapshot(store, request);
    return createRun(deployment, snapshot, ledger, undefined);
  }
  const session = await openSession(store, request, () => ledger.snapshot());
  return createRun(deployment, session.loaded, ledger, session);
}

/**
 * Run a deployment; what fails is in the journal of the run.
 * @throws FencedError when the stack belongs to a higher fence; what keeps the stack from being taken (StackLockedError, SecretsError,
 * errors of the database)
 */
export async function deploy(deployment: Deployment): Promise<Run> {
  const startedAt = new Date();
  const run = await open(deployment);
  const cancel = () => void run.providers.cancel().catch(deployment.store.onError);
  deployment.request.signal?.addEventListener('abort', cancel, { once: true });
  try {
    await runWithStore(async () => {
      const store = currentStore();
      if (store) await perform(run, deployment, store);
    });
    settleExpectation(run);
    settleStop(run);
    return run;
  } finally {
    deployment.request.signal?.removeEventListener('abort', cancel);
    await close(run, deployment.store, startedAt);
  }
}

/** What the history keeps of a run. */
async function record({ mode, request, journal, session }: Run, store: StateStore, startedAt: Date): Promise<void> {
  if (!session) return;
  const { errors } = journal;
  const resources = journal.rows.filter(isChange);
  const ended = { operation: mode, fence: request.fence, startedAt, ok: errors.length === 0, errors };
  await recordRun(store, request, { ...ended, counts: journal.counts(), resources });
}

async function close(run: Run, store: StateStore, startedAt: Date): Promise<void> {
  run.gate.dispose();
  const released = run.session ? run.session.release() : Promise.resolve();
  const results = await Promise.allSettled([run.providers.close(), released, record(run, store, startedAt)]);
  for (const result of results) {
    if (result.status === 'rejected') store.onError(result.reason as Error);
  }
}

async function perform(run: Run, { mode, program, transport }: Deployment, store: SdkStore): Promise<void> {
  const letGo = catchStray(store, (error) => programFailed(run, error));
  const leave = surround(store, (severity, text) => run.journal.log(severity, text, null));
  let ended = true;
  try {
    if (program && !run.gate.stopped()) ended = await runProgram(run, store, program, transport);
    if (mode === 'refresh') await refreshAll(run);
    else await removeRest(run);
    await saveAll(run);
  } catch (error) {
    if (!isStop(run, error)) run.journal.error({ kind: 'engine', urn: null, message: messageOf(error) });
  } finally {
    run.callbacks.close();
    store.callbacks?.shutdown();
    // The errors of a program that was left behind are still its own, and nobody's concern.
    if (ended) {
      letGo();
      leave();
    }
  }
}

/** Delete what the program did not register, replaced copies, and what interrupted runs left. After an error nothing is deleted. */
async function removeRest(run: Run): Promise<void> {
  if (isHalted(run)) return;
  await adoptLeftovers(run);
  if (isHalted(run)) return;
  const { ledger } = run;
  const candidates = ledger.remaining.filter(
    (state) => state.delete || state.pendingReplacement || !ledger.isClaimed(state.urn),
  );
  await removeAll(run, chooseRemovals(run, candidates));
}
