/**
 * Every crash point of every scenario, which takes some minutes:
 * `node provisioners/engine/testing/crash-long.ts [scenario …]`. Ends with 1 when a crash ended otherwise than an undisturbed run.
 */
import { prepareStateSchema } from '../state/schema.ts';
import { proveEveryPoint } from './crash-proof.ts';
import { CRASH_SCENARIOS } from './crash-scenarios.ts';
import { createTestDatabase } from './postgres.ts';
import { WORLD_TABLES } from './world-package.ts';

const database = await createTestDatabase();
try {
  await prepareStateSchema(database.url);
  await database.query(WORLD_TABLES);
  const asked = process.argv.slice(2);
  for (const [name, scenario] of Object.entries(CRASH_SCENARIOS)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    const startedAt = performance.now();
    const { writes, crashes, wrong } = await proveEveryPoint(database, name, scenario);
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    process.stdout.write(`${name}: ${crashes} crashes at ${writes} writes in ${seconds} s, ${wrong.length} wrong\n`);
    for (const line of wrong) process.stdout.write(`  ${line}\n`);
    if (wrong.length > 0) process.exitCode = 1;
  }
} finally {
  await database.close();
}
