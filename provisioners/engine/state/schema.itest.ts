import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/postgres.ts';
import { prepareStateSchema } from './schema.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

test('can be prepared by several processes at once, and again', async () => {
  await Promise.all([1, 2, 3, 4].map(() => prepareStateSchema(database.url)));
  await prepareStateSchema(database.url);
  const rows = await database.query<{ key: string; data: { data: string } }>(
    'SELECT key, data FROM pulumi.pulumi_state',
  );
  expect(rows).toHaveLength(1);
  expect(rows[0]?.key).toMatch(/^engine_[0-9a-f]+\/\.pulumi\/meta\.yaml$/);
  expect(Buffer.from(rows[0]?.data.data ?? '', 'base64').toString()).toBe('version: 1\n');
});

test('can be prepared again by an owner who may not create schemas', async () => {
  const role = `owner_${randomBytes(4).toString('hex')}`;
  await database.query(`CREATE ROLE ${role} LOGIN PASSWORD 'pw'`);
  await database.query(`ALTER SCHEMA pulumi OWNER TO ${role}`);
  for (const table of ['pulumi_state', 'stack_fence', 'stack_run', 'installation']) {
    await database.query(`ALTER TABLE pulumi.${table} OWNER TO ${role}`);
  }
  const url = new URL(database.url);
  [url.username, url.password] = [role, 'pw'];
  await expect(prepareStateSchema(url.href)).resolves.toBeUndefined();
  await database.query(`DROP OWNED BY ${role}`);
  await database.query(`DROP ROLE ${role}`);
});
