// Changes of running tenants through the whole path: planned, applied while customers write, refused when something would be lost.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PLATFORM, inScope } from '../db/scope.ts';
import type { Transaction } from '../db/client.ts';
import { lossFault } from '../domain/change.ts';
import { openSecret } from '../registry/seal.ts';
import { LARGER_NOTES_QUOTAS, NOTES_QUOTAS } from '../testing/notes-offering.ts';
import { planChange, queueChange } from '../testing/worker-changes.ts';
import { openShop, placeOrder, queueAction, runOutcome, type Ordered, type Shop } from '../testing/worker-orders.ts';
import { makeWorkerWorld, type WorkerWorld } from '../testing/worker-world.ts';
import { waitFor } from '../testing/postgres.ts';
import { openTenantApi } from './tenant-api.ts';

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

const read = <T>(work: (tx: Transaction) => Promise<T>) => inScope(world.db, PLATFORM, work);
const larger = { plan: 'M', quotas: LARGER_NOTES_QUOTAS } as const;
const smaller = { plan: 'S', quotas: NOTES_QUOTAS } as const;

async function activeTenant(): Promise<Ordered> {
  const ordered = await placeOrder(world, shop);
  expect(await runOutcome(world, ordered.runId)).toMatchObject({ state: 'succeeded' });
  return ordered;
}

async function changed(ordered: Ordered, to: Parameters<typeof planChange>[3]) {
  const change = await planChange(world, shop, ordered, to);
  expect(change).toMatchObject({ state: 'ready', failure: null });
  return runOutcome(world, await queueChange(world, shop, change));
}

async function keyOf({ tenantId, ref }: Ordered): Promise<string> {
  const { sealed } = await read((tx) => tx.keyReveal.findFirstOrThrow({ where: { tenantId } }));
  return openSecret(sealed, world.secrets.envelopeKey, ref);
}

/** As a customer's program calls it, against the plan's rate. */
async function addNote(ref: string, key: string, body: string): Promise<number> {
  const headers = {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    'idempotency-key': randomUUID(),
  };
  const init = { method: 'POST', headers, body: JSON.stringify({ body }) };
  const answer = await fetch(`${world.gateway.url}/t/${ref}/v1/add_note`, init);
  await answer.body?.cancel();
  if (answer.status === 503) expect(answer.headers.get('retry-after')).not.toBeNull();
  return answer.status;
}

const apiOf = (ref: string) => openTenantApi(world.context, ref, { purpose: 'try', scope: 'write', sub: 'test' });
const inTenant = <T extends object>({ ref }: Ordered, sql: string) => world.sql<T>(sql, [], world.tenants.url(ref));

test('a plan grows while customers write: every accepted write is kept, nobody is told more than to try again', async () => {
  const ordered = await activeTenant();
  const change = await planChange(world, shop, ordered, { ...larger, modules: ['tags'] });
  const operations = Map.groupBy(
    (change.plan as { resources: { operation: string; type: string }[] }).resources,
    ({ operation }) => operation,
  );
  expect([...operations.keys()].sort()).toEqual(['same', 'update']);
  expect(operations.get('update')!.map(({ type }) => type.split(':').at(-1))).toEqual(
    expect.arrayContaining(['Role', 'Database', 'Pack', 'Route']),
  );

  const writing = new AbortController();
  const accepted: string[] = [];
  const statuses = new Map<number, number>();
  const key = await keyOf(ordered);
  const write = async () => {
    while (!writing.signal.aborted) {
      const body = `kept ${randomUUID()}`;
      const status = await addNote(ordered.ref, key, body);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (status === 201) accepted.push(body);
    }
  };
  const writers = [write(), write()];
  const run = await queueChange(world, shop, change);
  const outcome = await runOutcome(world, run, 60_000);
  const before = accepted.length;
  await waitFor(() => accepted.length > before + 5, { what: 'writes after the change' });
  writing.abort();
  await Promise.all(writers);

  expect(outcome).toMatchObject({
    state: 'succeeded',
    failure: {},
    tenant: { state: 'active', tainted: false, planCode: 'M', modules: ['tags'], quotas: LARGER_NOTES_QUOTAS },
  });
  expect([...statuses.keys()].filter((status) => ![201, 429, 503].includes(status))).toEqual([]);
  const kept = await inTenant<{ body: string }>(ordered, `SELECT body FROM notes.note WHERE body LIKE 'kept %'`);
  const there = new Set(kept.map(({ body }) => body));
  expect(accepted.filter((body) => !there.has(body))).toEqual([]);
  expect(accepted.length).toBeGreaterThan(50);
  process.stdout.write(`writes during the change: ${JSON.stringify(Object.fromEntries(statuses))}\n`);
});

