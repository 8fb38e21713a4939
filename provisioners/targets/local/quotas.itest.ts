/**
 * The quotas of every plan that can be ordered, in every model, on the offering that sells goods: tried from outside with the tenant's own
 * roles by raw SQL and with its own token over HTTP, on each side that it has.
 */
import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newTenantRef } from '../../../server/domain/ids.ts';
import { findRoute } from '../../../server/registry/routes.ts';
import { edgeRouteOf, tenantOfRoute } from '../../../server/registry/sides.ts';
import { waitFor } from '../../../server/testing/postgres.ts';
import type { TenantGraph } from '../../kit/target.ts';
import {
  connectWith,
  makeSoldWorld,
  soldPlans,
  type Reply,
  type SoldWorld,
} from '../../../server/testing/sold-world.ts';

const TOO_MANY_CONNECTIONS = '53300';
const SPILLED = '53400';
const NO_RIGHT = '42501';
/** What a test may make a query spill, MiB. */
const SPILLED_MAX = 64;

let world: SoldWorld;
beforeAll(async () => void (world = await makeSoldWorld()));
afterAll(() => world.close());

/** Connects until it is refused; the refusal's SQLSTATE and how many got in. */
async function fill(route: string, part: 'api' | 'bi', max: number): Promise<{ held: number; code: string }> {
  const login = await world.loginOf(route, part);
  const open: Client[] = [];
  try {
    while (open.length <= max) open.push(await connectWith(login));
    return { held: open.length, code: '' };
  } catch (error) {
    return { held: open.length, code: (error as { code?: string }).code ?? String(error) };
  } finally {
    await Promise.all(open.map((client) => client.end()));
  }
}

const limitsAt = async (route: string) => (await findRoute(world.cluster.registry, route))!.limits;

const setLimits = (route: string, limits: object) =>
  world.cluster.registry.query('UPDATE route SET limits = limits || $2::jsonb WHERE ref = $1', [
    route,
    JSON.stringify(limits),
  ]);

async function sessionsAt(route: string): Promise<number> {
  const { instance, role } = (await findRoute(world.cluster.registry, route))!;
  const server = instance === null ? world.tenants : await world.keeper.client.find(instance);
  const { host, port, password } = server!;
  const client = await connectWith({ host, port, password, user: 'postgres', database: 'postgres' });
  const text = 'SELECT count(*)::int AS sessions FROM pg_stat_activity WHERE usename = $1';
  const { rows } = await client.query<{ sessions: number }>(text, [role]);
  await client.end();
  return rows[0]?.sessions ?? 0;
}

/** The answer to a call once its rate allows it. */
const calm = (route: string, name: string, body?: object): Promise<Reply> =>
  waitFor(
    async () => {
      const reply = await world.call(route, name, body);
      return reply.status !== 429 && reply;
    },
    { what: 'the rate to allow it' },
  );

/** Something that adds a row. */
async function write(route: string): Promise<Reply> {
  const name = randomUUID();
  if (route === tenantOfRoute(route)) return calm(route, 'create_product', { slug: `p-${name}`, name });
  return calm(route, 'place_order_request', { lines: [{ sku: 'NONE', qty: 1 }] });
}

