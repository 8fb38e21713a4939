import { afterAll, beforeAll, expect, test } from 'vitest';
import { newTenantRef } from '../domain/ids.ts';
import { putRoute } from '../registry/routes.ts';
import { waitFor } from '../testing/postgres.ts';
import { TEST_API } from './testing/api.ts';
import { get, post, send } from './testing/call.ts';
import { makeWorld, type TestTenant, type World } from './testing/world.ts';
import type { UsageReport } from './usage-report.ts';

let world: World;

beforeAll(async () => {
  world = await makeWorld();
});
afterAll(() => world.close());

const usageOf = async (tenant: TestTenant): Promise<UsageReport> => {
  const token = await world.sign({ ref: tenant.ref, scope: 'read', purpose: 'kpi' });
  const reply = await send(world.gateway, `/internal/usage/${tenant.ref}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(reply.status).toBe(200);
  return reply.body as unknown as UsageReport;
};

test('a plan’s rate holds: the burst passes, the rest hears when to come again', async () => {
  const tenant = await world.makeTenant({ rps: 1, burst: 5 });
  const replies = await Promise.all(Array.from({ length: 12 }, () => post(world.gateway, tenant, 'echo', {})));
  const refused = replies.filter((reply) => reply.status === 429);
  expect(refused.length).toBeGreaterThanOrEqual(6);
  expect(replies.filter((reply) => reply.status === 200).length).toBeGreaterThanOrEqual(5);
  expect(refused[0]).toMatchObject({ body: { code: 'rate_limited', facts: { rps: 1, burst: 5 }, changed: false } });
  expect(Object.fromEntries(refused[0]!.headers)).toMatchObject({
    'retry-after': '1',
    'ratelimit-limit': '5',
    'ratelimit-remaining': '0',
    'ratelimit-policy': '1;w=1;burst=5',
  });
  expect((await post(world.gateway, await world.makeTenant(), 'echo', {})).status).toBe(200); // others are not touched
  await waitFor(async () => (await post(world.gateway, tenant, 'echo', {})).status === 200, {
    what: 'a token',
    everyMs: 300,
  });
});

test('the platform’s calls have a bucket of their own: not starved by the customer’s, and small', async () => {
  const tenant = await world.makeTenant({ rps: 1, burst: 1 });
  await Promise.all([1, 2, 3].map(() => post(world.gateway, tenant, 'echo', {})));
  expect((await post(world.gateway, tenant, 'echo', {})).status).toBe(429);
  const kpi = { ref: tenant.ref, key: await world.sign({ ref: tenant.ref, scope: 'read', purpose: 'kpi' }) };
  const replies = await Promise.all(Array.from({ length: 90 }, () => get(world.gateway, kpi, 'nothing_here')));
  expect(replies.filter((reply) => reply.status === 404).length).toBeGreaterThanOrEqual(60);
  expect(replies.some((reply) => reply.status === 429)).toBe(true);
  const person = { ref: tenant.ref, key: await world.sign({ ref: tenant.ref, scope: 'read', purpose: 'try' }) };
  expect((await post(world.gateway, person, 'echo', {})).status).toBe(429); // a person's tries count as the customer's
});

test('requests without a good key take nothing from the tenant’s rate', async () => {
  const tenant = await world.makeTenant({ rps: 1, burst: 2 });
  const bad = { ref: tenant.ref, key: 'ick_live_wrongwrongwrong' };
  await Promise.all(Array.from({ length: 20 }, () => post(world.gateway, bad, 'echo', {})));
  expect((await post(world.gateway, tenant, 'echo', {})).status).toBe(200);
});

test('connections are the plan’s, a bounded line waits, the rest is told to come again', async () => {
  const tenant = await world.makeTenant({ connections: 2 });
  const calls = Array.from({ length: 60 }, () => post(world.gateway, tenant, 'sleep', { seconds: 0.2 }));
  const inUse = await waitFor(
    async () => {
      const { connections } = await usageOf(tenant);
      return connections.waiting === 20 && connections;
    },
    { what: 'the line to be full', everyMs: 5 },
  );
  expect(inUse).toMatchObject({ inUse: 2, open: 2, waiting: 20, max: 2 });
  const replies = await Promise.all(calls);
  const busy = replies.filter((reply) => reply.status === 503);
  expect(replies.filter((reply) => reply.status === 200).length).toBe(22);
  expect(busy).toHaveLength(38);
  expect(busy[0]).toMatchObject({ body: { code: 'too_busy', facts: { connections: 2 } } });
  expect(busy[0]!.headers.get('retry-after')).toBe('1');
  const [line] = world.logged.filter((text) => text.includes('"code":"too_busy"'));
  expect(JSON.parse(line!)).toMatchObject({ level: 40, status: 503 });
  expect(line).not.toContain('stack');
});

test('a larger plan holds from its wake-up on, for rate and connections', async () => {
  const tenant = await world.makeTenant({ connections: 1, rps: 1, burst: 1 });
  await post(world.gateway, tenant, 'echo', {});
  expect((await post(world.gateway, tenant, 'echo', {})).status).toBe(429);
  await world.sql(`UPDATE route SET limits = limits || '{"connections": 4, "rps": 500, "burst": 500}' WHERE ref = $1`, [
    tenant.ref,
  ]);
  await waitFor(async () => (await usageOf(tenant)).bucket.burst === 500, { what: 'the new plan', timeoutMs: 1_000 });
  const started = performance.now();
  const replies = await Promise.all([1, 2, 3, 4].map(() => post(world.gateway, tenant, 'sleep', { seconds: 0.5 })));
  expect(replies.map((reply) => reply.status)).toEqual([200, 200, 200, 200]);
  expect(performance.now() - started).toBeLessThan(1_500);
});

test('usage: what was called, how fast, with which ends; for a signed token of the tenant only', async () => {
  const tenant = await world.makeTenant({ rps: 50, burst: 100 });
  await post(world.gateway, tenant, 'add_note', { text: 'x' });
  await post(world.gateway, tenant, 'fail', { state: 'ICX04' });
  await post(world.gateway, tenant, 'fail', { state: 'ICX04' });
  await post(world.gateway, tenant, 'unknown_function', {});
  await get(world.gateway, tenant, 'notes');
  const report = await usageOf(tenant);
  expect(report).toMatchObject({
    ref: tenant.ref,
    state: 'open',
    windowSeconds: 300,
    requests: 5,
    statuses: { 200: 1, 201: 1, 404: 1, 409: 2 },
    errors: { ICX04: 2, function_unknown: 1 },
    connections: { inUse: 0, waiting: 0, max: 5 },
    bucket: { burst: 100, rps: 50 },
  });
  expect(report.rps.peak).toBeGreaterThan(0);
  expect(report.functions.fail).toMatchObject({ count: 2 });
  expect(report.functions.fail!.p95Ms).toBeGreaterThan(0);
  expect(report.views.notes).toMatchObject({ count: 1 });
  const asks = async (authorization: string) =>
    (await send(world.gateway, `/internal/usage/${tenant.ref}`, { headers: { authorization } })).status;
  expect(await asks(`Bearer ${tenant.key}`)).toBe(401);
  expect(await asks(`Bearer ${await world.sign({ ref: newTenantRef(), scope: 'read', purpose: 'kpi' })}`)).toBe(401);
});

test('when a key was used is written down, in time', async () => {
  const tenant = await world.makeTenant();
  await post(world.gateway, tenant, 'echo', {});
  const used = () => world.sql('SELECT 1 FROM api_key WHERE id = $1 AND last_used_at IS NOT NULL', [tenant.keyId]);
  await waitFor(async () => (await used()).length === 1, {
    what: 'the use of the key',
    timeoutMs: 10_000,
    everyMs: 250,
  });
});

test('a route or issuer that cannot be understood harms no other tenant', async () => {
  const tenant = await world.makeTenant();
  const ref = newTenantRef();
  await world.onRegistry((db) =>
    putRoute(db, {
      ref,
      marker: 'test',
      title: 'broken',
      offering: 'test',
      version: '1.0.0',
      modules: [],
      host: 'localhost',
      port: 1,
      database: 'x',
      role: 'x',
      sealedPassword: 'v1:x:x',
      api: TEST_API,
      limits: { connections: 1, rps: 1, burst: 1, statementTimeoutMs: 1, bodyBytesMax: 1, storageBytesMax: 1 },
    }),
  );
  await world.sql(`UPDATE route SET limits = '{}' WHERE ref = $1`, [ref]);
  await world.sql(`INSERT INTO issuer (id, public_key) VALUES ('broken', 'no key')`); // everything is read anew
  const late = await world.makeTenant();
  expect((await get(world.gateway, late, 'notes')).status).toBe(200);
  expect((await get(world.gateway, tenant, 'notes')).status).toBe(200);
  await waitFor(() => world.logged.some((line) => line.includes('left out') && line.includes(ref)), {
    what: 'a log line',
  });
});
