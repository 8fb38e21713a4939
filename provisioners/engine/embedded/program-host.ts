/** Runs a program: an ordinary one, which knows nothing of the engine that runs it. */
import { setImmediate } from 'node:timers/promises';
import type { PulumiProgram } from '../port.ts';
import { createHandlers } from './monitor.ts';
import { messageOf, type Run } from './run.ts';
import { resetOptions, runInPulumiStack, setAllConfig, waitForRPCs, type SdkClient, type SdkStore } from './sdk.ts';
import { connect, type Connection, type Transport } from './transport.ts';

const ORGANIZATION = 'organization';
export const DEFAULT_PARALLEL = 16;

/** Point the SDK's store of this run at the monitor. */
function prepare(run: Run, store: SdkStore, { address, client }: Connection): void {
  const { project, stack, config = {}, secretConfigKeys = [], parallel = DEFAULT_PARALLEL } = run.request;
  // At 1 the SDK chains the registrations of all programs of the process; the gate's slots keep the limit instead.
  resetOptions(project, stack, Math.max(2, parallel), address, address, run.preview, ORGANIZATION);
  if (client) Object.assign(store.settings, { monitor: client, engine: client });
  setAllConfig(config, secretConfigKeys);
}

/**
 * Close the client for logs. The SDK chains the logs of all programs of a process, and one that throws breaks the chain for ever: what a
 * program that was left behind still has to say goes nowhere instead.
 */
function hangUp(client: SdkClient | undefined): void {
  if (!client) return;
  client.log = (_request, callback) => callback(null);
  client.close();
}

async function runToEnd(run: Run, program: PulumiProgram): Promise<true> {
  try {
    await runInPulumiStack(program);
  } catch (error) {
    programFailed(run, error);
  }
  await waitForRPCs();
  // Rejections that nobody awaits show themselves after the microtasks.
  await setImmediate();
  return true;
}

/**
 * Run a program to its end, or until a stop has drained: a program that waits for something else does not hold up a cancelled run.
 * Its errors go to the journal. Call it inside the run's async context.
 * @returns false when the program was left behind and may still go on, to no effect
 */
export async function runProgram(
  run: Run,
  store: SdkStore,
  program: PulumiProgram,
  transport: Transport,
): Promise<boolean> {
  const connection = await connect(transport, createHandlers(run));
  prepare(run, store, connection);
  try {
    return await Promise.race([runToEnd(run, program), run.gate.drained.then(() => false)]);
  } finally {
    // The SDK leaves the channels of a run's store open.
    store.settings.monitor?.close();
    hangUp(store.settings.engine);
    connection.close();
  }
}

/** Record an error of the program, once: what nobody awaits may come in several ways. */
export function programFailed(run: Run, error: unknown): void {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : messageOf(error);
  if (run.journal.errors.some((known) => known.kind === 'program' && known.message === message)) return;
  run.journal.error({ kind: 'program', urn: null, message });
  if (error instanceof Error && error.stack) run.journal.log('debug', error.stack, null);
}
