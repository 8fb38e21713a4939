// A hybrid order from its row to an active tenant, by the worker's own process, and the promise of the model kept from outside: the private
// side goes away, the edge sells what was set apart, and the platform brings both together again by itself.
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PLATFORM, inScope } from '../db/scope.ts';
import { replicationSettings } from '../domain/replication-room.ts';
import { Topology } from '../domain/topology.ts';
import { edgeRouteOf } from '../registry/sides.ts';
import { spawnComposedWorker } from '../testing/composed-worker.ts';
import { makeTestKeeper, type TestKeeper } from '../testing/keeper.ts';
import { waitFor } from '../testing/postgres.ts';
import { openPublishedShop, placeOrder, runOutcome } from '../testing/worker-orders.ts';
import { makeWorkerWorld, type WorkerWorld } from '../testing/worker-world.ts';

const ROOM = Object.entries(replicationSettings(2)).map(([name, value]) => [name, String(value)] as const);
const SHARED = { wal_level: 'logical', wal_retrieve_retry_interval: '1s', ...Object.fromEntries(ROOM) };

let keeper: TestKeeper;
let world: WorkerWorld;
let worker: ChildProcess;

beforeAll(async () => {
  keeper = await makeTestKeeper();
  await keeper.start();
  world = await makeWorkerWorld(keeper.dataDir, SHARED);
  worker = await spawnComposedWorker(world, keeper.dataDir);
});
afterAll(async () => {
  worker.kill('SIGTERM');
  if (worker.exitCode === null) await once(worker, 'exit');
  await world.close();
  await keeper.remove();
});

/** As the tenant's owner would, over HTTP; `route` is the tenant's or that of its public side. */
async function call(route: string, name: string, body?: object) {
  const ref = route.split('/')[0] ?? route;
  const token = await world.context.signToken({ ref, scope: 'write', purpose: 'try', sub: 'test' });
  const answer = await fetch(`${world.settings.gatewayUrl}/t/${route}/v1/${name}`, {
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
    },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
  const content = (await answer.json()) as { code?: string; items?: Record<string, unknown>[] };
  return { status: answer.status, ...content };
}

async function topologyOf(tenantId: string): Promise<Topology | null> {
  const where = { where: { id: tenantId }, select: { topology: true } };
  const row = await inScope(world.db, PLATFORM, (tx) => tx.tenant.findUniqueOrThrow(where));
  return Topology.safeParse(row.topology).data ?? null;
}

test('an order becomes an active tenant on both sides, which stands a cut', { timeout: 400_000 }, async () => {
  const shop = await openPublishedShop(world.db, 'ecommerce', {});
  const { runId, ref, tenantId } = await placeOrder(world, { ...shop, model: 'hybrid' });
  const run = await runOutcome(world, runId);
  expect(run).toMatchObject({ state: 'succeeded', failure: {}, tenant: { state: 'active' } });
  const edge = edgeRouteOf(ref);

  expect((await call(ref, 'create_product', { slug: 'tea', name: 'Tea' })).status).toBe(201);
  await call(ref, 'create_variant', { slug: 'tea', sku: 'TEA' });
  await call(ref, 'set_offer', { sku: 'TEA', priceMinor: '500' });
  await call(ref, 'receive_stock', { sku: 'TEA', qty: 20 });
  expect((await call(ref, 'publish_product', { slug: 'tea' })).status).toBe(200);
  // The platform keeps a share of the stock at the edge by itself: 30 of 100.
  const available = async () => (await call(edge, 'availability?sku=TEA')).items?.[0]?.['available'];
  await waitFor(async () => (await available()) === 6, { what: 'the allotment', timeoutMs: 30_000, everyMs: 250 });

  await keeper.client.stop(ref);
  const order = { lines: [{ sku: 'TEA', qty: 1 }] };
  const answers = await Promise.all(Array.from({ length: 10 }, () => call(edge, 'place_order_request', order)));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(6);
  expect(answers.filter(({ code }) => code === 'ICO04')).toHaveLength(4);
  expect((await call(ref, 'orders')).status).toBeGreaterThanOrEqual(500);
  const cut = async () => (await topologyOf(tenantId))?.links.some(({ state }) => state === 'broken');
  await waitFor(cut, { what: 'the picture to show the cut', timeoutMs: 30_000, everyMs: 250 });

  await keeper.client.start(ref);
  const ordered = async () => (await call(edge, 'order_requests?state=ordered&channel=web')).items?.length === 6;
  await waitFor(ordered, { what: 'every request to be an order', timeoutMs: 60_000, everyMs: 250 });
  const { items } = await call(ref, 'stock?sku=TEA&location=MAIN');
  expect(items).toMatchObject([{ reserved: 6 }]);
  for (const route of [ref, edge]) {
    const rules = (await call(route, 'invariants')).items ?? [];
    expect(rules.filter(({ violations }) => Number(violations) !== 0)).toEqual([]);
    expect(rules.length).toBeGreaterThan(2);
  }
  const whole = async () => {
    const topology = await topologyOf(tenantId);
    return topology?.links.every(({ state }) => state === 'flowing') && topology;
  };
  const seen = await waitFor(whole, { what: 'the picture to be whole again', timeoutMs: 60_000, everyMs: 250 });
  expect(seen).toMatchObject({ model: 'hybrid' });
});
