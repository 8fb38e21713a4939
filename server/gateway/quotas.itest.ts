// What callers are told of their quotas before they end and when they have: in headers, in problems, and in the report that the portal reads.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { edgeRouteOf } from '../registry/sides.ts';
import { waitFor } from '../testing/postgres.ts';
import { get, post, send } from './testing/call.ts';
import { makeWorld, type TestTenant, type World } from './testing/world.ts';
import type { UsageReport } from './usage-report.ts';

let world: World;
beforeAll(async () => void (world = await makeWorld()));
afterAll(() => world.close());

async function reportOf(tenant: TestTenant, route = tenant.ref): Promise<{ status: number; body: UsageReport }> {
  const token = await world.sign({ ref: tenant.ref, scope: 'read', purpose: 'kpi' });
  const reply = await send(world.gateway, `/internal/usage/${route}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return { status: reply.status, body: reply.body as unknown as UsageReport };
}

test.each(['warn', 'alert', 'full'] as const)(
  'storage at level %s is said with every answer, and no more when it is well',
  async (level) => {
    const tenant = await world.makeTenant();
    expect((await get(world.gateway, tenant, 'notes')).headers.get('storage-level')).toBeNull();
    const set = (value: string) => world.sql('UPDATE route SET storage_level = $2 WHERE ref = $1', [tenant.ref, value]);
    await set(level);
    const said = async () => (await get(world.gateway, tenant, 'notes')).headers.get('storage-level');
    await waitFor(async () => (await said()) === level, { what: 'the level' });
    expect((await post(world.gateway, tenant, 'fail', { state: 'ICX04' })).headers.get('storage-level')).toBe(level);
    await set('ok');
    await waitFor(async () => (await said()) === null, { what: 'nothing to be said' });
  },
);

test('the same level measured again wakes nobody', async () => {
  const tenant = await world.makeTenant();
  await get(world.gateway, tenant, 'notes');
  const heard: string[] = [];
  await world.onRegistry(async (db) => {
    db.on('notification', ({ payload }) => heard.push(payload ?? ''));
    await db.query('LISTEN registry_changed');
    const measure = (level: string) =>
      db.query('UPDATE route SET storage_level = $2, storage_at = now() WHERE ref = $1', [tenant.ref, level]);
    await measure('ok');
    await measure('warn');
    await measure('warn');
    await waitFor(() => heard.length > 0, { what: 'the one that turned' });
  });
  expect(heard).toEqual([tenant.ref]);
});

test('a call that spills more than its plan has is told so, in both languages', async () => {
  const tenant = await world.makeTenant();
  const refused = await post(world.gateway, tenant, 'fail', { state: '53400' });
  expect(refused).toMatchObject({ status: 507, body: { code: 'temp_space', changed: false } });
  expect((await reportOf(tenant)).body.errors).toEqual({ temp_space: 1 });
});

test('the report says how many calls were in hand at once, until they are forgotten', async () => {
  const tenant = await world.makeTenant({ connections: 3 });
  await Promise.all([1, 2].map(() => post(world.gateway, tenant, 'sleep', { seconds: 0.2 })));
  expect((await reportOf(tenant)).body.connections).toMatchObject({ peak: 2, max: 3, inUse: 0 });
  await Promise.all(Array.from({ length: 6 }, () => post(world.gateway, tenant, 'sleep', { seconds: 0.1 })));
  expect((await reportOf(tenant)).body.connections).toMatchObject({ peak: 3, max: 3 });
});

test("the platform's own proof is no use that a customer makes of the plan", async () => {
  const tenant = await world.makeTenant({ connections: 3 });
  const proof = { ref: tenant.ref, key: await world.sign({ ref: tenant.ref, scope: 'write', purpose: 'smoke' }) };
  const atOnce = [proof, proof, tenant].map((who) => post(world.gateway, who, 'sleep', { seconds: 0.2 }));
  expect((await Promise.all(atOnce)).map(({ status }) => status)).toEqual([200, 200, 200]);
  expect((await reportOf(tenant)).body.connections).toMatchObject({ peak: 1, max: 3 });
});

test('a public side has a report of its own, for tokens of its tenant', async () => {
  const tenant = await world.makeTenant();
  expect((await reportOf(tenant, edgeRouteOf(tenant.ref))).status).toBe(404);
  const other = await world.makeTenant();
  expect((await reportOf(tenant, edgeRouteOf(other.ref))).status).toBe(401);
});

test('what is left of the rate is in every answer', async () => {
  const tenant = await world.makeTenant({ rps: 1, burst: 20 });
  const left = async () => Number((await get(world.gateway, tenant, 'notes')).headers.get('ratelimit-remaining'));
  const first = await left();
  for (let call = 0; call < 16; call += 1) await left();
  expect(first).toBe(19);
  expect(await left()).toBeLessThanOrEqual(4); // beyond 80 % of what a burst may have
});
