/**
 * A tenant for tests of packs: a pack applied to a real database, with an owner and an API role, as a target applies it. The driver is the
 * caller's, so that offerings stay without one. Only tests import this.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import type { PackSource } from '../offering.ts';
import { loadPack, migrationsOf } from './load.ts';

export type Json = Record<string, unknown>;

interface Queryable {
  query(text: string, values?: readonly unknown[]): Promise<{ rows: Json[] }>;
}

/** What a test needs of a connection pool. */
export interface Sql extends Queryable {
  connect(): Promise<Queryable & { release(): void }>;
  on(event: 'error', listener: () => void): unknown;
  on(event: 'connect', listener: (client: { on(event: 'error', listener: () => void): unknown }) => void): unknown;
  end(): Promise<void>;
}

export interface TestTenant {
  readonly owner: string;
  readonly apiRole: string;
  /** A superuser in the tenant's database. */
  readonly admin: Sql;
  /** The API role, several connections. */
  readonly api: Sql;
  /** Calls a function the way the gateway does; a fresh idempotency key unless one is given, null for a function that only reads. */
  call(fn: string, body: Json, key?: string | null, caller?: string): Promise<Json>;
  /** The same, with the envelope that says whether an earlier answer was given again. */
  callWithKey(
    fn: string,
    key: string | null,
    body: Json,
    caller?: string,
  ): Promise<{ readonly replayed: boolean; readonly result: Json }>;
  rows(text: string, values?: readonly unknown[]): Promise<Json[]>;
  /** Rules that are broken right now, by name. */
  broken(): Promise<Record<string, number>>;
  close(): Promise<void>;
}

export interface TestTenantOptions {
  readonly modules?: readonly string[];
  readonly params?: Json;
  /** The public side of a hybrid tenant instead of the record. */
  readonly edge?: boolean;
}

/** Applies the pack with these modules to an empty database.
 * @param connect opens a pool on a URL */
export async function openTestTenant(
  pack: PackSource,
  database: { readonly url: string; drop(): Promise<void> },
  connect: (url: string) => Sql,
  { modules = [], params = {}, edge = false }: TestTenantOptions = {},
): Promise<TestTenant> {
  const admin = quietly(connect(database.url));
  const ref = `t_${randomBytes(5).toString('hex')}`;
  const [owner, apiRole, password] = [`${ref}_owner`, `${ref}_api`, randomBytes(12).toString('hex')];
  await admin.query(`CREATE ROLE ${owner} NOLOGIN`);
  await admin.query(`CREATE ROLE ${apiRole} LOGIN PASSWORD '${password}'`);
  await installPack(pack, admin, owner, { modules, edge });
  await admin.query('SELECT pack.set_params($1)', [JSON.stringify(params)]);
  await admin.query('SELECT pack.grant_to($1, NULL)', [apiRole]);
  const apiUrl = Object.assign(new URL(database.url), { username: apiRole, password });
  const api = quietly(connect(apiUrl.href));

  const callWithKey: TestTenant['callWithKey'] = async (fn, key, body, caller = 'test') => {
    // Not pool.query: that closes the connection of a refused call, and the next one starts with cold caches.
    const client = await api.connect();
    try {
      const context = JSON.stringify({ caller, requestId: 'test', channel: 'api' });
      const values = [fn, key, JSON.stringify(body), context];
      const { rows } = await client.query('SELECT pack.call($1, $2, $3, $4) AS answer', values);
      return rows[0]?.['answer'] as { replayed: boolean; result: Json };
    } finally {
      client.release();
    }
  };
  return {
    owner,
    apiRole,
    admin,
    api,
    callWithKey,
    call: async (fn, body, key = randomUUID(), caller = 'test') => (await callWithKey(fn, key, body, caller)).result,
    rows: async (text, values) => (await admin.query(text, values)).rows,
    broken: async () => {
      const { rows } = await api.query('SELECT rule, violations FROM api.invariants WHERE violations <> 0');
      return Object.fromEntries(rows.map((row) => [String(row['rule']), Number(row['violations'])]));
    },
    close: async () => {
      await api.end();
      await admin.query(`REASSIGN OWNED BY ${owner} TO CURRENT_USER`);
      await admin.query(`DROP OWNED BY ${owner}, ${apiRole}`);
      await admin.query(`DROP ROLE ${owner}, ${apiRole}`);
      await admin.end();
      await database.drop();
    },
  };
}

/** A database is dropped under connections that are still closing: their last words are no failure of the test. */
function quietly(pool: Sql): Sql {
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/** What the preparation needs a superuser for first, the rest as the owner, each file in a transaction.
 * @param admin one connection must do it all */
export async function installPack(
  source: PackSource,
  admin: Queryable,
  owner: string,
  { modules = [], edge = false }: Pick<TestTenantOptions, 'modules' | 'edge'> = {},
): Promise<void> {
  const record = await loadPack(source);
  const pack = edge && record.edge !== null ? record.edge.pack : record;
  await admin.query(`BEGIN; ${pack.prepareSql}; COMMIT`);
  await admin.query(
    `DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO ${owner}', current_database()); END $$`,
  );
  for (const { id, sql, sha256 } of migrationsOf(pack, modules)) {
    try {
      await admin.query(
        `BEGIN; SET LOCAL ROLE ${owner}; ${sql}; SELECT pack.record_migration('${id}', '${sha256}'); COMMIT`,
      );
    } catch (cause) {
      throw new Error(`migration ${id} failed: ${String(cause)}`, { cause });
    }
  }
}

/** What a call was refused with. Throws when it was not refused. */
export async function refusal(call: Promise<unknown>): Promise<{ code: string; facts: Json }> {
  const outcome = await call.then(
    (value: unknown) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if (!('error' in outcome)) throw new Error(`expected a refusal, got ${JSON.stringify(outcome.value)}`);
  const { code = '', detail, message } = outcome.error as { code?: string; detail?: string; message?: string };
  return { code, facts: detail?.startsWith('{') === true ? (JSON.parse(detail) as Json) : { message } };
}
