// An embedded cluster after whatever could befall it: a death, a half-made folder, a lock file that names a stranger.
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Client } from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeDataDir } from '../testing/portal.ts';
import { isAlive } from '../testing/processes.ts';
import { startCluster, type Cluster } from './cluster.ts';

let folder: string;
let running: Cluster[];

beforeEach(async () => {
  folder = await makeDataDir();
  running = [];
});
afterEach(async () => {
  for (const cluster of running) await cluster.stop();
  await rm(folder, { recursive: true, force: true });
});

async function start(): Promise<Cluster> {
  const cluster = await startCluster({ folder, settings: { max_connections: '20' }, disposable: true });
  running.push(cluster);
  return cluster;
}

async function ask(cluster: Cluster, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: cluster.url() });
  await client.connect();
  try {
    return (await client.query(sql)).rows as unknown[];
  } finally {
    await client.end();
  }
}

test('listens on the loopback with a password that only its owner can read, and keeps its port', async () => {
  const first = await start();
  expect((await stat(path.join(folder, 'password'))).mode & 0o777).toBe(0o600);
  expect(await ask(first, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
  const stranger = new Client({ connectionString: first.url().replace(first.password, 'guess') });
  await expect(stranger.connect()).rejects.toMatchObject({ code: '28P01' });
  await first.stop();
  const second = await start();
  expect(second).toMatchObject({ port: first.port, madeNew: false });
});

test('a server whose supervisor process was killed is ended and started anew, with what was committed', async () => {
  const first = await start();
  await ask(first, 'CREATE TABLE kept AS SELECT 1 AS id');
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');
  expect(isAlive(first.postmasterPid)).toBe(true);
  const second = await start();
  expect(isAlive(first.postmasterPid)).toBe(false);
  expect(await ask(second, 'SELECT id FROM kept')).toEqual([{ id: 1 }]);
});

test('a lock file that names another living process does not keep the server from starting', async () => {
  const first = await start();
  await first.stop();
  const lockFile = path.join(folder, 'data/postmaster.pid');
  await writeFile(lockFile, `${process.pid}\n${folder}/data\n0\n${first.port}\n`);
  const second = await start();
  expect((await readFile(lockFile, 'utf8')).split('\n')[0]).toBe(String(second.postmasterPid));
});

test('what an interrupted initdb left is thrown away', async () => {
  const half = path.join(folder, 'data.new-1/data');
  await mkdir(half, { recursive: true });
  await writeFile(path.join(half, 'PG_VERSION'), '18\n');
  const cluster = await start();
  expect(cluster.madeNew).toBe(true);
  expect(existsSync(path.join(folder, 'data.new-1'))).toBe(false);
});
