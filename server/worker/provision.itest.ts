import { afterAll, beforeAll, expect, test } from 'vitest';
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

test('an order becomes an active tenant, and a retired one leaves nothing but its history', async () => {
  const ordered = await placeOrder(world, shop);
  const provisioned = await runOutcome(world, ordered.runId);
  expect(provisioned.failure).toEqual({});
  expect(provisioned).toMatchObject({ state: 'succeeded', tenant: { state: 'active' }, order: { state: 'fulfilled' } });
});
