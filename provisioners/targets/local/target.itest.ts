import { afterAll, beforeAll, expect, test } from 'vitest';
import { findKey, hashKey, listKeys } from '../../../server/registry/keys.ts';
import { findRoute } from '../../../server/registry/routes.ts';
import { startTestCluster } from '../../../server/testing/postgres.ts';
import type { TenantGraph } from '../../kit/target.ts';
import { connectShared, type SharedCluster } from './cluster.ts';
import { makeWorld, notesTenant, resourceOf, type MadeResource, type World } from './testing/world.ts';

let world: World;
let cluster: SharedCluster;
beforeAll(async () => {
  world = await makeWorld(await startTestCluster());
  cluster = connectShared(world.cluster.url());
});
afterAll(async () => {
  await cluster.close();
  await world.end();
});

const inventory = (ref: string): Promise<unknown[]> =>
  world.sql(`
    SELECT datname AS name, datconnlimit AS connections, pg_get_userbyid(datdba) AS owner FROM pg_database WHERE datname = '${ref}'
    UNION ALL SELECT rolname, rolconnlimit, rolconfig::text FROM pg_roles WHERE starts_with(rolname, '${ref}') ORDER BY 1`);

async function call(made: readonly MadeResource[], ref: string, fn: string, key: string): Promise<unknown> {
  const api = resourceOf(made, 'api');
  const client = await world.as(api.id, ref, api.state['sealedPassword'], ref);
  try {
    const { rows } = await client.query<{ answer: { result: unknown } }>('SELECT pack.call($1, $2, $3, $4) AS answer', [
      fn,
      key,
      { body: 'hi' },
      {},
    ]);
    return rows[0]?.answer.result;
  } finally {
    await client.end();
  }
}

test('a program makes a tenant: roles, database, pack, key, route', async () => {
  const graph = notesTenant({ plan: 'M' });
  const { resources } = await world.make(graph);
  const { ref } = graph;
  expect(resources.map(({ type }) => type.split(':').at(-1) ?? '').toSorted()).toEqual([
    'ApiKey',
    'Database',
    'Pack',
    'Role',
    'Role',
    'Role',
    'Route',
  ]);
  expect(await inventory(ref)).toEqual([
    { name: ref, connections: 11, owner: `${ref}_owner` },
    { name: `${ref}_api`, connections: 6, owner: '{temp_file_limit=512MB}' },
    { name: `${ref}_bi`, connections: 2, owner: '{temp_file_limit=512MB}' },
    { name: `${ref}_owner`, connections: 0, owner: '{temp_file_limit=512MB}' },
  ]);
  expect(await call(resources, ref, 'add_note', 'k1')).toEqual({ id: 1 });
  const route = await findRoute(cluster.registry, ref);
  expect(route).toMatchObject({ state: 'open', database: ref, role: `${ref}_api`, port: world.cluster.port });
  expect(route?.limits).toMatchObject({ connections: 6, rps: 100, storageBytesMax: 10 * 2 ** 30 });
  await world.remove(resources);
});

test('the key is handed out once and kept as a hash only', async () => {
  const graph = notesTenant();
  const { resources } = await world.make(graph);
  const kept: string[] = [];
  await expect(
    world.target.takeKey(graph.ref, async () => {
      throw new Error('the worker dies before it has stored the key');
    }),
  ).rejects.toThrow('dies');
  const key = await world.target.takeKey(graph.ref, async (taken) => {
    kept.push(taken);
  });
  expect(key).toMatch(/^ick_live_[0-9A-Za-z]{32}$/);
  expect(kept).toEqual([key]);
  expect(await world.target.takeKey(graph.ref)).toBeNull();
  expect(JSON.stringify(resources)).not.toContain(key);
  expect(await findKey(cluster.registry, hashKey(key ?? ''))).toMatchObject({
    ref: graph.ref,
    scopes: ['read', 'write'],
  });
  await world.remove(resources);
});

test('made again, a tenant is adopted: nothing doubles, passwords stay, and the newest key is the valid one', async () => {
  const graph = notesTenant();
  const first = await world.make(graph);
  await call(first.resources, graph.ref, 'add_note', 'k1');
  const before = await inventory(graph.ref);
  const second = await world.make(graph);
  expect(await inventory(graph.ref)).toEqual(before);
  expect(second.resources.map(({ id }) => id).toSorted()).toEqual(first.resources.map(({ id }) => id).toSorted());
  expect(await call(second.resources, graph.ref, 'add_note', 'k2')).toEqual({ id: 2 });
  expect(await call(first.resources, graph.ref, 'add_note', 'k3')).toEqual({ id: 3 });
  const key = await world.target.takeKey(graph.ref);
  const keys = await listKeys(cluster.registry, graph.ref);
  expect(keys.map(({ hash }) => hash)).toEqual([hashKey(key ?? '')]);
  await world.remove(second.resources);
});

