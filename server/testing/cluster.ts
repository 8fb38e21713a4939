// Embedded clusters for tests: thrown away afterwards, without fsync, gone when the test process is gone.
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startCluster } from '../start/cluster.ts';

export interface TestCluster {
  host: string;
  port: number;
  user: string;
  password: string;
  /** Superuser URL of one of its databases; default `postgres`. */
  url: (database?: string) => string;
  /** End the server in order; its data stay until `remove`. */
  stop: () => Promise<void>;
  /** Start it again on the same port and data, after `stop` or `kill`. */
  start: () => Promise<void>;
  /** `stop`, then `start`. */
  restart: () => Promise<void>;
  /** kill -9 of the server: what a power cut looks like to its clients. */
  kill: () => Promise<void>;
  /** Stop it and delete its data. */
  remove: () => Promise<void>;
}

/** Start a cluster of a test's own, for tests that stop or kill it. Takes about a second.
 * @param settings as in postgresql.conf */
export async function startTestCluster(settings: Record<string, string> = {}): Promise<TestCluster> {
  const folder = await mkdtemp(path.join(tmpdir(), `industry-pg-${randomBytes(3).toString('hex')}-`));
  await chmod(folder, 0o711); // under root the server runs as another account
  const options = { folder, settings: { max_connections: '100', ...settings }, disposable: true };
  let cluster = await startCluster(options);
  cluster.child.unref();
  cluster.child.channel?.unref();
  const { host, port, user, password, url } = cluster;
  const stop = () => cluster.stop();
  const start = async () => {
    cluster = await startCluster({ ...options, port });
    cluster.child.unref();
    cluster.child.channel?.unref();
  };
  return {
    host,
    port,
    user,
    password,
    url,
    stop,
    start,
    restart: async () => {
      await stop();
      await start();
    },
    kill: async () => {
      const { child, postmasterPid } = cluster;
      const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      process.kill(postmasterPid, 'SIGKILL');
      await ended;
    },
    remove: async () => {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
