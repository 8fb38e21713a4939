import { Client } from 'pg';
import { expect, test } from 'vitest';
import { createMigratedDatabase } from './postgres.ts';

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return client;
}

test('a migrated database has two roles: one owns the tables, the other only uses them', async () => {
  const database = await createMigratedDatabase();
  const owner = await connect(database.ownerUrl);
  const application = await connect(database.applicationUrl);
  try {
    const { rows } = await owner.query(
      'SELECT count(*)::int AS applied FROM _prisma_migrations WHERE finished_at IS NOT NULL',
    );
    expect(rows[0]).toMatchObject({ applied: expect.any(Number) as number });
    await expect(application.query('CREATE TABLE public.mine ()')).rejects.toMatchObject({ code: '42501' });
    await expect(application.query('ALTER TABLE "Tenant" DISABLE ROW LEVEL SECURITY')).rejects.toMatchObject({
      code: '42501',
    });
    const attributes = await application.query(
      'SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user',
    );
    expect(attributes.rows).toEqual([{ rolsuper: false, rolbypassrls: false }]);
  } finally {
    await owner.end();
    await application.end();
    await database.drop();
  }
});
