// The shared cluster has room for two hybrid tenants and a third is ordered: by the worker's own process, from the plan to the active
// tenant, while those who are there already are used. Nobody hears more than "ask again in a moment", and nothing is lost.
import { randomUUID } from 'node:crypto';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PLATFORM, inScope } from '../db/scope.ts';
import { PreflightCheck } from '../domain/preflight.ts';
import { replicationSettings } from '../domain/replication-room.ts';
import { edgeRouteOf } from '../registry/sides.ts';
import { makeTestKeeper, type TestKeeper } from '../testing/keeper.ts';
import { startKeptCluster, type TestKeptCluster } from '../testing/kept-cluster.ts';
import { waitFor } from '../testing/postgres.ts';
import { spawnComposedWorker } from '../testing/composed-worker.ts';
import { askPreview, openPublishedShop, placeOrder, previewAnswer, runOutcome } from '../testing/worker-orders.ts';
import { makeWorkerWorld, type WorkerWorld } from '../testing/worker-world.ts';

const ROOM = Object.fromEntries(Object.entries(replicationSettings(2)).map(([name, value]) => [name, String(value)]));
const RUN_MS_MAX = 180_000;

let keeper: TestKeeper;
let world: WorkerWorld;
let kept: TestKeptCluster;
let worker: ChildProcess;

beforeAll(async () => {
  keeper = await makeTestKeeper();
  await keeper.start();
  const settings = { wal_level: 'logical', wal_retrieve_retry_interval: '1s' };
  world = await makeWorkerWorld(keeper.dataDir, settings, async (wanted) => {
    kept = await startKeptCluster(keeper.dataDir, wanted, ROOM);
    return kept;
  });
  worker = await spawnComposedWorker(world, keeper.dataDir);
}, 120_000);
afterAll(async () => {
  worker.kill('SIGTERM');
  if (worker.exitCode === null) await once(worker, 'exit');
  await world.close();
  await keeper.remove();
});

interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly items?: readonly Record<string, unknown>[];
}

/** As the tenant's owner would, over HTTP; `route` is the tenant's or that of its public side. */
async function call(route: string, name: string, body?: object): Promise<Answer> {
  const ref = route.split('/')[0] ?? route;
  const token = await world.context.signToken({ ref, scope: 'write', purpose: 'try', sub: 'test' });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const answer = await fetch(`${world.settings.gatewayUrl}/t/${route}/v1/${name}`, {
    headers: { ...headers, 'idempotency-key': randomUUID() },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
  const content = (await answer.json()) as { items?: Record<string, unknown>[] };
  return { status: answer.status, retryAfter: answer.headers.get('retry-after'), ...content };
}

/** Calls until told to stop; @returns what was answered, in order */
function keepCalling(route: string, name: string): () => Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  const ended = new AbortController();
  const calling = (async () => {
    while (!ended.signal.aborted) {
      answers.push(await call(route, name));
      await delay(20);
    }
  })();
  return async () => {
    ended.abort();
    await calling;
    return answers;
  };
}

async function sell(ref: string, sku: string): Promise<void> {
  const slug = sku.toLowerCase();
  expect((await call(ref, 'create_product', { slug, name: sku })).status).toBe(201);
  await call(ref, 'create_variant', { slug, sku });
  await call(ref, 'set_offer', { sku, priceMinor: '500' });
  await call(ref, 'receive_stock', { sku, qty: 20 });
  expect((await call(ref, 'publish_product', { slug })).status).toBe(200);
}

const stepsOf = (runId: string) =>
  inScope(world.db, PLATFORM, (tx) =>
    tx.runStep.findMany({ where: { runId }, orderBy: { position: 'asc' }, select: { name: true, detail: true } }),
  );
const linksCheck = (plan: unknown): PreflightCheck | undefined =>
  PreflightCheck.array()
    .parse((plan as { preflight: unknown }).preflight)
    .find(({ code }) => code === 'links');

test('a third hybrid order makes room for itself, and those who were there go on', { timeout: 600_000 }, async () => {
  const shop = await openPublishedShop(world.db, 'ecommerce', {});
  const hybrid = { ...shop, model: 'hybrid' } as const;
  const shared = await placeOrder(world, shop);
  const first = await placeOrder(world, hybrid);
  const second = await placeOrder(world, hybrid);
  for (const { runId } of [shared, first, second]) {
    expect(await runOutcome(world, runId, RUN_MS_MAX)).toMatchObject({ state: 'succeeded', failure: {} });
  }
  await sell(shared.ref, 'CUP');
  await sell(first.ref, 'TEA');
  const edge = edgeRouteOf(first.ref);
  const offered = (sku: string) => async () => (await call(edge, `offers?sku=${sku}`)).items?.length === 1;
  await waitFor(offered('TEA'), { what: 'tea at the edge', timeoutMs: 30_000, everyMs: 250 });

  const preview = await askPreview(world, hybrid);
  const { plan } = await previewAnswer(world, preview.id);
  const check = linksCheck(plan);
  expect(check).toMatchObject({ verdict: 'warn', free: 0 });
  expect(check?.advice?.en).toMatch(/restarted for a moment \(about \d+ ms/);
  const planned = (plan as { resources: { urn: string; operation: string }[] }).resources;
  expect(planned.filter(({ urn }) => urn.includes('LinkSeat'))).toMatchObject([{ operation: 'create' }]);

  const [stopShared, stopEdge] = [keepCalling(shared.ref, 'products'), keepCalling(edge, 'offers')];
  const orders = [await placeOrder(world, hybrid), await placeOrder(world, hybrid)];
  const notes: unknown[] = [];
  for (const { runId } of orders) {
    expect(await runOutcome(world, runId, RUN_MS_MAX)).toMatchObject({ state: 'succeeded', failure: {} });
    const detail = (await stepsOf(runId)).find(({ name }) => name === 'converge')?.detail;
    notes.push(...((detail as { notes?: unknown[] }).notes ?? []));
  }
  expect(notes).toMatchObject([{ en: expect.stringContaining('from 2 to 4 hybrid tenants') }]);
  expect(kept.said.filter((line) => line.includes('was started again'))).toHaveLength(1);

  for (const stop of [stopShared, stopEdge]) {
    const answers = await stop();
    const refused = answers.filter(({ status }) => status !== 200);
    expect(refused.filter(({ status, retryAfter }) => status !== 503 || retryAfter === null)).toEqual([]);
    expect(answers.at(-1)?.status).toBe(200);
  }
  // What was there is there, and flows again: outward to the edge, and inward from it.
  expect((await call(shared.ref, 'products')).items).toMatchObject([{ slug: 'cup' }]);
  await sell(first.ref, 'POT');
  await waitFor(offered('POT'), { what: 'the pot at the edge', timeoutMs: 60_000, everyMs: 250 });
  const available = async () => Number((await call(edge, 'availability?sku=TEA')).items?.[0]?.['available']) > 0;
  await waitFor(available, { what: 'an allotment of tea', timeoutMs: 60_000, everyMs: 250 });
  expect((await call(edge, 'place_order_request', { lines: [{ sku: 'TEA', qty: 1 }] })).status).toBe(201);
  const ordered = async () => (await call(edge, 'order_requests?state=ordered')).items?.length === 1;
  await waitFor(ordered, { what: 'the request to be an order', timeoutMs: 60_000, everyMs: 250 });
});
