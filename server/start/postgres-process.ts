// A running server: when it takes connections, and how it is ended.
import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { readPostmasterFile } from './postmaster-file.ts';

const READY_WITHIN_MS = 60_000; // crash recovery of a large cluster takes a while
const FAST_STOP_WITHIN_MS = 10_000;

/** postmaster.pid carries the state of the server in its last line; pg_ctl waits the same way.
 * @returns the server's pid; 0 when it ended instead */
export async function awaitReady(child: ChildProcess, dataDir: string): Promise<number> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (child.exitCode === null && child.signalCode === null) {
    const file = readPostmasterFile(dataDir);
    if (file?.status === 'ready' && file.pid === child.pid) return file.pid;
    if (Date.now() > deadline) throw new Error(`PostgreSQL was not ready within ${READY_WITHIN_MS / 1000} s`);
    await delay(15);
  }
  return 0;
}

/** Clients are cut off, nothing is lost; one that does not end in time is ended without a last checkpoint. */
export async function stopServer(child: ChildProcess | undefined, fastWithinMs = FAST_STOP_WITHIN_MS): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGINT');
  await Promise.race([ended, delay(fastWithinMs, undefined, { ref: false })]);
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGQUIT');
  await ended;
}
