import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestCluster, waitFor, type TestCluster } from '../testing/postgres.ts';
import { listIssuers, putIssuer, revokeIssuer } from './issuers.ts';
import { deleteKey, findKey, hashKey, listKeys, makeKey, putKey, touchKey } from './keys.ts';
import {
  deleteRoute,
  findRoute,
  listRoutes,
  putRoute,
  setRouteAddress,
  setRouteOpened,
  type RouteWrite,
} from './routes.ts';
import { ensureRegistry, REGISTRY_CHANNEL } from './schema.ts';
import { recordStorage, setStorageFull } from './storage.ts';

let cluster: TestCluster;
let owner: Client;
let gateway: Client;

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  return client;
}

async function ensure(): Promise<void> {
  const admin = await connect(cluster.url());
  await ensureRegistry(admin, () => connect(cluster.url('registry')), 'pass word/1');
  await admin.end();
}

beforeAll(async () => {
  cluster = await startTestCluster();
  await Promise.all([ensure(), ensure(), ensure()]);
  owner = await connect(cluster.url('registry'));
  gateway = await connect(`postgres://gateway:pass%20word%2F1@${cluster.host}:${cluster.port}/registry`);
});
afterAll(async () => {
  await Promise.all([owner.end(), gateway.end()]);
  await cluster.remove();
});

const route = (ref: string): RouteWrite => ({
  ref,
  marker: 'm',
  title: 'Shop',
  offering: 'ecommerce',
  version: '1.0.0',
  modules: ['flash-sale'],
  host: '127.0.0.1',
  port: 5432,
  database: ref,
  role: `${ref}_api`,
  sealedPassword: 'v1:a:b',
  limits: {
    connections: 5,
    rps: 20,
    burst: 40,
    statementTimeoutMs: 10_000,
    bodyBytesMax: 1_048_576,
    storageBytesMax: 1_073_741_824,
  },
  api: { functions: [], views: [], errors: { ICO01: { status: 422, title: { en: 'Not now', zh: '当前不可' } } } },
});

test('the gateway reads routes, keys and issuers as they were written', async () => {
  const { marker: _, ...facts } = route('t_aaaaaa');
  await putRoute(owner, route('t_aaaaaa'));
  expect(await findRoute(gateway, 't_aaaaaa')).toMatchObject({ ...facts, state: 'open' });
  expect((await listRoutes(gateway)).map(({ ref }) => ref)).toEqual(['t_aaaaaa']);
  await putIssuer(owner, { id: 'portal', publicKey: 'PEM' });
  expect(await listIssuers(gateway)).toEqual([{ id: 'portal', publicKey: 'PEM' }]);
  await revokeIssuer(owner, 'portal');
  expect(await listIssuers(gateway)).toEqual([]);
  await deleteRoute(owner, 't_aaaaaa');
  expect(await findRoute(gateway, 't_aaaaaa')).toBeNull();
});

test('the gateway writes nothing but when a key was used', async () => {
  const { prefix, hash } = makeKey();
  await putKey(owner, { id: 'k1', ref: 't_bbbbbb', marker: 'm', scopes: ['read'], prefix, hash, sealed: 'v1:a:b' });
  const at = new Date('2026-11-22T10:00:00Z');
  await touchKey(gateway, 'k1', at);
  await touchKey(gateway, 'k1', new Date('2026-11-22T09:00:00Z')); // an older use, reported late
  expect(await findKey(gateway, hash)).toMatchObject({ id: 'k1', scopes: ['read'], lastUsedAt: at });
  for (const statement of [
    'SELECT * FROM key_reveal',
    'DELETE FROM api_key',
    "UPDATE api_key SET scopes = '{write}'",
    'UPDATE route SET opened = true',
    "INSERT INTO issuer (id, public_key) VALUES ('x', 'y')",
    'CREATE TABLE mine (x int)',
  ]) {
    await expect(gateway.query(statement), statement).rejects.toMatchObject({ code: '42501' });
  }
  await expect(connect(`postgres://gateway:wrong@${cluster.host}:${cluster.port}/registry`)).rejects.toMatchObject({
    code: '28P01',
  });
});

