// One PostgreSQL cluster as a child process: makes it when it is new, runs it, says over IPC when it is ready, starts
// its server again when it is asked to, and stops it when it is told to or when its parent is gone, however that went.
// Nothing else talks to it but SQL clients.
// Started by cluster.ts; the only argument is a ClusterOptions object in JSON.
import { spawn, type ChildProcess } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { childEnv } from './child-env.ts';
import { messageOf } from './failure.ts';
import { initialiseCluster } from './initdb.ts';
import { postgresAccount, postgresBinaries, type Account, type Binaries } from './postgres-account.ts';
import { keepPassword, placeData } from './postgres-folder.ts';
import { awaitReady, stopServer } from './postgres-process.ts';
import { stopLeftover } from './postmaster-file.ts';
import { isPortFree, getFreePort } from './ports.ts';
import {
  keepProvenSettings,
  putSystemSettings,
  readProvenSettings,
  readSystemSettings,
  settingsNamedIn,
} from './system-settings.ts';

export interface ClusterOptions {
  /** Holds the data, the superuser's password and the log. */
  folder: string;
  /** Settings as in postgresql.conf. */
  settings: Record<string, string>;
  /** Settings that stand until ALTER SYSTEM says otherwise. */
  growable?: Record<string, string>;
  /** Use this port; without it the port of the last start when it is free, else any free one. */
  port?: number;
  /** Skip every fsync, and delete the folder when the parent is gone: for clusters that tests throw away. */
  disposable?: boolean;
}

export type ClusterMessage =
  | {
      type: 'ready';
      port: number;
      password: string;
      postmasterPid: number;
      madeNew: boolean;
      /** How long nobody was answered: of a start, and of a restart from the beginning of its end. */
      awayMs: number;
      /** Why what ALTER SYSTEM had said was set aside; null when it was not. */
      setAside: string | null;
    }
  | { type: 'failed'; message: string };

/** Cut off, it would have to recover, which takes longer than the longest last checkpoint. */
const RESTART_STOP_WITHIN_MS = 120_000;
const LOG_BYTES_MAX = 10 * 1024 * 1024;
// Replication first and closed: a role with REPLICATION could else read every database it may connect to.
const ACCESS_RULES = 'host replication all all reject\nhost all all 127.0.0.1/32 scram-sha-256\n';

let server: ChildProcess | undefined;
const toldToEnd = new WeakSet<ChildProcess>();
let restarting: Promise<void> | undefined;
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
  const start = async (beganAt: number): Promise<void> => {
    const { postmasterPid, setAside } = await run({ options, dataDir, port, binaries, account });
    if (stopping) return;
    writeFileSync(path.join(options.folder, 'port'), String(port));
    const awayMs = Math.round(performance.now() - beganAt);
    tell({ type: 'ready', port, password, postmasterPid, madeNew, awayMs, setAside });
  };
  await start(performance.now());
  process.on('message', (message: 'restart') => {
    if (message === 'restart') restarting ??= restart(start).finally(() => (restarting = undefined));
  });
}

async function restart(start: (beganAt: number) => Promise<void>): Promise<void> {
  const beganAt = performance.now();
  if (server) toldToEnd.add(server);
  await stopServer(server, RESTART_STOP_WITHIN_MS);
  if (!stopping) await start(beganAt).catch((error: unknown) => fail(messageOf(error)));
}

interface Launch {
  readonly options: ClusterOptions;
  readonly dataDir: string;
  readonly port: number;
  readonly binaries: Binaries;
  readonly account: Account;
}

/** Starts the server; once more with the last settings that it did start with, when those of now keep it from starting. */
async function run(launch: Launch): Promise<{ readonly postmasterPid: number; readonly setAside: string | null }> {
  const { folder } = launch.options;
  const changed = readSystemSettings(launch.dataDir);
  const before = readProvenSettings(folder);
  const postmasterPid = await launchServer(launch);
  if (postmasterPid > 0) {
    if (changed !== before) keepProvenSettings(folder, changed);
    return { postmasterPid, setAside: null };
  }
  if (stopping) return { postmasterPid, setAside: null };
  const reason = lastLogLine(folder);
  if (before === null || before === changed) throw new Error(endedByItself(launch.options));
  putSystemSettings(launch.dataDir, before);
  const again = await launchServer(launch);
  if (again === 0) throw new Error(endedByItself(launch.options));
  return { postmasterPid: again, setAside: reason };
}

/** @returns 0 when it ended instead of taking connections */
async function launchServer({ options, dataDir, port, binaries, account }: Launch): Promise<number> {
  if (stopping) return 0;
  const log = openLog(options.folder);
  const flags = settingFlags(options, port, readSystemSettings(dataDir));
  const launched = spawn(binaries.postgres, ['-D', dataDir, ...flags], {
    ...account,
    cwd: '/',
    env: childEnv({ TZ: 'UTC', LC_ALL: 'C' }),
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  server = launched;
  const postmasterPid = await awaitReady(launched, dataDir);
  const ended = (): void => {
    if (!toldToEnd.has(launched) && !stopping) fail(endedByItself(options));
  };
  if (postmasterPid > 0) {
    launched.once('exit', ended);
    if (launched.exitCode !== null || launched.signalCode !== null) ended();
  }
  return postmasterPid;
}

async function choosePort(options: ClusterOptions): Promise<number> {
  if (options.port !== undefined) return options.port;
  const file = path.join(options.folder, 'port');
  const last = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  return last > 0 && (await isPortFree(last)) ? last : getFreePort();
}

/** What ALTER SYSTEM has said counts for less than a flag, so it gets no flag beside it. */
function settingFlags(options: ClusterOptions, port: number, systemSettings: string): string[] {
  const said = settingsNamedIn(systemSettings);
  const standing = Object.entries(options.growable ?? {}).filter(([name]) => !said.has(name));
  const settings: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    password_encryption: 'scram-sha-256',
    io_method: 'sync', // no helper processes: a cluster on a small machine stays small
    log_line_prefix: '%m [%p] %d ',
    ...(options.disposable ? { fsync: 'off', full_page_writes: 'off' } : {}),
    ...options.settings,
    ...Object.fromEntries(standing),
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

function openLog(folder: string): number {
  const file = path.join(folder, 'postgres.log');
  if (existsSync(file) && statSync(file).size > LOG_BYTES_MAX) renameSync(file, `${file}.1`);
  return openSync(file, 'a', 0o600);
}

/** @param leftover a folder that nobody is there to delete any more */
function stop(leftover?: string): Promise<void> {
  stopping ??= stopServer(server).then(() => {
    if (leftover !== undefined) rmSync(leftover, { recursive: true, force: true });
    process.exit(0);
  });
  return stopping;
}

const endedByItself = (options: ClusterOptions): string =>
  `PostgreSQL ended by itself (${server?.signalCode ?? server?.exitCode}): ${lastLogLine(options.folder)}`;

function lastLogLine(folder: string): string {
  const file = path.join(folder, 'postgres.log');
  return readFileSync(file, 'utf8').trimEnd().split('\n').at(-1) ?? '';
}

function fail(message: string): void {
  stopping ??= stopServer(server);
  tell({ type: 'failed', message });
  void stopping.then(() => process.exit(1));
}

function tell(message: ClusterMessage): void {
  if (process.connected) process.send?.(message);
}

await main(JSON.parse(process.argv[2] ?? '{}') as ClusterOptions).catch((error: unknown) => fail(messageOf(error)));
