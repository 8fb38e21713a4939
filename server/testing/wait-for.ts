// Waiting on conditions, in tests, instead of sleeping.
import { setTimeout as delay } from 'node:timers/promises';

export interface WaitOptions {
  /** Default 10,000. */
  timeoutMs?: number;
  /** Default 25. */
  everyMs?: number;
  /** What is waited for, in words: it is the message when it never comes. */
  what: string;
}

/** A busy machine may take this many times as long before a test calls it "never"; a test that passes does not notice. */
const PATIENCE = 4;

type Truthy<T> = Exclude<T, false | null | undefined | 0 | ''>;

/** Call `condition` until it answers something truthy, and return that. An error it throws counts as "not yet".
 * @throws Error naming `what`, with the last error as its cause */
export async function waitFor<T>(condition: () => T | Promise<T>, options: WaitOptions): Promise<Truthy<T>> {
  const { timeoutMs = 10_000, everyMs = 25, what } = options;
  const patienceMs = timeoutMs * PATIENCE;
  const deadline = Date.now() + patienceMs;
  let cause: unknown;
  for (;;) {
    try {
      const value = await condition();
      if (value) return value as Truthy<T>;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    if (Date.now() > deadline) throw new Error(`waited ${patienceMs} ms in vain for ${what}`, { cause });
    await delay(everyMs);
  }
}
