/** One server process as the keeper holds it: started by it, or found running when a keeper before it has died. */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { childEnv } from '../start/child-env.ts';
import type { Account } from '../start/postgres-account.ts';
import { awaitReady } from '../start/postgres-process.ts';
import { livingServer, readPostmasterFile } from '../start/postmaster-file.ts';

/** A process that is not ours says nothing when it ends. */
const LOOK_EVERY_MS = 250;

export interface ServerProcess {
  readonly pid: number;
  readonly exited: Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

export interface ServerPlace {
  readonly program: string;
  readonly account: Account;
  readonly folder: string;
  readonly dataDir: string;
  /** Told as soon as there is a process, before it can have begun others. */
  readonly begun: (pid: number) => void;
}

/** Starts the server and waits until it takes connections.
 * @throws Error with the log's last line when it ends instead */
export async function launchServer({ program, account, folder, dataDir, begun }: ServerPlace): Promise<ServerProcess> {
  const log = openLog(folder);
  const child = spawn(program, ['-D', dataDir], {
    ...account,
    cwd: '/',
    env: childEnv({ TZ: 'UTC', LC_ALL: 'C' }),
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', () => {
      begun(child.pid ?? 0);
      resolve();
    });
    child.once('error', reject);
  });
  const server = held(child, exited);
  try {
    if ((await awaitReady(child, dataDir)) === 0) throw new Error(lastLogLine(folder));
    return server;
  } catch (error) {
    server.kill('SIGQUIT');
    await exited;
    throw error;
  }
}

function held(child: ChildProcess, exited: Promise<void>): ServerProcess {
  return { pid: child.pid ?? 0, exited, kill: (signal) => void child.kill(signal) };
}

/** The server that runs on this folder already, when it listens where it should and takes connections. */
export function adoptServer(dataDir: string, port: number): ServerProcess | null {
  const pid = livingServer(dataDir);
  const file = readPostmasterFile(dataDir);
  if (pid === null || file?.port !== port || file.status !== 'ready') return null;
  return {
    pid,
    exited: goneFrom(pid, dataDir),
    kill: (signal) => {
      if (livingServer(dataDir) === pid) process.kill(pid, signal);
    },
  };
}

async function goneFrom(pid: number, dataDir: string): Promise<void> {
  while (livingServer(dataDir) === pid) await delay(LOOK_EVERY_MS);
}

function openLog(folder: string): number {
  return openSync(logFile(folder), 'a', 0o600);
}

/** What a server says; moved aside by the keeper when it is large. */
export const logFile = (folder: string): string => path.join(folder, 'postgres.log');

/** Why a server ended, in its own words. */
export function lastLogLine(folder: string): string {
  const file = logFile(folder);
  return existsSync(file) ? (readFileSync(file, 'utf8').trimEnd().split('\n').at(-1) ?? '') : '';
}
