import { afterAll, beforeAll, expect, test } from 'vitest';
import { REGISTRY_DATABASE } from '../registry/schema.ts';
import { getFreePort, waitFor } from '../testing/postgres.ts';
import { startGateway } from './gateway.ts';
import { createLog } from './log.ts';
import { get, post, send } from './testing/call.ts';
import { makeWorld, type World } from './testing/world.ts';

let world: World;

beforeAll(async () => {
  world = await makeWorld();
});
afterAll(() => world.close());

const health = async () => (await send(world.gateway, '/health')).body;

async function loseRegistry(): Promise<void> {
  await world.sql(`ALTER DATABASE ${REGISTRY_DATABASE} ALLOW_CONNECTIONS false`, [], 'postgres');
  await world.sql(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()',
    [REGISTRY_DATABASE],
    'postgres',
  );
  await waitFor(async () => (await health()).registry === 'away', { what: 'the loss to be noticed' });
}

async function returnRegistry(): Promise<void> {
  await world.sql(`ALTER DATABASE ${REGISTRY_DATABASE} ALLOW_CONNECTIONS true`, [], 'postgres');
  await waitFor(async () => (await health()).registry === 'connected', { what: 'the reconnect' });
}

/** Another gateway over the same registry. */
const startSecond = (over: { readonly poolsMax?: number } = {}) =>
  startGateway({
    registryUrl: world.settings.registryUrl,
    envelopeKey: world.settings.envelopeKey,
    tokenPublicKeys: [world.settings.tokenPublicKey],
    host: '127.0.0.1',
    port: 0,
    log: createLog('silent'),
    ...over,
  });

test('a restart of the tenants’ cluster is survived', async () => {
  const tenant = await world.makeTenant();
  expect((await post(world.gateway, tenant, 'add_note', { text: 'before' })).status).toBe(201);
  await world.cluster.restart();
  await waitFor(async () => (await health()).registry === 'connected', { what: 'the registry' });
  expect((await post(world.gateway, tenant, 'add_note', { text: 'after' })).status).toBe(201);
});

test('a call cut off by the database’s death says that a repeat is safe, and it is', async () => {
  const tenant = await world.makeTenant();
  const key = { 'idempotency-key': 'cut-off-in-the-middle' };
  const cut = post(world.gateway, tenant, 'add_note', { text: 'cut', seconds: 5 }, key);
  const running = () =>
    world.sql("SELECT 1 FROM pg_stat_activity WHERE datname = $1 AND state = 'active'", [tenant.ref]);
  await waitFor(async () => (await running()).length === 1, { what: 'the call to run' });
  await world.cluster.kill();
  const reply = await cut;
  expect(reply).toMatchObject({ status: 503, body: { code: 'database_unavailable' } });
  expect(reply.headers.get('retry-after')).toBe('1');
  const down = await post(world.gateway, tenant, 'echo', {});
  expect(down).toMatchObject({ status: 503, body: { code: 'database_unavailable' } });
  await world.cluster.start();
  const again = await waitFor(
    async () => {
      const repeated = await post(world.gateway, tenant, 'add_note', { text: 'cut', seconds: 0 }, key);
      return repeated.status === 201 && repeated;
    },
    { what: 'the database to answer' },
  );
  expect(again.headers.get('idempotency-replayed')).toBeNull();
  expect(await world.sql("SELECT 1 FROM app.note WHERE text = 'cut'", [], tenant.ref)).toHaveLength(1);
  await waitFor(async () => (await health()).registry === 'connected', { what: 'the registry' });
});

