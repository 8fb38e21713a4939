// API keys through runs: made, replaced, revoked, each with a real engine, target, registry and gateway.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inScope, PLATFORM } from '../db/scope.ts';
import { newId, type RunId } from '../domain/ids.ts';
import type { KeyChange } from '../domain/keys.ts';
import { openSecret } from '../registry/seal.ts';
import { waitFor } from '../testing/postgres.ts';
import { openShop, placeOrder, queueRow, runOutcome, type Ordered, type Shop } from '../testing/worker-orders.ts';
import { makeWorkerWorld, type WorkerWorld } from '../testing/worker-world.ts';
import { toJson } from './run-record.ts';
import { watchKeys } from './schedules/watch-keys.ts';

let world: WorkerWorld;
let shop: Shop;
let tenant: Ordered;
beforeAll(async () => {
  world = await makeWorkerWorld();
  shop = await openShop(world);
  await world.startWorker();
  tenant = await placeOrder(world, shop);
  expect(await runOutcome(world, tenant.runId)).toMatchObject({ state: 'succeeded' });
});
afterAll(() => world.close());

const read = <T>(work: Parameters<typeof inScope<T>>[2]) => inScope(world.db, PLATFORM, work);

type Wish = KeyChange extends infer C ? (C extends KeyChange ? Omit<C, 'at'> : never) : never;

async function queue(change: Wish, at = new Date()): Promise<RunId> {
  const runId = newId<RunId>();
  const params = toJson({ key: { ...change, at: at.toISOString() } });
  const { tenantId } = tenant;
  await read((tx) =>
    queueRow(world, tx, shop, { runId, tenantId, orderId: null, action: 'rekey', approvedHash: null, params }),
  );
  return runId;
}

const rekey = async (change: Wish) => runOutcome(world, await queue(change));

const keyRow = (name: string) =>
  read((tx) =>
    tx.tenantKey.findFirstOrThrow({
      where: { tenantId: tenant.tenantId, name },
      include: { versions: { orderBy: { generation: 'asc' } } },
      orderBy: { createdAt: 'desc' },
    }),
  );

/** The plaintext that waits to be shown of one secret. */
async function waiting(hash: string): Promise<string> {
  const row = await read((tx) => tx.keyReveal.findFirstOrThrow({ where: { tenantId: tenant.tenantId, hash } }));
  return openSecret(row.sealed, world.secrets.envelopeKey, tenant.ref);
}

async function call(key: string, name = 'invariants') {
  const url = `${world.gateway.url}/t/${tenant.ref}/v1/${name}`;
  const answer = await fetch(url, { headers: { authorization: `Bearer ${key}` } });
  const body = (await answer.json()) as { code?: string };
  return answer.status === 200 ? 'served' : `${answer.status} ${body.code}`;
}

const becomes = (key: string, outcome: string) => waitFor(async () => (await call(key)) === outcome, { what: outcome });

const create = (name: string, more: Partial<Extract<Wish, { op: 'create' }>> = {}) => {
  const facts = { keyId: newId(), scopes: ['read'] as ('read' | 'write')[], party: null, lifetimeDays: null };
  return rekey({ op: 'create', name, ...facts, ...more });
};

test('a tenant begins with one key, and a second one is planned, made and shown without disturbing it', async () => {
  const first = await keyRow('default');
  expect(first).toMatchObject({ scopes: ['read', 'write'], createdById: null, versions: [{ generation: 1 }] });
  const firstKey = await waiting(first.versions[0]!.hash);
  const run = await create('reader');
  expect(run).toMatchObject({ state: 'succeeded', failure: {}, tenant: { state: 'active', tainted: false } });
  const planned = (run.plan as { resources: { type: string; name: string; operation: string }[] }).resources;
  expect(planned.filter(({ operation }) => operation === 'create')).toMatchObject([{ name: 'v1-reader-key' }]);
  expect(planned.every(({ operation }) => ['create', 'same'].includes(operation))).toBe(true);
  const { versions, createdById } = await keyRow('reader');
  expect(createdById).toBe(shop.userId);
  const key = await waiting(versions[0]!.hash);
  expect(createHash('sha256').update(key).digest('hex')).toBe(versions[0]!.hash);
  await becomes(key, 'served');
  await becomes(firstKey, 'served');
  const states = await read((tx) => tx.event.findMany({ where: { tenantId: tenant.tenantId, type: 'tenant.state' } }));
  const after = run.startedAt!;
  expect(states.filter(({ at }) => at > after)).toEqual([]);
});

