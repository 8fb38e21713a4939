// A new cluster appears whole or not at all: it is made beside its place and renamed into it.
import { spawn } from 'node:child_process';
import { chownSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import path from 'node:path';
import { childEnv } from './child-env.ts';
import type { Account, Binaries } from './postgres-account.ts';

const LAST = constants.priority.PRIORITY_LOW;

export interface NewCluster {
  binaries: Binaries;
  account: Account;
  dataDir: string;
  /** Of the superuser `postgres`. */
  password: string;
  /** Wait until the files are on disk. */
  sync: boolean;
  /** Size of a segment of the write-ahead log, MiB; default 16. Small ones keep small servers small. */
  walSegmentMib?: number;
  /** Let everything else on the machine go first. */
  inBackground?: boolean;
}

/** Run initdb; an interrupted earlier attempt is thrown away.
 * @throws Error with initdb's last line */
export async function initialiseCluster(cluster: NewCluster): Promise<void> {
  const parent = path.dirname(cluster.dataDir);
  const name = path.basename(cluster.dataDir);
  for (const entry of readdirSync(parent)) {
    if (entry.startsWith(`${name}.new-`)) rmSync(path.join(parent, entry), { recursive: true, force: true });
  }
  const workshop = path.join(parent, `${name}.new-${process.pid}`);
  mkdirSync(workshop, { mode: 0o700 });
  const passwordFile = path.join(workshop, 'password');
  writeFileSync(passwordFile, cluster.password, { mode: 0o600 });
  if (cluster.account.uid !== undefined) {
    chownSync(workshop, cluster.account.uid, cluster.account.gid);
    chownSync(passwordFile, cluster.account.uid, cluster.account.gid);
  }
  try {
    await runInitdb(cluster, path.join(workshop, 'data'), passwordFile);
    rmSync(cluster.dataDir, { recursive: true, force: true });
    renameSync(path.join(workshop, 'data'), cluster.dataDir);
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
}

function runInitdb(cluster: NewCluster, dataDir: string, passwordFile: string): Promise<void> {
  const flags = [
    `--pgdata=${dataDir}`,
    '--username=postgres',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin', // the same order of text on every machine
    '--builtin-locale=C.UTF-8',
    ...(cluster.walSegmentMib === undefined ? [] : [`--wal-segsize=${cluster.walSegmentMib}`]),
    ...(cluster.sync ? [] : ['--no-sync']),
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(cluster.binaries.initdb, flags, {
      ...cluster.account,
      cwd: '/',
      env: childEnv({ TZ: 'UTC', LC_ALL: 'C' }),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    if (cluster.inBackground === true && child.pid !== undefined) setPriority(child.pid, LAST);
    let complaint = '';
    child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`initdb failed: ${complaint.trim().split('\n').slice(-3).join(' ')}`));
    });
  });
}