test('without the registry, tenants are served from memory; afterwards what was missed is known', async () => {
  const tenant = await world.makeTenant();
  const doomed = await world.makeKey(tenant.ref, ['read']);
  expect((await get(world.gateway, { ref: tenant.ref, key: doomed.key }, 'notes')).status).toBe(200);
  await loseRegistry();
  expect((await send(world.gateway, '/health')).status).toBe(200);
  expect((await post(world.gateway, tenant, 'add_note', { text: 'alone' })).status).toBe(201);
  expect((await get(world.gateway, tenant, 'notes')).status).toBe(200);
  const stranger = await get(world.gateway, { ref: tenant.ref, key: 'ick_live_strangerstranger' }, 'notes');
  expect(stranger).toMatchObject({ status: 503, body: { code: 'registry_unavailable' } });
  const unknown = await get(world.gateway, { ref: 't_zzzzzz', key: tenant.key }, 'notes');
  expect(unknown).toMatchObject({ status: 503, body: { code: 'registry_unavailable' } });
  await returnRegistry();
  expect((await get(world.gateway, { ref: 't_zzzzzz', key: tenant.key }, 'notes')).status).toBe(404);
});

test('what changed while the registry was away is read on return, wake-up or not', async () => {
  const tenant = await world.makeTenant();
  const doomed = { ref: tenant.ref, ...(await world.makeKey(tenant.ref, ['read'])) };
  expect((await get(world.gateway, doomed, 'notes')).status).toBe(200);
  await world.sql('ALTER TABLE api_key DISABLE TRIGGER api_key_changed');
  await world.sql('UPDATE api_key SET revoked_at = now() WHERE id = $1', [doomed.keyId]);
  await world.sql('ALTER TABLE api_key ENABLE TRIGGER api_key_changed');
  await loseRegistry();
  await returnRegistry();
  expect((await get(world.gateway, doomed, 'notes')).status).toBe(401);
});

test('a route that moves is followed; one that cannot be opened harms nobody else', async () => {
  const [moved, other] = [await world.makeTenant(), await world.makeTenant()];
  const free = await getFreePort();
  expect((await get(world.gateway, moved, 'notes')).status).toBe(200);
  await world.sql('UPDATE route SET port = $2 WHERE ref = $1', [moved.ref, free]);
  await waitFor(async () => (await get(world.gateway, moved, 'notes')).status === 503, { what: 'the move' });
  expect((await get(world.gateway, other, 'notes')).status).toBe(200);
  await world.sql('UPDATE route SET port = $2 WHERE ref = $1', [moved.ref, world.cluster.port]);
  await waitFor(async () => (await get(world.gateway, moved, 'notes')).status === 200, { what: 'the way back' });
  await world.sql("UPDATE route SET sealed_password = 'v1:AAAA:AAAA' WHERE ref = $1", [moved.ref]);
  await waitFor(async () => (await get(world.gateway, moved, 'notes')).status === 503, { what: 'the bad seal' });
  expect((await get(world.gateway, other, 'notes')).status).toBe(200);
});

test('a gateway that starts before the registry is not healthy until it was read once', async () => {
  const tenant = await world.makeTenant();
  await loseRegistry();
  const early = await startSecond();
  try {
    expect(await send(early, '/health')).toMatchObject({ status: 503, body: { status: 'starting', registry: 'away' } });
    expect((await get(early, tenant, 'notes')).status).toBe(503);
    await returnRegistry();
    await waitFor(async () => (await send(early, '/health')).status === 200, { what: 'health' });
    expect((await get(early, tenant, 'notes')).status).toBe(200);
  } finally {
    await early.close();
  }
});

test('no more pools are open than allowed; tenants beyond them are served all the same', async () => {
  const [one, two] = [await world.makeTenant(), await world.makeTenant()];
  const small = await startSecond({ poolsMax: 1 });
  const connections = (ref: string) => world.sql('SELECT 1 FROM pg_stat_activity WHERE datname = $1', [ref]);
  try {
    expect((await get(small, one, 'notes')).status).toBe(200);
    expect(await connections(one.ref)).toHaveLength(1);
    expect((await get(small, two, 'notes')).status).toBe(200);
    await waitFor(async () => (await connections(one.ref)).length === 0, {
      what: 'the first pool to end',
      timeoutMs: 2_000,
    });
    expect((await get(small, one, 'notes')).status).toBe(200);
  } finally {
    await small.close();
  }
});
