/**
 * Template databases: one for each pack version and set of modules, made once, cloned for every tenant. A template is built under
 * another name and renamed when done, so an interrupted build is never taken for a finished one.
 */
import { Client, escapeIdentifier, escapeLiteral, type ClientBase } from 'pg';
import { checksumOf, migrationsOf, type LoadedPack } from '../../kit/pack/load.ts';
import { connectCluster, inTransaction, sqlState, withLock, type Cluster } from './cluster.ts';
import { templateName } from './names.ts';

/** Owns the objects of all templates; a clone hands them over to the tenant's owner. Owns no database and cannot sign in. */
const TEMPLATE_OWNER = 'pack_owner';
const LOCK = 'industry-cloud templates';

export function templateOf(pack: LoadedPack, modules: readonly string[]): string {
  return templateName(pack.source.name, pack.source.version, checksumOf(pack, modules));
}

/** Builds the template when it is missing. Safe from several processes at once.
 * @returns its name */
export async function ensureTemplate(cluster: Cluster, pack: LoadedPack, modules: readonly string[]): Promise<string> {
  const name = templateOf(pack, modules);
  if (await exists(cluster.admin, name)) return name;
  await withLock(cluster.admin, LOCK, async (admin) => {
    if (!(await exists(admin, name))) await build(cluster, admin, name, pack, modules);
  });
  return name;
}

/** Drops templates that nobody will clone any more, and what interrupted builds left.
 * @param wanted names to keep */
export async function dropStaleTemplates(cluster: Cluster, wanted: ReadonlySet<string>): Promise<void> {
  await withLock(cluster.admin, LOCK, async (admin) => {
    const { rows } = await admin.query<{ datname: string }>(
      "SELECT datname FROM pg_database WHERE starts_with(datname, 'tpl_') ORDER BY datname",
    );
    for (const { datname } of rows) {
      if (!wanted.has(datname)) await dropUnused(admin, datname);
    }
  });
}

/** The bare cost under a tenant's database: clones a template and drops the clone again.
 * @returns milliseconds that CREATE DATABASE took, as measured by the client */
export async function bareClone(adminUrl: string, template: string): Promise<number> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  const name = escapeIdentifier(`bare_${process.pid}_${Date.now().toString(36)}`);
  try {
    const startedAt = performance.now();
    await client.query(cloneStatement(name, escapeIdentifier(template)));
    const tookMs = performance.now() - startedAt;
    await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
    return tookMs;
  } finally {
    await client.end();
  }
}

/** The bare cost under a database in a tenant's own server: makes one with the pack in it, and drops it again.
 * @returns milliseconds that making it took, as measured by the client */
export async function bareInstallation(
  adminUrl: string,
  pack: LoadedPack,
  modules: readonly string[],
): Promise<number> {
  const cluster = connectCluster(adminUrl);
  const name = `bare_${process.pid}_${Date.now().toString(36)}`;
  try {
    const startedAt = performance.now();
    await cluster.admin.query(cloneStatement(escapeIdentifier(name), 'template0'));
    await cluster.inDatabase(name, async (client) => {
      await prepareDatabase(client, pack);
      await applyMigrations(client, pack, modules, 'postgres');
    });
    const tookMs = performance.now() - startedAt;
    await cluster.admin.query(`DROP DATABASE ${escapeIdentifier(name)} WITH (FORCE)`);
    return tookMs;
  } finally {
    await cluster.close();
  }
}

/** `wal_log` copies through the log; `file_copy` would force two checkpoints, which every tenant would feel. Names are quoted. */
export function cloneStatement(database: string, template: string): string {
  return `CREATE DATABASE ${database} TEMPLATE ${template} STRATEGY wal_log`;
}

async function exists(db: Pick<ClientBase, 'query'>, name: string): Promise<boolean> {
  const { rowCount } = await db.query('SELECT FROM pg_database WHERE datname = $1', [name]);
  return rowCount === 1;
}

async function build(
  cluster: Cluster,
  admin: ClientBase,
  name: string,
  pack: LoadedPack,
  modules: readonly string[],
): Promise<void> {
  const workshop = `${name}_new`;
  const quoted = escapeIdentifier(workshop);
  await ensureTemplateOwner(admin);
  await dropTemplate(admin, workshop);
  await admin.query(`CREATE DATABASE ${quoted}`);
  await admin.query(`REVOKE ALL ON DATABASE ${quoted} FROM PUBLIC`);
  await admin.query(`GRANT CREATE ON DATABASE ${quoted} TO ${TEMPLATE_OWNER}`);
  await cluster.inDatabase(workshop, async (client) => {
    await prepareDatabase(client, pack);
    await applyMigrations(client, pack, modules, TEMPLATE_OWNER);
    await client.query('VACUUM (FREEZE, ANALYZE)'); // clones then start with statistics and without rows to freeze
  });
  await admin.query(`ALTER DATABASE ${quoted} WITH ALLOW_CONNECTIONS false IS_TEMPLATE true`);
  await admin.query(`ALTER DATABASE ${quoted} RENAME TO ${escapeIdentifier(name)}`);
}

