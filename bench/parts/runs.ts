/** Ends of runs, as the portal tells of them. */
import type { RunId } from '../../server/domain/ids.ts';
import type { Installation } from './installation.ts';

const WITHIN_MS = 60_000;

/** Runs that ended, as the portal's own event stream tells: nothing is polled that would cost what is measured. */
export async function listenForRuns({ url, token }: Pick<Installation, 'url' | 'token'>) {
  const ended = new Map<string, { readonly type: string; readonly at: number }>();
  const waiting = new Map<string, (end: { readonly type: string; readonly at: number }) => void>();
  const control = new AbortController();
  const input = encodeURIComponent(JSON.stringify({ json: {} }));
  const answer = await fetch(`${url}/api/trpc/events.subscribe?input=${input}`, {
    headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream' },
    signal: control.signal,
  });
  if (!answer.ok || !answer.body) throw new Error(`the event stream answers ${answer.status}`);
  const lines = async () => {
    let rest = '';
    for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
      const parts = (rest + chunk).split('\n');
      rest = parts.pop() ?? '';
      for (const line of parts) if (line.startsWith('data:')) take(line.slice(5));
    }
  };
  const take = (text: string) => {
    const event = /"type":"(run\.(?:succeeded|failed|cancelled))"/.exec(text);
    const runId = /"runId":"([0-9a-f-]{36})"/.exec(text)?.[1];
    if (!event || !runId) return;
    const end = { type: event[1]!, at: performance.now() };
    ended.set(runId, end);
    waiting.get(runId)?.(end);
  };
  lines().catch(() => undefined);
  return {
    end: (runId: RunId) =>
      new Promise<{ readonly type: string; readonly at: number }>((resolve, reject) => {
        const known = ended.get(runId);
        if (known) return resolve(known);
        setTimeout(
          () => reject(new Error(`run ${runId} did not end within ${WITHIN_MS / 1_000} s`)),
          WITHIN_MS,
        ).unref();
        waiting.set(runId, resolve);
        return undefined;
      }),
    close: () => control.abort(),
  };
}

export type Runs = Awaited<ReturnType<typeof listenForRuns>>;
