// Instances through the keeper: made, found again, killed, taken over, removed. Real servers, real processes.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import path from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KeeperAway, instancesFolder, type InstanceFacts, type InstanceSpec } from '../registry/keeper.ts';
import { makeTestKeeper, type TestKeeper } from '../testing/keeper.ts';
import { waitFor } from '../testing/postgres.ts';
import { isAlive } from '../testing/processes.ts';

const BACK_WITHIN_MS = 3_000;
const settings = { max_connections: '15', shared_buffers: '16MB', io_method: 'sync', autovacuum_naptime: '10min' };
const specOf = (name: string, change: Partial<InstanceSpec> = {}): InstanceSpec => ({
  name,
  marker: `made by ${name}`,
  settings,
  access: [],
  ...change,
});

let world: TestKeeper;
beforeAll(async () => {
  world = await makeTestKeeper();
  await world.start();
});
afterAll(() => world.remove());

async function ask<T extends object>({ host, port, password }: InstanceFacts, sql: string): Promise<T[]> {
  const client = new Client({ host, port, user: 'postgres', password, database: 'postgres' });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

const pidOf = (facts: InstanceFacts): number => facts.pid ?? 0;

test('an instance is made, has the settings that were asked for, and is the same when asked for again', async () => {
  const made = await world.client.ensure(specOf('t_first'));
  expect(made).toMatchObject({ state: 'running', restarts: 0 });
  expect(await ask(made, 'SHOW shared_buffers')).toEqual([{ shared_buffers: '16MB' }]);
  expect(await ask(made, 'SHOW data_checksums')).toEqual([{ data_checksums: 'on' }]);
  expect(await world.client.ensure(specOf('t_first'))).toEqual(made);
  expect((await world.client.list()).map(({ name }) => name)).toEqual(['t_first']);
});

test('what another resource made is left alone', async () => {
  await expect(world.client.ensure(specOf('t_first', { marker: 'another' }))).rejects.toMatchObject({ status: 409 });
});

test('two asked for at once, and one asked for twice at once, become two', async () => {
  const [a, b, again] = await Promise.all([
    world.client.ensure(specOf('t_a')),
    world.client.ensure(specOf('t_b')),
    world.client.ensure(specOf('t_a')),
  ]);
  expect(again.pid).toBe(a.pid);
  expect(a.port).not.toBe(b.port);
  const identify = 'SELECT system_identifier::text AS id FROM pg_control_system()';
  expect(await ask(a, identify)).not.toEqual(await ask(b, identify));
  await Promise.all([world.client.remove('t_a'), world.client.remove('t_b')]);
});

test('other settings restart the server, other access does not', async () => {
  const before = await world.client.ensure(specOf('t_change'));
  const access = [{ database: 'postgres', role: 't_change_api' }];
  const opened = await world.client.ensure(specOf('t_change', { access }));
  expect(opened.pid).toBe(before.pid);
  const rules = () =>
    ask<{ users: string[] }>(opened, `SELECT user_name AS users FROM pg_hba_file_rules WHERE type = 'host'`);
  expect(JSON.stringify(await rules())).toContain('t_change_api');
  await ask(opened, `CREATE ROLE t_change_api LOGIN PASSWORD 'x'`);
  const asRole = async () => {
    const client = new Client({
      host: opened.host,
      port: opened.port,
      user: 't_change_api',
      password: 'x',
      database: 'postgres',
    });
    await client.connect();
    await client.end();
    return true;
  };
  await waitFor(() => asRole().catch(() => false), { what: 'the role to be let in' });
  const changed = await world.client.ensure(
    specOf('t_change', { access, settings: { ...settings, shared_buffers: '24MB' } }),
  );
  expect(changed.port).toBe(before.port);
  expect(await ask(changed, 'SHOW shared_buffers')).toEqual([{ shared_buffers: '24MB' }]);
  await world.client.remove('t_change');
});

test('a server that is killed is back in time with what was committed', async () => {
  const restartedAt = performance.now();
  await world.client.restart('t_first');
  const bareMs = performance.now() - restartedAt; // what a start costs on this machine, now
  const before = (await world.client.find('t_first'))!;
  await ask(before, 'CREATE TABLE kept AS SELECT 7 AS id');
  process.kill(pidOf(before), 'SIGKILL');
  const killedAt = performance.now();
  const rows = await waitFor(() => ask(before, 'SELECT id FROM kept').catch(() => null), {
    what: 'the data',
    everyMs: 20,
  });
  expect(rows).toEqual([{ id: 7 }]);
  expect(performance.now() - killedAt).toBeLessThan(Math.max(BACK_WITHIN_MS, 6 * bareMs));
  expect(await world.client.find('t_first')).toMatchObject({ state: 'running', restarts: 1, port: before.port });
});

test('one that was stopped stays so until it is started', async () => {
  const { pid } = (await world.client.find('t_first'))!;
  await world.client.stop('t_first');
  expect(isAlive(pid ?? 0)).toBe(false);
  expect(await world.client.find('t_first')).toMatchObject({ state: 'stopped', pid: null });
  expect(await ask(await world.client.start('t_first'), 'SELECT id FROM kept')).toEqual([{ id: 7 }]);
});

test('only who can read the token is answered', async () => {
  const file = path.join(instancesFolder(world.dataDir), 'keeper.json');
  const { port } = JSON.parse(readFileSync(file, 'utf8')) as { port: number };
  for (const headers of [{}, { authorization: 'Bearer guess' }]) {
    expect((await fetch(`http://127.0.0.1:${port}/instances`, { headers })).status).toBe(401);
  }
});

test('a name that could leave the folder is refused', async () => {
  await expect(world.client.ensure(specOf('t_ok', { name: '..%2Fx' }))).rejects.toMatchObject({ status: 400 });
});

test('removed, an instance leaves nothing, and removing it again is no fault', async () => {
  const made = await world.client.ensure(specOf('t_gone'));
  const folder = path.join(instancesFolder(world.dataDir), 't_gone');
  expect(existsSync(path.join(folder, 'data', 'PG_VERSION'))).toBe(true);
  await world.client.remove('t_gone');
  expect(isAlive(pidOf(made))).toBe(false);
  expect(existsSync(folder)).toBe(false);
  expect(await world.client.find('t_gone')).toBeNull();
  await world.client.remove('t_gone');
});

describe('in a process of its own', () => {
  let other: TestKeeper;
  beforeAll(async () => void (other = await makeTestKeeper()));
  afterAll(() => other.remove());

  test('killed, it leaves its servers serving, and the next one takes them over as they are', async () => {
    const first = await other.spawn();
    const made = await other.client.ensure(specOf('t_life'));
    await ask(made, 'CREATE TABLE kept AS SELECT 1 AS id');
    first.kill('SIGKILL');
    await once(first, 'exit');
    expect(await ask(made, 'SELECT id FROM kept')).toEqual([{ id: 1 }]);
    await expect(other.client.list()).rejects.toBeInstanceOf(KeeperAway);
    const second = await other.spawn();
    await waitFor(async () => (await other.client.find('t_life'))?.state === 'running', { what: 'the take-over' });
    expect((await other.client.find('t_life'))?.pid).toBe(made.pid);
    process.kill(pidOf(made), 'SIGKILL'); // one that is not its child is watched as well
    await waitFor(() => ask(made, 'SELECT id FROM kept').catch(() => null), { what: 'the data', everyMs: 20 });
    second.kill('SIGTERM');
    await once(second, 'exit');
    expect(isAlive(pidOf(made))).toBe(false);
  });

  test('without its parent it ends every server', async () => {
    const keeper = await other.spawn();
    const facts = await waitFor(
      async () => {
        const found = await other.client.find('t_life');
        return found?.state === 'running' ? found : null;
      },
      { what: 'the instance of the last life' },
    );
    keeper.disconnect();
    await once(keeper, 'exit');
    expect(isAlive(pidOf(facts))).toBe(false);
  });

  test('servers come up in the order in which they were made, and a set of new data is in stock', async () => {
    const keeper = await other.spawn();
    const stock = path.join(instancesFolder(other.dataDir), '.spare', 'done');
    await waitFor(() => existsSync(stock), { what: 'data in stock', timeoutMs: 30_000 });
    const spare = readdirSync(path.join(instancesFolder(other.dataDir), '.spare'));
    expect(spare).toContain('password');
    const made = await other.client.ensure(specOf('t_quick'));
    expect(existsSync(stock)).toBe(false);
    const identify = 'SELECT system_identifier::text AS id FROM pg_control_system()';
    expect(await ask(made, identify)).not.toEqual(await ask((await other.client.find('t_life'))!, identify));
    expect((await other.client.list()).map(({ name }) => name)).toEqual(['t_life', 't_quick']);
    keeper.kill('SIGTERM');
    await once(keeper, 'exit');
  });
});
