// A private tenant that is suspended: its server is down and stays down, whatever restarts; nobody calls that broken; resumed it is proved.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { PLATFORM, inScope } from '../db/scope.ts';
import { Topology } from '../domain/topology.ts';
import type { RunningKeeper } from '../keeper/keeper.ts';
import { instancesFolder } from '../registry/keeper.ts';
import { makeTestKeeper, type TestKeeper } from '../testing/keeper.ts';
import { isAlive } from '../testing/processes.ts';
import { openShop, placeOrder, queueAction, runOutcome, type Ordered, type Shop } from '../testing/worker-orders.ts';
import { makeWorkerWorld, type WorkerWorld } from '../testing/worker-world.ts';
import { checkAllInvariants } from './schedules/check-invariants.ts';
import { proveAllIsolation } from './schedules/prove-isolation.ts';
import { sampleTenants } from './schedules/sample-tenants.ts';
import { sampleTopology } from './schedules/sample-topology.ts';
import { watchStorage } from './schedules/watch-storage.ts';
import { openTenantApi } from './tenant-api.ts';

const RUN_MS_MAX = 60_000;

let keeper: TestKeeper;
let keeperNow: RunningKeeper;
let world: WorkerWorld;
let shop: Shop;
let ordered: Ordered;
beforeAll(async () => {
  keeper = await makeTestKeeper();
  keeperNow = await keeper.start();
  world = await makeWorkerWorld(keeper.dataDir);
  shop = await openShop(world, 'private');
  await world.startWorker();
});
afterAll(async () => {
  await world.close();
  await keeper.remove();
});
beforeEach(async () => {
  ordered = await placeOrder(world, shop);
  expect(await runOutcome(world, ordered.runId, RUN_MS_MAX)).toMatchObject({ tenant: { state: 'active' } });
});

const act = async (action: 'suspend' | 'resume' | 'retire') =>
  runOutcome(world, await queueAction(world, shop, ordered, action), RUN_MS_MAX);
const row = () => inScope(world.db, PLATFORM, (tx) => tx.tenant.findUniqueOrThrow({ where: { id: ordered.tenantId } }));
const facts = async () => (await keeper.client.find(ordered.ref))!;

const api = () => openTenantApi(world.context, ordered.ref, { purpose: 'try', scope: 'write', sub: 'test' });

test('its server ends, stays down through a restart of the keeper, and comes back with every row', async () => {
  expect((await api().call('add_note', { body: 'kept' })).status).toBe(201);
  const before = await facts();
  expect(await act('suspend')).toMatchObject({ state: 'succeeded', tenant: { state: 'suspended', tainted: false } });
  expect(await facts()).toMatchObject({ state: 'stopped', pid: null });
  expect(isAlive(before.pid ?? 0)).toBe(false);
  expect((await api().view('note')).status).toBe(503);

  const next = await restartKeeper();
  await next.settled;
  expect(await facts()).toMatchObject({ state: 'stopped', pid: null });

  expect(await act('resume')).toMatchObject({ state: 'succeeded', failure: {}, tenant: { state: 'active' } });
  expect(await facts()).toMatchObject({ state: 'running' });
  expect((await api().view('note')).items).toEqual(expect.arrayContaining([expect.objectContaining({ body: 'kept' })]));
  await act('retire');
});

test('what looks after tenants calls a stopped server neither broken nor away', async () => {
  await act('suspend');
  const { ref } = ordered;
  const picture = Topology.parse((await row()).topology);
  expect(picture.nodes.filter(({ within, kind }) => kind === 'instance' || within === 'instance')).not.toEqual([]);
  for (const { state } of picture.nodes.filter(({ id, within }) => id === 'instance' || within === 'instance'))
    expect(state).toBe('stopped');
  expect(picture.links.map(({ state }) => state)).toEqual(picture.links.map(() => 'stopped'));
  for (const look of [checkAllInvariants, proveAllIsolation, sampleTenants, sampleTopology, watchStorage])
    await look(world.context);
  expect(await row()).toMatchObject({ state: 'suspended', stateReason: {} });
  expect((await world.target.watchStorage()).map((one) => one.ref)).not.toContain(ref);
  expect(await facts()).toMatchObject({ state: 'stopped' });
  await expect(world.target.incarnation?.(ref)).resolves.toContain('rests');
  await act('retire');
});

test('a resume that fails leaves it stopped, and can be asked again', async () => {
  await act('suspend');
  world.notes.smokeFault.error = new Error('told to fail');
  expect(await act('resume')).toMatchObject({ state: 'failed', tenant: { state: 'suspended' } });
  expect(await facts()).toMatchObject({ state: 'stopped' });
  world.notes.smokeFault.error = null;
  expect(await act('resume')).toMatchObject({ state: 'succeeded', tenant: { state: 'active', tainted: false } });
  await act('retire');
});

test('retired while its server is stopped, nothing of it is left', async () => {
  await act('suspend');
  expect(await act('retire')).toMatchObject({ state: 'succeeded', tenant: { state: 'retired' } });
  expect(await world.target.leftovers(ordered.ref)).toEqual([]);
  expect(existsSync(path.join(instancesFolder(keeper.dataDir), ordered.ref))).toBe(false);
});

/** As after a reboot: every server ended with its keeper. */
async function restartKeeper() {
  await keeperNow.close();
  keeperNow = await keeper.start();
  return keeperNow;
}
