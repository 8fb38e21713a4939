import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
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
  await database.query(`ALTER FUNCTION pulumi.refuse_fenced() OWNER TO ${role}`);
  const url = new URL(database.url);
  [url.username, url.password] = [role, 'pw'];
  await expect(prepareStateSchema(url.href)).resolves.toBeUndefined();
  await database.query(`DROP OWNED BY ${role}`);
  await database.query(`DROP ROLE ${role}`);
});

test('whoever says for which fence it works is refused when that is lost, and others pass', async () => {
  await prepareStateSchema(database.url);
  const key = 'x/.pulumi/stacks/p/s.json';
  await database.query(`INSERT INTO pulumi.stack_fence (stack, fence, holder) VALUES ('organization/p/s', 7, 'me')`);
  const write = async (fence: string | null, holder = 'me') => {
    const url = new URL(database.url);
    const claim = { 'engine.stack': 'organization/p/s', 'engine.fence': fence ?? '', 'engine.holder': holder };
    const options = Object.entries(claim).map(([name, value]) => `-c ${name}=${value}`);
    if (fence !== null) url.searchParams.set('options', options.join(' '));
    const client = new Client({ connectionString: url.href });
    await client.connect();
    try {
      await client.query(`INSERT INTO pulumi.pulumi_state (key, data) VALUES ($1, '{}')`, [key]);
      await client.query(`UPDATE pulumi.pulumi_state SET data = '{}' WHERE key = $1`, [key]);
      await client.query('DELETE FROM pulumi.pulumi_state WHERE key = $1', [key]);
    } finally {
      await client.end();
    }
  };
  await write(null);
  await write('7');
  for (const [fence, holder] of [
    ['6', 'me'],
    ['8', 'me'],
    ['7', 'another'],
  ] as const) {
    await expect(write(fence, holder)).rejects.toMatchObject({
      code: 'ENG01',
      message: expect.stringContaining('organization/p/s'),
    });
  }
});
