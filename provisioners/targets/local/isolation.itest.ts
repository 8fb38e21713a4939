/** What a tenant can do with the bare SQL of its own roles: nothing beyond its own database and its own quota. */
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestCluster } from '../../../server/testing/postgres.ts';
import { makeWorld, notesTenant, resourceOf, type MadeResource, type World } from './testing/world.ts';

const INSUFFICIENT_PRIVILEGE = '42501';
const TOO_MANY_CONNECTIONS = '53300';

let world: World;
let mine: readonly MadeResource[];
let theirs: readonly MadeResource[];
const me = notesTenant({ plan: 'M' });
const other = notesTenant({ plan: 'M' });

beforeAll(async () => {
  world = await makeWorld(await startTestCluster());
  mine = (await world.make(me)).resources;
  theirs = (await world.make(other)).resources;
});
afterAll(async () => {
  await world.end();
});

/** Connects as one of my roles. */
const connectAs = (part: 'api' | 'bi', database = me.ref): Promise<Client> => {
  const { id, state } = resourceOf(mine, part);
  return world.as(id, database, state['sealedPassword'], me.ref);
};

describe.each(['api', 'bi'] as const)('role %s', (part) => {
  test('reaches no database but its own', async () => {
    const databases = await world.sql<{ datname: string }>(
      `SELECT datname FROM pg_database WHERE datname <> '${me.ref}' ORDER BY datname`,
    );
    expect(databases.length).toBeGreaterThanOrEqual(6); // postgres, both templates of initdb, registry, the pack's template, the other tenant
    for (const { datname } of databases) {
      const refused = connectAs(part, datname);
      await expect(refused, datname).rejects.toMatchObject({ code: expect.stringMatching(/^(42501|55000)$/) });
    }
  });

  test.each([
    ['reads no password', 'SELECT rolpassword FROM pg_authid'],
    ['reads no user mapping', 'SELECT * FROM pg_user_mapping'],
    ['raises no temp_file_limit', "SET temp_file_limit = '10GB'"],
    ['takes no other role', `SET ROLE ${other.ref}_owner`],
    ['takes not its own owner role', `SET ROLE ${me.ref}_owner`],
    ['makes no role', 'CREATE ROLE thief'],
    ['makes no database', 'CREATE DATABASE loot'],
    ['makes no schema', 'CREATE SCHEMA mine'],
    ['makes no table in public', 'CREATE TABLE public.mine (x int)'],
    ['makes no temporary table', 'CREATE TEMP TABLE mine (x int)'],
    ['makes no large object', 'SELECT lo_create(0)'],
    ['reads no file', "SELECT pg_read_file('postgresql.conf')"],
    ['runs no program', "COPY (SELECT 1) TO PROGRAM 'true'"],
    ['sees no business table', 'SELECT * FROM notes.note'],
    ['changes no parameter of the pack', `UPDATE pack.param SET value = '0'`],
    ['hands nothing over', `SELECT pack.hand_over('${me.ref}_api')`],
    ['grants nothing', `SELECT pack.grant_to('${me.ref}_bi', NULL)`],
    ['raises not its own limit', `ALTER ROLE ${me.ref}_api CONNECTION LIMIT 100`],
    ['ends no foreign session', `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'postgres'`],
  ])('%s', async (_what, statement) => {
    const client = await connectAs(part);
    try {
      await expect(client.query(statement)).rejects.toMatchObject({ code: INSUFFICIENT_PRIVILEGE });
    } finally {
      await client.end();
    }
  });

  test('sees that others exist by their opaque names, and nothing they do', async () => {
    const watcher = await connectAs(part);
    const theirApi = resourceOf(theirs, 'api');
    const busy = await world.as(theirApi.id, other.ref, theirApi.state['sealedPassword'], other.ref);
    try {
      await busy.query("SELECT 'a secret of the other tenant'");
      const { rows: names } = await watcher.query(`SELECT datname FROM pg_database WHERE datname = '${other.ref}'`);
      expect(names).toHaveLength(1); // names are visible to all: that is why they carry no customer's name
      const { rows: comments } = await watcher.query<{ description: string }>(
        'SELECT description FROM pg_shdescription',
      );
      expect(comments.map(({ description }) => description).join(' ')).not.toContain('urn:');
      const { rows: activity } = await watcher.query<{ query: string }>(
        `SELECT query FROM pg_stat_activity WHERE datname = '${other.ref}'`,
      );
      expect(activity.map(({ query }) => query)).toEqual(['<insufficient privilege>']);
    } finally {
      await Promise.all([watcher.end(), busy.end()]);
    }
  });
});

test('the BI role reads views and calls nothing', async () => {
  const client = await connectAs('bi');
  try {
    await expect(client.query('SELECT * FROM api.note')).resolves.toMatchObject({ rows: [] });
    const called = client.query("SELECT pack.call('add_note', 'k', '{}', '{}')");
    await expect(called).rejects.toMatchObject({ code: INSUFFICIENT_PRIVILEGE });
  } finally {
    await client.end();
  }
});

test('one connection more than the plan has is refused', async () => {
  const open: Client[] = [];
  try {
    for (let i = 0; i < 6; i++) open.push(await connectAs('api'));
    await expect(connectAs('api')).rejects.toMatchObject({ code: TOO_MANY_CONNECTIONS });
    for (let i = 0; i < 2; i++) open.push(await connectAs('bi'));
    await expect(connectAs('bi')).rejects.toMatchObject({ code: TOO_MANY_CONNECTIONS });
  } finally {
    await Promise.all(open.map((client) => client.end()));
  }
});

test.each(['postgres', 'template1', me.ref])("the gateway's role does not reach %s", async (database) => {
  const { host, port } = world.cluster;
  const client = new Client({ host, port, user: 'gateway', password: 'gateway-secret', database });
  await expect(client.connect()).rejects.toMatchObject({ code: INSUFFICIENT_PRIVILEGE });
});

test('a query that spills more than the plan allows is stopped', async () => {
  const small = notesTenant();
  const { resources } = await world.make(small);
  const api = resourceOf(resources, 'api');
  const client = await world.as(api.id, small.ref, api.state['sealedPassword'], small.ref);
  try {
    await client.query("SET work_mem = '64kB'");
    const sort = client.query(
      "SELECT max(x) FROM (SELECT repeat('x', 200) || i AS x FROM generate_series(1, 600000) i ORDER BY 1 OFFSET 1) s",
    );
    await expect(sort).rejects.toMatchObject({ code: '53400' });
  } finally {
    await client.end();
  }
});
