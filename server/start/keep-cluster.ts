// An embedded cluster that is started again, on the same port, when its server dies or when somebody asks for it.
import { setTimeout as delay } from 'node:timers/promises';
import { startCluster, type Cluster } from './cluster.ts';
import type { ClusterOptions } from './embedded-postgres.ts';
import { messageOf } from './failure.ts';

const PAUSE_MS = 1_000;

export interface KeptCluster {
  /** As it was when it was first started; its address stays. */
  cluster: Cluster;
  /** As it is now. */
  now: () => Cluster;
  /** Start the server again, unless it has been since: `postmasterPid` is the life that the caller knows.
   * @throws Error when the server died of something else meanwhile; it is started again all the same */
  restart: (postmasterPid: number) => Promise<Cluster>;
  stop: () => Promise<void>;
}

/** @param name for the person at the terminal @throws Error when the first start fails */
export async function keepCluster(
  name: string,
  options: ClusterOptions,
  say: (line: string) => void,
): Promise<KeptCluster> {
  const first = await startCluster(options);
  let current = first;
  let stopping = false;
  let restarts: Promise<unknown> = Promise.resolve();
  const watch = (): void => {
    current.child.once('exit', () => {
      if (!stopping) void revive();
    });
  };
  const revive = async (): Promise<void> => {
    say(`${name} ended; starting it again`);
    try {
      current = await startCluster({ ...options, port: first.port });
      say(`${name} is back`);
      watch();
    } catch (error) {
      say(`${name} does not start: ${messageOf(error)}`);
      await delay(PAUSE_MS, undefined, { ref: false });
      if (!stopping) await revive();
    }
  };
  const restart = async (postmasterPid: number): Promise<Cluster> => {
    if (stopping) throw new Error('this installation is being stopped');
    if (current.postmasterPid !== postmasterPid) return current;
    current = await current.restart();
    say(`${name} was started again with other settings; it was away for ${current.awayMs} ms`);
    if (current.setAside !== null) say(`${name} did not start with them and has its old ones: ${current.setAside}`);
    return current;
  };
  watch();
  return {
    cluster: first,
    now: () => current,
    restart: (postmasterPid) => {
      const restarted = restarts.then(() => restart(postmasterPid));
      restarts = restarted.catch(() => {});
      return restarted;
    },
    stop: async () => {
      stopping = true;
      await current.stop();
    },
  };
}