test('made twice at the same moment, by a worker that lost its lease and its successor, a tenant is one', async () => {
  const graph = notesTenant();
  const { resources } = await world.make(graph);
  await world.remove(resources);
  const inputs = await inputsOf(graph);
  for (const { name, urn, state } of resources) {
    const news = { ...inputs.get(name), ...('sealedPassword' in state && name.endsWith('-route') ? state : {}) };
    const twins = await Promise.all([world.provider.create(urn, news), world.provider.create(urn, news)]);
    expect(twins[0].id).toBe(twins[1].id);
  }
  expect(await world.target.leftovers(graph.ref)).toHaveLength(7);
  expect(await call(resources, graph.ref, 'add_note', 'k1')).toEqual({ id: 1 });
  await world.remove(resources);
});

test('a clone that died before it got its marker is adopted, a stranger with the name is not', async () => {
  const graph = notesTenant();
  const { resources } = await world.make(graph);
  await world.sql(`COMMENT ON DATABASE ${graph.ref} IS NULL`);
  const again = await world.make(graph);
  expect(again.resources).toHaveLength(7);
  await world.remove(resources);

  const taken = notesTenant();
  await world.sql(`CREATE ROLE ${taken.ref}_api`);
  const { urn } = resourceOf(resources, 'api');
  const inputs = { name: `${taken.ref}_api`, ref: taken.ref, login: true, connectionLimit: 3, tempFileMib: 64 };
  await expect(world.provider.create(urn, inputs)).rejects.toThrow('was not made by this resource');
  await world.sql(`DROP ROLE ${taken.ref}_api`);
});

test('a database whose drop was interrupted is made anew', async () => {
  const graph = notesTenant();
  const { resources } = await world.make(graph);
  await world.sql(`UPDATE pg_database SET datconnlimit = -2 WHERE datname = '${graph.ref}'`);
  const again = await world.make(graph);
  expect(await call(again.resources, graph.ref, 'add_note', 'k1')).toEqual({ id: 1 });
  await world.remove(resources);
});

/** What a program with other numbers would do to resources that exist: updates in place, by the provider's own diff. */
async function change(
  made: readonly MadeResource[],
  from: TenantGraph,
  to: TenantGraph,
): Promise<Record<string, string>> {
  const shadow = await inputsOf(to);
  const operations: Record<string, string> = {};
  for (const { name, urn, id, state } of made) {
    const news = { ...shadow.get(name), ...(name.endsWith('-route') && { sealedPassword: state['sealedPassword'] }) };
    const { changes, replaces } = await world.provider.diff(id, urn, state, news);
    operations[name.split('-').at(-1) ?? name] = replaces?.length ? 'replace' : changes ? 'update' : 'same';
    if (changes && !replaces?.length) await world.provider.update(id, urn, state, news);
  }
  expect(from.ref).toBe(to.ref);
  return operations;
}

/** Inputs of a program's resources: those of a twin under another ref, renamed. */
async function inputsOf(graph: TenantGraph): Promise<Map<string, Record<string, unknown>>> {
  const twin = notesTenant({ plan: 'M', modules: graph.modules });
  const { resources } = await world.make(twin);
  await world.remove(resources);
  const outputs = new Set(['prefix', 'hash', 'sealedPassword']);
  return new Map(
    resources.map(({ name, state }) => [
      name,
      JSON.parse(
        JSON.stringify(Object.fromEntries(Object.entries(state).filter(([key]) => !outputs.has(key)))).replaceAll(
          twin.ref,
          graph.ref,
        ),
      ) as Record<string, unknown>,
    ]),
  );
}

