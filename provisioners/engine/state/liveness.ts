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
      connection ??= connect();
      try {
        await (await connection).query('SELECT pg_advisory_lock($1)', [advisoryKey(lockKey)]);
      } catch (error) {
        connection = undefined;
        throw error;
      }
    },
    async drop(lockKey) {
      held -= 1;
      if (held === 0) idle = setTimeout(() => void disconnect().catch(onError), IDLE_MS).unref();
      await (await connection)?.query('SELECT pg_advisory_unlock($1)', [advisoryKey(lockKey)]);
    },
    close: disconnect,
  };
}