async function ensureTemplateOwner(admin: ClientBase): Promise<void> {
  const { rowCount } = await admin.query('SELECT FROM pg_roles WHERE rolname = $1', [TEMPLATE_OWNER]);
  if (rowCount === 0) await admin.query(`CREATE ROLE ${TEMPLATE_OWNER} NOLOGIN NOINHERIT`);
}

/** What a database needs before any migration; may be repeated. Large objects count as storage and obey no pack: functions that make
 * them are for superusers only. */
export async function prepareDatabase(client: ClientBase, pack: LoadedPack): Promise<void> {
  await inTransaction(client, async () => {
    await client.query(pack.prepareSql);
    for (const extension of pack.source.extensions) {
      await client.query(`CREATE EXTENSION IF NOT EXISTS ${escapeIdentifier(extension)} SCHEMA ext`);
    }
    await client.query(`
      REVOKE EXECUTE ON FUNCTION lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea), lo_put(oid, bigint, bytea),
        lowrite(integer, bytea) FROM PUBLIC`);
  });
}

/** Applies what is not applied yet, each file in a transaction of its own, as the owner of the pack's objects.
 * @throws Error when an applied migration has another content now */
export async function applyMigrations(
  client: ClientBase,
  pack: LoadedPack,
  modules: readonly string[],
  owner: string,
): Promise<void> {
  const applied = await appliedMigrations(client);
  for (const { id, sql, sha256 } of migrationsOf(pack, modules)) {
    const known = applied.get(id);
    if (known === sha256) continue;
    if (known !== undefined) {
      throw new Error(`migration ${id} of pack ${pack.source.name} was applied with another content`);
    }
    try {
      await inTransaction(client, async () => {
        await client.query(`SET LOCAL ROLE ${escapeIdentifier(owner)}`);
        await client.query(sql);
        await client.query('SELECT pack.record_migration($1, $2)', [id, sha256]);
      });
    } catch (cause) {
      throw new Error(`migration ${id} of pack ${pack.source.name} failed`, { cause });
    }
  }
  await noteInstalled(client, pack, modules);
}

async function appliedMigrations(client: ClientBase): Promise<ReadonlyMap<string, string>> {
  const { rows: found } = await client.query<{ found: string | null }>("SELECT to_regclass('pack.migration') AS found");
  if (found[0]?.found == null) return new Map();
  const { rows } = await client.query<{ id: string; sha256: string }>(
    "SELECT id, encode(sha256, 'hex') AS sha256 FROM pack.migration",
  );
  return new Map(rows.map(({ id, sha256 }) => [id, sha256]));
}

async function noteInstalled(client: ClientBase, pack: LoadedPack, modules: readonly string[]): Promise<void> {
  await client.query(
    `INSERT INTO pack.installed (pack, version, module) SELECT $1, $2, unnest($3::text[])
     ON CONFLICT (pack, module) DO UPDATE SET version = excluded.version, at = now()
     WHERE installed.version <> excluded.version`,
    [pack.source.name, pack.source.version, ['core', ...modules]],
  );
}

async function dropTemplate(admin: ClientBase, name: string): Promise<void> {
  if (!(await exists(admin, name))) return;
  await admin.query(`ALTER DATABASE ${escapeIdentifier(name)} WITH IS_TEMPLATE false`);
  await admin.query(`DROP DATABASE ${escapeIdentifier(name)} WITH (FORCE)`);
}

/** A template that is being cloned right now stays until the next time. */
async function dropUnused(admin: ClientBase, name: string): Promise<void> {
  try {
    await dropTemplate(admin, name);
  } catch (error) {
    if (sqlState(error) !== '55006') throw error;
  }
}

/** Leaves databases of the cluster that are nobody's tenant closed to tenants' roles. */
export async function closeSharedDatabases(cluster: Cluster): Promise<void> {
  await cluster.admin.query(`DO ${escapeLiteral(CLOSE_SHARED)}`);
}

const CLOSE_SHARED = `
DECLARE
  shared name;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('${LOCK}', 1));
  FOR shared IN SELECT datname FROM pg_database
    WHERE datname IN ('postgres', 'template1') AND has_database_privilege('public', oid, 'CONNECT') LOOP
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', shared);
  END LOOP;
END`;
