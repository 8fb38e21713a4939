import { afterAll, beforeAll, expect, test } from 'vitest';
import { prepareStateSchema } from '../state/schema.ts';
import { proveEveryPoint } from '../testing/crash-proof.ts';
import { CRASH_SCENARIOS } from '../testing/crash-scenarios.ts';
import { createTestDatabase, type TestDatabase } from '../testing/postgres.ts';
import { WORLD_TABLES } from '../testing/world-package.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await prepareStateSchema(database.url);
  await database.query(WORLD_TABLES);
});
afterAll(() => database.close());

// The other scenarios are those of testing/crash-long.ts. Each step is a write of its own, which tells what the one before achieved.
test.each([
  ['create', 20],
  ['change', 25],
  ['destroy', 20],
] as const)(
  'twenty resources, killed before and after each write of the state in "%s": the end is always the same',
  { timeout: 900_000 },
  async (name, writesMin) => {
    const { writes, crashes, wrong } = await proveEveryPoint(database, name, CRASH_SCENARIOS[name]);
    expect(wrong).toEqual([]);
    expect(writes).toBeGreaterThanOrEqual(writesMin);
    // Deletes that come together share a write, so the number differs a little from run to run.
    expect(crashes).toBeGreaterThanOrEqual(2 * writes - 4);
  },
);
