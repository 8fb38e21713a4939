/** Tables that came into being while a tenant ran are there on the new side before rows travel. */
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../server/testing/postgres.ts';
import { difference, mirrorPartitions, tablesOf } from './tables.ts';

const owner = `own_${randomBytes(4).toString('hex')}`;
const databases: TestDatabase[] = [];
const clients: Client[] = [];

async function open(more: string): Promise<Client> {
  const database = await createTestDatabase();
  const client = new Client({ connectionString: database.url });
  await client.connect();
  databases.push(database);
  clients.push(client);
  await client.query(`DO $$ BEGIN CREATE ROLE ${owner}; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
    CREATE SCHEMA ingest AUTHORIZATION ${owner};
    CREATE TABLE ingest.event (day date NOT NULL, n int, PRIMARY KEY (day, n)) PARTITION BY RANGE (day);
    CREATE TABLE ingest.first PARTITION OF ingest.event FOR VALUES FROM ('2026-01-01') TO ('2026-01-02');
    ALTER TABLE ingest.event OWNER TO ${owner}; ${more}`);
  return client;
}

let from: Client;
let to: Client;
beforeAll(async () => {
  from =
    await open(`CREATE TABLE ingest."odd day" PARTITION OF ingest.event FOR VALUES FROM ('2026-01-02') TO ('2026-01-03');
    CREATE TABLE ingest.rest PARTITION OF ingest.event DEFAULT`);
  to = await open('');
});
afterAll(async () => {
  for (const client of clients) {
    await client.query(`DROP OWNED BY ${owner} CASCADE`);
    await client.end();
  }
  const last = databases.at(-1);
  if (last !== undefined) {
    const client = new Client({ connectionString: last.url });
    await client.connect();
    await client.query(`DROP ROLE ${owner}`);
    await client.end();
  }
  await Promise.all(databases.map((database) => database.drop()));
});

test('missing partitions are made with their bounds and their parent’s owner, once', async () => {
  expect(difference(await tablesOf(from), await tablesOf(to))).toContain('has no table');
  await mirrorPartitions(from, to);
  await mirrorPartitions(from, to);
  expect(difference(await tablesOf(from), await tablesOf(to))).toBeNull();
  await to.query(`INSERT INTO ingest.event VALUES ('2026-01-02', 1), ('2027-01-01', 2)`);
  const { rows } = await to.query(
    `SELECT e.tableoid::regclass::text AS name, pg_get_userbyid(c.relowner) AS owner FROM ingest.event e JOIN pg_class c ON c.oid = e.tableoid ORDER BY n`,
  );
  expect(rows).toEqual([
    { name: 'ingest."odd day"', owner },
    { name: 'ingest.rest', owner },
  ]);
});
