/** A deployment from beginning to end: take the stack, run, remove what is no longer asked for, let the stack go. */
import type { PulumiProgram, StackRequest } from '../port.ts';
import type { Snapshot } from '../state/deployment.ts';
import { openSession, type StackSession } from '../state/session.ts';
import { loadSnapshot, type StateStore } from '../state/store.ts';
import { toSecret } from '../wire/values.ts';
import { createAliasBook } from './aliases.ts';
import { createBuiltinPackage } from './builtin.ts';
import { createGate } from './gate.ts';
import { createJournal } from '../journal.ts';
import { Ledger } from './ledger.ts';
import { DEFAULT_PARALLEL, programFailed, runProgram } from './program-host.ts';
import { createProviderHost } from './provider-host.ts';
import { refreshAll } from './refresh.ts';
import { registerResource } from './register.ts';
import { adoptLeftovers, removeAll } from './removal.ts';
import { isHalted, messageOf, save, settleStop, type Mode, type Run } from './run.ts';
import { currentStore, runWithStore, type SdkStore } from './sdk.ts';
import type { Transport } from './transport.ts';
import { catchStray } from './unhandled.ts';

export interface Deployment {
  readonly mode: Mode;
  readonly request: StackRequest;
  readonly program: PulumiProgram | undefined;
  readonly store: StateStore;
  readonly transport: Transport;
}

function createRun(
  { mode, request, store }: Deployment,
  loaded: Snapshot,
  ledger: Ledger,
  session: StackSession | undefined,
): Run {
  ledger.load(loaded);
  const run: Run = {
    mode,
    preview: mode === 'preview',
    request,
    ledger,
    session,
    journal: createJournal(request.onEvent),
    gate: createGate(request.parallel ?? DEFAULT_PARALLEL, request.signal),
    aliases: createAliasBook(request),
    providers: createProviderHost({
      request,
      packages: [...request.packages, createBuiltinPackage(store, request.project)],
      find: (urn, id) => ledger.find(urn, id),
      register: (registration) => registerResource(run, registration),
    }),
    forced: new Set(),
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
  const { store, mode, request } = deployment;
  const ledger = new Ledger();
  if (mode === 'preview') {
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
  const run = await open(deployment);
  try {
    await runWithStore(async () => {
      const store = currentStore();
      if (store) await perform(run, deployment, store);
    });
    settleStop(run);
    return run;
  } finally {
    await close(run, deployment.store);
  }
}

async function close(run: Run, store: StateStore): Promise<void> {
  run.gate.dispose();
  const results = await Promise.allSettled([run.providers.close(), run.session?.release()]);
  for (const result of results) {
    if (result.status === 'rejected') store.onError(result.reason as Error);
  }
}

async function perform(run: Run, { mode, program, transport }: Deployment, store: SdkStore): Promise<void> {
  const letGo = catchStray(store, (error) => programFailed(run, error));
  let ended = true;
  try {
    if (program && !run.gate.stopped()) ended = await runProgram(run, store, program, transport);
    if (mode === 'refresh') await refreshAll(run);
    else await removeRest(run);
    if (run.ledger.dirty) await save(run);
  } catch (error) {
    if (error !== run.gate.stopped()) run.journal.error({ kind: 'engine', urn: null, message: messageOf(error) });
  } finally {
    // The errors of a program that was left behind are still its own, and nobody's concern.
    if (ended) letGo();
  }
}

/** Delete what the program did not register, replaced copies, and what interrupted runs left. After an error nothing is deleted. */
async function removeRest(run: Run): Promise<void> {
  if (isHalted(run)) return;
  await adoptLeftovers(run);
  if (isHalted(run)) return;
  const { ledger } = run;
  await removeAll(
    run,
    ledger.remaining.filter((state) => state.delete || state.pendingReplacement || !ledger.isClaimed(state.urn)),
  );
}
