// A move that is cut short wherever it can be, by an error or by the death of its worker, while customers write and read. Until callers are
// turned the tenant stays in its old place as if nothing had been; after that it goes on to the new one. The short form takes a few points.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ConnectedTarget } from '../../provisioners/kit/target.ts';
import type { Transaction } from '../db/client.ts';
import { PLATFORM, inScope } from '../db/scope.ts';
import { openSecret } from '../registry/seal.ts';
import { makeTestKeeper, type TestKeeper } from '../testing/keeper.ts';
import { POINTS_AFTER_TURN, POINTS_BEFORE_TURN, type MovePoint } from '../testing/move-points.ts';
import { notesIn, sharedPlace } from '../testing/moved-world.ts';
import { waitFor } from '../testing/postgres.ts';
import { armStatement, disarm, isArmed } from '../testing/statement-fault.ts';
import { callTenant, type Load } from '../testing/tenant-load.ts';
import { planChange, queueChange } from '../testing/worker-changes.ts';
import { openShop, placeOrder, runOutcome, type Ordered, type Shop } from '../testing/worker-orders.ts';
import { makeWorkerWorld, type WorkerWorld } from '../testing/worker-world.ts';
import type { WorkerContext } from './context.ts';
import { runAction } from './run-action.ts';
import type { Worker } from './worker.ts';

const RUN_MS_MAX = 120_000;
const EVERY = process.env['MOVE_POINTS'] === 'all';
if (!EVERY) process.stdout.write('a few points of a move; all of them take minutes: MOVE_POINTS=all\n');
const chosen = (points: readonly MovePoint[]): MovePoint[] => points.filter(({ short }) => EVERY || short);

let keeper: TestKeeper;
let world: WorkerWorld;
let shop: Shop;
beforeAll(async () => {
  keeper = await makeTestKeeper();
  await keeper.start();
  world = await makeWorkerWorld(keeper.dataDir, { wal_level: 'logical' });
  shop = await openShop(world);
});
afterAll(async () => {
  await world.close();
  await keeper.remove();
});

const loads: Load[] = [];
const workers: Worker[] = [];
afterEach(async () => {
  disarm();
  await Promise.all(loads.splice(0).map((load) => load.stop()));
  await Promise.all(workers.splice(0).map((worker) => worker.stop()));
});
async function startWorker(): Promise<Worker> {
  const worker = await world.startWorker();
  workers.push(worker);
  return worker;
}

const read = <T>(work: (tx: Transaction) => Promise<T>) => inScope(world.db, PLATFORM, work);

interface Subject extends Ordered {
  readonly load: Load;
  readonly checksum: string;
}

/** A tenant with rows, in use. */
async function tenantInUse(): Promise<Subject> {
  const worker = await startWorker();
  const ordered = await placeOrder(world, shop);
  expect(await runOutcome(world, ordered.runId, RUN_MS_MAX)).toMatchObject({ state: 'succeeded' });
  await worker.stop();
  const { ref, tenantId } = ordered;
  await world.sql(
    `INSERT INTO notes.note (body) SELECT 'before ' || n FROM generate_series(1, 5000) n`,
    [],
    world.tenants.url(ref),
  );
  const { sealed } = await read((tx) => tx.keyReveal.findFirstOrThrow({ where: { tenantId } }));
  const key = openSecret(sealed, world.secrets.envelopeKey, ref);
  const { seeded } = await notesIn(world, world.tenants.url(ref));
  const load = callTenant(`${world.gateway.url}/t/${ref}/v1`, key, { writers: 1, readers: 1 });
  loads.push(load);
  return { ...ordered, load, checksum: seeded!.checksum };
}

const placeOf = ({ ref }: Ordered) => sharedPlace(world, keeper, ref);

async function ownUrl({ ref }: Ordered): Promise<string> {
  const { host, port, password } = (await keeper.client.find(ref))!;
  return `postgresql://postgres:${encodeURIComponent(password)}@${host}:${port}/${ref}`;
}

/** Callers are served for writing and reading, and what was acknowledged is there once. */
async function assertServed({ load, checksum }: Subject, url: string): Promise<void> {
  const before = load.accepted.length;
  await waitFor(() => load.accepted.length > before + 3, { what: 'writes to be taken', timeoutMs: 30_000 });
  const acknowledged = [...load.accepted];
  const { seeded, times } = await notesIn(world, url);
  expect(seeded).toEqual({ rows: 5_000, checksum });
  expect(acknowledged.filter((body) => times.get(body) !== 1)).toEqual([]);
  expect([...times.values()].filter((n) => n !== 1)).toEqual([]); // nor what was sent again
  const promised = [429, 503];
  expect([...load.refusedWrites, ...load.refusedReads].filter(({ status }) => !promised.includes(status))).toEqual([]);
}

async function assertMoved(subject: Subject): Promise<void> {
  const { ref, tenantId } = subject;
  const tenant = await read((tx) => tx.tenant.findUniqueOrThrow({ where: { id: tenantId } }));
  expect(tenant).toMatchObject({ state: 'active', model: 'private', tainted: false });
  const place = await placeOf(subject);
  expect(place).toMatchObject({ roles: [], slots: [], databases: [], registry: [[{ instance: ref }], [{}], [], []] });
  expect(place.instance).toMatchObject({ state: 'running' });
  const url = await ownUrl(subject);
  await assertServed(subject, url);
  expect(await world.sql('SELECT subname FROM pg_subscription', [], url)).toEqual([]);
  expect(await world.sql(`SELECT tgname FROM pg_trigger WHERE tgname = 'moving'`, [], url)).toEqual([]);
}

