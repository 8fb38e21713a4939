// The parent's side of an embedded cluster: start the child process, learn its port and password, stop it.
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { childEnv } from './child-env.ts';
import type { ClusterMessage, ClusterOptions } from './embedded-postgres.ts';

export interface Cluster {
  host: string;
  port: number;
  user: string;
  password: string;
  /** Superuser URL of a database of this cluster. */
  url: (database?: string) => string;
  child: ChildProcess;
  postmasterPid: number;
  /** How long nobody was answered while it was started, or started again. */
  awayMs: number;
  /** Why what ALTER SYSTEM had said was set aside at that; null when it was not. */
  setAside: string | null;
  /** Whether this start made the cluster. */
  madeNew: boolean;
  /** End the server and start it again on the same port, with what ALTER SYSTEM has said meanwhile.
   * @returns the cluster as it is then
   * @throws Error when its process ended instead */
  restart: () => Promise<Cluster>;
  /** End the server in order and wait for it. */
  stop: () => Promise<void>;
}

const HOST = '127.0.0.1';
const USER = 'postgres';

/** Start an embedded cluster in a process group of its own, so that Ctrl-C leaves the order of stopping to us.
 * @throws Error with one clear line when it can't start */
export function startCluster(options: ClusterOptions): Promise<Cluster> {
  const child = spawn(
    process.execPath,
    [path.join(import.meta.dirname, 'embedded-postgres.ts'), JSON.stringify(options)],
    {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      detached: true,
      env: childEnv(),
    },
  );
  return readyMessage(child).then((ready) => handle(child, ready));
}

function readyMessage(child: ChildProcess): Promise<Ready> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void): void => {
      child.off('error', reject).off('exit', ended).off('message', hear);
      finish();
    };
    const ended = (code: number | null) =>
      settle(() => reject(new Error(`the database process ended early (${code})`)));
    const hear = (message: ClusterMessage) =>
      settle(() => (message.type === 'failed' ? reject(new Error(message.message)) : resolve(message)));
    child.once('error', reject).once('exit', ended).on('message', hear);
  });
}

type Ready = Extract<ClusterMessage, { type: 'ready' }>;

function handle(child: ChildProcess, ready: Ready): Cluster {
  const { port, password, postmasterPid, madeNew, awayMs, setAside } = ready;
  return {
    host: HOST,
    port,
    user: USER,
    password,
    url: (database = 'postgres') => `postgresql://${USER}:${password}@${HOST}:${port}/${database}`,
    child,
    postmasterPid,
    madeNew,
    awayMs,
    setAside,
    restart: async () => {
      child.send('restart');
      return handle(child, await readyMessage(child));
    },
    stop: () => endChild(child),
  };
}

/** Ask a child to end and wait until it has. */
export async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.ref(); // it may have been told not to keep this process alive
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  await ended;
}
