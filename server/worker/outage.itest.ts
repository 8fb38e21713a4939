import { afterAll, beforeAll, expect, test } from 'vitest';
import { PLATFORM, inScope } from '../db/scope.ts';
import { waitFor } from '../testing/postgres.ts';
import { openShop, placeOrder, queueAction, runOutcome, type Shop } from '../testing/worker-orders.ts';
import { makeWorkerWorld, type WorkerWorld } from '../testing/worker-world.ts';

let world: WorkerWorld;
let shop: Shop;
beforeAll(async () => {
  world = await makeWorkerWorld();
  shop = await openShop(world);
  await world.startWorker();
});
afterAll(async () => {
  await world.close();
});

const eventsOf = (runId: string, type: string) =>
  inScope(world.db, PLATFORM, (tx) =>
    tx.event.findMany({ where: { subjectId: runId, type }, orderBy: { seq: 'asc' } }),
  );
const reached = (runId: string, type: string) =>
  waitFor(async () => (await eventsOf(runId, type)).length > 0, { what: type, everyMs: 1 });

test('the tenants’ PostgreSQL dies while a tenant is made: the run waits, says so, and resumes', async () => {
  const ordered = await placeOrder(world, shop);
  await reached(ordered.runId, 'resource.started');
  await world.tenants.kill();
  const waiting = await waitFor(
    () =>
      inScope(world.db, PLATFORM, async (tx) => {
        const { waitsFor } = await tx.run.findUniqueOrThrow({ where: { id: ordered.runId } });
        return (waitsFor as { code?: string }).code ? waitsFor : null;
      }),
    { what: 'the run to say what it waits for' },
  );
  expect(waiting).toMatchObject({ code: 'target_unreachable', target: 'local' });
  await world.tenants.start();
  const run = await runOutcome(world, ordered.runId, 30_000);
  expect(run).toMatchObject({ state: 'succeeded', failure: {}, waitsFor: {}, tenant: { state: 'active' } });
});

test('a restart in the middle of a step is no failure either', { timeout: 240_000 }, async () => {
  for (const at of ['resource.started', 'resource.done', 'run.planned']) {
    const ordered = await placeOrder(world, shop);
    await reached(ordered.runId, at);
    await world.tenants.restart();
    expect(await runOutcome(world, ordered.runId, 30_000)).toMatchObject({ state: 'succeeded', failure: {} });
  }
});

test('a cluster that is away when a tenant is retired is waited for', async () => {
  const ordered = await placeOrder(world, shop);
  await runOutcome(world, ordered.runId);
  await world.tenants.stop();
  const runId = await queueAction(world, shop, ordered, 'retire');
  await reached(runId, 'run.waiting');
  await world.tenants.start();
  expect(await runOutcome(world, runId, 30_000)).toMatchObject({ state: 'succeeded', tenant: { state: 'retired' } });
  expect(await world.target.leftovers(ordered.ref)).toEqual([]);
});

test(
  'every connection to the platform’s database is cut while a tenant is made: the run goes on',
  { timeout: 240_000 },
  async () => {
    for (const at of ['run.started', 'resource.started', 'step.done']) {
      const ordered = await placeOrder(world, shop);
      await reached(ordered.runId, at);
      const { pathname } = new URL(world.platform.url);
      await world.sql(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()',
        [pathname.slice(1)],
      );
      const run = await waitFor(() => runOutcome(world, ordered.runId, 5_000), {
        what: 'the run to end',
        timeoutMs: 40_000,
      });
      expect(run.failure).toEqual({});
      expect(run).toMatchObject({ state: 'succeeded', tenant: { state: 'active' } });
    }
  },
);
