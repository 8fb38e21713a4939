// A public tenant becomes a private one while its customers write: with a real keeper, real servers and a real gateway.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Transaction } from '../db/client.ts';
import { PLATFORM, inScope } from '../db/scope.ts';
import { openSecret } from '../registry/seal.ts';
import { makeTestKeeper, type TestKeeper } from '../testing/keeper.ts';
import { LARGER_NOTES_QUOTAS } from '../testing/notes-offering.ts';
import { waitFor } from '../testing/postgres.ts';
import { callTenant, tally, type Answered } from '../testing/tenant-load.ts';
import { planChange, queueChange } from '../testing/worker-changes.ts';
import { openShop, placeOrder, runOutcome, type Ordered, type Shop } from '../testing/worker-orders.ts';
import { makeWorkerWorld, type WorkerWorld } from '../testing/worker-world.ts';
import type { Worker } from './worker.ts';

const RUN_MS_MAX = 120_000;

let keeper: TestKeeper;
let world: WorkerWorld;
let shop: Shop;
let worker: Worker;
beforeAll(async () => {
  keeper = await makeTestKeeper();
  await keeper.start();
  world = await makeWorkerWorld(keeper.dataDir, { wal_level: 'logical' });
  shop = await openShop(world);
  worker = await world.startWorker();
});
afterAll(async () => {
  await world.close();
  await keeper.remove();
});

const read = <T>(work: (tx: Transaction) => Promise<T>) => inScope(world.db, PLATFORM, work);

async function activeTenant(): Promise<Ordered & { readonly key: string }> {
  const ordered = await placeOrder(world, shop);
  expect(await runOutcome(world, ordered.runId, RUN_MS_MAX)).toMatchObject({ state: 'succeeded' });
  const { sealed } = await read((tx) => tx.keyReveal.findFirstOrThrow({ where: { tenantId: ordered.tenantId } }));
  return { ...ordered, key: openSecret(sealed, world.secrets.envelopeKey, ordered.ref) };
}

async function call(ref: string, key: string, fn: string, body: object, idempotencyKey: string) {
  const headers = {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    'idempotency-key': idempotencyKey,
  };
  const init = { method: 'POST', headers, body: JSON.stringify(body) };
  const answer = await fetch(`${world.gateway.url}/t/${ref}/v1/${fn}`, init);
  const result = (await answer.json()) as Record<string, unknown>;
  return { status: answer.status, retryAfter: answer.headers.get('retry-after'), result };
}

/** Runs SQL as superuser in the tenant's own server. */
async function inInstance<T extends object>(ref: string, text: string): Promise<T[]> {
  const facts = await keeper.client.find(ref);
  if (facts === null) throw new Error(`${ref} has no instance`);
  const { host, port, password } = facts;
  return world.sql<T>(text, [], `postgresql://postgres:${encodeURIComponent(password)}@${host}:${port}/${ref}`);
}

const shared = <T extends object>(text: string, values: readonly unknown[] = [], database?: string) =>
  world.sql<T>(text, values, world.tenants.url(database));

