import { afterAll, beforeAll, expect, test } from 'vitest';
import { appendEvent } from '../db/events.ts';
import { PLATFORM, inScope } from '../db/scope.ts';
import { waitFor } from '../testing/postgres.ts';
import { openShop, placeOrder, queueAction, runOutcome, type Shop } from '../testing/worker-orders.ts';
import { makeWorkerWorld, type WorkerWorld } from '../testing/worker-world.ts';
import { asHolder, FencedOut } from './holder.ts';
import { takeRun } from './take-run.ts';

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

/** As the service asks: the wish in the row, an event that wakes the worker. */
async function askToCancel(runId: string): Promise<void> {
  await inScope(world.db, PLATFORM, async (tx) => {
    await tx.run.updateMany({ where: { id: runId }, data: { cancelAskedAt: new Date() } });
    const { organisationId, tenantId } = await tx.run.findUniqueOrThrow({ where: { id: runId } });
    await appendEvent(tx, {
      organisationId,
      subjectKind: 'run',
      subjectId: runId,
      tenantId,
      type: 'run.cancel_asked',
      data: {},
    });
  });
}

const reached = (runId: string, type: string) =>
  waitFor(
    () => inScope(world.db, PLATFORM, async (tx) => (await tx.event.count({ where: { subjectId: runId, type } })) > 0),
    { what: type, everyMs: 1 },
  );

test.each(['run.started', 'resource.started', 'resource.done'])(
  'a create cancelled at %s leaves nothing, and its order is withdrawn',
  async (at) => {
    const ordered = await placeOrder(world, shop);
    await reached(ordered.runId, at);
    await askToCancel(ordered.runId);
    const run = await runOutcome(world, ordered.runId);
    expect(run).toMatchObject({
      state: 'cancelled',
      failure: { code: 'cancelled', leftovers: [] },
      tenant: { state: 'retired' },
      order: { state: 'cancelled' },
    });
    expect(await world.target.leftovers(ordered.ref)).toEqual([]);
  },
);

test('a cancelled change leaves the tenant as it was, without a stain', async () => {
  const ordered = await placeOrder(world, shop);
  await runOutcome(world, ordered.runId);
  await world.tenants.stop(); // so that the wish comes in time
  const runId = await queueAction(world, shop, ordered, 'suspend');
  await reached(runId, 'run.waiting');
  await askToCancel(runId);
  await world.tenants.start();
  expect(await runOutcome(world, runId)).toMatchObject({
    state: 'cancelled',
    failure: { code: 'cancelled', step: 'closeRoutes' },
    tenant: { state: 'active', tainted: false },
  });
});

test('who was superseded writes nothing more', async () => {
  const waits = await placeOrder(world, shop, { approvedHash: 'another plan' });
  await runOutcome(world, waits.runId);
  await inScope(world.db, PLATFORM, (tx) =>
    tx.run.updateMany({ where: { id: waits.runId }, data: { state: 'queued' } }),
  );
  const first = await takeRun(world.context, waits.runId);
  const second = await takeRun(world.context, waits.runId);
  expect(second!.hold.fence).toBeGreaterThan(first!.hold.fence);
  await expect(asHolder(world.context, first!.hold, async () => 'written')).rejects.toBeInstanceOf(FencedOut);
  await expect(asHolder(world.context, second!.hold, async () => 'written')).resolves.toBe('written');
});
