import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PLATFORM, inScope } from '../db/scope.ts';
import { LIFECYCLE } from '../domain/lifecycle.ts';
import { waitFor } from '../testing/postgres.ts';
import { openShop, placeOrder, queueAction, runOutcome, type Ordered, type Shop } from '../testing/worker-orders.ts';
import { makeWorkerWorld, type WorkerWorld } from '../testing/worker-world.ts';

let world: WorkerWorld;
let shop: Shop;
beforeAll(async () => {
  world = await makeWorkerWorld();
  shop = await openShop(world);
});
afterAll(async () => {
  await world.close();
});

interface Point {
  readonly type: string;
  /** Name of the step, or type of the resource, that has just begun. */
  readonly name: string;
}

const STEPS: Point[] = LIFECYCLE.provision.steps.map((name) => ({ type: 'step.started', name }));
const RESOURCES: Point[] = ['Role', 'Database', 'Pack', 'ApiKey', 'Route'].map((name) => ({
  type: 'resource.started',
  name,
}));

/** Kills a worker (-9) the moment a run says that it has come to a point. */
async function killAt(worker: ChildProcess, runId: string, point: Point): Promise<void> {
  await waitFor(() => hasReached(runId, point), { what: `${point.type} ${point.name}`, everyMs: 1, timeoutMs: 20_000 });
  const ended = once(worker, 'exit');
  worker.kill('SIGKILL');
  await ended;
}

async function hasReached(runId: string, { type, name }: Point): Promise<boolean> {
  const events = await inScope(world.db, PLATFORM, (tx) => tx.event.findMany({ where: { subjectId: runId, type } }));
  return events.some(({ data }) => {
    if (name === '') return true;
    const { step, resource } = data as { step?: { name: string }; resource?: { type: string } };
    return step?.name === name || resource?.type.endsWith(`:${name}`);
  });
}

/** What exists of a tenant in the cluster, counted. */
async function inventory(ref: string) {
  const [counts] = await world.sql(
    `SELECT (SELECT count(*)::int FROM pg_database WHERE datname = $1) AS databases,
            (SELECT count(*)::int FROM pg_roles WHERE starts_with(rolname, $1 || '_')) AS roles`,
    [ref],
    world.tenants.url(),
  );
  const [served] = await world.sql(
    `SELECT (SELECT count(*)::int FROM route WHERE ref = $1) AS routes, (SELECT count(*)::int FROM api_key WHERE ref = $1) AS keys,
            (SELECT count(*)::int FROM key_reveal WHERE ref = $1) AS unshown`,
    [ref],
    world.tenants.url('registry'),
  );
  return { ...counts, ...served };
}

test(
  'a worker killed at any step or inside any create: another one finishes, nothing is doubled',
  { timeout: 600_000 },
  async () => {
    const orders: Ordered[] = [];
    for (const point of [...STEPS, ...RESOURCES]) {
      const worker = await world.spawnWorker();
      const ordered = await placeOrder(world, shop);
      await killAt(worker, ordered.runId, point);
      orders.push(ordered);
    }
    const heir = await world.spawnWorker();
    for (const { runId, ref, tenantId } of orders) {
      const run = await runOutcome(world, runId, 60_000);
      expect(run).toMatchObject({ state: 'succeeded', failure: {}, tenant: { state: 'active', tainted: false } });
      expect(await inventory(ref)).toEqual({ databases: 1, roles: 3, routes: 1, keys: 1, unshown: 0 });
      expect(await inScope(world.db, PLATFORM, (tx) => tx.keyReveal.count({ where: { tenantId } }))).toBe(1);
    }
    heir.kill('SIGTERM');
    const [code] = (await once(heir, 'exit')) as [number | null];
    expect(code).toBe(0);
  },
);

test('a worker killed while it removes a tenant: one that runs beside it finishes', { timeout: 240_000 }, async () => {
  const workers = await Promise.all([world.spawnWorker(), world.spawnWorker()]);
  const ordered = await placeOrder(world, shop);
  await runOutcome(world, ordered.runId);
  const runId = await queueAction(world, shop, ordered, 'retire');
  const holder = await holderOf(runId, workers);
  await killAt(holder, runId, { type: 'step.started', name: 'destroy' });
  expect(await runOutcome(world, runId, 40_000)).toMatchObject({ state: 'succeeded', tenant: { state: 'retired' } });
  expect(await world.target.leftovers(ordered.ref)).toEqual([]);
  for (const worker of workers) worker.kill('SIGKILL');
});

test('a worker that ends while its run waits hands the run over at once', { timeout: 240_000 }, async () => {
  const workers = await Promise.all([world.spawnWorker(), world.spawnWorker()]);
  const ordered = await placeOrder(world, shop);
  await runOutcome(world, ordered.runId);
  await world.tenants.stop();
  const runId = await queueAction(world, shop, ordered, 'retire');
  const holder = await holderOf(runId, workers);
  await waitFor(() => hasReached(runId, { type: 'run.waiting', name: '' }), { what: 'the run to wait' });
  const asked = Date.now();
  holder.kill('SIGTERM');
  expect(await once(holder, 'exit')).toEqual([0, null]);
  expect(Date.now() - asked).toBeLessThan(8_000);
  await world.tenants.start();
  expect(await runOutcome(world, runId, 30_000)).toMatchObject({ state: 'succeeded', tenant: { state: 'retired' } });
  expect(Date.now() - asked).toBeLessThan(20_000);
  for (const worker of workers) worker.kill('SIGKILL');
});

async function holderOf(runId: string, workers: readonly ChildProcess[]): Promise<ChildProcess> {
  return waitFor(
    async () => {
      const run = await inScope(world.db, PLATFORM, (tx) => tx.run.findUniqueOrThrow({ where: { id: runId } }));
      return workers.find(({ pid }) => run.worker.endsWith(`-${pid}`));
    },
    { what: 'a worker to take the run', everyMs: 1 },
  );
}