test('every row and every accepted write moves along; callers are told to try again for a moment, and for nothing else', async () => {
  const { ref, key, tenantId, ...ordered } = await activeTenant();
  const larger = await planChange(world, shop, { tenantId }, { plan: 'M', quotas: LARGER_NOTES_QUOTAS });
  await runOutcome(world, await queueChange(world, shop, larger), RUN_MS_MAX);
  await shared(`INSERT INTO notes.note (body) SELECT 'before ' || n FROM generate_series(1, 20000) n`, [], ref);
  const change = await planChange(world, shop, { tenantId }, { model: 'private' });
  expect(change).toMatchObject({ state: 'ready', failure: null });
  const { resources } = change.plan as unknown as { resources: { operation: string; type: string }[] };
  const of = (operation: string) =>
    resources.filter((resource) => resource.operation === operation).map(({ type }) => type.split(':').at(-1));
  expect(of('create')).toEqual(expect.arrayContaining(['Instance', 'Role', 'Database', 'Pack', 'Transfer']));
  expect(of('delete')).toEqual(expect.arrayContaining(['Role', 'Database', 'Pack']));
  expect(of('update')).toEqual(['Route']);

  const load = callTenant(`${world.gateway.url}/t/${ref}/v1`, key);
  const outcome = await runOutcome(world, await queueChange(world, shop, change), RUN_MS_MAX);
  const before = load.accepted.length;
  await waitFor(() => load.accepted.length > before + 5, {
    what: 'writes in the new place',
    timeoutMs: RUN_MS_MAX,
  });
  await load.stop();

  expect(outcome).toMatchObject({
    state: 'succeeded',
    failure: {},
    tenant: { state: 'active', tainted: false, model: 'private' },
  });
  const { accepted, refusedWrites, refusedReads } = load;
  const promised = ({ status, retryAfter }: Answered) => (status === 503 || status === 429) && retryAfter !== null;
  expect([...refusedWrites, ...refusedReads].filter((answer) => !promised(answer))).toEqual([]);
  expect(tally(refusedWrites)).toHaveProperty('503 tenant_moving');
  // Who reads does not notice the turn; later, the new server restarts once.
  const settles = outcome.steps.find(({ name }) => name === 'settle')!.startedAt!.getTime();
  expect(tally(refusedReads.filter(({ status, time }) => status !== 429 && time < settles))).toEqual({});
  const kept = await inInstance<{ body: string; n: number }>(
    ref,
    'SELECT body, count(*)::int AS n FROM notes.note GROUP BY body',
  );
  const times = new Map(kept.map(({ body, n }) => [body, n]));
  expect(accepted.filter((body) => times.get(body) !== 1)).toEqual([]); // kept, and once
  expect(kept.filter(({ body, n }) => body !== 'smoke' && n !== 1)).toEqual([]); // nor what was sent again
  expect(kept.filter(({ body }) => body.startsWith('before '))).toHaveLength(20_000);

  const moved = outcome.steps.find(({ name }) => name === 'transfer')!.detail as { rows: number; pausedMs: number };
  expect(moved.rows).toBeGreaterThan(20_000);
  const { writesMs, readsMs } = load.longest();
  process.stdout.write(
    `moved ${moved.rows} rows, writing paused for ${moved.pausedMs} ms; the longest that callers waited for a write was ${writesMs} ms, ` +
      `for a read ${readsMs} ms; ${accepted.length} writes accepted meanwhile, refused writes ${JSON.stringify(tally(refusedWrites))}, ` +
      `reads ${JSON.stringify(tally(refusedReads))}\n`,
  );

  // Nothing is left where it was: no database, role, slot; nothing of the move where it is.
  expect(await shared('SELECT datname FROM pg_database WHERE datname = $1', [ref])).toEqual([]);
  expect(await shared('SELECT rolname FROM pg_roles WHERE starts_with(rolname, $1)', [ref])).toEqual([]);
  expect(await shared('SELECT slot_name FROM pg_replication_slots')).toEqual([]);
  expect(await inInstance(ref, 'SELECT subname FROM pg_subscription')).toEqual([]);
  expect(await inInstance(ref, 'SHOW max_logical_replication_workers')).toEqual([
    { max_logical_replication_workers: '0' },
  ]);
  const next = await call(ref, key, 'add_note', { body: 'after' }, randomUUID());
  const [highest] = await inInstance<{ id: string }>(ref, 'SELECT max(id)::text AS id FROM notes.note');
  expect(next).toMatchObject({ status: 201, result: { id: highest!.id } }); // sequences came along

  const [last] = await read((tx) => tx.subscription.findMany({ where: { tenantId, endedAt: null } }));
  expect(last).toMatchObject({ model: 'private', orderId: ordered.orderId });
  const again = await planChange(world, shop, { tenantId }, { params: { greeting: 'moved' } });
  expect(again.state).toBe('ready');
  const { counts } = again.plan as unknown as { counts: Record<string, number> };
  expect(Object.keys(counts).sort()).toEqual(['same', 'update']);
});

