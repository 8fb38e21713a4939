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
  /** Whether this start made the cluster. */
  madeNew: boolean;
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
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the database process ended early (${code})`)));
    child.on('message', (message: ClusterMessage) => {
      if (message.type === 'failed') reject(new Error(message.message));
      else resolve(handle(child, message));
    });
  });
}

function handle(child: ChildProcess, ready: Extract<ClusterMessage, { type: 'ready' }>): Cluster {
  const { port, password, postmasterPid, madeNew } = ready;
  return {
    host: HOST,
    port,
    user: USER,
    password,
    url: (database = 'postgres') => `postgresql://${USER}:${password}@${HOST}:${port}/${database}`,
    child,
    postmasterPid,
    madeNew,
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
