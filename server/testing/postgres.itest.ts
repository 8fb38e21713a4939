import { Client } from 'pg';
import { expect, test } from 'vitest';
import { createTestDatabase, startTestCluster, waitFor } from './postgres.ts';

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows as unknown[];
  } finally {
    await client.end();
  }
}

test('a test database is empty, of its own, and gone once dropped', async () => {
  const database = await createTestDatabase();
  await query(database.url, 'CREATE TABLE kept (id int)');
  const other = await createTestDatabase();
  expect(await query(other.url, "SELECT to_regclass('kept') AS found")).toEqual([{ found: null }]);
  await database.drop();
  await expect(query(database.url, 'SELECT 1')).rejects.toMatchObject({ code: '3D000' });
  await other.drop();
});

test('a killed cluster keeps what was committed and comes back on its port', async () => {
  const cluster = await startTestCluster();
  try {
    await query(cluster.url(), 'CREATE TABLE kept AS SELECT 1 AS id');
    await cluster.kill();
    await expect(query(cluster.url(), 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await cluster.start();
    expect(await waitFor(() => query(cluster.url(), 'SELECT id FROM kept'), { what: 'the table' })).toEqual([
      { id: 1 },
    ]);
  } finally {
    await cluster.remove();
  }
});
