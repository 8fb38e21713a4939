/** Limits of requests, per caller and per address: token buckets in memory, one per process. */

export interface Limit {
  /** Sustained. */
  readonly perSecond: number;
  readonly burst: number;
}

interface Bucket {
  tokens: number;
  atMs: number;
}

/** More callers than this at once, and those not seen longest are forgotten (their bucket is full again then). */
const CALLERS_MAX = 10_000;

export class RateLimiter {
  readonly #limit: Limit;
  readonly #buckets = new Map<string, Bucket>();

  constructor(limit: Limit) {
    this.#limit = limit;
  }

  /** Take one token.
   * @returns seconds to wait before the next is there; 0 when it was taken */
  take(caller: string, nowMs: number): number {
    const { perSecond, burst } = this.#limit;
    const before = this.#buckets.get(caller) ?? { tokens: burst, atMs: nowMs };
    const tokens = Math.min(burst, before.tokens + ((nowMs - before.atMs) / 1_000) * perSecond);
    const taken = tokens >= 1;
    // Deleted first, so that the map stays in the order of last use.
    this.#buckets.delete(caller);
    this.#buckets.set(caller, { tokens: taken ? tokens - 1 : tokens, atMs: nowMs });
    if (this.#buckets.size > CALLERS_MAX) this.#buckets.delete(this.#buckets.keys().next().value!);
    return taken ? 0 : Math.max(1, Math.ceil((1 - tokens) / perSecond));
  }
}