test('a move that fails before callers are turned leaves them where they were, able to write', async () => {
  const { ref, key, tenantId } = await activeTenant();
  // A table that the pack does not know: its rows would have no place to go to.
  await shared('CREATE TABLE notes.stranger (id int PRIMARY KEY)', [], ref);
  const change = await planChange(world, shop, { tenantId }, { model: 'private' });
  const outcome = await runOutcome(world, await queueChange(world, shop, change), RUN_MS_MAX);
  expect(outcome).toMatchObject({
    state: 'failed',
    failure: { step: 'transfer' },
    tenant: { state: 'active', tainted: true, model: 'public' },
  });
  expect((await call(ref, key, 'add_note', { body: 'still here' }, randomUUID())).status).toBe(201);
  expect(await keeper.client.find(ref)).toBeNull();
  await shared('DROP TABLE notes.stranger', [], ref);
  const retried = await planChange(world, shop, { tenantId }, { model: 'private' });
  const done = await runOutcome(world, await queueChange(world, shop, retried), RUN_MS_MAX);
  expect(done).toMatchObject({ state: 'succeeded', tenant: { model: 'private', tainted: false } });
});

test('a move that fails after callers were turned keeps what they wrote, and goes on from there', async () => {
  const { ref, key, tenantId } = await activeTenant();
  const change = await planChange(world, shop, { tenantId }, { model: 'private' });
  world.notes.smokeFault.error = new Error('told to fail');
  const failed = await runOutcome(world, await queueChange(world, shop, change), RUN_MS_MAX);
  world.notes.smokeFault.error = null;
  expect(failed).toMatchObject({
    state: 'failed',
    failure: { step: 'prove' },
    tenant: { state: 'changing', tainted: true },
  });
  expect((await call(ref, key, 'add_note', { body: 'kept' }, randomUUID())).status).toBe(201);
  const again = await runOutcome(world, await queueChange(world, shop, { ...change, planHash: null }), RUN_MS_MAX);
  expect(again).toMatchObject({ state: 'succeeded', tenant: { state: 'active', model: 'private', tainted: false } });
  expect(await inInstance(ref, `SELECT body FROM notes.note WHERE body = 'kept'`)).toHaveLength(1);
});

test('a worker that is killed while the rows move is taken over from, and nothing is lost', async () => {
  const { ref, key, tenantId } = await activeTenant();
  await shared(`INSERT INTO notes.note (body) SELECT 'before ' || n FROM generate_series(1, 50000) n`, [], ref);
  const change = await planChange(world, shop, { tenantId }, { model: 'private' });
  await worker.stop();
  const doomed = await world.spawnWorker();
  const run = await queueChange(world, shop, change);
  await waitFor(
    async () => (await shared('SELECT FROM pg_replication_slots WHERE slot_name = $1', [`${ref}_move`])).length > 0,
    {
      what: 'rows on their way',
      timeoutMs: RUN_MS_MAX,
    },
  );
  const { status } = await call(ref, key, 'add_note', { body: 'between' }, randomUUID());
  doomed.kill('SIGKILL');
  worker = await world.startWorker('second');
  const outcome = await runOutcome(world, run, RUN_MS_MAX);
  expect(outcome).toMatchObject({ state: 'succeeded', tenant: { state: 'active', model: 'private', tainted: false } });
  const [counted] = await inInstance<{ n: number }>(
    ref,
    `SELECT count(*)::int AS n FROM notes.note WHERE body LIKE 'before %'`,
  );
  expect(counted).toEqual({ n: 50_000 });
  const between = await inInstance(ref, `SELECT FROM notes.note WHERE body = 'between'`);
  expect(between).toHaveLength(status === 201 ? 1 : 0);
  expect(await shared('SELECT slot_name FROM pg_replication_slots')).toEqual([]);
});
