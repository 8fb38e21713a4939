/** Books for tests: the pack applied to a real database, with an owner and an API role, as a target applies it. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { SmokeClient } from '../../../kit/offering.ts';
import { loadPack, migrationsOf } from '../../../kit/pack/load.ts';

/** What a test needs of a connection pool; keeps the driver out of the offering. */
export interface Sql extends Queryable {
  connect(): Promise<Queryable & { release(): void }>;
  on(event: 'error', listener: () => void): unknown;
  on(event: 'connect', listener: (client: { on(event: 'error', listener: () => void): unknown }) => void): unknown;
  end(): Promise<void>;
}

interface Queryable {
  query(text: string, values?: readonly unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
}

export interface Books {
  readonly owner: string;
  readonly apiRole: string;
  /** A superuser in the tenant's database. */
  readonly admin: Sql;
  /** The API role, several connections. */
  readonly api: Sql;
  /** Calls a function the way the gateway does; a fresh idempotency key unless one is given. */
  call(fn: string, body: Record<string, unknown>, key?: string, caller?: string): Promise<Json>;
  /** The same, with the envelope {replayed, result}. */
  callWithKey(
    fn: string,
    key: string | null,
    body: Record<string, unknown>,
    caller?: string,
  ): Promise<{ replayed: boolean; result: Json }>;
  rows(text: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  /** Rules that are broken right now, by name. */
  broken(): Promise<Record<string, number>>;
  close(): Promise<void>;
}

export type Json = Record<string, unknown>;

export interface BooksOptions {
  readonly modules?: readonly string[];
  readonly params?: Record<string, unknown>;
  /** The public side of a hybrid ledger instead of the record. */
  readonly edge?: boolean;
}

interface Database {
  readonly url: string;
  drop(): Promise<void>;
}

export const PACK = {
  name: 'finance',
  version: '1.1.0',
  directory: import.meta.dirname,
  extensions: ['btree_gist'],
} as const;

/** Applies the pack to an empty database.
 * @param connect opens a pool on a URL */
export async function openBooks(
  database: Database,
  connect: (url: string) => Sql,
  { modules = [], params = {}, edge = false }: BooksOptions = {},
): Promise<Books> {
  const admin = quietly(connect(database.url));
  const ref = `t_${randomBytes(5).toString('hex')}`;
  const owner = `${ref}_owner`;
  const apiRole = `${ref}_api`;
  const password = randomBytes(12).toString('hex');
  await admin.query(`CREATE ROLE ${owner} NOLOGIN`);
  await admin.query(`CREATE ROLE ${apiRole} LOGIN PASSWORD '${password}'`);
  await installPack(admin, owner, modules, edge);
  await admin.query('SELECT pack.set_params($1)', [JSON.stringify(params)]);
  await admin.query('SELECT pack.grant_to($1, NULL)', [apiRole]);

  const apiUrl = new URL(database.url);
  apiUrl.username = apiRole;
  apiUrl.password = password;
  const api = quietly(connect(apiUrl.href));

  const callWithKey: Books['callWithKey'] = async (fn, key, body, caller = 'test') => {
    // Not pool.query: that closes the connection of a refused call, and the next one starts with cold caches.
    const client = await api.connect();
    try {
      const { rows } = await client.query('SELECT pack.call($1, $2, $3, $4) AS answer', [
        fn,
        key,
        JSON.stringify(body),
        JSON.stringify({ caller, requestId: 'test', channel: 'api' }),
      ]);
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
      const { rows } = await api.query(
        'SELECT rule, violations::int AS violations FROM api.invariants WHERE violations > 0',
      );
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

/** prepare.sql as superuser, the rest as the owner, each file in a transaction; one connection must do it all. */
export async function installPack(admin: Sql, owner: string, modules: readonly string[], edge = false): Promise<void> {
  const record = await loadPack(PACK);
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
  const {
    code = '',
    detail = '{}',
    message = '',
  } = outcome.error as { code?: string; detail?: string; message?: string };
  return { code, facts: detail.startsWith('{') ? (JSON.parse(detail) as Json) : { message } };
}

/** Accounts of a small house: cash at the bank, what customers have with it, income, and money put into the wallets. */
export async function openWallets(
  books: Books,
  wallets: readonly string[],
  { currency = 'CNY', fundMinor = '0', prefix = '' }: { currency?: string; fundMinor?: string; prefix?: string } = {},
): Promise<void> {
  const cash = `${prefix}CASH`;
  await books.call('open_account', { code: cash, name: 'Cash at the bank', kind: 'A', currency });
  for (const code of wallets) {
    await books.call('open_account', {
      code,
      name: `Wallet ${code}`,
      kind: 'L',
      currency,
      flags: ['debits_must_not_exceed_credits'],
    });
    if (fundMinor !== '0') await books.call('transfer', { debit: cash, credit: code, amountMinor: fundMinor });
  }
}

/** Counters of an account, as strings of minor units. */
export async function countersOf(books: Books, account: string): Promise<Json> {
  const rows = await books.rows(
    `SELECT debits_posted::text AS d, credits_posted::text AS c, debits_pending::text AS dp, credits_pending::text AS cp
     FROM ledger.account WHERE code = $1`,
    [account],
  );
  return rows[0] ?? {};
}

/** The smoke transaction's client, straight into the pack: statuses as the description says. */
export function smokeClientOf(
  books: Books,
  api: {
    readonly functions: Readonly<Record<string, { readonly status: number; readonly writes: boolean }>>;
    readonly errors: Readonly<Record<string, { readonly status: number }>>;
  },
): SmokeClient & { calls(): number } {
  let calls = 0;
  return {
    calls: () => calls,
    call: async (fn, body, key = randomUUID()) => {
      calls += 1;
      const spec = api.functions[fn];
      try {
        const { result } = await books.callWithKey(fn, spec?.writes === true ? key : null, body);
        return { status: spec?.status ?? 404, body: result };
      } catch (error) {
        const { code = '' } = error as { code?: string };
        return { status: api.errors[code]?.status ?? 500, body: { code } };
      }
    },
    view: async (name) => {
      calls += 1;
      return { status: 200, items: (await books.api.query(`SELECT * FROM api.${name} LIMIT 50`)).rows };
    },
  };
}
