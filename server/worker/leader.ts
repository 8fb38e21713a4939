/** One worker among several does the periodic work: whoever holds an advisory lock of the platform database, as long as it lives. */
import { Client } from 'pg';
import type { Log } from './context.ts';

/** A number of our own, the same in every process. */
const LOCK = 4_017_002;
const TRY_EVERY_MS = 3_000;

export interface Leadership {
  readonly held: () => boolean;
  close(): Promise<void>;
}

/** @param url of the platform database; one connection is kept, and losing it loses the leadership */
export function standForLeader(url: string, log: Log): Leadership {
  let client: Client | null = null;
  let held = false;
  let closed = false;
  let timer: NodeJS.Timeout | null = null;

  const lose = (lost: Client) => {
    if (client !== lost) return;
    client = null;
    held = false;
    lost.end().catch(() => undefined);
  };
  const attempt = async () => {
    if (!client) {
      const next = new Client({ connectionString: url, keepAlive: true, application_name: 'industry-cloud-leader' });
      client = next;
      next.on('error', () => lose(next));
      next.on('end', () => lose(next));
      await next.connect();
    }
    const { rows } = await client.query<{ got: boolean }>('SELECT pg_try_advisory_lock($1) AS got', [LOCK]);
    held = rows[0]?.got === true;
    if (held) log.info({}, 'this worker does the periodic work');
  };
  const loop = async () => {
    if (!held) {
      await attempt().catch((error: unknown) => {
        log.warn({ err: error }, 'could not stand for the periodic work');
        if (client) lose(client);
      });
    }
    if (!closed) timer = setTimeout(() => void loop(), TRY_EVERY_MS);
  };
  const looping = loop();
  return {
    held: () => held && !closed,
    async close() {
      closed = true;
      await looping;
      if (timer) clearTimeout(timer);
      await client?.end().catch(() => undefined);
    },
  };
}