/** A move that was planned; no worker is there to begin it. */
async function plannedMove(subject: Ordered) {
  const worker = await startWorker();
  const change = await planChange(world, shop, subject, { model: 'private' });
  expect(change).toMatchObject({ state: 'ready' });
  await worker.stop();
  return change;
}

/** Brings a run to its end as whoever takes it over does, without waiting for the queue to see that its worker is dead. */
async function perform(runId: string, ctx: WorkerContext = world.context) {
  await runAction(ctx, runId, 1, { add: () => undefined, remove: () => undefined });
  return read((tx) => tx.run.findUniqueOrThrow({ where: { id: runId }, include: { tenant: true } }));
}

/** Performs a move in which one statement fails, and nothing of what it runs on was away: it is not tried again. */
async function performFailing(subject: Ordered, point: MovePoint) {
  const runId = await queueChange(world, shop, await plannedMove(subject));
  armStatement(point, () => {
    throw new Error('told to fail');
  });
  const target: ConnectedTarget = { ...world.target, incarnation: () => Promise.resolve('the same') };
  const outcome = await perform(runId, { ...world.context, targets: new Map([['local', target]]) });
  expect({ point: point.name, reached: !isArmed() }).toEqual({ point: point.name, reached: true });
  return outcome;
}

describe('a move in which a statement fails', () => {
  test('before the turn: the tenant is what it was, each time; then it moves', { timeout: 900_000 }, async () => {
    const subject = await tenantInUse();
    const before = await placeOf(subject);
    for (const point of chosen(POINTS_BEFORE_TURN)) {
      const { state, tenant, failure } = await performFailing(subject, point);
      expect({ point: point.name, state, failure, of: tenant.state, model: tenant.model }).toMatchObject({
        point: point.name,
        state: 'failed',
        failure: { step: 'transfer' },
        of: 'active',
        model: 'public',
      });
      expect({ point: point.name, ...(await placeOf(subject)) }).toEqual({ point: point.name, ...before });
      await assertServed(subject, world.tenants.url(subject.ref));
    }
    const runId = await queueChange(world, shop, await plannedMove(subject));
    expect(await perform(runId)).toMatchObject({ state: 'succeeded' });
    await assertMoved(subject);
  });

  test.each(chosen(POINTS_AFTER_TURN))('after the turn: when $name', { timeout: 300_000 }, async (point) => {
    const subject = await tenantInUse();
    expect(await performFailing(subject, point)).toMatchObject({
      state: 'failed',
      tenant: { state: 'changing', tainted: true },
    });
    await assertServed(subject, await ownUrl(subject));
    const again = await queueChange(world, shop, { ...(await plannedMove(subject)), planHash: null });
    expect(await perform(again)).toMatchObject({ state: 'succeeded' });
    await assertMoved(subject);
  });
});

describe('a move whose worker is killed', () => {
  test(
    'before the turn, and which is cancelled then: the tenant is what it was, each time',
    { timeout: 1_800_000 },
    async () => {
      const subject = await tenantInUse();
      const before = await placeOf(subject);
      for (const point of chosen(POINTS_BEFORE_TURN)) {
        const runId = await killedAt(subject, point);
        await world.sql(`UPDATE "Run" SET "cancelAskedAt" = now() WHERE id = $1`, [runId]);
        const { state, tenant } = await perform(runId);
        expect({ point: point.name, state, of: tenant.state, model: tenant.model }).toEqual({
          point: point.name,
          state: 'cancelled',
          of: 'active',
          model: 'public',
        });
        expect({ point: point.name, ...(await placeOf(subject)) }).toEqual({ point: point.name, ...before });
        await assertServed(subject, world.tenants.url(subject.ref));
      }
    },
  );

  test.each(chosen([...POINTS_BEFORE_TURN, ...POINTS_AFTER_TURN]).slice(EVERY ? 0 : -2))(
    'when $name: whoever takes over brings it to its end',
    { timeout: 300_000 },
    async (point) => {
      const subject = await tenantInUse();
      expect(await perform(await killedAt(subject, point))).toMatchObject({ state: 'succeeded' });
      await assertMoved(subject);
    },
  );
});

/** A move whose worker, a process of its own, died right before a statement. */
async function killedAt(subject: Ordered, point: MovePoint): Promise<string> {
  const change = await plannedMove(subject);
  const child = spawn(
    process.execPath,
    [
      '--import',
      path.resolve(import.meta.dirname, '../testing/die-at-statement.ts'),
      path.resolve(import.meta.dirname, '../testing/worker-process.ts'),
      JSON.stringify(world.settings),
    ],
    { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], env: { ...process.env, DIE_AT: JSON.stringify(point) } },
  );
  const ended = once(child, 'exit') as Promise<[number | null, string | null]>;
  await once(child, 'message');
  const runId = await queueChange(world, shop, change);
  const over = runOutcome(world, runId, RUN_MS_MAX).then(({ state }) => {
    throw new Error(`${point.name}: the move ${state} and did not come by`);
  });
  const [, signal] = await Promise.race([ended, over]).finally(() => child.kill('SIGKILL'));
  expect({ point: point.name, signal }).toEqual({ point: point.name, signal: 'SIGKILL' });
  return runId;
}
