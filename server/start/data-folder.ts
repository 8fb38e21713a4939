// The data folder: made at the first start, held by one supervisor at a time, with room on its disk.
import { mkdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { hasCode, StartFailure } from './failure.ts';

const FREE_BYTES_MIN = 1024 ** 3;

/** Make the folder and check that there is space.
 * @throws StartFailure with less than 1 GB free, or when it can't be made */
export function prepareDataFolder(folder: string): void {
  try {
    mkdirSync(path.join(folder, 'logs'), { recursive: true, mode: 0o711 }); // a server under another account passes through
  } catch (error) {
    if (hasCode(error, 'ENOSPC')) throw error;
    throw new StartFailure(`The data folder ${folder} can't be made: ${error instanceof Error ? error.message : ''}`);
  }
  const { bavail, bsize } = statfsSync(folder);
  const freeBytes = bavail * bsize;
  if (freeBytes < FREE_BYTES_MIN) {
    const freeMb = Math.floor(freeBytes / 1024 ** 2);
    throw new StartFailure(
      `Only ${freeMb} MB free on the disk of ${folder}, 1 GB is needed: free some space, or set DATA_DIR.`,
    );
  }
}

/** Hold the folder until the returned function is called; the lock of a dead holder is taken over.
 * @throws StartFailure while another process holds it */
export function holdFolder(folder: string, name = 'lock'): () => void {
  const file = path.join(folder, name);
  const mine = `${process.pid} ${startedAt(process.pid)}`;
  for (;;) {
    try {
      writeFileSync(file, mine, { flag: 'wx', mode: 0o600 });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
    }
    const holder = readHolder(file);
    if (holder !== null) {
      throw new StartFailure(`The data folder ${folder} is in use by process ${holder}: end it, or set DATA_DIR.`);
    }
    rmSync(file, { force: true });
  }
}

/** @returns the live process that wrote the file, or null */
function readHolder(file: string): number | null {
  try {
    const [pid, started] = readFileSync(file, 'utf8').split(' ');
    const since = startedAt(Number(pid));
    return since !== null && since === started ? Number(pid) : null;
  } catch {
    return null;
  }
}

/** Numbers of processes are used again; number and start time together are not. @returns null for no such process */
function startedAt(pid: number): string | null {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!hasCode(error, 'EPERM')) return null;
  }
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19] ?? 'running';
  } catch {
    return 'running'; // no /proc: the number alone must do
  }
}
