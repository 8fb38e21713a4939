/**
 * Errors that nobody awaits. Programs run side by side in one process, so one handler serves all and finds the run through the async
 * context in which the error arose.
 */
import { currentStore, type SdkStore } from './sdk.ts';

type Receiver = (error: unknown) => void;

const receivers = new WeakMap<SdkStore, Receiver>();
let active = 0;

function onStray(error: unknown): void {
  const store = currentStore();
  const receive = store && receivers.get(store);
  if (receive) receive(error);
  else rethrow(error);
}

/** Not of any run: leave it to the handlers of the process, or to Node's default when there are none. */
function rethrow(error: unknown): void {
  const others = process.listeners('uncaughtException').filter((listener) => listener !== onStray);
  for (const listener of others) listener(error as Error, 'uncaughtException');
  if (others.length > 0) return;
  uninstall();
  setImmediate(() => {
    throw error;
  });
}

function install(): void {
  process.on('unhandledRejection', onStray);
  process.on('uncaughtException', onStray);
}

function uninstall(): void {
  process.off('unhandledRejection', onStray);
  process.off('uncaughtException', onStray);
}

/** Send stray errors of the current run to `receive` until the returned function is called. */
export function catchStray(store: SdkStore, receive: Receiver): () => void {
  receivers.set(store, receive);
  active += 1;
  if (active === 1) install();
  return () => {
    active -= 1;
    if (active === 0) uninstall();
  };
}
