/**
 * One tenant of each model against the others, from outside: every role that a customer's credentials open, at every door that there is, by
 * raw SQL; and every tenant's token at every other's API.
 */
import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newTenantRef } from '../../../server/domain/ids.ts';
import { edgeRouteOf } from '../../../server/registry/sides.ts';
import type { TenantGraph } from '../../kit/target.ts';
import { connectWith, makeSoldWorld, soldPlans, type SoldWorld } from '../../../server/testing/sold-world.ts';

/** No line in pg_hba, wrong password, no privilege, no such database, a template that takes nobody, no place for a sender. */
const REFUSED = /^(28000|28P01|42501|3D000|55000|53300)$/;
const NO_RIGHT = '42501';

const refs = { public: newTenantRef(), private: newTenantRef(), hybrid: newTenantRef() } as const;
const routes = [refs.public, refs.private, refs.hybrid, edgeRouteOf(refs.hybrid)];
const edge = edgeRouteOf(refs.hybrid);
const all = routes.flatMap((route) => (['api', 'bi'] as const).map((part) => [route, part] as const));
/** Nobody reads an edge with SQL: its second role may not sign in. */
const roles = all.filter(([route, part]) => route !== edge || part === 'api');

let world: SoldWorld;
const graphs: TenantGraph[] = [];
beforeAll(async () => {
  world = await makeSoldWorld();
  for (const [code, model, plan] of soldPlans) {
    if (code !== 'M') continue;
    const graph = world.graphOf(refs[model], model, plan);
    await world.make(graph);
    graphs.push(graph);
  }
});
afterAll(async () => {
  for (const graph of graphs) expect(await world.remove(graph)).toEqual([]);
  await world.close();
});

interface Door {
  readonly host: string;
  readonly port: number;
  readonly database: string;
}

/** Every database of every server. */
async function doors(): Promise<readonly Door[]> {
  const servers = [world.tenants, ...(await world.keeper.client.list())];
  const found = await Promise.all(
    servers.map(async ({ host, port, password }) => {
      const client = await connectWith({ host, port, password, user: 'postgres', database: 'postgres' });
      const { rows } = await client.query<{ database: string }>('SELECT datname AS database FROM pg_database');
      await client.end();
      return rows.map(({ database }) => ({ host, port, database }));
    }),
  );
  return found.flat();
}

async function outcomeOf(attempt: Promise<Client>): Promise<string> {
  try {
    await (await attempt).end();
    return 'let in';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

describe.each(roles)('%s, role %s', (route, part) => {
  test('gets into its own database and into no other, on no server', async () => {
    const login = await world.loginOf(route, part);
    const known = await doors();
    expect(known.length).toBeGreaterThan(12); // four of each server, the registry, a template, tenants, the one between the sides
    const outcomes: string[] = [];
    for (const door of known) {
      const outcome = await outcomeOf(connectWith({ ...login, ...door }));
      if (door.port === login.port && door.database === login.database) expect(outcome).toBe('let in');
      else outcomes.push(`${door.port} ${door.database}: ${REFUSED.test(outcome) ? 'refused' : outcome}`);
    }
    expect(outcomes.filter((line) => !line.endsWith(': refused'))).toEqual([]);
  });

  test('copies nothing by replication', async () => {
    const login = await world.loginOf(route, part);
    for (const replication of ['true', 'database'])
      expect(await outcomeOf(connectWith({ ...login, replication })), replication).toMatch(REFUSED);
  });

  test.each([
    ['a password', 'SELECT rolpassword FROM pg_authid'],
    ['how the two sides dial each other', 'SELECT subconninfo FROM pg_subscription'],
    ['a file of the server', "SELECT pg_read_file('pg_hba.conf')"],
    ['a list of its files', "SELECT * FROM pg_ls_dir('.')"],
    ['its log', 'SELECT * FROM pg_ls_logdir()'],
    ['who is let in', 'SELECT * FROM pg_hba_file_rules'],
    ['what went into its log ahead of writing', "SELECT pg_logical_slot_peek_changes('s', NULL, NULL)"],
    ['samples of what is in others’ tables', 'SELECT * FROM pg_statistic'],
    ['a file of the machine', "COPY (SELECT 1) TO PROGRAM 'true'"],
  ])('sees nothing of %s', async (_what, statement) => {
    const client = await connectWith(await world.loginOf(route, part));
    try {
      await expect(client.query(statement)).rejects.toMatchObject({ code: NO_RIGHT });
    } finally {
      await client.end();
    }
  });

  test('sees of others neither what they ask nor who they are', async () => {
    const client = await connectWith(await world.loginOf(route, part));
    try {
      const { rows } = await client.query<{ query: string }>(
        "SELECT DISTINCT query FROM pg_stat_activity WHERE usename IS DISTINCT FROM current_user AND query <> ''",
      );
      expect(rows.filter(({ query }) => query !== '<insufficient privilege>')).toEqual([]);
      const { rows: named } = await client.query<{ rolname: string }>('SELECT rolname FROM pg_roles');
      const strangers = named.filter(({ rolname }) => rolname.startsWith('t_') && !rolname.startsWith(refOf(route)));
      const own = route === refs.private || route === refs.hybrid;
      if (own) expect(strangers).toEqual([]); // on a server of its own there is nobody else
      for (const { rolname } of strangers) expect(rolname).toMatch(/^t_[a-z0-9]{6}_[a-z_]+$/); // no customer's name
    } finally {
      await client.end();
    }
  });
});

const refOf = (route: string): string => route.split('/')[0] ?? route;

test('the role of an edge that reads with SQL may not sign in', async () => {
  expect(await outcomeOf(world.loginOf(edge, 'bi').then(connectWith))).toMatch(REFUSED);
});

const pairs = Object.values(refs).flatMap((as) => routes.map((route) => [as, route] as const));
test.each(pairs)('the token of %s at the API of %s', async (as, route) => {
  const reply = await world.call(route, 'invariants', undefined, as);
  expect(reply.status).toBe(as === refOf(route) ? 200 : 401);
});
