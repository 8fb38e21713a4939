// A hybrid tenant changes while customers buy at its edge and its people work on its record: plan, modules and the way the sides are joined.
// The worker is its own process, with the real shop.
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PLATFORM, inScope } from '../db/scope.ts';
import type { Manifest, PlanCode } from '../domain/manifest.ts';
import { replicationSettings } from '../domain/replication-room.ts';
import { edgeRouteOf } from '../registry/sides.ts';
import { spawnComposedWorker } from '../testing/composed-worker.ts';
import { makeTestKeeper, type TestKeeper } from '../testing/keeper.ts';
import { waitFor } from '../testing/postgres.ts';
import { planChange, queueChange } from '../testing/worker-changes.ts';
import { openPublishedShop, placeOrder, runOutcome, type Ordered, type Shop } from '../testing/worker-orders.ts';
import { makeWorkerWorld, type WorkerWorld } from '../testing/worker-world.ts';

const RUN_MS_MAX = 180_000;
const ROOM = Object.entries(replicationSettings(2)).map(([name, value]) => [name, String(value)] as const);
const SHARED = { wal_level: 'logical', wal_retrieve_retry_interval: '1s', ...Object.fromEntries(ROOM) };

let keeper: TestKeeper;
let world: WorkerWorld;
let worker: ChildProcess;
let shop: Shop;
let ordered: Ordered;
let plans: Manifest['plans'];
beforeAll(async () => {
  keeper = await makeTestKeeper();
  await keeper.start();
  world = await makeWorkerWorld(keeper.dataDir, SHARED);
  worker = await spawnComposedWorker(world, keeper.dataDir);
  shop = { ...(await openPublishedShop(world.db, 'ecommerce', {})), model: 'hybrid' };
  const { manifest } = await inScope(world.db, PLATFORM, (tx) =>
    tx.offeringVersion.findUniqueOrThrow({ where: { id: shop.offeringVersionId } }),
  );
  plans = (manifest as unknown as Manifest).plans;
}, 120_000);
afterAll(async () => {
  worker.kill('SIGTERM');
  if (worker.exitCode === null) await once(worker, 'exit');
  await world.close();
  await keeper.remove();
});

interface Answer {
  readonly status: number;
  readonly code?: string;
  readonly items?: Record<string, unknown>[];
}

