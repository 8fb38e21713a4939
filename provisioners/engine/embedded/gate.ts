/** What lets operations through: a number of slots, and a stop that closes for good. */

/** Thrown by an operation that may not start any more because the run was cancelled. */
export class CancelledError extends Error {
  override readonly name = 'CancelledError';

  constructor() {
    super('cancelled before it started');
  }
}

export interface Gate {
  /** Why nothing may start any more; undefined while open. */
  readonly stopped: () => Error | undefined;
  /** Let nothing start any more. The first reason stays. */
  stop(reason: Error): void;
  /** Run an operation when a slot is free. @throws the reason of the stop when there is one by then */
  pass<T>(operation: () => Promise<T>): Promise<T>;
  /** Listen to the abort signal no longer. */
  dispose(): void;
  /** Resolves when the gate is stopped and no operation runs any more. */
  readonly drained: Promise<void>;
}

/** How long operations under way may hold up a stop. */
const GRACE_MS = 5 * 60_000;

export function createGate(slots: number, signal: AbortSignal | undefined, graceMs = GRACE_MS): Gate {
  let free = slots;
  let reason: Error | undefined;
  const waiting: (() => void)[] = [];
  const { promise: drained, resolve: drain } = Promise.withResolvers<void>();

  function settle(): void {
    if (reason && free === slots) drain();
  }

  const left = Promise.withResolvers<never>();
  left.promise.catch(() => {}); // heard by those under way, if there are any
  let grace: NodeJS.Timeout | undefined;

  function stop(error: Error): void {
    reason ??= error;
    grace ??= setTimeout(() => left.reject(reason), graceMs).unref();
    settle();
  }

  async function take(): Promise<void> {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  }

  function give(): void {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
    settle();
  }

  async function pass<T>(operation: () => Promise<T>): Promise<T> {
    await take();
    try {
      if (reason) throw reason;
      return await Promise.race([operation(), left.promise]);
    } finally {
      give();
    }
  }

  const cancel = () => stop(new CancelledError());
  if (signal?.aborted) cancel();
  else signal?.addEventListener('abort', cancel, { once: true });

  const dispose = () => {
    clearTimeout(grace);
    signal?.removeEventListener('abort', cancel);
  };
  return { stopped: () => reason, stop, pass, dispose, drained };
}
