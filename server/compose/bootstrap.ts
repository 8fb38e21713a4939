// Makes the first people of an installation and ends. Prints one JSON object when it made them, nothing when there were people already.
import process from 'node:process';
import { createDatabase } from '../db/client.ts';
import { BootstrapEnv, readEnv } from '../env.ts';
import { bootstrapInstallation } from '../services/bootstrap.ts';

const env = readEnv(BootstrapEnv);
const db = createDatabase(env.PLATFORM_APP_URL, 1);
try {
  const made = await bootstrapInstallation(db, env.FIRST_PEOPLE);
  if (made) process.stdout.write(`${JSON.stringify(made)}\n`);
} finally {
  await db.$disconnect();
}
