/** The birth of a way while somebody writes: every row arrives once, whether it was copied or streamed. */
import { Pool, type Client } from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestCluster, waitFor, type TestCluster } from '../../../../server/testing/postgres.ts';
import { connectCluster, type Cluster } from '../cluster.ts';
import { beginWay } from './begin.ts';
import { conninfoOf, dropSlot, dropSubscription, ensurePublication, ensureSlot } from './ends.ts';
import { subscriptionState } from './state.ts';

const NAME = 'birth';
const TABLES = `
  CREATE SCHEMA edge;
  CREATE TABLE edge.odd (
    id int PRIMARY KEY, at timestamptz, amount numeric, bytes bytea, tags text[], body jsonb, far timestamp, ratio float8, words text);
  CREATE TABLE edge.count (id bigint PRIMARY KEY);`;
const ODD = `
  INSERT INTO edge.odd VALUES
    (1, '2026-11-22 10:11:12.123456+08', 123456789012345678901234567890.12, '\\x00ff', '{"a,b",NULL,"\\"c"}', 'null', 'infinity', 0.1, E'a\\tb\\n"(c)",'),
    (2, NULL, 'NaN', NULL, '{}', '{"k": [1, null]}', NULL, '-Infinity', '')`;

let server: TestCluster;
let cluster: Cluster;
let from: Pool;
let to: Pool;

beforeAll(async () => {
  server = await startTestCluster({ wal_level: 'logical', wal_retrieve_retry_interval: '1s' });
  cluster = connectCluster(server.url());
});
afterAll(async () => {
  await cluster.close();
  await server.remove();
});

const openPool = (database: string): Pool => {
  const pool = new Pool({ connectionString: server.url(database) });
  return pool.on('error', () => {}).on('connect', (client) => client.on('error', () => {})); // it is dropped under them
};

beforeEach(async () => {
  for (const name of ['src', 'dst']) await cluster.admin.query(`CREATE DATABASE ${name}`);
  [from, to] = [openPool('src'), openPool('dst')];
  for (const side of [from, to]) await side.query(TABLES);
  await ensurePublication(from, { name: 'edge_out', schema: 'edge', publish: 'all' });
  return async () => {
    await dropSubscription(to, NAME);
    await dropSlot(from, NAME);
    await Promise.all([from.end(), to.end()]);
    for (const name of ['src', 'dst']) await cluster.admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
  };
});

/** @param between is done when the slot is there and nothing has been read yet */
const begin = (between: () => Promise<unknown> = async () => {}): Promise<void> => {
  const { host, port, user, password } = server;
  const conninfo = conninfoOf({ host, port, user, password, database: 'src', name: NAME });
  const spec = { name: NAME, slot: NAME, publication: 'edge_out', schema: 'edge', origin: 'any', conninfo } as const;
  const openLog = async (): Promise<Client> => {
    const log = await cluster.open('src', 'database');
    const ask = log.query.bind(log) as (text: string) => Promise<unknown>;
    const askAndDo = async (text: string): Promise<unknown> => {
      const answer = await ask(text);
      await between();
      return answer;
    };
    return Object.assign(log, { query: askAndDo });
  };
  return cluster.inDatabase('src', (publisher) =>
    cluster.inDatabase('dst', (subscriber) => beginWay({ publisher, subscriber, openLog }, spec)),
  );
};

const rowsOf = async (side: Pool): Promise<unknown> => {
  const { rows } = await side.query<{ odd: string | null; count: string | null }>(
    `SELECT (SELECT string_agg(o::text, E'\\n' ORDER BY id) FROM edge.odd o) AS odd,
            (SELECT string_agg(id::text, ' ' ORDER BY id) FROM edge.count) AS count`,
  );
  return rows[0];
};
const same = () =>
  waitFor(async () => JSON.stringify(await rowsOf(from)) === JSON.stringify(await rowsOf(to)), {
    what: 'both sides to be the same',
    timeoutMs: 20_000,
  });
const troubles = async () => {
  const found = await subscriptionState(to, NAME);
  return { copying: found?.copying, applyErrors: found?.applyErrors, conflicts: found?.conflicts };
};
const NONE = { copying: 0, applyErrors: 0, conflicts: 0 };

test('what is there and what comes meanwhile arrives once, whatever its type', async () => {
  await from.query(ODD);
  const done = new AbortController();
  let written = 0;
  const write = async (): Promise<void> => {
    for (; !done.signal.aborted || written < 50; written++)
      await from.query('INSERT INTO edge.count VALUES ($1)', [written]);
  };
  const writing = [write()];
  await waitFor(() => written > 5, { what: 'the first rows' });
  await begin().finally(() => done.abort());
  await Promise.all(writing);
  await same();
  await to.query('SELECT pg_stat_force_next_flush()');
  expect(await troubles()).toEqual(NONE);
  expect((await to.query('SELECT FROM edge.count')).rowCount).toBe(written);
});

test('what is written between the slot and the copy comes by the slot alone', async () => {
  await from.query('INSERT INTO edge.count VALUES (1), (2)');
  await begin(() => from.query('INSERT INTO edge.count VALUES (3); DELETE FROM edge.count WHERE id = 1'));
  await from.query('INSERT INTO edge.count VALUES (4)');
  await same();
  await to.query('SELECT pg_stat_force_next_flush()');
  expect(await troubles()).toEqual(NONE);
});

test('is there at once: nothing is left to workers', async () => {
  await from.query(ODD);
  await begin();
  expect(await rowsOf(to)).toEqual(await rowsOf(from));
  expect(await troubles()).toEqual(NONE);
});

test('a slot of an attempt that came no further is no harm, nor is doing it again', async () => {
  await ensureSlot(from, NAME);
  await from.query(ODD);
  await begin();
  await begin();
  await from.query('INSERT INTO edge.count VALUES (1)');
  await same();
  expect(await troubles()).toEqual(NONE);
});

test('what came another way before gives way at once: no reader sees it gone', async () => {
  await from.query(ODD);
  await from.query('INSERT INTO edge.count SELECT generate_series(1, 50)');
  await to.query('INSERT INTO edge.count SELECT generate_series(40, 90)');
  const seen = new Set<number>();
  const over = new AbortController();
  const look = async (): Promise<void> => {
    while (!over.signal.aborted) seen.add((await to.query('SELECT FROM edge.count')).rowCount ?? 0);
  };
  const looking = look();
  await begin().finally(() => over.abort());
  await looking;
  expect([...seen].toSorted((a, b) => b - a)).toEqual([51, 50].slice(0, seen.size));
  await from.query('DELETE FROM edge.count WHERE id = 45');
  await same();
  expect(await troubles()).toEqual(NONE);
});

test('much is left to the workers of PostgreSQL', async () => {
  await from.query('INSERT INTO edge.count SELECT generate_series(1, 300000)');
  await begin();
  await waitFor(async () => (await to.query('SELECT FROM edge.count WHERE id = 300000')).rowCount === 1, {
    what: 'the copy',
    timeoutMs: 30_000,
  });
  await from.query('INSERT INTO edge.count VALUES (0)');
  await waitFor(async () => (await to.query('SELECT FROM edge.count')).rowCount === 300_001, {
    what: 'the rest',
    timeoutMs: 30_000,
  });
  await waitFor(async () => (await troubles()).copying === 0, { what: 'the copy to be over' });
});