describe.each(soldPlans)('plan %s, %s', (_code, model, plan) => {
  const ref = newTenantRef();
  const sides = model === 'hybrid' ? [ref, edgeRouteOf(ref)] : [ref];
  const { quotas } = plan;
  let graph: TenantGraph;
  beforeAll(async () => {
    graph = world.graphOf(ref, model, plan);
    await world.make(graph);
  });
  afterAll(async () => {
    expect(await world.remove(graph)).toEqual([]);
  });

  test.each(sides)('connections: as many as the plan has, and no more, at %s', async (route) => {
    const { connections } = await limitsAt(route);
    if (route === ref) expect(connections).toBe(quotas.apiConnections);
    await waitFor(async () => (await sessionsAt(route)) === 0, { what: 'nobody to be connected', timeoutMs: 20_000 });
    expect(await fill(route, 'api', connections)).toEqual({ held: connections, code: TOO_MANY_CONNECTIONS });
  });

  test('SQL connections: as many as the plan has; none where it has none', async () => {
    const max = quotas.sqlConnections;
    const code: unknown = max === 0 ? expect.stringMatching(/^(28000|28P01|53300)$/) : TOO_MANY_CONNECTIONS;
    expect(await fill(ref, 'bi', max)).toEqual({ held: max, code });
  });

  test.each(sides)('temporary space: what spills more is refused, and it cannot be raised, at %s', async (route) => {
    const client = await connectWith(await world.loginOf(route, 'api'));
    try {
      const text = "SELECT pg_size_bytes(current_setting('temp_file_limit')) / 1048576 AS mib";
      const { rows } = await client.query<{ mib: string }>(text);
      const limit = Number(rows[0]?.mib);
      if (route === ref) expect(limit).toBe(quotas.tempFileMib);
      for (const statement of ["SET temp_file_limit = '-1'", `ALTER ROLE CURRENT_USER SET temp_file_limit = '-1'`])
        await expect(client.query(statement), statement).rejects.toMatchObject({ code: NO_RIGHT });
      if (limit > SPILLED_MAX) return; // a larger plan's would take the machine's disk; the limit is the plan's all the same
      await client.query("SET work_mem = '64kB'");
      const rowsToSort = `SELECT repeat('x', 200) || i AS x FROM generate_series(1, ${limit * 10_000}) i ORDER BY 1 OFFSET 1`;
      await expect(client.query(`SELECT max(x) FROM (${rowsToSort}) s`)).rejects.toMatchObject({ code: SPILLED });
    } finally {
      await client.end();
    }
  });

  test.each(sides)('rate: how much is left is in every answer; beyond it, when to come again, at %s', async (route) => {
    const { rps, burst } = await limitsAt(route);
    if (route === ref) expect({ rps, burst }).toEqual({ rps: quotas.rps, burst: quotas.burst });
    const policyOf = async () => (await world.call(route, 'invariants')).headers.get('ratelimit-policy');
    expect(await policyOf()).toBe(`${rps};w=1;burst=${burst}`);
    await setLimits(route, { rps: 1 }); // a busy machine would not call as fast as a large plan lets it
    await waitFor(async () => (await policyOf()) === `1;w=1;burst=${burst}`, { what: 'the rate' });
    const left: number[] = [];
    let refused: Reply | undefined;
    while (refused === undefined) {
      const replies = await Promise.all(Array.from({ length: 20 }, () => world.call(route, 'invariants')));
      left.push(...replies.map(({ headers }) => Number(headers.get('ratelimit-remaining'))));
      refused = replies.find(({ status }) => status === 429);
    }
    await setLimits(route, { rps });
    expect(refused).toMatchObject({ code: 'rate_limited' });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    for (const share of [0.8, 0.95]) expect(left.some((one) => one > 0 && one <= burst * (1 - share))).toBe(true);
  });

  test.each(sides)('storage: said from 80 % on, writing refused at 100 %, back below 95 %, at %s', async (route) => {
    const measure = async () => (await world.target.watchStorage()).find((one) => one.ref === route);
    const used = (await measure())?.usedBytes ?? 0;
    const at = async (share: number) => {
      await setLimits(route, { storageBytesMax: Math.round(used / share) });
      const level = (await measure())?.state;
      const said = async () => (await calm(route, 'invariants')).headers.get('storage-level') ?? 'ok';
      await waitFor(async () => (await said()) === level, { what: `the level ${level}` });
      return level;
    };
    expect(await at(0.5)).toBe('ok');
    expect(await at(0.85)).toBe('warn');
    expect((await write(route)).code).not.toBe('storage_full');
    expect(await at(0.97)).toBe('alert');
    expect((await write(route)).code).not.toBe('storage_full');
    expect(await at(1.05)).toBe('full');
    expect(await write(route)).toMatchObject({ status: 507, code: 'storage_full' });
    expect((await calm(route, 'invariants')).status).toBe(200); // reading goes on, and so does export
    expect(await at(0.97)).toBe('full'); // it does not flap at the brim
    expect(await at(0.9)).toBe('warn');
    expect((await write(route)).code).not.toBe('storage_full');
  });

  if (model === 'public') return; // it has no server of its own
  test('processors and memory: those of the plan, and said how they hold', async () => {
    const { machine } = (await world.target.usage(ref))!;
    const { cpu, memory } = await world.keeper.client.offer();
    expect(machine).toMatchObject({ cpu: { max: quotas.cpu, hold: cpu }, memory: { hold: memory } });
    expect(machine!.memory.max).toBeGreaterThanOrEqual(256);
    const check = (await world.target.preflight!(graph))?.find(({ code }) => code === 'bounds');
    const verdict = cpu === 'enforced' && memory === 'enforced' ? 'pass' : 'warn';
    expect(check).toMatchObject({ asked: quotas.cpu, verdict });
  });
});
