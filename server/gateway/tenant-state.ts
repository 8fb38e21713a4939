/** What the gateway keeps of each tenant while it runs: buckets, gate, requests in hand, usage. Made at a tenant's first request. */
import type { Route } from '../registry/model.ts';
import { TokenBucket, type BucketAnswer } from './bucket.ts';
import { Gate } from './gate.ts';
import { problem } from './problems.ts';
import { lineMax } from './run-statement.ts';
import { Usage } from './usage.ts';

/** The platform's own calls: enough for a smoke transaction at once, little enough not to be a way around the plan. */
const PLATFORM_LIMITS = { rps: 20, burst: 60 };

export class TenantState {
  readonly gate: Gate;
  readonly bucket: TokenBucket;
  readonly platformBucket: TokenBucket;
  readonly usage = new Usage();
  #inHand = 0;
  #ofCallers = 0;

  constructor(route: Route, nowMs: number) {
    this.gate = new Gate(route.limits.connections);
    this.bucket = new TokenBucket(route.limits, nowMs);
    this.platformBucket = new TokenBucket(PLATFORM_LIMITS, nowMs);
  }

  resize(route: Route, nowMs: number): void {
    this.gate.resize(route.limits.connections);
    this.bucket.resize(route.limits, nowMs);
  }

  /** Takes one request out of the plan's rate.
   * @returns headers that tell the caller where it stands
   * @throws Problem `rate_limited` */
  spend(route: Route, platform: boolean, nowMs: number): Record<string, string> {
    const { rps } = platform ? PLATFORM_LIMITS : route.limits;
    const answer = (platform ? this.platformBucket : this.bucket).take(nowMs);
    const headers = { ...rateHeaders(answer, rps), ...storageHeader(route) };
    if (answer.allowed) return headers;
    throw problem(
      'rate_limited',
      { rps, burst: answer.limit },
      { ...headers, 'retry-after': `${answer.retryAfterSeconds}` },
    );
  }

  /** Runs `work` as one of a bounded number of requests in hand, those included whose body is still arriving.
   * @param platform its own proof and indicators take part, and are no use that somebody makes of the plan
   * @throws Problem `too_busy` */
  async hold<T>(route: Route, platform: boolean, work: () => Promise<T>): Promise<T> {
    if (this.#inHand >= route.limits.connections + lineMax(route)) {
      throw problem('too_busy', { connections: route.limits.connections }, { 'retry-after': '1' });
    }
    const ofCaller = platform ? 0 : 1;
    this.#inHand += 1;
    this.#ofCallers += ofCaller;
    if (!platform) this.usage.noteBusy(this.#ofCallers, Date.now());
    try {
      return await work();
    } finally {
      this.#inHand -= 1;
      this.#ofCallers -= ofCaller;
    }
  }
}

/** Said before it is full, so that callers can make room in time. */
function storageHeader({ storageLevel }: Route): Record<string, string> {
  return storageLevel === 'ok' ? {} : { 'storage-level': storageLevel };
}

export function rateHeaders(answer: BucketAnswer, rps: number): Record<string, string> {
  return {
    'ratelimit-limit': `${answer.limit}`,
    'ratelimit-remaining': `${answer.remaining}`,
    'ratelimit-reset': `${answer.resetSeconds}`,
    'ratelimit-policy': `${rps};w=1;burst=${answer.limit}`,
  };
}
