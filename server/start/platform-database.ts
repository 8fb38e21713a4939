// The platform database before anything uses it: reachable, new enough, owned, migrated, with its application role.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { Client, escapeIdentifier } from 'pg';
import { childEnv } from './child-env.ts';
import type { Cluster } from './cluster.ts';
import { hasCode, messageOf, StartFailure } from './failure.ts';
import { ensureApplicationRole, ensureOwnerRole, OWNER_ROLE } from './platform-roles.ts';
import type { Secrets } from './secrets.ts';

export interface PlatformUrls {
  ownerUrl: string;
  applicationUrl: string;
}

const ROOT = path.resolve(import.meta.dirname, '../..');
/** Name of the platform database on our own cluster. */
const PLATFORM_DATABASE = 'industry_cloud';
const VERSION_MIN = 180_000;
const CONNECT_WITHIN_MS = 8_000;

/** Make the platform database on our own cluster, with its two roles. */
export async function openEmbedded(cluster: Cluster, secrets: Secrets): Promise<PlatformUrls> {
  await withClient(cluster.url(), async (client) => {
    await ensureOwnerRole(client, secrets.ownerPassword);
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [PLATFORM_DATABASE]);
    if (rowCount === 0) {
      await client.query(`CREATE DATABASE ${PLATFORM_DATABASE} OWNER ${OWNER_ROLE}`);
      await client.query(`REVOKE ALL ON DATABASE ${PLATFORM_DATABASE} FROM PUBLIC`);
    }
    const login = await giveLogin(client, PLATFORM_DATABASE, secrets);
    await client.query(`GRANT CONNECT ON DATABASE ${PLATFORM_DATABASE} TO ${escapeIdentifier(login)}`);
  });
  const ownerUrl = as(cluster.url(PLATFORM_DATABASE), OWNER_ROLE, secrets.ownerPassword);
  return { ownerUrl, applicationUrl: as(ownerUrl, loginName(PLATFORM_DATABASE), secrets.applicationPassword) };
}

/** Check a database given from outside.
 * @throws StartFailure: unreachable, refused, missing, too old, not PostgreSQL, or a role without the rights */
export async function checkExternal(url: string): Promise<void> {
  const client = await connectExternal(url);
  try {
    const { rows } = await client.query<{ version: string; text: string; roles: boolean; create: boolean }>(
      `SELECT current_setting('server_version_num') AS version, current_setting('server_version') AS text,
              rolcreaterole OR rolsuper AS roles, has_database_privilege(current_database(), 'CREATE') AS create
         FROM pg_roles WHERE rolname = current_user`,
    );
    const [server] = rows;
    if (!server || Number(server.version) < VERSION_MIN) {
      throw new StartFailure(`DATABASE_URL is a PostgreSQL ${server?.text}; 18 or newer is needed.`);
    }
    if (!server.roles || !server.create) {
      throw new StartFailure(
        'DATABASE_URL: its role needs CREATEROLE, and CREATE on the database, to set up the application role and schemas.',
      );
    }
  } finally {
    await client.end();
  }
}

/** Make the application role in a database given from outside. */
export async function openExternal(url: string, secrets: Secrets): Promise<PlatformUrls> {
  const database = decodeURIComponent(new URL(url).pathname.slice(1));
  const login = await withClient(url, async (client) => {
    const name = await giveLogin(client, database, secrets);
    await client.query(`GRANT CONNECT ON DATABASE ${escapeIdentifier(database)} TO ${escapeIdentifier(name)}`);
    return name;
  });
  return { ownerUrl: url, applicationUrl: as(url, login, secrets.applicationPassword) };
}

/** Apply what is missing with the stock Prisma CLI, which is not even started when nothing is.
 * @returns how many migrations were applied
 * @throws StartFailure with Prisma's words */
export async function migrate(ownerUrl: string): Promise<number> {
  const missing = await missingMigrations(ownerUrl);
  if (missing === 0) return 0;
  try {
    await promisify(execFile)(
      process.execPath,
      [path.join(ROOT, 'node_modules/prisma/build/index.js'), 'migrate', 'deploy'],
      { cwd: ROOT, env: childEnv({ DATABASE_URL: ownerUrl, PATH: pathWithBin() }) },
    );
  } catch (error) {
    const output = error instanceof Error && 'stderr' in error ? String(error.stderr) : messageOf(error);
    throw new StartFailure(`The migrations of the platform database failed: ${output.trim()}`);
  }
  return missing;
}

/** A changed checksum counts as missing, so that Prisma gets to complain about it. */
async function missingMigrations(ownerUrl: string): Promise<number> {
  const applied = await withClient(ownerUrl, async (client) => {
    const { rows: tables } = await client.query("SELECT to_regclass('public._prisma_migrations') AS found");
    if (!tables[0]?.found) return new Set<string>();
    const { rows } = await client.query<{ name: string; checksum: string }>(
      'SELECT migration_name AS name, checksum FROM _prisma_migrations WHERE finished_at IS NOT NULL',
    );
    return new Set(rows.map(({ name, checksum }) => `${name} ${checksum}`));
  });
  const folder = path.join(ROOT, 'prisma/migrations');
  const names = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const wanted = await Promise.all(
    names.map(async ({ name }) => {
      const sql = await readFile(path.join(folder, name, 'migration.sql'));
      return `${name} ${createHash('sha256').update(sql).digest('hex')}`;
    }),
  );
  return wanted.filter((migration) => !applied.has(migration)).length;
}

async function connectExternal(url: string): Promise<Client> {
  const { hostname, port, username } = new URL(url);
  const where = `${hostname}:${port || 5432}`;
  const client = new Client({ connectionString: url, connectionTimeoutMillis: CONNECT_WITHIN_MS });
  client.on('error', () => {}); // a reset after the handshake is reported by connect()
  try {
    await client.connect();
    return client;
  } catch (error) {
    throw new StartFailure(`DATABASE_URL: ${connectionTrouble(error, where, decodeURIComponent(username))}`);
  }
}

function connectionTrouble(error: unknown, where: string, user: string): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === '28P01' || code === '28000')
    return `the server at ${where} refuses ${user || 'this user'}: wrong name or password.`;
  if (code === '3D000') return `the server at ${where} has no such database; create it first.`;
  if (/^[0-9A-Z]{5}$/.test(code) && error instanceof Error && 'severity' in error)
    return `${where}: ${messageOf(error)}`;
  if (['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'].includes(code)) {
    return `no server answers at ${where} (${code}).`;
  }
  if (hasCode(error, 'ECONNRESET')) return `what answers at ${where} is not PostgreSQL.`;
  return `no PostgreSQL answers at ${where} (${messageOf(error)}).`;
}

/** Roles belong to the server, databases of two installations may share one: the name holds the database's. */
async function giveLogin(client: Client, database: string, secrets: Secrets): Promise<string> {
  const name = loginName(database);
  await ensureApplicationRole(client, { name, password: secrets.applicationPassword });
  return name;
}

const loginName = (database: string) =>
  `industry_cloud_app_${createHash('sha256').update(database).digest('hex').slice(0, 8)}`;

function as(url: string, role: string, password: string): string {
  const changed = new URL(url);
  changed.username = role;
  changed.password = password;
  return changed.href;
}

async function withClient<T>(url: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

function pathWithBin(): string {
  return `${path.join(ROOT, 'node_modules/.bin')}:${process.env.PATH ?? ''}`;
}
