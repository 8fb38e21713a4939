// One PostgreSQL cluster as a child process: makes it when it is new, runs it, says over IPC when it is ready, and
// stops it when it is told to or when its parent is gone, however that went. Nothing else talks to it but SQL clients.
// Started by cluster.ts; the only argument is a ClusterOptions object in JSON.
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { childEnv } from './child-env.ts';
import { initialiseCluster } from './initdb.ts';
import { postgresAccount, postgresBinaries, reachableDataDir, type Account } from './postgres-account.ts';
import { readPostmasterFile, stopLeftover } from './postmaster-file.ts';
import { isPortFree, getFreePort } from './ports.ts';

export interface ClusterOptions {
  /** Holds the data, the superuser's password and the log. */
  folder: string;
  /** Settings as in postgresql.conf. */
  settings: Record<string, string>;
  /** Use this port; without it the port of the last start when it is free, else any free one. */
  port?: number;
  /** Skip every fsync, and delete the folder when the parent is gone: for clusters that tests throw away. */
  disposable?: boolean;
}

export type ClusterMessage =
  | { type: 'ready'; port: number; password: string; postmasterPid: number; madeNew: boolean }
  | { type: 'failed'; message: string };

const READY_WITHIN_MS = 60_000; // crash recovery of a large cluster takes a while
const FAST_STOP_WITHIN_MS = 10_000;
const LOG_BYTES_MAX = 10 * 1024 * 1024;
// Replication first and closed: a role with REPLICATION could else read every database it may connect to.
const ACCESS_RULES = 'host replication all all reject\nhost all all 127.0.0.1/32 scram-sha-256\n';

let server: ChildProcess | undefined;
let stopping: Promise<void> | undefined;

async function main(options: ClusterOptions): Promise<void> {
  process.on('disconnect', () => void stop(options.disposable ? options.folder : undefined));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop());
  const account = postgresAccount();
  const binaries = postgresBinaries(account);
  mkdirSync(options.folder, { recursive: true, mode: 0o711 });
  const dataDir = placeData(options.folder, account);
  const password = keepPassword(options.folder);
  const madeNew = !existsSync(path.join(dataDir, 'PG_VERSION'));
  if (madeNew) {
    await initialiseCluster({ binaries, account, dataDir, password, sync: options.disposable !== true });
  } else {
    await stopLeftover(dataDir);
  }
  writeFileSync(path.join(dataDir, 'pg_hba.conf'), ACCESS_RULES);
  const port = await choosePort(options);
  if (stopping) return;
  const log = openLog(options.folder);
  server = spawn(binaries.postgres, ['-D', dataDir, ...settingFlags(options, port)], {
    ...account,
    cwd: '/',
    env: childEnv({ TZ: 'UTC', LC_ALL: 'C' }),
    stdio: ['ignore', log, log],
  });
  server.once('exit', (code, signal) => {
    if (!stopping) fail(`PostgreSQL ended by itself (${signal ?? code}): ${lastLogLine(options.folder)}`);
  });
  const postmasterPid = await ready(server, dataDir);
  if (stopping) return;
  writeFileSync(path.join(options.folder, 'port'), String(port));
  tell({ type: 'ready', port, password, postmasterPid, madeNew });
}

/** The cluster's data live in `folder`/data, which is a link where the server's account can't reach the folder. */
function placeData(folder: string, account: Account): string {
  const wanted = path.join(folder, 'data');
  const actual = reachableDataDir(wanted, account);
  if (actual === wanted) return wanted;
  if (!existsSync(wanted)) {
    rmSync(wanted, { force: true }); // a dangling link
    rmSync(actual, { recursive: true, force: true }); // of an installation that is gone
    mkdirSync(actual, { mode: 0o700 });
    if (account.uid !== undefined) chownSync(actual, account.uid, account.gid);
    symlinkSync(actual, wanted);
  }
  return actual;
}

function keepPassword(folder: string): string {
  const file = path.join(folder, 'password');
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  const password = randomBytes(24).toString('base64url');
  writeFileSync(`${file}.new`, password, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return password;
}

async function choosePort(options: ClusterOptions): Promise<number> {
  if (options.port !== undefined) return options.port;
  const file = path.join(options.folder, 'port');
  const last = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  return last > 0 && (await isPortFree(last)) ? last : getFreePort();
}

function settingFlags(options: ClusterOptions, port: number): string[] {
  const settings: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    password_encryption: 'scram-sha-256',
    io_method: 'sync', // no helper processes: a cluster on a small machine stays small
    log_line_prefix: '%m [%p] %d ',
    ...(options.disposable ? { fsync: 'off', full_page_writes: 'off' } : {}),
    ...options.settings,
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

function openLog(folder: string): number {
  const file = path.join(folder, 'postgres.log');
  if (existsSync(file) && statSync(file).size > LOG_BYTES_MAX) renameSync(file, `${file}.1`);
  return openSync(file, 'a', 0o600);
}

/** postmaster.pid carries the state of the server in its last line; pg_ctl waits the same way. */
async function ready(child: ChildProcess, dataDir: string): Promise<number> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (child.exitCode === null && child.signalCode === null) {
    const file = readPostmasterFile(dataDir);
    if (file?.status === 'ready' && file.pid === child.pid) return file.pid;
    if (Date.now() > deadline) throw new Error(`PostgreSQL was not ready within ${READY_WITHIN_MS / 1000} s`);
    await delay(15);
  }
  return 0;
}

/** @param leftover a folder that nobody is there to delete any more */
function stop(leftover?: string): Promise<void> {
  stopping ??= stopServer().then(() => {
    if (leftover !== undefined) rmSync(leftover, { recursive: true, force: true });
    process.exit(0);
  });
  return stopping;
}

async function stopServer(): Promise<void> {
  const child = server;
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGINT'); // "fast": clients are cut off, nothing is lost
  await Promise.race([ended, delay(FAST_STOP_WITHIN_MS, undefined, { ref: false })]);
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGQUIT');
  await ended;
}

function lastLogLine(folder: string): string {
  const file = path.join(folder, 'postgres.log');
  return readFileSync(file, 'utf8').trimEnd().split('\n').at(-1) ?? '';
}

function fail(message: string): void {
  stopping ??= stopServer();
  tell({ type: 'failed', message });
  void stopping.then(() => process.exit(1));
}

function tell(message: ClusterMessage): void {
  if (process.connected) process.send?.(message);
}

await main(JSON.parse(process.argv[2] ?? '{}') as ClusterOptions).catch((error: unknown) =>
  fail(error instanceof Error ? error.message : String(error)),
);