test('a bigger plan changes numbers in place; a module is added to a living tenant', async () => {
  const graph = notesTenant();
  const { resources } = await world.make(graph);
  await call(resources, graph.ref, 'add_note', 'k1');
  const operations = await change(resources, graph, {
    ...notesTenant({ ref: graph.ref, plan: 'M', modules: ['extra'] }),
  });
  expect(operations).toEqual({
    owner: 'update',
    api: 'update',
    bi: 'update',
    database: 'update',
    pack: 'update',
    key: 'same',
    route: 'update',
  });
  expect(await inventory(graph.ref)).toEqual([
    { name: graph.ref, connections: 11, owner: `${graph.ref}_owner` },
    { name: `${graph.ref}_api`, connections: 6, owner: '{temp_file_limit=512MB}' },
    { name: `${graph.ref}_bi`, connections: 2, owner: '{temp_file_limit=512MB}' },
    { name: `${graph.ref}_owner`, connections: 0, owner: '{temp_file_limit=512MB}' },
  ]);
  expect(await world.sql('SELECT count(*)::int AS notes FROM notes.note', graph.ref)).toEqual([{ notes: 1 }]);
  expect(
    await world.sql('SELECT has_table_privilege($$' + graph.ref + "_api$$, 'api.label', 'SELECT') AS may", graph.ref),
  ).toEqual([{ may: true }]);
  expect((await findRoute(cluster.registry, graph.ref))?.limits.rps).toBe(100);
  await world.remove(resources);
});

test('reading a resource shows what was changed behind its back', async () => {
  const graph = notesTenant();
  const { resources } = await world.make(graph);
  await world.sql(`ALTER ROLE ${graph.ref}_api CONNECTION LIMIT 99`);
  await world.sql(`GRANT CONNECT ON DATABASE ${graph.ref} TO PUBLIC`);
  await world.sql(`SELECT pack.set_params('{"greeting": "bye"}')`, graph.ref);
  await world.sql(`UPDATE route SET limits = jsonb_set(limits, '{rps}', '7') WHERE ref = '${graph.ref}'`, 'registry');
  const read = async (part: string): Promise<Record<string, unknown>> => {
    const { id, urn, state } = resourceOf(resources, part);
    return ((await world.provider.read(id, urn, state)).props ?? {}) as Record<string, unknown>;
  };
  expect(await read('api')).toMatchObject({ connectionLimit: 99, tempFileMib: 64 });
  expect(await read('bi')).toMatchObject({ connectionLimit: 0, login: false });
  expect(await read('database')).toMatchObject({ connect: ['public', `${graph.ref}_api`, `${graph.ref}_bi`] });
  expect(await read('pack')).toMatchObject({ params: { greeting: 'bye' }, version: '1.0.0', modules: [] });
  expect(await read('route')).toMatchObject({ limits: { rps: 7 } });
  await world.remove(resources);
  for (const { id, urn, state } of resources) {
    expect((await world.provider.read(id, urn, state)).id).toBeUndefined();
  }
});

test('removed, a tenant leaves nothing, and removing it again is no fault', async () => {
  const graph = notesTenant({ plan: 'M' });
  const { resources } = await world.make(graph);
  const api = resourceOf(resources, 'api');
  const open = await world.as(api.id, graph.ref, api.state['sealedPassword'], graph.ref);
  expect((await world.target.leftovers(graph.ref)).map((name) => name.replace(/ (t_|ick_).*/, ''))).toEqual([
    'database',
    'role',
    'role',
    'role',
    'route',
    'API key',
    'unshown key of',
  ]);
  await world.remove(resources);
  expect(await world.target.leftovers(graph.ref)).toEqual([]);
  await world.remove(resources);
  await expect(open.query('SELECT 1')).rejects.toThrow();
  await open.end();
});

test('routes open and close; what people decided survives a new write of the route', async () => {
  const graph = notesTenant();
  const { resources } = await world.make(graph);
  await world.target.setRoute(graph.ref, 'closed');
  await world.make(graph);
  expect((await findRoute(cluster.registry, graph.ref))?.state).toBe('closed');
  await world.target.setRoute(graph.ref, 'open');
  expect((await findRoute(cluster.registry, graph.ref))?.state).toBe('open');
  await world.remove(resources);
  await expect(world.target.setRoute(graph.ref, 'open')).rejects.toThrow('no route');
  await world.target.setRoute(graph.ref, 'closed');
});

test('capacity counts what plans promise', async () => {
  const graph = notesTenant({ plan: 'M' });
  const promised = async (): Promise<number | undefined> =>
    (await world.target.capacity()).find(({ resource }) => resource === 'connections')?.used;
  const before = await promised();
  const { resources } = await world.make(graph);
  expect(await promised()).toBe((before ?? 0) + 8);
  expect(await world.target.usage(graph.ref)).toMatchObject({ connections: 0 });
  await world.remove(resources);
  expect(await world.target.usage(graph.ref)).toBeNull();
});
