/**
 * Errors that nobody awaits. Programs run side by side in one process, so one handler serves all and finds the run through the async
 * context in which the error arose.
 */
import { currentStore, type SdkStore } from './sdk.ts';

type Receiver = (error: unknown) => void;

const receivers = new WeakMap<SdkStore, Receiver>();
let active = 0;

/** Give an error to the run in whose context it arose. */
function deliver(error: unknown): boolean {
  const store = currentStore();
  const receive = store && receivers.get(store);
  receive?.(error);
  return receive !== undefined;
}

function onRejection(error: unknown): void {
  if (deliver(error) || process.listenerCount('unhandledRejection') > 1) return;
  crash(error);
}

function onException(error: unknown): void {
  if (deliver(error) || process.listenerCount('uncaughtException') > 1) return;
  crash(error);
}

/** Of no run, and nobody else listens: what Node does without our listeners. */
function crash(error: unknown): void {
  uninstall();
  setImmediate(() => {
    throw error;
  });
}

function install(): void {
  process.on('unhandledRejection', onRejection);
  process.on('uncaughtException', onException);
}

function uninstall(): void {
  process.off('unhandledRejection', onRejection);
  process.off('uncaughtException', onException);
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
