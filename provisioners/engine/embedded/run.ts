/** One run of the engine: the parts that every step needs, and the few things that steps do to all of them. */
import { setImmediate } from 'node:timers/promises';
import { FencedError, type Operation, type StackRequest } from '../port.ts';
import type { PendingType, ResourceState } from '../state/deployment.ts';
import type { StackSession } from '../state/session.ts';
import { isDefaultProvider } from '../wire/urn.ts';
import type { AliasBook } from './aliases.ts';
import { InitFailedError } from './answers.ts';
import { CALL_TIMEOUT_MS, inTime, timeoutMsFor } from './deadline.ts';
import { CancelledError, type Gate } from './gate.ts';
import type { Journal, Operating } from '../journal.ts';
import type { CallbackCaller } from './callbacks.ts';
import type { Hooks } from './hooks.ts';
import type { Ledger } from './ledger.ts';
import type { ProviderHost } from './provider-host.ts';
import type { Transforms } from './transforms.ts';
import type { Props } from '../wire/values.ts';

export type Mode = 'up' | 'destroy' | 'refresh';

export interface Run {
  readonly mode: Mode;
  readonly preview: boolean;
  readonly request: StackRequest;
  readonly ledger: Ledger;
  readonly journal: Journal;
  readonly gate: Gate;
  readonly providers: ProviderHost;
  readonly aliases: AliasBook;
  /** Undefined in a preview, which writes nothing. */
  readonly session: StackSession | undefined;
  /** URNs of dependents that go because what they need is deleted before it is replaced. */
  readonly forced: Set<string>;
  /** Functions that the program lends. */
  readonly callbacks: CallbackCaller;
  readonly transforms: Transforms;
  readonly hooks: Hooks;
  /** Whether a resource may be touched. */
  readonly isTarget: (urn: string) => boolean;
  /** URNs that the program asks for and that are not there, because they are no targets. */
  readonly skipped: Set<string>;
  /** Writes that nobody waits for yet. */
  readonly saves: Set<Promise<void>>;
  /** Operations of an earlier run that this one resolved. */
  readonly resumed: { urn: string; operation: string }[];
  rootUrn: string;
  outputs: Props;
}

/** Write the state. A failure stops the run: nothing may be done that cannot be recorded. */
export async function save(run: Run): Promise<void> {
  if (!run.session) return;
  run.ledger.dirty = false;
  try {
    await run.session.save();
  } catch (error) {
    run.gate.stop(error as Error);
    throw error;
  }
}

/**
 * Write soon what was achieved, without holding up what needs it: whatever acts next writes all that is known before it does, so one
 * write serves both. {@link saveAll} waits for it.
 */
export function saveSoon(run: Run): void {
  const saved = setImmediate().then(() => (run.ledger.dirty ? save(run) : undefined));
  run.saves.add(saved);
  saved.then(
    () => run.saves.delete(saved),
    () => {}, // the run is stopped, and tells why
  );
}

/** Everything known is durable when this resolves. */
export async function saveAll(run: Run): Promise<void> {
  await Promise.all(run.saves);
  if (run.ledger.dirty) await save(run);
}

/**
 * Let the provider act on a resource. That it was asked is durable before it is, and stays recorded until it has succeeded: after a
 * failure or a crash nobody knows how far it came, so a later run asks again.
 */
export async function act<T>(
  run: Run,
  state: ResourceState,
  type: PendingType,
  operation: () => Promise<T>,
): Promise<T> {
  if (run.gate.stopped()) throw run.gate.stopped();
  run.ledger.beginPending(state, type);
  await save(run);
  const what = `${VERBS[type]} ${state.urn}`;
  const limitMs = timeoutMsFor(state.customTimeouts, type, callTimeoutMs(run));
  try {
    const result = await ask(run, what, operation, limitMs);
    run.ledger.endPending(state);
    return result;
  } catch (error) {
    // How far it came is known: it is there.
    if (error instanceof InitFailedError) run.ledger.endPending(state);
    throw error;
  }
}

const VERBS: Readonly<Record<PendingType, string>> = {
  creating: 'create',
  updating: 'update',
  deleting: 'delete',
  reading: 'read',
  importing: 'import',
};

function callTimeoutMs({ request }: Run): number {
  return request.callTimeoutMs ?? CALL_TIMEOUT_MS;
}

/**
 * Call a provider when a slot is free.
 * @param what is done to which resource, for messages: `check urn:…`
 * @throws ProviderTimeoutError, and whatever the provider throws
 */
export function ask<T>(run: Run, what: string, call: () => Promise<T>, limitMs = callTimeoutMs(run)): Promise<T> {
  return run.gate.pass(() => inTime(what, limitMs, call()));
}

type HookedStates = Parameters<Hooks['run']>[1];

/** Do something between the hooks that go before it and those that go after it. */
export async function hooked<T>(
  run: Run,
  operation: 'Create' | 'Update' | 'Delete',
  states: HookedStates,
  work: () => Promise<T>,
  after: (result: T) => HookedStates,
): Promise<T> {
  await run.hooks.run(`Before${operation}`, states);
  const result = await work();
  const later = after(result);
  const failures = await run.hooks.run(`After${operation}`, later);
  for (const failure of failures) run.journal.log('warning', failure, (later.now ?? later.old)?.urn ?? null);
  return result;
}

export function begin(
  run: Run,
  state: { urn: string; type: string; parent?: string },
  operation: Operation,
): Operating {
  return run.journal.begin({ urn: state.urn, parent: state.parent || null }, operation, isDefaultProvider(state));
}

/** True once something failed or the run was stopped: what is not under way does not start. */
export function isHalted(run: Run): boolean {
  return run.journal.errors.length > 0 || run.gate.stopped() !== undefined;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** True when an error is the reason for which the run was stopped. A provider may throw anything, even nothing. */
export function isStop(run: Run, error: unknown): boolean {
  const reason = run.gate.stopped();
  return reason !== undefined && error === reason;
}

/** Record that a resource failed. What a stop prevented is the stop's error, not the resource's. */
export function fail(run: Run, urn: string, error: unknown): void {
  if (isStop(run, error)) return;
  run.journal.error({ kind: 'resource', urn, message: messageOf(error) });
}

/** Turn the reason of a stop into the run's error. @throws FencedError, which is the caller's to know */
export function settleStop(run: Run): void {
  const reason = run.gate.stopped();
  if (!reason) return;
  if (reason instanceof FencedError) throw reason;
  const kind = reason instanceof CancelledError ? 'cancelled' : 'engine';
  run.journal.error({ kind, urn: null, message: reason.message });
}
