/** Lets at most `max` in at once; a bounded line waits, each for a bounded time. One gate stands before each tenant's connections. */
export class GateFull extends Error {
  override readonly name = 'GateFull';
}

interface Waiting {
  readonly enter: () => void;
}

export class Gate {
  #max: number;
  #inside = 0;
  readonly #line = new Set<Waiting>();

  constructor(max: number) {
    this.#max = max;
  }

  get inside(): number {
    return this.#inside;
  }

  get waiting(): number {
    return this.#line.size;
  }

  resize(max: number): void {
    this.#max = max;
    this.#admit();
  }

  /** Resolves when inside; whoever got in must `leave`.
   * @throws GateFull when the line is full or the wait is over, or the signal's reason when the caller is gone */
  async enter(options: { lineMax: number; waitMsMax: number; signal: AbortSignal }): Promise<void> {
    const { lineMax, waitMsMax, signal } = options;
    signal.throwIfAborted();
    if (this.#inside < this.#max) {
      this.#inside += 1;
      return;
    }
    if (this.#line.size >= lineMax) throw new GateFull('line full');
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiting: Waiting = { enter: resolve };
    const giveUp = (why: unknown) => {
      this.#line.delete(waiting);
      reject(why);
    };
    const onAbort = () => giveUp(signal.reason);
    const timer = setTimeout(() => giveUp(new GateFull('waited in vain')), waitMsMax);
    signal.addEventListener('abort', onAbort, { once: true });
    this.#line.add(waiting);
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    }
  }

  leave(): void {
    this.#inside -= 1;
    this.#admit();
  }

  #admit(): void {
    for (const next of this.#line) {
      if (this.#inside >= this.#max) return;
      this.#line.delete(next);
      this.#inside += 1;
      next.enter();
    }
  }
}
