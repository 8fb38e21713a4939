/**
 * The cluster that public tenants and edges share is run by the supervisor of the installation (server/start), and whoever changes a setting
 * that counts from a start on asks the supervisor for that start. Here is what is said to it, and a client to say it with. It listens on
 * the loopback, and answers only to a token that it leaves, with its port, in a file that its own account alone may read.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

export const SharedClusterFacts = z.strictObject({
  port: z.int(),
  /** Names the life that it has now; another start, another number. */
  postmasterPid: z.int(),
  /** How long it answered nobody when it was last started, ms: what the next restart will about take. */
  awayMs: z.int().nonnegative(),
  /** Why the last settings that ALTER SYSTEM gave it were set aside: it did not start with them. Null when it did. */
  setAside: z.string().nullable(),
});
export type SharedClusterFacts = z.infer<typeof SharedClusterFacts>;

/** The life that the caller wants ended; one that is over already is not ended twice. */
export const RestartRequest = z.strictObject({ postmasterPid: z.int() });

/** Where the supervisor says how to reach it. */
export const SupervisorAddress = z.strictObject({ port: z.int(), token: z.string().min(20) });
export type SupervisorAddress = z.infer<typeof SupervisorAddress>;

export const supervisorFile = (dataDir: string): string => path.join(dataDir, 'supervisor.json');
export const SHARED_CLUSTER_PATH = '/shared-cluster';

/** No answer from the supervisor, or a refusal. */
export class SupervisorAway extends Error {
  override readonly name = 'SupervisorAway';
}

export interface Supervisor {
  /** Null where no supervisor runs. */
  sharedCluster(): Promise<SharedClusterFacts | null>;
  /** Starts the cluster again unless that life is over; resolves when it takes connections.
   * @throws SupervisorAway */
  restartSharedCluster(postmasterPid: number): Promise<SharedClusterFacts>;
}

const ANSWER_MS_MAX = 300_000;

/** @param dataDir of the installation */
export function connectSupervisor(dataDir: string): Supervisor {
  const send = async (method: string, body?: object): Promise<SharedClusterFacts> => {
    try {
      const { port, token } = await readAddress(dataDir);
      const answer = await fetch(`http://127.0.0.1:${port}${SHARED_CLUSTER_PATH}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        signal: AbortSignal.timeout(ANSWER_MS_MAX),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (!answer.ok) throw new Error(await answer.text());
      return SharedClusterFacts.parse(await answer.json());
    } catch (cause) {
      throw new SupervisorAway('the supervisor of this installation does not answer', { cause });
    }
  };
  return {
    sharedCluster: () => send('GET').catch(() => null),
    restartSharedCluster: (postmasterPid) => send('POST', { postmasterPid }),
  };
}

/** Read for every call: a supervisor that was started again listens on another port. */
async function readAddress(dataDir: string): Promise<SupervisorAddress> {
  return SupervisorAddress.parse(JSON.parse(await readFile(supervisorFile(dataDir), 'utf8')));
}
