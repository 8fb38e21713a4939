// Copies of a platform database with every migration applied: migrated once into a template, then cloned.
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { Client, escapeIdentifier } from 'pg';
import { ensureApplicationRole, ensureOwnerRole, OWNER_ROLE } from '../start/platform-roles.ts';
import { describeDatabase, onCluster, testClusterUrl, type TestDatabase } from './shared-cluster.ts';

export interface MigratedDatabase extends TestDatabase {
  /** As the owner of its tables: migrations, and the worker's own schemas. */
  ownerUrl: string;
  /** As the application: row-level security applies. */
  applicationUrl: string;
}

const PASSWORD = 'test';
const LOGIN = 'industry_cloud_app_login';
const ROOT = path.resolve(import.meta.dirname, '../..');

/** Make a platform database with all migrations applied; about 50 ms after the first of a run. */
export async function createMigratedDatabase(): Promise<MigratedDatabase> {
  const clusterUrl = await testClusterUrl();
  const template = await templateDatabase(clusterUrl);
  const name = `platform_${randomBytes(6).toString('hex')}`;
  await onCluster(clusterUrl, `CREATE DATABASE ${name} TEMPLATE ${template} OWNER ${OWNER_ROLE}`);
  const database = describeDatabase(clusterUrl, name);
  return { ...database, ownerUrl: as(database.url, OWNER_ROLE), applicationUrl: as(database.url, LOGIN) };
}

/** The template's name holds the hash of the migrations, so a cluster that lives longer than a run stays right. */
async function templateDatabase(clusterUrl: string): Promise<string> {
  const template = `template_platform_${await hashMigrations()}`;
  const client = new Client({ connectionString: clusterUrl });
  await client.connect();
  try {
    await client.query("SELECT pg_advisory_lock(hashtext('industry-cloud template'))");
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [template]);
    if (rowCount === 0) await buildTemplate(client, clusterUrl, template);
  } finally {
    await client.end();
  }
  return template;
}

async function buildTemplate(client: Client, clusterUrl: string, template: string): Promise<void> {
  const workshop = `${template}_new`;
  await ensureOwnerRole(client, PASSWORD);
  await ensureApplicationRole(client, { name: LOGIN, password: PASSWORD });
  await client.query(`DROP DATABASE IF EXISTS ${escapeIdentifier(workshop)} WITH (FORCE)`);
  await client.query(`CREATE DATABASE ${escapeIdentifier(workshop)} OWNER ${OWNER_ROLE}`);
  const ownerUrl = as(describeDatabase(clusterUrl, workshop).url, OWNER_ROLE);
  await promisify(execFile)(
    process.execPath,
    [path.join(ROOT, 'node_modules/prisma/build/index.js'), 'migrate', 'deploy'],
    { cwd: ROOT, env: { ...process.env, DATABASE_URL: ownerUrl } },
  );
  await client.query(`ALTER DATABASE ${escapeIdentifier(workshop)} RENAME TO ${escapeIdentifier(template)}`);
}

async function hashMigrations(): Promise<string> {
  const folder = path.join(ROOT, 'prisma/migrations');
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.sql')).toSorted();
  const hash = createHash('sha256');
  for (const file of files) hash.update(file).update(await readFile(path.join(folder, file)));
  return hash.digest('hex').slice(0, 12);
}

function as(url: string, role: string): string {
  const changed = new URL(url);
  changed.username = role;
  changed.password = PASSWORD;
  return changed.href;
}