test('quotas change for real: connections, temporary files, rate, storage', async () => {
  const ordered = await activeTenant();
  const { ref } = ordered;
  const quotasOf = async () => {
    const [role] = await world.sql(
      'SELECT rolconnlimit AS connections, rolconfig AS settings FROM pg_roles WHERE rolname = $1',
      [`${ref}_api`],
      world.tenants.url(),
    );
    const [route] = await world.sql<{ limits: object }>(
      'SELECT limits FROM route WHERE ref = $1',
      [ref],
      world.tenants.url('registry'),
    );
    return { role, limits: route!.limits };
  };
  expect(await quotasOf()).toMatchObject({
    role: { connections: 3, settings: ['temp_file_limit=64MB'] },
    limits: { connections: 3, rps: 50, burst: 100, storageBytesMax: 2 ** 30 },
  });
  await changed(ordered, larger);
  expect(await quotasOf()).toMatchObject({
    role: { connections: 6, settings: ['temp_file_limit=128MB'] },
    limits: { connections: 6, rps: 500, burst: 1_000, storageBytesMax: 2 ** 31 },
  });
  await changed(ordered, smaller);
  expect(await quotasOf()).toMatchObject({ role: { connections: 3 }, limits: { rps: 50, storageBytesMax: 2 ** 30 } });
});

test('a module comes, holds its tenant to it while it has rows, and goes without a trace', async () => {
  const ordered = await activeTenant();
  const api = apiOf(ordered.ref);
  expect((await api.call('add_tag', { tag: 'x' })).status).toBe(404);
  await changed(ordered, { modules: ['tags'] });
  await waitFor(async () => (await api.call('add_tag', { tag: 'x' })).status === 201, { what: 'the new function' });
  expect((await api.view('invariants')).items).toHaveLength(2);

  const refused = await planChange(world, shop, ordered, { modules: [] });
  expect(refused).toMatchObject({ state: 'failed', failure: { code: 'module_in_use', module: 'tags', rows: 1 } });

  expect((await api.call('drop_tags', {})).status).toBe(200);
  const outcome = await changed(ordered, { modules: [] });
  expect(outcome).toMatchObject({ state: 'succeeded', tenant: { modules: [] } });
  await waitFor(async () => (await api.call('add_tag', { tag: 'x' })).status === 404, {
    what: 'the function to be gone',
  });
  expect((await api.view('invariants')).items).toHaveLength(1);
  const left = await inTenant(
    ordered,
    `SELECT FROM pg_namespace WHERE nspname = 'tags' UNION ALL
    SELECT FROM pack.installed WHERE module = 'tags' UNION ALL SELECT FROM pack.migration WHERE id LIKE '%tags%'`,
  );
  expect(left).toEqual([]);
  await changed(ordered, { modules: ['tags'] }); // and may come again
  await waitFor(async () => (await api.call('add_tag', { tag: 'x' })).status === 201, { what: 'the module again' });
});

