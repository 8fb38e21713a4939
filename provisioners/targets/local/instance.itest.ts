/** A private tenant: a server of its own, made, adopted, killed and removed by the same program and resources as every other tenant. */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { instancesFolder } from '../../../server/registry/keeper.ts';
import { findRoute } from '../../../server/registry/routes.ts';
import { openSecret } from '../../../server/registry/seal.ts';
import { makeTestKeeper, type TestKeeper } from '../../../server/testing/keeper.ts';
import { startTestCluster, waitFor } from '../../../server/testing/postgres.ts';
import type { TenantGraph } from '../../kit/target.ts';
import { connectShared, type SharedCluster } from './cluster.ts';
import { makeWorld, notesTenant, resourceOf, type MadeResource, type World } from './testing/world.ts';

let keeper: TestKeeper;
let world: World;
let cluster: SharedCluster;
beforeAll(async () => {
  keeper = await makeTestKeeper();
  await keeper.start();
  world = await makeWorld(await startTestCluster(), keeper.dataDir);
  cluster = connectShared(world.cluster.url());
});
afterAll(async () => {
  await cluster.close();
  await world.end();
  await keeper.remove();
});

const privateTenant = (plan: 'S' | 'M' = 'S', ref?: string): TenantGraph =>
  notesTenant({ model: 'private', plan, ...(ref === undefined ? {} : { ref }) });

/** Connects as the tenant's API role, where its route says. */
async function asApi(ref: string): Promise<Client> {
  const route = await findRoute(cluster.registry, ref);
  if (route === null) throw new Error(`${ref} has no route`);
  const { host, port, database, role: user } = route;
  const client = new Client({
    host,
    port,
    database,
    user,
    password: openSecret(route.sealedPassword, world.envelopeKey, ref),
  });
  client.on('error', () => {});
  await client.connect();
  return client;
}

const addNote = (ref: string, key: string): Promise<unknown> => callNotes(ref, 'add_note', key);

async function callNotes(ref: string, name: string, key: string): Promise<unknown> {
  const client = await asApi(ref);
  try {
    const text = 'SELECT pack.call($1, $2, $3, $4) AS answer';
    const { rows } = await client.query<{ answer: { result: unknown } }>(text, [name, key, { body: 'hi' }, {}]);
    return rows[0]?.answer.result;
  } finally {
    await client.end();
  }
}

