import { afterAll, beforeAll, expect, test } from 'vitest';
import { openShop, placeOrder, queueAction, runOutcome } from '../../testing/worker-orders.ts';
import { makeWorkerWorld, type WorkerWorld } from '../../testing/worker-world.ts';
import { sendLostRuns } from './send-lost-runs.ts';

let world: WorkerWorld;
beforeAll(async () => {
  world = await makeWorkerWorld();
});
afterAll(async () => {
  await world.close();
});

const waiting = async () =>
  (await world.sql<{ run: string }>(`SELECT data->>'runId' AS run FROM pgboss.job WHERE name = 'run'`)).map(
    ({ run }) => run,
  );

test('a run whose job is gone is sent again, once, and ends as if nothing had happened', async () => {
  const shop = await openShop(world);
  const worker = await world.startWorker();
  const ordered = await placeOrder(world, shop);
  await runOutcome(world, ordered.runId);
  await worker.stop();
  await world.sql(`DELETE FROM pgboss.job WHERE name = 'run'`);

  const runId = await queueAction(world, shop, ordered, 'suspend');
  const later = { ...world.context, clock: () => new Date(Date.now() + 120_000) };
  await sendLostRuns(later);
  expect(await waiting(), 'its job is there').toEqual([runId]);
  await world.sql(`DELETE FROM pgboss.job WHERE name = 'run'`);
  await sendLostRuns(world.context);
  expect(await waiting(), 'too early to say that it is lost').toEqual([]);
  await sendLostRuns(later);
  await sendLostRuns(later);
  expect(await waiting()).toEqual([runId]);
  await world.startWorker();
  expect(await runOutcome(world, runId)).toMatchObject({ state: 'succeeded', tenant: { state: 'suspended' } });
});
