/** What a tenant's API did in the last five minutes, in memory and bounded: rings by time for counts, a ring of samples for latency. */
const WINDOW_SECONDS = 300;
const SLOT_SECONDS = 10;
const SLOTS = WINDOW_SECONDS / SLOT_SECONDS;
const SAMPLES = 128;
/** Distinct codes or names kept a tenant; they come from descriptions, so this is a backstop. */
const NAMES_MAX = 200;

export interface CallFact {
  readonly kind: 'function' | 'view' | null;
  /** As the description names it; null when the call named nothing known. */
  readonly name: string | null;
  readonly status: number;
  /** Code of the problem; null when there was none. */
  readonly code: string | null;
  readonly ms: number;
  /** Counts against the plan's rate. False: no key was good, or the platform's own proof and indicators, which have a bucket of their own. */
  readonly identified: boolean;
}

export interface LatencyFacts {
  readonly count: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
}

export interface UsageFacts {
  readonly windowSeconds: number;
  /** Calls with a good key, without the platform's own. */
  readonly requests: number;
  /** `current` over the last full second, `peak` the busiest second of the window. */
  readonly rps: { readonly current: number; readonly peak: number };
  readonly statuses: Readonly<Record<string, number>>;
  readonly errors: Readonly<Record<string, number>>;
  readonly functions: Readonly<Record<string, LatencyFacts>>;
  readonly views: Readonly<Record<string, LatencyFacts>>;
}

interface Slot {
  at: number;
  readonly statuses: Map<number, number>;
  readonly errors: Map<string, number>;
}

/** Latest latencies of one function or view. */
class Samples {
  readonly #ms = new Float32Array(SAMPLES);
  readonly #second = new Uint32Array(SAMPLES);
  #next = 0;

  add(ms: number, second: number): void {
    this.#ms[this.#next] = ms;
    this.#second[this.#next] = second;
    this.#next = (this.#next + 1) % SAMPLES;
  }

  facts(second: number): LatencyFacts | null {
    const live = [...this.#ms].filter((_, i) => this.#second[i]! > second - WINDOW_SECONDS).sort((a, b) => a - b);
    if (live.length === 0) return null;
    const at = (share: number) => Math.round(live[Math.ceil(share * live.length) - 1]! * 100) / 100;
    return { count: live.length, p50Ms: at(0.5), p95Ms: at(0.95) };
  }
}

export class Usage {
  readonly #perSecond = new Uint32Array(WINDOW_SECONDS);
  readonly #secondOf = new Uint32Array(WINDOW_SECONDS);
  readonly #busy = new Uint32Array(WINDOW_SECONDS);
  readonly #busySecond = new Uint32Array(WINDOW_SECONDS);
  readonly #slots: Slot[] = Array.from({ length: SLOTS }, () => ({ at: 0, statuses: new Map(), errors: new Map() }));
  readonly #latency = { function: new Map<string, Samples>(), view: new Map<string, Samples>() };

  add(fact: CallFact, nowMs: number): void {
    const second = Math.floor(nowMs / 1_000);
    if (fact.identified) this.#countSecond(second);
    const slot = this.#slotAt(Math.floor(second / SLOT_SECONDS));
    count(slot.statuses, fact.status);
    if (fact.code !== null) count(slot.errors, fact.code);
    if (fact.kind === null || fact.name === null) return;
    const samples = this.#latency[fact.kind];
    let known = samples.get(fact.name);
    if (!known && samples.size < NAMES_MAX) samples.set(fact.name, (known = new Samples()));
    known?.add(fact.ms, second);
  }

  /** So many calls are in hand now, the platform's own aside. */
  noteBusy(calls: number, nowMs: number): void {
    const second = Math.floor(nowMs / 1_000);
    const i = second % WINDOW_SECONDS;
    this.#busy[i] = this.#busySecond[i] === second ? Math.max(this.#busy[i]!, calls) : calls;
    this.#busySecond[i] = second;
  }

  /** Most calls that were in hand at once in the window. */
  busiest(nowMs: number): number {
    const second = Math.floor(nowMs / 1_000);
    return Math.max(0, ...this.#busy.filter((_, i) => this.#busySecond[i]! > second - WINDOW_SECONDS));
  }

  facts(nowMs: number): UsageFacts {
    const second = Math.floor(nowMs / 1_000);
    const live = [...this.#perSecond].filter((_, i) => this.#secondOf[i]! > second - WINDOW_SECONDS);
    const last = (second - 1) % WINDOW_SECONDS;
    const firstSlot = Math.floor(second / SLOT_SECONDS) - SLOTS;
    const slots = this.#slots.filter((slot) => slot.at > firstSlot);
    return {
      windowSeconds: WINDOW_SECONDS,
      requests: live.reduce((total, n) => total + n, 0),
      rps: {
        current: this.#secondOf[last] === second - 1 ? this.#perSecond[last]! : 0,
        peak: Math.max(0, ...live),
      },
      statuses: sum(slots.map((slot) => slot.statuses)),
      errors: sum(slots.map((slot) => slot.errors)),
      functions: this.#latencies('function', second),
      views: this.#latencies('view', second),
    };
  }

  #countSecond(second: number): void {
    const i = second % WINDOW_SECONDS;
    if (this.#secondOf[i] !== second) this.#perSecond[i] = 0;
    this.#secondOf[i] = second;
    this.#perSecond[i]! += 1;
  }

  #slotAt(at: number): Slot {
    const slot = this.#slots[at % SLOTS]!;
    if (slot.at !== at) {
      slot.at = at;
      slot.statuses.clear();
      slot.errors.clear();
    }
    return slot;
  }

  #latencies(kind: 'function' | 'view', second: number): Record<string, LatencyFacts> {
    const found = Array.from(this.#latency[kind], ([name, samples]) => [name, samples.facts(second)] as const);
    return Object.fromEntries(found.flatMap(([name, facts]) => (facts ? [[name, facts] as const] : [])));
  }
}

function count<K>(counts: Map<K, number>, key: K): void {
  if (counts.has(key) || counts.size < NAMES_MAX) counts.set(key, (counts.get(key) ?? 0) + 1);
}

function sum(maps: readonly Map<string | number, number>[]): Record<string, number> {
  const total = new Map<string, number>();
  for (const map of maps) for (const [key, n] of map) total.set(String(key), (total.get(String(key)) ?? 0) + n);
  return Object.fromEntries(total);
}
