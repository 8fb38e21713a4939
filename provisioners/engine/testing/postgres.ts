/**
 * A PostgreSQL for tests: a database of one's own on the cluster that TEST_PLATFORM_URL names (a superuser's URL), or else on an
 * embedded cluster that lives as long as the test's process.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Client, Pool, type QueryResultRow } from 'pg';

export interface TestDatabase {
  /** URL of a fresh database, with a superuser. */
  readonly url: string;
  /** Run one statement in that database. */
  query<Row extends QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Drop the database, and end the cluster if it was started for it. */
  close(): Promise<void>;
}

interface Cluster {
  readonly url: string;
  stop(): Promise<void>;
}

async function startCluster(): Promise<Cluster> {
  const script = fileURLToPath(new URL('postgres-process.ts', import.meta.url));
  const child: ChildProcess = spawn(process.execPath, [script], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const exited = once(child, 'exit');
  const started = once(child, 'message').then(([message]) => (message as { url: string }).url);
  const url = await Promise.race([
    started,
    exited.then(([code]) => Promise.reject(new Error(`PostgreSQL ended with ${code}`))),
  ]);
  return {
    url,
    async stop() {
      child.disconnect();
      await exited;
    },
  };
}

function useCluster(url: string | undefined): Promise<Cluster> {
  return url === undefined ? startCluster() : Promise.resolve({ url, stop: async () => {} });
}

/** Make a database for one test file. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const cluster = await useCluster(process.env['TEST_PLATFORM_URL']);
  const name = `engine_${randomBytes(6).toString('hex')}`;
  const admin = new Client({ connectionString: cluster.url });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name}`);
  const url = new URL(cluster.url);
  url.pathname = `/${name}`;
  const pool = new Pool({ connectionString: url.href, max: 2 });
  return {
    url: url.href,
    query: async (text, values) => (await pool.query(text, values as unknown[])).rows,
    async close() {
      await pool.end();
      // Without FORCE the server waits for connections that are just closing.
      await admin.query(`DROP DATABASE ${name}`);
      await admin.end();
      await cluster.stop();
    },
  };
}
