import { afterAll, beforeAll, expect, test } from 'vitest';
import { prepareStateSchema } from '../state/schema.ts';
import { proveEveryPoint } from '../testing/crash-proof.ts';
import { createTestDatabase, type TestDatabase } from '../testing/postgres.ts';
import { WORLD_TABLES } from '../testing/world-package.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await prepareStateSchema(database.url);
  await database.query(WORLD_TABLES);
});
afterAll(() => database.close());

// The other scenarios take longer: testing/crash-long.ts.
test(
  'twenty resources replaced, updated, added and dropped, killed before and after each write of the state: the end is always the same',
  { timeout: 900_000 },
  async () => {
    const { writes, crashes, wrong } = await proveEveryPoint(database, 'change', {
      serial: true,
      from: 'first',
      to: 'second',
      after: 'second',
    });
    expect(wrong).toEqual([]);
    // One write tells what a step achieved and what the next is about to do: one for each of the 27 steps. Deletes share theirs.
    expect(writes).toBeGreaterThanOrEqual(25);
    expect(crashes).toBeGreaterThanOrEqual(2 * writes - 4);
  },
);
