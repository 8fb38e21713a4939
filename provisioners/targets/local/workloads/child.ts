/** One workload's process: started, watched, started again after a while when it ends by itself, its memory held to what it was given. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { WORKLOAD_READY, WORKLOAD_VARIABLES, workloadFile, workloadFlags } from '../../../kit/workload.ts';
import { openLogFile, type LogFile } from './log-file.ts';
import type { WorkloadState } from './registry.ts';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** One that lived as long as this begins again with the first wait. */
const SOUND_AFTER_MS = 60_000;
const LOOK_AT_MEMORY_EVERY_MS = 500;
const PAGE_BYTES = 4_096;
const MIB = 2 ** 20;

export interface ChildSpec {
  readonly offering: string;
  readonly entry: string;
  readonly databaseUrl: string;
  readonly memoryMib: number;
  readonly settings: Readonly<Record<string, number>>;
  /** Of the workload: its files and its log lie below. */
  readonly home: string;
}

export interface Child {
  readonly pid: number | undefined;
  readonly state: Extract<WorkloadState, 'starting' | 'running' | 'failing'>;
  readonly restarts: number;
  readonly trouble: string;
  /** Ends it for good. */
  end(): Promise<void>;
}

export function keepChild(spec: ChildSpec): Child {
  const folder = path.join(spec.home, 'files');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const log = openLogFile(path.join(spec.home, 'log'));
  const now = { state: 'starting' as Child['state'], restarts: 0, trouble: '' };
  let running: ChildProcess | null = null;
  let waitMs = FIRST_WAIT_MS;
  let timer: NodeJS.Timeout | null = null;
  let closed = false;

  const start = (): void => {
    timer = null;
    const startedAt = performance.now();
    const child = launch(spec, folder, log);
    running = child;
    let why: string | null = null;
    const stopWatching = watchMemory(child, spec.memoryMib, (found) => (why = found));
    child.on('error', () => {});
    child.on('message', (message) => {
      if (message === WORKLOAD_READY) now.state = 'running';
    });
    child.once('exit', (code, signal) => {
      stopWatching();
      running = null;
      if (closed) return;
      now.state = 'failing';
      now.restarts += 1;
      now.trouble = why ?? `ended with ${String(code ?? signal)}`;
      waitMs = performance.now() - startedAt > SOUND_AFTER_MS ? FIRST_WAIT_MS : Math.min(LONGEST_WAIT_MS, waitMs * 2);
      log.write(`${new Date().toISOString()} ${now.trouble}; again in ${waitMs} ms\n`);
      timer = setTimeout(start, waitMs);
    });
  };
  start();
  return {
    get pid() {
      return running?.pid;
    },
    get state() {
      return now.state;
    },
    get restarts() {
      return now.restarts;
    },
    get trouble() {
      return now.trouble;
    },
    end: async () => {
      closed = true;
      if (timer !== null) clearTimeout(timer);
      if (running !== null) {
        const ended = once(running, 'exit');
        running.kill('SIGKILL'); // whatever it does may be cut off at any time, so there is nothing to wait for
        await ended;
      }
      log.close();
    },
  };
}

/** With nothing of this process's environment. */
function launch(
  { offering, entry, databaseUrl, memoryMib, settings }: ChildSpec,
  folder: string,
  log: LogFile,
): ChildProcess {
  const child = fork(workloadFile(offering, entry), {
    cwd: folder,
    execArgv: [...workloadFlags(offering, folder, memoryMib)],
    env: {
      NODE_ENV: process.env.NODE_ENV,
      [WORKLOAD_VARIABLES.databaseUrl]: databaseUrl,
      [WORKLOAD_VARIABLES.folder]: folder,
      [WORKLOAD_VARIABLES.settings]: JSON.stringify(settings),
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => log.write(chunk));
  return child;
}

/** Where the system tells what a process takes. @param tell why it was ended */
function watchMemory(child: ChildProcess, memoryMib: number, tell: (why: string) => void): () => void {
  const look = async (): Promise<void> => {
    const bytes = await residentBytes(child.pid);
    if (bytes === null || bytes <= memoryMib * MIB) return;
    tell(`took ${Math.round(bytes / MIB)} MiB of ${memoryMib}`);
    child.kill('SIGKILL');
  };
  const timer = setInterval(() => void look(), LOOK_AT_MEMORY_EVERY_MS);
  return () => clearInterval(timer);
}

async function residentBytes(pid: number | undefined): Promise<number | null> {
  const facts = await readFile(`/proc/${pid}/statm`, 'utf8').catch(() => null);
  const pages = Number(facts?.split(' ')[1]);
  return Number.isFinite(pages) ? pages * PAGE_BYTES : null;
}
