// The fence around a database that is being left: what its own roles write fails as a whole, what they read does not, and it can be lowered.
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../server/testing/postgres.ts';
import { lowerFence, raiseFence } from './fence.ts';

const role = `api_${randomBytes(4).toString('hex')}`;
const opened: Client[] = [];
let database: TestDatabase;
let admin: Client;
let caller: Client;

async function open(as?: string): Promise<Client> {
  const url = new URL(database.url);
  if (as !== undefined) [url.username, url.password] = [as, 'secret'];
  const client = new Client({ connectionString: url.href });
  await client.connect();
  opened.push(client);
  return client;
}

beforeAll(async () => {
  database = await createTestDatabase();
  admin = await open();
  await admin.query(`
    CREATE ROLE ${role} LOGIN PASSWORD 'secret';
    CREATE SCHEMA pack; CREATE SCHEMA shop;
    CREATE TABLE pack.idempotency (key text PRIMARY KEY);
    CREATE TABLE shop.event (day date NOT NULL, n int) PARTITION BY RANGE (day);
    CREATE TABLE shop.rest PARTITION OF shop.event DEFAULT;
    CREATE TABLE shop.seen (n int);
    GRANT USAGE ON SCHEMA pack, shop TO ${role};
    GRANT ALL ON ALL TABLES IN SCHEMA pack, shop TO ${role};
    INSERT INTO shop.seen VALUES (1)`);
  await admin.query(
    `DO $$ BEGIN EXECUTE format('GRANT CONNECT ON DATABASE %I TO ${role}', current_database()); END $$`,
  );
  caller = await open(role);
});
afterAll(async () => {
  await admin.query(`DROP OWNED BY ${role} CASCADE; DROP ROLE ${role}`);
  await Promise.all(opened.map((client) => client.end()));
  await database.drop();
});

const WRITES = [
  `INSERT INTO pack.idempotency VALUES ('a')`,
  `INSERT INTO shop.event VALUES ('2026-01-01', 1)`,
  `INSERT INTO shop.rest VALUES ('2026-01-01', 1)`,
  'UPDATE shop.seen SET n = n + 1',
  'DELETE FROM shop.seen',
];

test('whoever is not the superuser writes nothing, with a key or without, and reads everything', async () => {
  await raiseFence(admin);
  await raiseFence(admin);
  for (const write of WRITES) await expect(caller.query(write)).rejects.toMatchObject({ code: '57P03' });
  expect((await caller.query('SELECT n FROM shop.seen')).rows).toEqual([{ n: 1 }]);
  await admin.query('UPDATE shop.seen SET n = 2');
  await lowerFence(admin);
  await lowerFence(admin);
  for (const write of WRITES) await caller.query(write);
  expect((await admin.query('SELECT FROM pg_trigger WHERE NOT tgisinternal')).rowCount).toBe(0);
});

test('a write under way ends first, one that waits behind the fence fails', async () => {
  const [writing, waiting] = [await open(role), await open(role)];
  await writing.query(`BEGIN; INSERT INTO pack.idempotency VALUES ('under way')`);
  const raised = raiseFence(admin);
  await expect.poll(() => lockedOut()).toBe(1);
  const late = waiting.query(`INSERT INTO pack.idempotency VALUES ('late')`);
  late.catch(() => undefined);
  await expect.poll(() => lockedOut()).toBe(2);
  await writing.query('COMMIT');
  await raised;
  await expect(late).rejects.toMatchObject({ code: '57P03' });
  const { rows } = await admin.query(`SELECT key FROM pack.idempotency WHERE key IN ('under way', 'late')`);
  expect(rows).toEqual([{ key: 'under way' }]);
  await lowerFence(admin);
});

async function lockedOut(): Promise<number> {
  const { rows } = await caller.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  return rows[0]!.n;
}
