/**
 * Session advisory locks that say which lock rows have a living writer. All locks of a store share one connection, which goes when it
 * has been idle for a while: PostgreSQL drops its locks when the process dies, however it dies.
 */
import { Client } from 'pg';
import { advisoryKey } from './keys.ts';

const IDLE_MS = 30_000;

export interface Liveness {
  hold(lockKey: string): Promise<void>;
  drop(lockKey: string): Promise<void>;
  close(): Promise<void>;
}

export function createLiveness(url: string, onError: (error: Error) => void): Liveness {
  let connection: Promise<Client> | undefined;
  /** Ends when the connection has answered all it was asked: it takes one question at a time. */
  let asked: Promise<unknown> = Promise.resolve();
  let idle: NodeJS.Timeout | undefined;
  let held = 0;

  async function connect(): Promise<Client> {
    const client = new Client({ connectionString: url, application_name: 'engine-liveness' });
    client.on('error', (error) => {
      connection = undefined;
      onError(error);
    });
    await client.connect();
    return client;
  }

  function ask(text: string, lockKey: string): Promise<unknown> {
    connection ??= connect();
    const on = connection;
    const answer = asked.then(async () => (await on).query(text, [advisoryKey(lockKey)]));
    asked = answer.catch(() => {});
    return answer;
  }

  async function disconnect(): Promise<void> {
    clearTimeout(idle);
    const last = connection;
    connection = undefined;
    await (await last)?.end();
  }

  return {
    async hold(lockKey) {
      held += 1;
      clearTimeout(idle);
      try {
        await ask('SELECT pg_advisory_lock($1)', lockKey);
      } catch (error) {
        connection = undefined;
        throw error;
      }
    },
    async drop(lockKey) {
      held -= 1;
      if (held === 0) idle = setTimeout(() => void disconnect().catch(onError), IDLE_MS).unref();
      if (connection) await ask('SELECT pg_advisory_unlock($1)', lockKey);
    },
    close: disconnect,
  };
}
