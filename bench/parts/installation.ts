/** An installation to measure: the one that runs on this checkout's data folder, or one of its own that ends with the benchmark. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { childEnv } from '../../server/start/child-env.ts';

/** It begins three seconds after the last was taken, and yields to everything else. */
const SPARE_WITHIN_MS = 30_000;

const ROOT = path.resolve(import.meta.dirname, '../..');

export interface Installation {
  readonly url: string;
  readonly token: string;
  readonly dataDir: string;
  readonly supervisorPid: number;
  readonly tenantsUrl: string;
  readonly stop: () => Promise<void>;
}

/** The installation that runs on this checkout's data folder, or a new one on a folder of its own. */
export async function openInstallation(): Promise<Installation> {
  const dataDir = path.resolve(ROOT, process.env.DATA_DIR || '.data');
  if (existsSync(path.join(dataDir, 'portal.json'))) return describe(dataDir, async () => {});
  const own = mkdtempSync(path.join(tmpdir(), 'industry-bench-'));
  chmodSync(own, 0o711); // under root the servers run as another account
  console.error('Starting an installation for the benchmark…');
  const child = spawn(process.execPath, [path.join(ROOT, 'server/start/supervisor.ts'), '--empty'], {
    cwd: ROOT,
    env: childEnv({ DATA_DIR: own, LOG_LEVEL: 'warn' }),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = async () => {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
    rmSync(own, { recursive: true, force: true });
  };
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('ready ')) return describe(own, stop);
  }
  throw new Error('the installation did not start');
}

/** Waits until the keeper has new data for the next server in hand; an installation that keeps none in advance is not waited for long. */
export async function awaitSpareData({ dataDir }: Pick<Installation, 'dataDir'>): Promise<void> {
  const deadline = performance.now() + SPARE_WITHIN_MS;
  while (!existsSync(path.join(dataDir, 'instances/.spare/done')) && performance.now() < deadline) await delay(50);
}

function describe(dataDir: string, stop: () => Promise<void>): Installation {
  const read = (file: string) => readFileSync(path.join(dataDir, file), 'utf8');
  const { url, pid } = JSON.parse(read('portal.json')) as { url: string; pid: number };
  const { cliToken } = JSON.parse(read('credentials.json')) as { cliToken: string };
  const tenantsUrl = `postgresql://postgres:${read('pg-tenants/password').trim()}@127.0.0.1:${read('pg-tenants/port').trim()}/postgres`;
  return { url, dataDir, token: cliToken, supervisorPid: pid, tenantsUrl, stop };
}