/** As the tenant's owner would, over HTTP; `route` is the tenant's or that of its public side. */
async function call(route: string, name: string, body?: object, key: string = randomUUID()): Promise<Answer> {
  const ref = route.split('/')[0] ?? route;
  const token = await world.context.signToken({ ref, scope: 'write', purpose: 'try', sub: 'test' });
  const answer = await fetch(`${world.settings.gatewayUrl}/t/${route}/v1/${name}`, {
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': key },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
  return { status: answer.status, ...((await answer.json()) as object) };
}

/** How often somebody looks for each time that somebody buys: orders of an edge are taken in by the hundred, every few seconds. */
const LOOKS = Array.from({ length: 5 });

/** Buys one at the edge and receives one at the record, over and over: each request with its key until it is taken. */
function workOnBothSides(record: string, edge: string) {
  const ending = new AbortController();
  const refused: Record<string, number> = {};
  const taken = { edge: 0, record: 0 };
  const longestMs = { edge: 0, record: 0 };
  const work = async (side: 'edge' | 'record', route: string, name: string, body: object): Promise<void> => {
    let last = performance.now();
    while (!ending.signal.aborted) {
      const key = randomUUID();
      for (;;) {
        // Taken even when the test ends meanwhile: so what is counted is what is there.
        const { status, code = '' } = await call(route, name, body, key);
        if (status < 300) break;
        refused[`${side} ${status} ${code}`] = (refused[`${side} ${status} ${code}`] ?? 0) + 1;
        if (status !== 503 && status !== 429) throw new Error(`${name}: ${status} ${code}`);
      }
      taken[side] += 1;
      for (const _ of LOOKS) await call(edge, 'availability?sku=TEA'); // most who come look only
      longestMs[side] = Math.max(longestMs[side], Math.round(performance.now() - last));
      last = performance.now();
    }
  };
  const working = Promise.all([
    work('edge', edge, 'place_order_request', { lines: [{ sku: 'TEA', qty: 1 }] }),
    work('record', record, 'receive_stock', { sku: 'TEA', qty: 1 }),
  ]);
  working.catch(() => undefined);
  return { refused, taken, longestMs, stop: () => (ending.abort(), working) };
}

const planOf = (code: PlanCode) => ({ plan: code, quotas: plans.find((plan) => plan.code === code)!.quotas });

/** @returns codes of what was said before */
async function changed(to: Parameters<typeof planChange>[3]): Promise<readonly string[]> {
  const change = await planChange(world, shop, ordered, to);
  expect(change).toMatchObject({ state: 'ready', failure: null });
  const outcome = await runOutcome(world, await queueChange(world, shop, change), RUN_MS_MAX);
  expect(outcome.failure).toEqual({});
  expect(outcome).toMatchObject({ state: 'succeeded', tenant: { state: 'active', tainted: false } });
  return (change.plan as unknown as { preflight: { code: string }[] }).preflight.map(({ code }) => code);
}

async function settingsOf(names: readonly string[]): Promise<Record<string, string>> {
  const { host, port, password } = (await keeper.client.find(ordered.ref))!;
  const url = `postgresql://postgres:${password}@${host}:${port}/postgres`;
  const rows = await world.sql<{ name: string; value: string }>(
    'SELECT name, current_setting(name) AS value FROM pg_settings WHERE name = ANY($1) ORDER BY name',
    [names],
    url,
  );
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}

test(
  'every accepted call on either side is there once, through plans, modules and links',
  { timeout: 900_000 },
  async () => {
    ordered = await placeOrder(world, shop);
    expect(await runOutcome(world, ordered.runId, RUN_MS_MAX)).toMatchObject({ state: 'succeeded' });
    const { ref } = ordered;
    const edge = edgeRouteOf(ref);
    await call(ref, 'create_product', { slug: 'tea', name: 'Tea' });
    await call(ref, 'create_variant', { slug: 'tea', sku: 'TEA' });
    await call(ref, 'set_offer', { sku: 'TEA', priceMinor: '500' });
    await call(ref, 'receive_stock', { sku: 'TEA', qty: 100_000 });
    expect((await call(ref, 'publish_product', { slug: 'tea' })).status).toBe(200);
    const available = async () => Number((await call(edge, 'availability?sku=TEA')).items?.[0]?.['available'] ?? 0);
    await waitFor(async () => (await available()) > 20_000, { what: 'the allotment', timeoutMs: 60_000, everyMs: 100 });

    const work = workOnBothSides(ref, edge);
    // What L keeps for an edge that is away, without the disk that L takes from the machine.
    const large = { ...planOf('M'), plan: 'L' } as const;
    await changed({ ...large, params: { edge_link: 'tunnel' }, modules: ['search', 'marketplace'] });
    expect(await settingsOf(['max_slot_wal_keep_size'])).toEqual({ max_slot_wal_keep_size: '4GB' });
    await changed({ ...planOf('S'), params: {}, modules: [] });
    const grown = await changed({ ...planOf('M'), params: { edge_link: 'push' }, modules: ['search'] });
    expect(grown).toContain('restart');
    expect(await settingsOf(['max_slot_wal_keep_size', 'shared_buffers'])).toEqual({
      max_slot_wal_keep_size: '1GB',
      shared_buffers: '128MB',
    });
    await changed({ ...planOf('M'), params: { edge_link: 'tunnel' }, modules: ['search'] });
    await changed({ ...planOf('S'), params: { edge_link: 'direct' }, modules: [] });
    expect(await settingsOf(['max_slot_wal_keep_size', 'shared_buffers'])).toEqual({
      max_slot_wal_keep_size: '512MB',
      shared_buffers: '8MB',
    });
    await work.stop();
    process.stdout.write(
      `${JSON.stringify({ taken: work.taken, longestMs: work.longestMs, refused: work.refused })}\n`,
    );
    expect(work.taken.edge).toBeGreaterThan(20);
    expect(work.taken.record).toBeGreaterThan(20);

    const { host, port, password } = (await keeper.client.find(ref))!;
    const record = `postgresql://postgres:${password}@${host}:${port}/${ref}`;
    const sold = async () => {
      const text = `SELECT count(*)::int AS n FROM sales.orders WHERE idempotency_key LIKE 'edge:%' AND channel = 'web'`;
      return (await world.sql<{ n: number }>(text, [], record))[0]!.n;
    };
    await waitFor(async () => (await sold()) >= work.taken.edge, {
      what: 'every request as an order',
      timeoutMs: 120_000,
    });
    expect(await sold()).toBe(work.taken.edge);
    const [stock] = await world.sql<{ n: number }>(
      `SELECT sum(on_hand)::int AS n FROM stock.bucket WHERE sku = 'TEA'`,
      [],
      record,
    );
    expect(stock).toEqual({ n: 100_000 + work.taken.record });
    for (const route of [ref, edge]) {
      const rules = (await call(route, 'invariants')).items ?? [];
      expect(rules.filter(({ violations }) => Number(violations) !== 0)).toEqual([]);
    }
  },
);
