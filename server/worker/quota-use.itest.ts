// What the portal is told of a tenant's quotas: each turn once, by side, with numbers; from real calls through the gateway.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PLATFORM, inScope } from '../db/scope.ts';
import { MeasuredUse, quotaUses } from '../domain/quota-levels.ts';
import { edgeRouteOf } from '../registry/sides.ts';
import { makeTestKeeper, type TestKeeper } from '../testing/keeper.ts';
import { openShop, placeOrder, runOutcome, type Ordered, type Shop } from '../testing/worker-orders.ts';
import { makeWorkerWorld, type WorkerWorld } from '../testing/worker-world.ts';
import { livingTenants } from './living-tenants.ts';
import { sampleTenant } from './schedules/sample-tenants.ts';
import { watchStorage } from './schedules/watch-storage.ts';
import { openTenantApi } from './tenant-api.ts';

const RUN_MS_MAX = 60_000;

let keeper: TestKeeper;
let world: WorkerWorld;
let shop: Shop;
let ordered: Ordered;
beforeAll(async () => {
  keeper = await makeTestKeeper();
  await keeper.start();
  world = await makeWorkerWorld(keeper.dataDir);
  shop = await openShop(world, 'private');
  await world.startWorker();
  ordered = await placeOrder(world, shop);
  expect(await runOutcome(world, ordered.runId, RUN_MS_MAX)).toMatchObject({ tenant: { state: 'active' } });
});
afterAll(async () => {
  await world.close();
  await keeper.remove();
});

const row = () => inScope(world.db, PLATFORM, (tx) => tx.tenant.findUniqueOrThrow({ where: { id: ordered.tenantId } }));
const uses = async () => quotaUses(MeasuredUse.parse((await row()).usage), shop.quotas);
const sample = async () => sampleTenant(world.context, (await livingTenants(world.context, ordered.tenantId))[0]!);
const told = async (type: string) => {
  const where = { tenantId: ordered.tenantId, type };
  const events = await inScope(world.db, PLATFORM, (tx) => tx.event.findMany({ where, orderBy: { seq: 'asc' } }));
  return events.map(({ data }) => data as Record<string, unknown>);
};
const onRegistry = (sql: string, values: readonly unknown[]) => world.sql(sql, values, world.tenants.url('registry'));

test('a tenant that is well has its numbers, how they hold, and nothing in its history', async () => {
  await sample();
  const { record, edge } = await uses();
  const { cpu, memory } = await keeper.client.offer();
  expect(record.cpu).toMatchObject({ max: shop.quotas.cpu, hold: cpu });
  expect(record.memory).toMatchObject({ max: 256, level: 'ok', hold: memory });
  expect(record.rate).toMatchObject({ max: shop.quotas.rps, refused: 0, hold: 'enforced' });
  expect(record.connections).toMatchObject({ max: shop.quotas.apiConnections, level: 'ok' });
  expect(record.tempFiles).toMatchObject({ max: shop.quotas.tempFileMib, level: 'ok' });
  expect(record).not.toHaveProperty('sqlConnections'); // its plan has none
  expect(edge).toEqual({});
  expect((await told('tenant.quota')).filter(({ level }) => level !== 'ok')).toEqual([]);
});

test('calls that were refused for the rate are told once, with how many', async () => {
  const api = openTenantApi(world.context, ordered.ref, { purpose: 'try', scope: 'read', sub: 'test' });
  const statuses: number[] = [];
  while (!statuses.includes(429)) {
    const replies = await Promise.all(Array.from({ length: 80 }, () => api.view('note')));
    statuses.push(...replies.map(({ status }) => status));
  }
  await sample();
  const [turn, ...more] = (await told('tenant.quota')).filter(({ quota }) => quota === 'rate');
  expect(turn).toMatchObject({ side: 'record', level: 'full', max: shop.quotas.rps });
  expect(turn?.['refused']).toBe(statuses.filter((status) => status === 429).length);
  expect(more).toEqual([]);
  await sample();
  expect((await told('tenant.quota')).filter(({ quota }) => quota === 'rate')).toHaveLength(1);
  expect((await uses()).record.rate).toMatchObject({ level: 'full' });
});

test.each([
  ['record', (ref: string) => ref],
  ['edge', edgeRouteOf],
] as const)(
  'storage of the %s is told at every step towards its end, and when it is well again',
  async (side, routeOf) => {
    const route = routeOf(ordered.ref);
    if (side === 'edge') await copyRoute(route);
    await watchStorage(world.context);
    const known = async () => MeasuredUse.parse((await row()).usage);
    const { storageBytes = 0 } = await known();
    const before = await told('tenant.storage');
    for (const share of [0.85, 0.97, 1.02, 0.97, 0.5]) {
      await onRegistry(
        `UPDATE route SET limits = jsonb_set(limits, '{storageBytesMax}', to_jsonb($2::bigint)) WHERE ref = $1`,
        [route, Math.round(storageBytes / share)],
      );
      await watchStorage(world.context);
    }
    const turns = (await told('tenant.storage')).slice(before.length);
    expect(turns.map((turn) => [turn['side'], turn['before'], turn['level']])).toEqual([
      [side, 'ok', 'warn'],
      [side, 'warn', 'alert'],
      [side, 'alert', 'full'],
      [side, 'full', 'ok'], // not at 97 %: writing comes back below 95 %
    ]);
    if (side === 'edge') expect((await uses()).edge.storage).toMatchObject({ level: 'ok', hold: 'enforced' });
  },
);

/** The route of a public side: to the same database, as far as its storage goes. */
async function copyRoute(route: string): Promise<void> {
  await onRegistry(
    `INSERT INTO route (ref, marker, title, offering, version, modules, host, port, database, role, sealed_password, limits, api_hash, instance)
     SELECT $2, marker, title, offering, version, modules, host, port, database, role, sealed_password, limits, api_hash, instance
     FROM route WHERE ref = $1`,
    [ordered.ref, route],
  );
}
