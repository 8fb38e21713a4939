/** The walls of private tenants, tried from outside with raw connections, and the proof of them that a tenant must pass. */
import { Client, type ClientConfig } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findRoute } from '../../../server/registry/routes.ts';
import { openSecret } from '../../../server/registry/seal.ts';
import { makeTestKeeper, type TestKeeper } from '../../../server/testing/keeper.ts';
import { startTestCluster } from '../../../server/testing/postgres.ts';
import { connectShared, type SharedCluster } from './cluster.ts';
import { makeWorld, notesTenant, type World } from './testing/world.ts';

const NOT_IN_RULES = '28000';
const TOO_MANY_CONNECTIONS = '53300';

let keeper: TestKeeper;
let world: World;
let cluster: SharedCluster;
const mine = notesTenant({ model: 'private', plan: 'M' });
const theirs = notesTenant({ model: 'private' });
const shared = notesTenant({ plan: 'M' });

beforeAll(async () => {
  keeper = await makeTestKeeper();
  await keeper.start();
  world = await makeWorld(await startTestCluster(), keeper.dataDir);
  cluster = connectShared(world.cluster.url());
  for (const graph of [mine, theirs, shared]) await world.make(graph);
});
afterAll(async () => {
  await cluster.close();
  await world.end();
  await keeper.remove();
});

interface Login extends ClientConfig {
  readonly replication?: string;
}

async function loginOf(ref: string): Promise<Login> {
  const route = await findRoute(cluster.registry, ref);
  if (route === null) throw new Error(`${ref} has no route`);
  const { host, port, database, role: user, sealedPassword } = route;
  return { host, port, database, user, password: openSecret(sealedPassword, world.envelopeKey, ref) };
}

async function connect(login: Login): Promise<Client> {
  const client = new Client(login);
  client.on('error', () => {});
  await client.connect();
  return client;
}

describe('with the role and password of a private tenant', () => {
  test('every database of its own server but its own is closed', async () => {
    const login = await loginOf(mine.ref);
    for (const database of ['postgres', 'template1', 'template0']) {
      await expect(connect({ ...login, database }), database).rejects.toMatchObject({ code: NOT_IN_RULES });
    }
  });

  test('the servers of others and the shared cluster are closed', async () => {
    const login = await loginOf(mine.ref);
    const other = await loginOf(theirs.ref);
    const { host, port } = world.cluster;
    await expect(connect({ ...login, port: other.port!, database: theirs.ref })).rejects.toMatchObject({
      code: NOT_IN_RULES,
    });
    await expect(connect({ ...login, port: other.port!, database: mine.ref })).rejects.toMatchObject({
      code: NOT_IN_RULES,
    });
    for (const database of ['postgres', 'registry', shared.ref]) {
      await expect(connect({ ...login, host, port, database }), database).rejects.toMatchObject({ code: '28P01' });
    }
  });

  test('no kind of replication begins', async () => {
    for (const replication of ['true', 'database']) {
      const attempt = connect({ ...(await loginOf(mine.ref)), replication });
      await expect(attempt, replication).rejects.toMatchObject({ code: TOO_MANY_CONNECTIONS }); // there is no place for any
    }
    const { name, marker, settings, access } = (await keeper.client.find(theirs.ref))!;
    const sending = { ...settings, max_wal_senders: '4', wal_level: 'logical' };
    await keeper.client.ensure({ name, marker, access, settings: sending });
    const login = await loginOf(theirs.ref);
    await expect(connect({ ...login, replication: 'true' })).rejects.toMatchObject({ code: NOT_IN_RULES });
    await expect(connect({ ...login, replication: 'database' })).rejects.toMatchObject({ code: '42501' });
    const facts = await world.target.proveIsolation!(theirs.ref, false);
    expect(facts.find(({ rule }) => rule === 'no_replication')?.ok).toBe(true);
    await keeper.client.ensure({ name, marker, access, settings });
  });

  test.each([
    ['changes no setting of the server', "ALTER SYSTEM SET shared_buffers = '1GB'"],
    ['reads no file of the server', "SELECT pg_read_file('pg_hba.conf')"],
    ['runs no program', "COPY (SELECT 1) TO PROGRAM 'true'"],
    ['ends not the server', 'SELECT pg_reload_conf()'],
    ['raises no quota of temporary files', "SET temp_file_limit = '10GB'"],
    ['becomes not the superuser', 'SET ROLE postgres'],
    ['makes no slot', "SELECT pg_create_logical_replication_slot('s', 'test_decoding')"],
  ])('it %s', async (_what, statement) => {
    const client = await connect(await loginOf(mine.ref));
    try {
      await expect(client.query(statement)).rejects.toMatchObject({ code: expect.stringMatching(/^(42501|0A000)$/) });
    } finally {
      await client.end();
    }
  });

  test('one connection more than the plan has is refused', async () => {
    const login = await loginOf(mine.ref);
    const open: Client[] = [];
    try {
      for (let i = 0; i < 6; i++) open.push(await connect(login));
      await expect(connect(login)).rejects.toMatchObject({ code: TOO_MANY_CONNECTIONS });
    } finally {
      await Promise.all(open.map((client) => client.end()));
    }
  });
});

