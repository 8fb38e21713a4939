// A cluster as the supervisor of an installation runs it: started again when it dies or when somebody asks at the door, with
// settings that ALTER SYSTEM may change. Thrown away afterwards.
import { rm } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { keepCluster } from '../start/keep-cluster.ts';
import { openDoor } from '../start/supervisor-door.ts';
import type { TestCluster } from './cluster.ts';

export interface TestKeptCluster extends TestCluster {
  /** What the supervisor said to the person at the terminal. */
  readonly said: readonly string[];
}

/** @param dataDir of the installation: where the door's address is left
 * @param growable see ClusterOptions */
export async function startKeptCluster(
  dataDir: string,
  settings: Record<string, string>,
  growable: Record<string, string>,
): Promise<TestKeptCluster> {
  const folder = path.join(dataDir, `pg-${randomBytes(3).toString('hex')}`);
  const said: string[] = [];
  const options = { folder, settings: { max_connections: '100', ...settings }, growable, disposable: true };
  const start = async (port?: number) => {
    const kept = await keepCluster('the cluster', { ...options, ...(port === undefined ? {} : { port }) }, (line) =>
      said.push(line),
    );
    const door = await openDoor(dataDir, kept);
    return {
      kept,
      close: async () => {
        await door.close();
        await kept.stop();
      },
    };
  };
  let running = await start();
  const { host, port, user, password, url } = running.kept.cluster;
  const restart = async () => {
    await running.close();
    running = await start(port);
  };
  return {
    host,
    port,
    user,
    password,
    url,
    said,
    stop: () => running.close(),
    start: async () => {
      running = await start(port);
    },
    restart,
    kill: async () => {
      const { child, postmasterPid } = running.kept.now();
      const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      process.kill(postmasterPid, 'SIGKILL');
      await ended;
    },
    remove: async () => {
      await running.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
