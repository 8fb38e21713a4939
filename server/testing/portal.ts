// A whole portal for tests: the supervisor in a data folder of its own, on free ports, from the production build.
import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { getFreePort } from '../start/ports.ts';

export interface Person {
  role: string;
  email: string;
  password: string;
}

export interface TestPortal {
  url: string;
  gatewayUrl: string;
  dataDir: string;
  people: Person[];
  /** Token of the customer's organisation. */
  cliToken: string;
  supervisor: ChildProcess;
  /** What it printed so far. */
  output: () => string;
  /** Stop it in order; the data folder stays. */
  stop: () => Promise<void>;
  /** Stop it and delete its data. */
  remove: () => Promise<void>;
}

export interface TestPortalOptions {
  /** Go on with this data folder; default: a new one. */
  dataDir?: string;
  /** Of `npm start`. */
  args?: string[];
  env?: Record<string, string>;
}

const SUPERVISOR = path.resolve(import.meta.dirname, '../start/supervisor.ts');

/** Start a portal and wait until it is ready.
 * @throws Error with everything it printed when it ends before that */
export async function startTestPortal(options: TestPortalOptions = {}): Promise<TestPortal> {
  const dataDir = options.dataDir ?? (await makeDataDir());
  const env = { PORT: String(await getFreePort()), GATEWAY_PORT: String(await getFreePort()), ...options.env };
  const { child, output } = spawnSupervisor(dataDir, options.args ?? [], env);
  const ended = new Promise<never>((_, reject) => {
    child.once('exit', (code) => reject(new Error(`the supervisor ended (${code}):\n${output()}`)));
  });
  await Promise.race([ended, readyLine(child, output)]);
  ended.catch(() => {});
  const { url, gatewayUrl } = await readJson<{ url: string; gatewayUrl: string }>(path.join(dataDir, 'portal.json'));
  const { people, cliToken } = await readJson<{ people: Person[]; cliToken: string }>(
    path.join(dataDir, 'credentials.json'),
  );
  const stop = () => endSupervisor(child);
  const remove = async () => {
    await stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  return { url, gatewayUrl, dataDir, people, cliToken, supervisor: child, output, stop, remove };
}

export async function makeDataDir(): Promise<string> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'industry-portal-'));
  await chmod(dataDir, 0o711);
  return dataDir;
}

export interface SpawnedSupervisor {
  child: ChildProcess;
  output: () => string;
}

/** Start a supervisor without waiting for anything. */
export function spawnSupervisor(dataDir: string, args: string[], env: Record<string, string>): SpawnedSupervisor {
  const child = spawn(process.execPath, [SUPERVISOR, ...args], {
    env: { ...process.env, ...env, DATA_DIR: dataDir, NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { child, output: () => text };
}

async function readyLine(child: ChildProcess, output: () => string): Promise<void> {
  await new Promise<void>((resolve) => {
    child.stdout?.on('data', () => {
      if (/^ready http/m.test(output())) resolve();
    });
  });
}

async function endSupervisor(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  await ended;
}

async function readJson<T>(file: string): Promise<T> {
  return JSON.parse(await readFile(file, 'utf8')) as T;
}
