// A tenant with a server of its own changes while customers write and read: the server restarts, which was said before; nothing is lost.
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { rolePassword } from '../../provisioners/targets/local/providers/role.ts';
import type { Transaction } from '../db/client.ts';
import { PLATFORM, inScope } from '../db/scope.ts';
import { lossFault } from '../domain/change.ts';
import { openSecret } from '../registry/seal.ts';
import { makeTestKeeper, type TestKeeper } from '../testing/keeper.ts';
import { notesIn } from '../testing/moved-world.ts';
import { LARGER_NOTES_QUOTAS, NOTES_QUOTAS } from '../testing/notes-offering.ts';
import { waitFor } from '../testing/postgres.ts';
import { callTenant, tally, type Load } from '../testing/tenant-load.ts';
import { planChange, queueChange } from '../testing/worker-changes.ts';
import { openShop, placeOrder, runOutcome, type Ordered, type Shop } from '../testing/worker-orders.ts';
import { makeWorkerWorld, type WorkerWorld } from '../testing/worker-world.ts';

const RUN_MS_MAX = 120_000;
const larger = { plan: 'M', quotas: { ...LARGER_NOTES_QUOTAS, cpu: 0.5, sqlConnections: 2 } } as const;
const smaller = { plan: 'S', quotas: NOTES_QUOTAS } as const;

let keeper: TestKeeper;
let world: WorkerWorld;
let shop: Shop;
let ordered: Ordered;
let key: string;
const loads: Load[] = [];
beforeAll(async () => {
  keeper = await makeTestKeeper();
  await keeper.start();
  world = await makeWorkerWorld(keeper.dataDir);
  shop = await openShop(world, 'private');
  await world.startWorker();
  ordered = await placeOrder(world, shop);
  expect(await runOutcome(world, ordered.runId, RUN_MS_MAX)).toMatchObject({ state: 'succeeded' });
  const { sealed } = await read((tx) => tx.keyReveal.findFirstOrThrow({ where: { tenantId: ordered.tenantId } }));
  key = openSecret(sealed, world.secrets.envelopeKey, ordered.ref);
});
afterEach(async () => {
  await Promise.all(loads.splice(0).map((load) => load.stop()));
});
afterAll(async () => {
  await world.close();
  await keeper.remove();
});

const read = <T>(work: (tx: Transaction) => Promise<T>) => inScope(world.db, PLATFORM, work);

async function ownUrl(role = 'postgres', secret?: string): Promise<string> {
  const { host, port, password } = (await keeper.client.find(ordered.ref))!;
  return `postgresql://${role}:${encodeURIComponent(secret ?? password)}@${host}:${port}/${ordered.ref}`;
}

async function settingOf(name: string): Promise<string> {
  const [row] = await world.sql<{ value: string }>('SELECT current_setting($1) AS value', [name], await ownUrl());
  return row!.value;
}

type Change = Parameters<typeof planChange>[3];
const checksOf = ({ plan }: { plan: unknown }) =>
  (plan as { preflight: { code: string; verdict: string; found: { en: string } }[] }).preflight;

/** Applies a change while the tenant is in use, and says how long callers waited. */
async function changeInUse(to: Change) {
  const change = await planChange(world, shop, ordered, to);
  expect(change).toMatchObject({ state: 'ready', failure: null });
  const load = callTenant(`${world.gateway.url}/t/${ordered.ref}/v1`, key);
  loads.push(load);
  await waitFor(() => load.accepted.length > 5, { what: 'writes before' });
  const outcome = await runOutcome(world, await queueChange(world, shop, change), RUN_MS_MAX);
  expect(outcome).toMatchObject({ state: 'succeeded', failure: {}, tenant: { state: 'active', tainted: false } });
  const before = load.accepted.length;
  await waitFor(() => load.accepted.length > before + 5, { what: 'writes after', timeoutMs: RUN_MS_MAX });
  await load.stop();
  const { times } = await notesIn(world, await ownUrl());
  expect(load.accepted.filter((body) => times.get(body) !== 1)).toEqual([]);
  expect([...times.values()].filter((n) => n !== 1)).toEqual([]); // sent again under its key, it is there once
  const refused = [...load.refusedWrites, ...load.refusedReads];
  const promised = ({ status, retryAfter }: (typeof refused)[number]) =>
    (status === 503 || status === 429) && retryAfter !== null;
  expect(refused.filter((answer) => !promised(answer))).toEqual([]);
  process.stdout.write(
    `${outcome.tenant.planCode}: ${JSON.stringify(load.longest())}, ${JSON.stringify(tally(refused))}\n`,
  );
  return { change, outcome };
}

test('S to M and back: the server gets its plan’s memory and connections, with one restart that was said before', async () => {
  expect(await settingOf('shared_buffers')).toBe('8MB');
  const started = (await keeper.client.find(ordered.ref))!.pid;
  const grown = await changeInUse({ ...larger, modules: ['tags'] });
  const restart = checksOf(grown.change).find(({ code }) => code === 'restart');
  expect(restart).toMatchObject({ verdict: 'warn' });
  expect(restart!.found.en).toMatch(/max_connections.*shared_buffers/);
  expect(await settingOf('shared_buffers')).toBe('128MB');
  expect((await keeper.client.find(ordered.ref))!.pid).not.toBe(started);
  expect(await settingOf('temp_file_limit')).toBe('128MB');
  const shrunk = await changeInUse({ ...smaller, modules: [] });
  expect(checksOf(shrunk.change).map(({ code }) => code)).toContain('restart');
  expect(await settingOf('shared_buffers')).toBe('8MB');
  expect(await world.sql(`SELECT FROM pg_namespace WHERE nspname = 'tags'`, [], await ownUrl())).toEqual([]);
});

test('a change of parameters and modules alone restarts nothing, says so by saying nothing, and refuses no call', async () => {
  const { pid } = (await keeper.client.find(ordered.ref))!;
  const { change } = await changeInUse({ modules: ['tags'], params: { greeting: 'other' } });
  expect(checksOf(change).map(({ code }) => code)).not.toContain('restart');
  expect((await keeper.client.find(ordered.ref))!.pid).toBe(pid);
  await changeInUse({ modules: [] });
  expect((await keeper.client.find(ordered.ref))!.pid).toBe(pid);
});

test('a smaller plan is refused, with figures, while data or sessions would not fit', async () => {
  await changeInUse(larger);
  const bi = new Client(
    await ownUrl(`${ordered.ref}_bi`, rolePassword(world.secrets.envelopeKey, ordered.ref, `${ordered.ref}_bi`)),
  );
  await bi.connect();
  const held = await planChange(world, shop, ordered, smaller);
  expect(held).toMatchObject({ state: 'failed', failure: { code: 'connections_in_use', used: 1, limit: 0 } });
  await bi.end();
  const url = await ownUrl();
  await world.sql(
    `CREATE TABLE public.filler AS SELECT repeat(md5(n::text), 60) AS filling FROM generate_series(1, 1000) n`,
    [],
    url,
  );
  const stored = await world.target.holdings({ ref: ordered.ref, pack: world.notes.definition.pack! } as never, []);
  expect(lossFault(stored, { storageGib: 0.005, sqlConnections: 0 })).toMatchObject({ code: 'storage_in_use' });
  expect(lossFault(stored, { storageGib: 1, sqlConnections: 0 })).toBeNull();
  expect(await settingOf('shared_buffers')).toBe('128MB'); // asked, and nothing done
});
