import { afterAll, beforeAll, expect, test } from 'vitest';
import { PLATFORM, inScope } from '../db/scope.ts';
import { lockTenant } from '../services/runs/queue-run.ts';
import { waitFor } from '../testing/postgres.ts';
import { openShop, placeOrder, queueAction, type Ordered, type Shop } from '../testing/worker-orders.ts';
import { makeWorkerWorld, type WorkerWorld } from '../testing/worker-world.ts';
import { changeTenant } from './close-run.ts';
import { asHolder } from './holder.ts';
import { takeRun } from './take-run.ts';

let world: WorkerWorld;
let shop: Shop;
const placed: Ordered[] = [];
beforeAll(async () => {
  world = await makeWorkerWorld();
  shop = await openShop(world);
  const worker = await world.startWorker();
  for (let i = 0; i < 2; i++) placed.push(await placeOrder(world, shop, { withoutRun: true }));
  await worker.stop(); // from here on the tests are the worker
});
afterAll(async () => {
  await world.close();
});

/** As services do that cancel, approve or ask for something: the tenant is locked, then its run is written. */
const askToCancel = ({ tenantId, runId }: Ordered) =>
  inScope(world.db, PLATFORM, async (tx) => {
    await lockTenant(tx, tenantId);
    await tx.run.updateMany({ where: { id: runId }, data: { cancelAskedAt: new Date() } });
  });

/** An order whose run nobody has taken yet. */
async function queuedOrder(): Promise<Ordered> {
  const ordered = placed.pop()!;
  return { ...ordered, runId: await queueAction(world, shop, ordered, 'provision') };
}

const somebodyWaits = () =>
  waitFor(
    async () => {
      const waiting = await world.sql(
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return waiting.length > 0;
    },
    { what: 'a transaction that waits for a lock', everyMs: 5 },
  );

test('a worker that writes and a service that asks wait for each other in one order', async () => {
  const ordered = await queuedOrder();
  const run = await takeRun(world.context, ordered.runId);
  let asked: Promise<void> | null = null;
  await asHolder(world.context, run!.hold, async (tx) => {
    asked = askToCancel(ordered);
    asked.catch(() => undefined);
    await somebodyWaits();
    await changeTenant(tx, run!.row.tenant, { state: 'provisioning', tainted: false, reason: null });
  });
  await expect(asked).resolves.toBeUndefined();
});

test('a run is taken in that order too', async () => {
  const ordered = await queuedOrder();
  let taken: ReturnType<typeof takeRun> | null = null;
  await inScope(world.db, PLATFORM, async (tx) => {
    await lockTenant(tx, ordered.tenantId);
    taken = takeRun(world.context, ordered.runId);
    taken.catch(() => undefined);
    await somebodyWaits();
    await tx.run.updateMany({ where: { id: ordered.runId }, data: { cancelAskedAt: new Date() } });
  });
  await expect(taken).resolves.toBeNull(); // and what was asked in the meantime is heeded
});