test('with the role and password of a shared tenant no private server opens', async () => {
  const login = await loginOf(shared.ref);
  const { host, port, database } = await loginOf(mine.ref);
  for (const name of [database!, 'postgres', shared.ref]) {
    await expect(connect({ ...login, host: host!, port: port!, database: name })).rejects.toMatchObject({
      code: NOT_IN_RULES,
    });
  }
});

describe.each([
  [
    'private',
    () => mine.ref,
    ['own_server', 'others_closed', 'closed_to_others', 'no_replication', 'connection_limit'],
  ],
  ['public', () => shared.ref, ['others_closed', 'closed_to_others', 'no_replication', 'connection_limit']],
] as const)('the proof of a %s tenant', (_model, ref, rules) => {
  test.each([true, false])('tries every rule, and all hold (at the gate: %s)', async (atGate) => {
    const facts = await world.target.proveIsolation!(ref(), atGate);
    expect(facts.map(({ rule, ok }) => [rule, ok])).toEqual(rules.map((rule) => [rule, true]));
    for (const { title, detail } of facts)
      for (const words of [title, detail]) expect(words.en && words.zh).toBeTruthy();
  });
});

test('of a tenant that nobody uses the limit is tried again and again; of one in use it is read', async () => {
  const said = async () =>
    (await world.target.proveIsolation!(mine.ref, false)).find(({ rule }) => rule === 'connection_limit');
  expect(await said()).toMatchObject({
    ok: true,
    detail: { en: expect.stringMatching(/^Tried: of 6, 6 \+ 0/) as string },
  });
  const caller = await connect(await loginOf(mine.ref));
  expect(await said()).toMatchObject({ ok: true, detail: { en: expect.stringMatching(/^Read, not tried/) as string } });
  await caller.query('SELECT 1'); // undisturbed
  await caller.end();
});

describe('a hole in the wall is found', () => {
  const broken = async (ref: string) =>
    (await world.target.proveIsolation!(ref, false)).filter(({ ok }) => !ok).map(({ rule }) => rule);

  test('a database that lets everybody in', async () => {
    await world.sql(`GRANT CONNECT ON DATABASE postgres TO PUBLIC`);
    expect(await broken(shared.ref)).toEqual(['others_closed']);
    await world.sql(`REVOKE CONNECT ON DATABASE postgres FROM PUBLIC`);
    expect(await broken(shared.ref)).toEqual([]);
  });

  test('also when all connections of the tenant are in use', async () => {
    const login = await loginOf(shared.ref);
    const open = await Promise.all(Array.from({ length: 6 }, () => connect(login)));
    await expect(connect(login)).rejects.toMatchObject({ code: TOO_MANY_CONNECTIONS });
    const othersClosed = async () =>
      (await world.target.proveIsolation!(shared.ref, false)).find(({ rule }) => rule === 'others_closed');
    expect(await othersClosed()).toMatchObject({ ok: true, detail: { en: '5 of 5 attempts refused' } });
    await world.sql(`GRANT CONNECT ON DATABASE postgres TO PUBLIC`);
    expect(await othersClosed()).toMatchObject({ ok: false });
    await world.sql(`REVOKE CONNECT ON DATABASE postgres FROM PUBLIC`);
    await Promise.all(open.map((client) => client.end()));
  });

  test('a role that may replicate', async () => {
    const { port, password } = (await keeper.client.find(mine.ref))!;
    const admin = await connect({ host: '127.0.0.1', port, user: 'postgres', password, database: 'postgres' });
    await admin.query(`ALTER ROLE ${mine.ref}_api REPLICATION`);
    await admin.query(`ALTER ROLE ${mine.ref}_api CONNECTION LIMIT 99`);
    expect(await broken(mine.ref)).toEqual(['connection_limit']); // no server of a private tenant sends its log to anybody
    await admin.query(`ALTER ROLE ${mine.ref}_api NOREPLICATION CONNECTION LIMIT 6`);
    await world.sql(`ALTER ROLE ${shared.ref}_api REPLICATION`);
    expect(await broken(shared.ref)).toEqual(['no_replication']);
    await world.sql(`ALTER ROLE ${shared.ref}_api NOREPLICATION`);
    await admin.end();
  });
});

test('the look before the order says what a server would take', async () => {
  const checks = (await world.target.preflight!(notesTenant({ model: 'private' }))) ?? [];
  expect(checks.map(({ code }) => code)).toEqual([
    'keeper',
    'ports',
    'memory',
    'disk',
    'version',
    'connections',
    'bounds',
  ]);
  expect(checks.filter(({ verdict }) => verdict === 'fail')).toEqual([]);
  const asked = (plan: 'S' | 'M') => async () =>
    (await world.target.preflight!(notesTenant({ model: 'private', plan })))?.find(({ code }) => code === 'memory')
      ?.asked;
  expect(await asked('M')()).toBeGreaterThan((await asked('S')()) ?? 0);
  expect(await world.target.preflight!(shared)).toBeNull();
});
