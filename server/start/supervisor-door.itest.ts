// A cluster that grows: what ALTER SYSTEM said counts after a restart that is asked for at the door, survives a stop, and is
// set aside when the server does not start with it.
import { readFileSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectSupervisor, supervisorFile, SupervisorAddress, type Supervisor } from '../registry/supervisor.ts';
import { makeDataDir } from '../testing/portal.ts';
import { keepCluster, type KeptCluster } from './keep-cluster.ts';
import { openDoor, type SupervisorDoor } from './supervisor-door.ts';

const NAME = 'max_logical_replication_workers';
let dataDir: string;
let kept: KeptCluster;
let door: SupervisorDoor;
let supervisor: Supervisor;
const said: string[] = [];

const start = async (): Promise<void> => {
  const options = {
    folder: path.join(dataDir, 'pg'),
    settings: { max_connections: '20' },
    growable: { [NAME]: '5' },
    disposable: true,
  };
  kept = await keepCluster('PostgreSQL (test)', options, (line) => said.push(line));
  door = await openDoor(dataDir, kept);
};
const stop = async (): Promise<void> => {
  await door.close();
  await kept.stop();
};

beforeAll(async () => {
  dataDir = await makeDataDir();
  supervisor = connectSupervisor(dataDir);
  await start();
});
afterAll(async () => {
  await stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function ask(sql: string): Promise<unknown> {
  const client = new Client({ connectionString: kept.cluster.url() });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return Object.values(rows[0] ?? {})[0];
  } finally {
    await client.end();
  }
}

const lifeNow = async (): Promise<number> => (await supervisor.sharedCluster())?.postmasterPid ?? 0;

test('the door is open to nobody without its token, which its owner alone may read', async () => {
  expect(statSync(supervisorFile(dataDir)).mode & 0o777).toBe(0o600);
  const { port } = SupervisorAddress.parse(JSON.parse(readFileSync(supervisorFile(dataDir), 'utf8')));
  const url = `http://127.0.0.1:${port}/shared-cluster`;
  expect((await fetch(url)).status).toBe(401);
  const guess = { authorization: `Bearer ${'x'.repeat(32)}` };
  expect((await fetch(url, { method: 'POST', headers: guess, body: '{}' })).status).toBe(401);
});

test('what ALTER SYSTEM says counts from the restart on, which happens once for one life, and survives a stop', async () => {
  expect(await ask(`SHOW ${NAME}`)).toBe('5');
  await ask(`ALTER SYSTEM SET ${NAME} = 9`);
  const before = await lifeNow();
  const [one, other] = await Promise.all([
    supervisor.restartSharedCluster(before),
    supervisor.restartSharedCluster(before),
  ]);
  expect(one.postmasterPid).not.toBe(before);
  expect(one.setAside).toBeNull();
  expect(other).toEqual(one);
  expect(one.port).toBe(kept.cluster.port);
  expect(await ask(`SHOW ${NAME}`)).toBe('9');
  await stop();
  await start();
  expect(await ask(`SHOW ${NAME}`)).toBe('9');
});

test('settings that the server does not start with are set aside, and it serves as before', async () => {
  await ask("ALTER SYSTEM SET shared_preload_libraries = 'no_such_library'");
  const facts = await supervisor.restartSharedCluster(await lifeNow());
  expect(facts.setAside).toEqual(expect.any(String));
  expect(await ask(`SHOW ${NAME}`)).toBe('9');
  expect(said.at(-1)).toContain('did not start with them');
  await stop();
  await start();
  expect((await supervisor.sharedCluster())?.setAside).toBeNull();
});

test('a server that is killed is back on its port, in another life', async () => {
  const before = await lifeNow();
  process.kill(before, 'SIGKILL');
  await expect.poll(lifeNow, { timeout: 30_000 }).not.toBe(before);
  expect(await ask(`SHOW ${NAME}`)).toBe('9');
});
