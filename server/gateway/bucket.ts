/** Token bucket: `burst` requests at once, `rps` a second in the long run. Times are handed in, so it is pure. */
export interface BucketLimits {
  readonly rps: number;
  readonly burst: number;
}

export interface BucketAnswer {
  readonly allowed: boolean;
  readonly limit: number;
  /** Requests that would be allowed now. */
  readonly remaining: number;
  /** Seconds until the bucket is full again, rounded up. */
  readonly resetSeconds: number;
  /** Seconds until the next request is allowed, rounded up; 0 when this one was. */
  readonly retryAfterSeconds: number;
}

export class TokenBucket {
  #level: number;
  #atMs: number;
  #limits: BucketLimits;

  constructor(limits: BucketLimits, nowMs: number) {
    this.#limits = limits;
    this.#level = limits.burst;
    this.#atMs = nowMs;
  }

  /** New limits take effect at once; what was used stays used. */
  resize(limits: BucketLimits, nowMs: number): void {
    const used = this.#limits.burst - this.level(nowMs);
    this.#limits = limits;
    this.#level = Math.max(0, limits.burst - used);
  }

  /** Tokens in the bucket, a fraction included. */
  level(nowMs: number): number {
    const elapsedSeconds = Math.max(0, nowMs - this.#atMs) / 1_000;
    this.#level = Math.min(this.#limits.burst, this.#level + elapsedSeconds * this.#limits.rps);
    this.#atMs = Math.max(this.#atMs, nowMs);
    return this.#level;
  }

  /** Takes one token if there is one. */
  take(nowMs: number): BucketAnswer {
    const { rps, burst } = this.#limits;
    const allowed = this.level(nowMs) >= 1;
    if (allowed) this.#level -= 1;
    return {
      allowed,
      limit: burst,
      remaining: Math.floor(this.#level),
      resetSeconds: Math.ceil((burst - this.#level) / rps),
      retryAfterSeconds: allowed ? 0 : Math.max(1, Math.ceil((1 - this.#level) / rps)),
    };
  }
}
