// The lock file that a server keeps in its data folder: what it says, and what to do with one that was left behind.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface PostmasterFile {
  pid: number;
  port: number;
  /** `starting`, `stopping`, `ready` or `standby`. */
  status: string;
}

const STOP_WITHIN_MS = 10_000;

/** @returns null while there is no file, or only a part of it */
export function readPostmasterFile(dataDir: string): PostmasterFile | null {
  try {
    const lines = readFileSync(path.join(dataDir, 'postmaster.pid'), 'utf8').split('\n');
    return { pid: Number(lines[0]), port: Number(lines[3]), status: lines[7]?.trim() ?? '' };
  } catch {
    return null;
  }
}

/** @returns the process that serves this data folder now, or null */
export function livingServer(dataDir: string): number | null {
  const file = readPostmasterFile(dataDir);
  return file !== null && isServerOf(file.pid, dataDir) ? file.pid : null;
}

/** End a server that outlived its supervisor, or remove the file of one that died. The caller holds the data folder's
 * lock, so a live server on this folder can only be a leftover.
 * @throws Error when the leftover can't be ended */
export async function stopLeftover(dataDir: string): Promise<void> {
  const file = readPostmasterFile(dataDir);
  if (!file) return;
  if (isServerOf(file.pid, dataDir)) {
    process.kill(file.pid, 'SIGINT');
    if (!(await gone(file.pid, dataDir))) process.kill(file.pid, 'SIGQUIT');
    if (!(await gone(file.pid, dataDir))) throw new Error(`PostgreSQL ${file.pid} on ${dataDir} can't be stopped`);
  }
  // Numbers of processes are used again, so the file may name a stranger; the server would then refuse to start.
  rmSync(path.join(dataDir, 'postmaster.pid'), { force: true });
}

async function gone(pid: number, dataDir: string): Promise<boolean> {
  const deadline = Date.now() + STOP_WITHIN_MS;
  while (isServerOf(pid, dataDir)) {
    if (Date.now() > deadline) return false;
    await delay(25);
  }
  return true;
}

/** A server's working directory is its data folder. */
function isServerOf(pid: number, dataDir: string): boolean {
  if (!Number.isInteger(pid) || pid <= 1) return false;
  if (existsSync('/proc/self/cwd')) {
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(dataDir);
    } catch {
      return false;
    }
  }
  return spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout.includes(dataDir);
}
