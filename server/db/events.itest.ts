import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMigratedDatabase, type MigratedDatabase } from '../testing/postgres.ts';

let database: MigratedDatabase;
let client: Client;
beforeAll(async () => {
  database = await createMigratedDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

test.each([
  ['all', 'true'],
  ['an organisation', `"organisationId" = '00000000-0000-0000-0000-000000000000'`],
  ['a tenant', `"tenantId" = '00000000-0000-0000-0000-000000000000'`],
  ['an object', `"subjectKind" = 'run' AND "subjectId" = '00000000-0000-0000-0000-000000000000'`],
])('the events of %s are read in their order from an index, however many there are', async (_, condition) => {
  await client.query('SET enable_seqscan = off; SET enable_bitmapscan = off');
  const { rows } = await client.query<{ 'QUERY PLAN': string }>(
    `EXPLAIN SELECT * FROM "Event" WHERE ${condition} AND (txid, seq) > (1, 1) ORDER BY txid, seq LIMIT 500`,
  );
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
  expect(plan).toContain('Index Scan');
  expect(plan).not.toContain('Sort');
});
