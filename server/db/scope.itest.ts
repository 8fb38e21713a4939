import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../domain/ids.ts';
import { createMigratedDatabase } from '../testing/migrated.ts';
import { createDatabase, type Database } from './client.ts';
import { inScope, PLATFORM } from './scope.ts';

let db: Database;
let drop: () => Promise<void>;
const [lanhai, beiyuan, platform] = [newId(), newId(), newId()];
const [chen, wu, lin] = [newId(), newId(), newId()];

beforeAll(async () => {
  const migrated = await createMigratedDatabase();
  drop = () => migrated.drop();
  db = createDatabase(migrated.applicationUrl);
  await inScope(db, PLATFORM, async (tx) => {
    for (const [id, slug, kind] of [
      [lanhai, 'lanhai', 'customer'],
      [beiyuan, 'beiyuan', 'customer'],
      [platform, 'platform', 'platform'],
    ] as const) {
      await tx.organisation.create({ data: { id, slug, name: slug, kind } });
    }
    for (const [id, organisationId, role] of [
      [chen, lanhai, 'customer_admin'],
      [wu, beiyuan, 'customer_admin'],
      [lin, platform, 'platform_admin'],
    ] as const) {
      await tx.user.create({ data: { id, email: `${id}@example.test`, name: id, passwordHash: 'x' } });
      await tx.membership.create({ data: { id: newId(), organisationId, userId: id, role } });
    }
  });
});

afterAll(async () => {
  await db.$disconnect();
  await drop();
});

describe('row-level security', () => {
  test('shows an organisation itself, its people and those of the platform, and nobody else', async () => {
    const seen = await inScope(db, { kind: 'organisation', organisationId: lanhai }, async (tx) => ({
      organisations: (await tx.organisation.findMany()).map(({ id }) => id),
      people: (await tx.user.findMany()).map(({ id }) => id).toSorted(),
      memberships: (await tx.membership.findMany()).map(({ userId }) => userId),
    }));
    expect(seen).toEqual({ organisations: [lanhai], people: [chen, lin].toSorted(), memberships: [chen] });
  });

  test('shows nothing without a scope', async () => {
    expect(await db.user.findMany()).toEqual([]);
    expect(await db.organisation.findMany()).toEqual([]);
  });

  test('refuses a row for another organisation', async () => {
    const row = { id: newId(), organisationId: beiyuan, userId: chen, role: 'customer_member' } as const;
    await expect(
      inScope(db, { kind: 'organisation', organisationId: lanhai }, (tx) => tx.membership.create({ data: row })),
    ).rejects.toThrow();
    expect(await inScope(db, PLATFORM, (tx) => tx.membership.count({ where: { userId: chen } }))).toBe(1);
  });
});
