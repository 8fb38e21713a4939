// A private tenant through the worker: ordered, proved, interrupted, broken into, killed, retired; with real servers all the way.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PLATFORM, inScope } from '../db/scope.ts';
import { instancesFolder } from '../registry/keeper.ts';
import { makeTestKeeper, type TestKeeper } from '../testing/keeper.ts';
import { waitFor } from '../testing/postgres.ts';
import { openShop, placeOrder, queueAction, runOutcome, type Ordered, type Shop } from '../testing/worker-orders.ts';
import { makeWorkerWorld, type WorkerWorld } from '../testing/worker-world.ts';
import { livingTenants } from './living-tenants.ts';
import { checkInvariants } from './schedules/check-invariants.ts';
import { proveTenant } from './schedules/prove-isolation.ts';
import { openTenantApi } from './tenant-api.ts';
import type { Worker } from './worker.ts';

const RUN_MS_MAX = 60_000;

let keeper: TestKeeper;
let world: WorkerWorld;
let shop: Shop;
beforeAll(async () => {
  keeper = await makeTestKeeper();
  await keeper.start();
  world = await makeWorkerWorld(keeper.dataDir);
  shop = await openShop(world, 'private');
});
afterAll(async () => {
  await world.close();
  await keeper.remove();
});

const tenantRow = (tenantId: string) =>
  inScope(world.db, PLATFORM, (tx) => tx.tenant.findUniqueOrThrow({ where: { id: tenantId } }));

const noteCount = async (ref: string): Promise<number> => {
  const api = openTenantApi(world.context, ref, { purpose: 'smoke', scope: 'read', sub: 'test' });
  const { status, items } = await api.view('note');
  if (status !== 200) throw new Error(`the API answers ${status}`);
  return items.length;
};

describe('with a worker', () => {
  let worker: Worker;
  let ordered: Ordered;
  beforeAll(async () => void (worker = await world.startWorker()));
  afterAll(() => worker.stop());

  test('an order becomes an active tenant on a server of its own, with its walls tried', async () => {
    ordered = await placeOrder(world, shop);
    const outcome = await runOutcome(world, ordered.runId, RUN_MS_MAX);
    expect(outcome.failure).toEqual({});
    expect(outcome.tenant.state).toBe('active');
    const reserved = outcome.steps.find(({ name }) => name === 'reserve')?.detail as {
      preflight: { verdict: string }[];
    };
    expect(reserved.preflight.length).toBeGreaterThan(3);
    const { isolation } = outcome.tenant.proof as {
      isolation: { facts: { rule: string; ok: boolean; heldAt: string }[] };
    };
    expect(isolation.facts.map(({ rule, ok }) => [rule, ok])).toEqual([
      ['own_server', true],
      ['others_closed', true],
      ['closed_to_others', true],
      ['no_replication', true],
      ['connection_limit', true],
    ]);
    expect(await keeper.client.find(ordered.ref)).toMatchObject({ state: 'running' });
  });

  test('its API answers again soon after its server was killed', async () => {
    const before = await noteCount(ordered.ref);
    process.kill((await keeper.client.find(ordered.ref))?.pid ?? 0, 'SIGKILL');
    const after = await waitFor(() => noteCount(ordered.ref).catch(() => null), { what: 'its notes', everyMs: 50 });
    expect(after).toBe(before);
  });

  test('a hole in the wall degrades it by the names of the rules, and nothing but the closed hole makes it well', async () => {
    const { port, password } = (await keeper.client.find(ordered.ref))!;
    const url = `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`;
    const look = async () => proveTenant(world.context, (await livingTenants(world.context, ordered.tenantId))[0]!);
    await world.sql(`ALTER ROLE ${ordered.ref}_api CONNECTION LIMIT 99`, [], url);
    await look();
    const broken = { state: 'degraded', stateReason: { code: 'isolation_broken', rules: ['connection_limit'] } };
    expect(await tenantRow(ordered.tenantId)).toMatchObject(broken);
    await checkInvariants(world.context, (await livingTenants(world.context, ordered.tenantId))[0]!);
    expect(await tenantRow(ordered.tenantId)).toMatchObject(broken);
    await world.sql(`ALTER ROLE ${ordered.ref}_api CONNECTION LIMIT ${shop.quotas.apiConnections}`, [], url);
    await look();
    expect(await tenantRow(ordered.tenantId)).toMatchObject({ state: 'active', stateReason: {} });
  });

  test('retired, it leaves nothing on this machine', async () => {
    const runId = await queueAction(world, shop, ordered, 'retire');
    expect((await runOutcome(world, runId, RUN_MS_MAX)).tenant.state).toBe('retired');
    expect(await world.target.leftovers(ordered.ref)).toEqual([]);
    expect(existsSync(path.join(instancesFolder(keeper.dataDir), ordered.ref))).toBe(false);
  });
});

describe.each(['Instance', 'Database', 'Pack', 'Route'])('a worker that is killed while it makes the %s', (kind) => {
  test('leaves what the next one finishes: one server, one database, an active tenant', async () => {
    const first = await world.spawnWorker();
    const ordered = await placeOrder(world, shop);
    await killAt(first, ordered.runId, kind);
    const second = await world.spawnWorker();
    const outcome = await runOutcome(world, ordered.runId, RUN_MS_MAX);
    expect(outcome.tenant.state).toBe('active');
    expect((await keeper.client.list()).filter(({ name }) => name === ordered.ref)).toHaveLength(1);
    const runId = await queueAction(world, shop, ordered, 'retire');
    await runOutcome(world, runId, RUN_MS_MAX);
    expect(await world.target.leftovers(ordered.ref)).toEqual([]);
    await end(second);
  });
});

test('a server that is killed while its pack is applied only makes the run wait', async () => {
  const worker = await world.startWorker();
  const killing: Promise<void>[] = [];
  const ordered = await placeOrder(world, shop, {
    beforeRun: async ({ ref }) => void killing.push(killWhenUp(ref)),
  });
  const outcome = await runOutcome(world, ordered.runId, RUN_MS_MAX);
  await Promise.all(killing);
  expect(outcome.failure).toEqual({});
  expect(outcome.tenant.state).toBe('active');
  await worker.stop();
});

/** Kills a tenant's server (-9) the moment it takes connections. */
async function killWhenUp(ref: string): Promise<void> {
  const up = await waitFor(
    async () => {
      const facts = await keeper.client.find(ref);
      return facts?.state === 'running' ? facts : null;
    },
    { what: 'the server', everyMs: 5, timeoutMs: RUN_MS_MAX },
  );
  process.kill(up.pid ?? 0, 'SIGKILL');
}

/** Kills a worker (-9) the moment a resource of this kind is begun. */
async function killAt(worker: ChildProcess, runId: string, kind: string): Promise<void> {
  const begun = async () => {
    const where = { subjectId: runId, type: 'resource.started' };
    const events = await inScope(world.db, PLATFORM, (tx) => tx.event.findMany({ where }));
    return events.some(({ data }) => (data as { resource: { type: string } }).resource.type.endsWith(`:${kind}`));
  };
  await waitFor(begun, { what: `the making of the ${kind}`, everyMs: 1, timeoutMs: 30_000 });
  const ended = once(worker, 'exit');
  worker.kill('SIGKILL');
  await ended;
}

async function end(worker: ChildProcess): Promise<void> {
  const ended = once(worker, 'exit');
  worker.kill('SIGTERM');
  await ended;
}
