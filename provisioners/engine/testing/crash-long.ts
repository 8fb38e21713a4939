/**
 * Every crash point of every scenario, for an hour in which the machine has nothing better to do:
 * `node provisioners/engine/testing/crash-long.ts [scenario …]`. Ends with 1 when a crash ended otherwise than an undisturbed run.
 */
import { prepareStateSchema } from '../state/schema.ts';
import type { CrashScenario } from './crash-chain.ts';
import { proveEveryPoint } from './crash-proof.ts';
import { createTestDatabase } from './postgres.ts';
import { WORLD_TABLES } from './world-package.ts';

const SCENARIOS: Readonly<Record<string, CrashScenario>> = {
  create: { serial: true, from: null, to: 'first', after: 'first' },
  change: { serial: true, from: 'first', to: 'second', after: 'second' },
  'change-side-by-side': { serial: false, from: 'first', to: 'second', after: 'second' },
  'change-then-back': { serial: true, from: 'first', to: 'second', after: 'first' },
  'change-then-destroy': { serial: true, from: 'first', to: 'second', after: null },
  destroy: { serial: true, from: 'first', to: null, after: null },
  'destroy-then-create': { serial: true, from: 'first', to: null, after: 'first' },
};

const database = await createTestDatabase();
try {
  await prepareStateSchema(database.url);
  await database.query(WORLD_TABLES);
  const asked = process.argv.slice(2);
  for (const [name, scenario] of Object.entries(SCENARIOS)) {
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