test('the same key row again replaces the hash; a deleted key takes its plaintext along', async () => {
  const [first, second] = [makeKey(), makeKey()];
  const write = { id: 'k2', ref: 't_cccccc', marker: 'm', scopes: ['read', 'write'] as const, sealed: 's' };
  await putKey(owner, { ...write, prefix: first.prefix, hash: first.hash });
  await putKey(owner, { ...write, prefix: second.prefix, hash: second.hash });
  expect(await findKey(owner, first.hash)).toBeNull();
  expect((await listKeys(owner, 't_cccccc')).map(({ hash }) => hash)).toEqual([hashKey(second.key)]);
  await deleteKey(owner, 'k2');
  expect((await owner.query("SELECT FROM key_reveal WHERE ref = 't_cccccc'")).rowCount).toBe(0);
});

const stateOf = async (ref: string): Promise<string | undefined> => (await findRoute(gateway, ref))?.state;

test('two causes close a route, and each is undone by itself', async () => {
  await putRoute(owner, route('t_dddddd'));
  await setStorageFull(owner, 't_dddddd', true);
  expect(await stateOf('t_dddddd')).toBe('read_only');
  await setRouteOpened(owner, 't_dddddd', false);
  expect(await stateOf('t_dddddd')).toBe('closed');
  await setRouteOpened(owner, 't_dddddd', true);
  expect(await stateOf('t_dddddd')).toBe('read_only');
  await setStorageFull(owner, 't_dddddd', false);
  expect(await stateOf('t_dddddd')).toBe('open');
  expect(await setRouteOpened(owner, 't_zzzzzz', true)).toBe(false);
});

test('readers are woken by what they serve from, not by counters', async () => {
  const rung: string[] = [];
  const ear = await connect(`postgres://gateway:pass%20word%2F1@${cluster.host}:${cluster.port}/registry`);
  ear.on('notification', ({ payload }) => rung.push(payload ?? ''));
  await ear.query(`LISTEN ${REGISTRY_CHANNEL}`);
  await putRoute(owner, route('t_eeeeee'));
  await recordStorage(owner, 't_eeeeee', 123, 'ok');
  await setRouteOpened(owner, 't_eeeeee', false);
  const { prefix, hash } = makeKey();
  await putKey(owner, { id: 'k3', ref: 't_ffffff', marker: 'm', scopes: ['read'], prefix, hash, sealed: 's' });
  await touchKey(gateway, 'k3', new Date());
  await putIssuer(owner, { id: 'worker', publicKey: 'PEM' });
  await putIssuer(owner, { id: 'worker', publicKey: 'PEM' }); // nothing new
  await deleteRoute(owner, 't_eeeeee');
  await waitFor(() => rung.length >= 5, { what: 'five notifications' });
  expect(rung).toEqual(['t_eeeeee', 't_eeeeee', 't_ffffff', '', 't_eeeeee']);
  await ear.end();
});

test('routes follow their server to another port', async () => {
  await putRoute(owner, route('t_gggggg'));
  await putRoute(owner, { ...route('t_hhhhhh'), instance: 't_hhhhhh', port: 7000 });
  await setRouteAddress(owner, null, { host: '127.0.0.1', port: 6000 });
  expect(await findRoute(gateway, 't_gggggg')).toMatchObject({ host: '127.0.0.1', port: 6000, instance: null });
  expect(await findRoute(gateway, 't_hhhhhh')).toMatchObject({ port: 7000, instance: 't_hhhhhh' });
  await setRouteAddress(owner, 't_hhhhhh', { host: '127.0.0.1', port: 7001 });
  expect(await findRoute(gateway, 't_hhhhhh')).toMatchObject({ port: 7001 });
  expect(await findRoute(gateway, 't_gggggg')).toMatchObject({ port: 6000 });
});
