// Callers of one tenant's API for as long as a test wants: writers that do as they are told (the same request with the same key until it is
// taken), and readers. What they were answered, and how long they had to wait, is kept.
import { randomUUID } from 'node:crypto';

export interface Answered {
  /** Performance clock, ms. */
  readonly at: number;
  /** Epoch, ms. */
  readonly time: number;
  readonly status: number;
  readonly code: string | null;
  readonly retryAfter: string | null;
}

export interface Load {
  /** Bodies of the notes that were acknowledged. */
  readonly accepted: readonly string[];
  /** Answers that were no success, in order. */
  readonly refusedWrites: readonly Answered[];
  readonly refusedReads: readonly Answered[];
  /** The longest time between two successes, ms. */
  longest(): { readonly writesMs: number; readonly readsMs: number };
  /** Lets every request under way come to its end. */
  stop(): Promise<void>;
}

/** @param url of the API, up to its version; the tenant is one of `notes` */
export function callTenant(url: string, key: string, callers = { writers: 2, readers: 2 }): Load {
  const ending = new AbortController();
  const accepted: string[] = [];
  const [refusedWrites, refusedReads]: [Answered[], Answered[]] = [[], []];
  const [writes, reads] = [watchGaps(), watchGaps()];
  const ask = async (name: string, init: RequestInit, more: Record<string, string> = {}): Promise<Answered> => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...more };
    const answer = await fetch(`${url}/${name}`, { ...init, headers });
    const { code = null } = (await answer.json()) as { code?: string | null };
    const retryAfter = answer.headers.get('retry-after');
    return { at: performance.now(), time: Date.now(), status: answer.status, code, retryAfter };
  };
  const write = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      const [body, idempotencyKey] = [`during ${randomUUID()}`, randomUUID()];
      const init = { method: 'POST', body: JSON.stringify({ body }) };
      for (;;) {
        const answer = await ask('add_note', init, { 'idempotency-key': idempotencyKey });
        if (answer.status === 201) break;
        refusedWrites.push(answer);
        if (ending.signal.aborted) return; // not acknowledged: there once, or not at all
      }
      accepted.push(body);
      writes.mark();
    }
  };
  const read = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      const answer = await ask('note?limit=1', {});
      if (answer.status === 200) reads.mark();
      else refusedReads.push(answer);
    }
  };
  const callersAtWork = [
    ...Array.from({ length: callers.writers }, write),
    ...Array.from({ length: callers.readers }, read),
  ];
  return {
    accepted,
    refusedWrites,
    refusedReads,
    longest: () => ({ writesMs: writes.longest(), readsMs: reads.longest() }),
    stop: async () => {
      ending.abort();
      await Promise.all(callersAtWork);
    },
  };
}

/** The longest time between two marks. */
function watchGaps() {
  let last: number | null = null;
  let longestMs = 0;
  return {
    mark: (): void => {
      const now = performance.now();
      longestMs = Math.max(longestMs, now - (last ?? now));
      last = now;
    },
    longest: (): number => Math.round(longestMs),
  };
}

/** How many answers of each kind: `503 tenant_moving`. */
export function tally(answers: readonly Answered[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { status, code } of answers) {
    const kind = `${status} ${code ?? ''}`.trim();
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}