test('rows that came between the plan and its turn end the run, and the tenant stays what it was', async () => {
  const ordered = await activeTenant();
  await changed(ordered, { modules: ['tags'] });
  const change = await planChange(world, shop, ordered, { modules: [] });
  const api = apiOf(ordered.ref);
  await waitFor(async () => (await api.call('add_tag', { tag: 'late' })).status === 201, { what: 'a tag' });
  const outcome = await runOutcome(world, await queueChange(world, shop, change));
  expect(outcome).toMatchObject({
    state: 'failed',
    failure: { code: 'refused', step: 'assess', fault: { code: 'module_in_use', rows: 1 } },
    tenant: { state: 'active', modules: ['tags'] },
  });
  const row = await read((tx) => tx.tenantChange.findUniqueOrThrow({ where: { id: change.id } }));
  expect(row.state).toBe('failed');
});

test('a change that its proof refuses is taken back: quotas and modules are those of before', async () => {
  const ordered = await activeTenant();
  const change = await planChange(world, shop, ordered, { ...larger, modules: ['tags'] });
  world.notes.smokeFault.error = new Error('told to fail');
  const outcome = await runOutcome(world, await queueChange(world, shop, change));
  world.notes.smokeFault.error = null;
  expect(outcome).toMatchObject({
    state: 'failed',
    failure: { step: 'prove' },
    tenant: { state: 'active', tainted: true, planCode: 'S', modules: [] },
  });
  const [role] = await world.sql(
    `SELECT rolconnlimit AS n FROM pg_roles WHERE rolname = $1`,
    [`${ordered.ref}_api`],
    world.tenants.url(),
  );
  expect(role).toEqual({ n: 3 });
  expect(await inTenant(ordered, `SELECT FROM pg_namespace WHERE nspname = 'tags'`)).toEqual([]);
});

test('a change that another has overtaken is not applied', async () => {
  const ordered = await activeTenant();
  const first = await planChange(world, shop, ordered, { params: { greeting: 'first' } });
  const second = await planChange(world, shop, ordered, larger);
  expect(await runOutcome(world, await queueChange(world, shop, first))).toMatchObject({ state: 'succeeded' });
  const overtaken = await runOutcome(world, await queueChange(world, shop, second));
  expect(overtaken).toMatchObject({
    state: 'failed',
    failure: { fault: { code: 'change_stale', why: 'tenant_changed' } },
    tenant: { planCode: 'S', params: { greeting: 'first' } },
  });
});

test('a smaller plan than what is stored is refused with both figures', async () => {
  const ordered = await activeTenant();
  const { ref: database } = ordered;
  await world.sql(
    `CREATE TABLE public.filler AS SELECT repeat(md5(n::text), 60) AS filling FROM generate_series(1, 1000) n`,
    [],
    world.tenants.url(database),
  );
  const real = await world.target.usage(database);
  expect(real!.storageBytes).toBeGreaterThan(8_000_000);
  const held = await world.target.holdings({ ref: database, pack: world.notes.definition.pack! } as never, []);
  expect(lossFault(held, { storageGib: 0.005, sqlConnections: 0 })).toMatchObject({ code: 'storage_in_use' });
  expect(lossFault(held, { storageGib: 1, sqlConnections: 0 })).toBeNull();
});

test('the amount changes from now on: one subscription ends, the next begins, and pauses and ends like any', async () => {
  const ordered = await activeTenant();
  await changed(ordered, larger);
  const subscriptions = () =>
    read((tx) => tx.subscription.findMany({ where: { tenantId: ordered.tenantId }, orderBy: { startedAt: 'asc' } }));
  const [first, second] = await subscriptions();
  expect(first).toMatchObject({ planCode: 'S', monthlyMicro: 100_000_000n, endedAt: second!.startedAt });
  expect(second).toMatchObject({ planCode: 'M', monthlyMicro: 300_000_000n, endedAt: null, orderId: ordered.orderId });
  await runOutcome(world, await queueAction(world, shop, ordered, 'suspend'));
  expect((await subscriptions()).map(({ meteringPausedAt }) => meteringPausedAt !== null)).toEqual([false, true]);
  await runOutcome(world, await queueAction(world, shop, ordered, 'resume'));
  await runOutcome(world, await queueAction(world, shop, ordered, 'retire'));
  expect((await subscriptions()).every(({ endedAt }) => endedAt !== null)).toBe(true);
});