/** Runs one statement as the platform's superuser inside a tenant's instance. */
async function inside<T extends object>(ref: string, sql: string, database = 'postgres'): Promise<T[]> {
  const facts = await keeper.client.find(ref);
  if (facts === null) throw new Error(`${ref} has no instance`);
  const { host, port, password } = facts;
  const client = new Client({ host, port, password, user: 'postgres', database });
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

const kindsOf = (resources: readonly MadeResource[]): string[] =>
  resources.map(({ type }) => type.split(':').at(-1) ?? '').toSorted();

test('a program makes a server, and roles, database and pack in it; nothing of the tenant is in the shared cluster', async () => {
  const graph = privateTenant('M');
  const { ref } = graph;
  const { resources } = await world.make(graph);
  expect(kindsOf(resources)).toEqual(['ApiKey', 'Database', 'Instance', 'Pack', 'Role', 'Role', 'Role', 'Route']);
  expect(await world.sql(`SELECT FROM pg_roles WHERE starts_with(rolname, '${ref}')`)).toEqual([]);
  expect(await world.sql(`SELECT FROM pg_database WHERE starts_with(datname, '${ref}')`)).toEqual([]);
  expect(await addNote(ref, 'k1')).toEqual({ id: 1 });
  const route = await findRoute(cluster.registry, ref);
  expect(route).toMatchObject({ instance: ref, port: (await keeper.client.find(ref))?.port });
  const [own] = await inside<{ id: string; buffers: string; temp: string }>(
    ref,
    `SELECT system_identifier::text AS id, current_setting('shared_buffers') AS buffers,
            current_setting('temp_file_limit') AS temp FROM pg_control_system()`,
  );
  expect(own).toMatchObject({ buffers: '128MB', temp: '512MB' });
  expect(resourceOf(resources, 'server').state['systemIdentifier']).toBe(own?.id);
  expect(await world.target.usage(ref)).toMatchObject({ connections: 0 });
  await world.remove(resources);
});

test('made again after a crash at any place, it is adopted: nothing doubles, and what was written stays', async () => {
  const graph = privateTenant();
  const first = await world.make(graph);
  expect(await addNote(graph.ref, 'k1')).toEqual({ id: 1 });
  const { pid, port } = (await keeper.client.find(graph.ref))!;
  const second = await world.make(graph);
  expect(await keeper.client.find(graph.ref)).toMatchObject({ pid, port });
  expect(second.resources.map(({ id }) => id).toSorted()).toEqual(first.resources.map(({ id }) => id).toSorted());
  expect(await addNote(graph.ref, 'k2')).toEqual({ id: 2 });
  await world.remove(second.resources);
});

test.each([
  ['its keeper was ended while the data were being made', 'DROP'],
  ['the pack was half applied', 'PACK'],
])('a create is finished by the next one when %s', async (_what, where) => {
  const graph = privateTenant();
  const { ref } = graph;
  const { resources } = await world.make(graph);
  if (where === 'PACK') {
    await inside(
      ref,
      `DELETE FROM pack.migration WHERE id LIKE 'core/%'; DROP SCHEMA notes CASCADE; DROP SCHEMA api CASCADE; DROP SCHEMA pack CASCADE`,
      ref,
    );
  } else {
    await keeper.client.stop(ref);
    await rm(path.join(instancesFolder(keeper.dataDir), ref, 'data', 'PG_VERSION'));
  }
  await world.make(graph);
  expect(await addNote(ref, 'k1')).toEqual({ id: 1 });
  await world.remove(resources);
});

test('a bigger plan is a bigger server on the same address, with the same rows', async () => {
  const graph = privateTenant();
  const { resources } = await world.make(graph);
  await addNote(graph.ref, 'k1');
  const server = resourceOf(resources, 'server');
  const { port } = (await keeper.client.find(graph.ref))!;
  const settings = { ...(server.state['settings'] as object), shared_buffers: '128MB' };
  const news = { name: graph.ref, settings, access: server.state['access'] };
  await world.provider.update(server.id, server.urn, server.state, news);
  expect(await inside(graph.ref, 'SHOW shared_buffers')).toEqual([{ shared_buffers: '128MB' }]);
  expect((await keeper.client.find(graph.ref))?.port).toBe(port);
  expect(await addNote(graph.ref, 'k2')).toEqual({ id: 2 });
  await world.remove(resources);
});

test('killed, it is back with every committed note', async () => {
  const graph = privateTenant();
  const { resources } = await world.make(graph);
  await addNote(graph.ref, 'k1');
  process.kill((await keeper.client.find(graph.ref))?.pid ?? 0, 'SIGKILL');
  await waitFor(() => addNote(graph.ref, 'k2').catch(() => null), { what: 'the next note', everyMs: 20 });
  expect(await inside(graph.ref, 'SELECT count(*)::int AS notes FROM notes.note', graph.ref)).toEqual([{ notes: 2 }]);
  await world.remove(resources);
});

test('an instance that came back on another port is found again', async () => {
  const graph = privateTenant();
  const { resources } = await world.make(graph);
  await cluster.registry.query('UPDATE route SET port = 1 WHERE ref = $1', [graph.ref]);
  await world.target.watchStorage();
  expect(await addNote(graph.ref, 'k1')).toEqual({ id: 1 });
  await world.remove(resources);
});

test('a full instance reads and frees but does not grow, until it is below 95 % again', async () => {
  const graph = privateTenant();
  const { ref } = graph;
  const { resources } = await world.make(graph);
  await cluster.registry.query(
    `UPDATE route SET limits = jsonb_set(limits, '{storageBytesMax}', '1000') WHERE ref = $1`,
    [ref],
  );
  expect((await world.target.watchStorage()).find((state) => state.ref === ref)).toMatchObject({ state: 'full' });
  await expect(addNote(ref, 'k1')).rejects.toMatchObject({ code: '42501' });
  await callNotes(ref, 'drop_notes', 'k0'); // freeing goes on
  expect((await findRoute(cluster.registry, ref))?.state).toBe('read_only');
  await cluster.registry.query(
    `UPDATE route SET limits = jsonb_set(limits, '{storageBytesMax}', '1000000000') WHERE ref = $1`,
    [ref],
  );
  await world.target.watchStorage();
  expect(await addNote(ref, 'k1')).toEqual({ id: 1 });
  await world.remove(resources);
});

test('one that writes is measured by its files, as the server itself counts, and without a connection', async () => {
  const graph = privateTenant();
  const { ref } = graph;
  const { resources } = await world.make(graph);
  const measured = async () => (await world.target.watchStorage()).find((state) => state.ref === ref)?.usedBytes;
  const looks = () =>
    inside(ref, `SELECT FROM pg_stat_activity WHERE datname = 'postgres' AND backend_type = 'client backend'`, ref);
  const first = await measured(); // asks the server where the files are
  await waitFor(async () => (await looks()).length === 0, { what: 'the connection to end' });
  await inside(ref, 'CREATE TABLE notes.more AS SELECT n FROM generate_series(1, 20000) AS n', ref);
  const second = await measured();
  expect(await looks()).toEqual([]);
  const [counted] = await inside<{ bytes: number }>(
    ref,
    'SELECT pg_database_size(current_database())::int AS bytes',
    ref,
  );
  expect(second).toBe(counted?.bytes);
  expect(second).toBeGreaterThan(first ?? 0);
  await world.remove(resources);
});

test('removed, it leaves nothing: no process, no folder, no route; and removing it again is no fault', async () => {
  const graph = privateTenant();
  const { resources } = await world.make(graph);
  const folder = path.join(instancesFolder(keeper.dataDir), graph.ref);
  expect(await world.target.leftovers(graph.ref)).toContain(`instance ${graph.ref}`);
  expect(existsSync(folder)).toBe(true);
  const open = await asApi(graph.ref);
  await world.remove(resources);
  expect(await world.target.leftovers(graph.ref)).toEqual([]);
  expect(existsSync(folder)).toBe(false);
  expect(await keeper.client.find(graph.ref)).toBeNull();
  await world.remove(resources);
  await expect(open.query('SELECT 1')).rejects.toThrow();
  await open.end();
});
