// An embedded cluster that is started again when its server dies, on the same port.
import { setTimeout as delay } from 'node:timers/promises';
import { startCluster, type Cluster } from './cluster.ts';
import type { ClusterOptions } from './embedded-postgres.ts';
import { messageOf } from './failure.ts';

const PAUSE_MS = 1_000;

export interface KeptCluster {
  cluster: Cluster;
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
  watch();
  return {
    cluster: first,
    stop: async () => {
      stopping = true;
      await current.stop();
    },
  };
}