test('a rotated key works beside its successor for the overlap; without one it is refused with its reason', async () => {
  await create('rotated', { lifetimeDays: 30 });
  const { id: keyId, versions } = await keyRow('rotated');
  const old = await waiting(versions[0]!.hash);
  const rotate = { op: 'rotate', keyId, name: 'rotated', lifetimeDays: 30 } as const;
  expect(await rekey({ ...rotate, overlapHours: 24 })).toMatchObject({ state: 'succeeded' });
  const overlapping = await keyRow('rotated');
  expect(overlapping.versions.map(({ generation }) => generation)).toEqual([1, 2]);
  const next = await waiting(overlapping.versions[1]!.hash);
  await becomes(old, 'served');
  await becomes(next, 'served');
  expect(await rekey({ ...rotate, overlapHours: 0 })).toMatchObject({ state: 'succeeded' });
  await becomes(next, '401 key_expired');
  expect(await call(old)).toBe('401 key_expired'); // whoever wants no overlap wants none of any
  await becomes(await waiting((await keyRow('rotated')).versions.at(-1)!.hash), 'served');
});

test('two rotations at once follow each other; every secret that is valid waits to be shown, the newest last', async () => {
  await create('twice');
  const { id: keyId } = await keyRow('twice');
  const rotate = { op: 'rotate', keyId, name: 'twice', lifetimeDays: null, overlapHours: 1 } as const;
  const runs = [await queue(rotate), await queue(rotate)];
  for (const run of runs) expect(await runOutcome(world, run)).toMatchObject({ state: 'succeeded', failure: {} });
  const { versions } = await keyRow('twice');
  expect(versions.map(({ generation }) => generation)).toEqual([1, 2, 3]);
  for (const { hash } of versions) await becomes(await waiting(hash), 'served');
});

test('a revoked key is refused, and its name is free again', async () => {
  await create('gone', { scopes: ['read', 'write'] });
  const { id: keyId, versions } = await keyRow('gone');
  const key = await waiting(versions[0]!.hash);
  await becomes(key, 'served');
  expect(await rekey({ op: 'revoke', keyId, name: 'gone' })).toMatchObject({ state: 'succeeded' });
  await becomes(key, '401 unauthorized');
  expect((await keyRow('gone')).revokedById).toBe(shop.userId);
  expect(await read((tx) => tx.keyReveal.count({ where: { hash: versions[0]!.hash } }))).toBe(0);
  expect(await create('gone')).toMatchObject({ state: 'succeeded' });
});

test('what fails changes nothing: the tenant is not tainted, and no key is left', async () => {
  world.faults.engine.set('up', new Error('told to fail'));
  const failed = await create('never');
  world.faults.engine.clear();
  expect(failed).toMatchObject({ state: 'failed', failure: { step: 'rekey' }, tenant: { state: 'active' } });
  expect(failed.tenant.tainted).toBe(false);
  expect(await read((tx) => tx.tenantKey.count({ where: { name: 'never' } }))).toBe(0);
  const again = await create('default');
  expect(again).toMatchObject({ state: 'failed', failure: { fault: { code: 'name_taken' } } });
});

test('a worker that dies between the making of a key and its showing loses nothing: the newest is valid, once', async () => {
  world.faults.target.set('takeKey', new Error('told to fail'));
  const runId = await queue({
    op: 'create',
    keyId: newId(),
    name: 'crashed',
    scopes: ['read'],
    party: null,
    lifetimeDays: null,
  });
  const failed = await runOutcome(world, runId);
  world.faults.target.clear();
  expect(failed.state).toBe('failed');
  expect(await create('crashed')).toMatchObject({ state: 'succeeded' });
  const { versions } = await keyRow('crashed');
  await becomes(await waiting(versions[0]!.hash), 'served');
  expect(
    await world.sql('SELECT key_id FROM key_reveal WHERE ref = $1', [tenant.ref], world.tenants.url('registry')),
  ).toEqual([]);
});

test('when a key was used is written down; that it ends within 14 days is told, once', async () => {
  await create('ending', { lifetimeDays: 10 });
  await create('lasting', { lifetimeDays: 15 });
  const { id: keyId, versions } = await keyRow('ending');
  await becomes(await waiting(versions[0]!.hash), 'served');
  const used = async () => {
    await watchKeys(world.context);
    return (await keyRow('ending')).versions[0]!.lastUsedAt;
  };
  await waitFor(used, { what: 'the use of the key', everyMs: 200 });
  const told = await read((tx) => tx.event.findMany({ where: { tenantId: tenant.tenantId, type: 'tenant.key.ends' } }));
  expect(told).toMatchObject([{ data: { keyId, name: 'ending' } }]);
});
