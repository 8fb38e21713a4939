/** A shop for tests: the pack applied to a real database, with an owner and an API role, as a target applies it. */
import { randomBytes, randomUUID } from 'node:crypto';
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

export interface Shop {
  readonly owner: string;
  readonly apiRole: string;
  /** A superuser in the tenant's database. */
  readonly admin: Sql;
  /** The API role, several connections. */
  readonly api: Sql;
  /** Calls a function the way the gateway does; a fresh idempotency key unless one is given. */
  call(fn: string, body: Record<string, unknown>, key?: string): Promise<Json>;
  /** The same, with the envelope {replayed, result}. */
  callWithKey(
    fn: string,
    key: string | null,
    body: Record<string, unknown>,
  ): Promise<{ replayed: boolean; result: Json }>;
  rows(text: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  /** Rules that are broken right now, by name. */
  broken(): Promise<Record<string, number>>;
  close(): Promise<void>;
}

export type Json = Record<string, unknown>;

export interface ShopOptions {
  readonly modules?: readonly string[];
  readonly params?: Record<string, unknown>;
}

interface Database {
  readonly url: string;
  drop(): Promise<void>;
}

export const PACK = {
  name: 'ecommerce',
  version: '1.1.1',
  directory: import.meta.dirname,
  extensions: ['btree_gist', 'ltree'],
} as const;

/** Applies the pack to an empty database.
 * @param connect opens a pool on a URL */
export async function openShop(
  database: Database,
  connect: (url: string) => Sql,
  { modules = [], params = {} }: ShopOptions = {},
): Promise<Shop> {
  const admin = quietly(connect(database.url));
  const ref = `t_${randomBytes(5).toString('hex')}`;
  const owner = `${ref}_owner`;
  const apiRole = `${ref}_api`;
  const password = randomBytes(12).toString('hex');
  await admin.query(`CREATE ROLE ${owner} NOLOGIN`);
  await admin.query(`CREATE ROLE ${apiRole} LOGIN PASSWORD '${password}'`);
  await installPack(admin, owner, modules);
  await admin.query('SELECT pack.set_params($1)', [JSON.stringify(params)]);
  await admin.query('SELECT pack.grant_to($1, NULL)', [apiRole]);

  const apiUrl = new URL(database.url);
  apiUrl.username = apiRole;
  apiUrl.password = password;
  const api = quietly(connect(apiUrl.href));

  const callWithKey: Shop['callWithKey'] = async (fn, key, body) => {
    // Not pool.query: that closes the connection of a refused call, and the next one starts with cold caches.
    const client = await api.connect();
    try {
      const { rows } = await client.query('SELECT pack.call($1, $2, $3, $4) AS answer', [
        fn,
        key,
        JSON.stringify(body),
        CONTEXT,
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
    call: async (fn, body, key = randomUUID()) => (await callWithKey(fn, key, body)).result,
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

/** As the gateway sends it: this channel is the way in, not a channel of sales. */
const CONTEXT = JSON.stringify({ caller: 'test', requestId: 'test', channel: 'api' });

/** prepare.sql as superuser, the rest as the owner, each file in a transaction; one connection must do it all. */
export async function installPack(admin: Sql, owner: string, modules: readonly string[]): Promise<void> {
  const pack = await loadPack(PACK);
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

/** A product on sale with stock, ready to be ordered. */
export async function stockProduct(
  shop: Shop,
  { sku, qty, priceMinor = '1999', category }: { sku: string; qty: number; priceMinor?: string; category?: string },
): Promise<void> {
  const slug = `p-${sku.toLowerCase()}`;
  await shop.call('create_product', { slug, name: `Product ${sku}`, ...(category === undefined ? {} : { category }) });
  await shop.call('create_variant', { slug, sku });
  await shop.call('set_offer', { sku, priceMinor });
  await shop.call('publish_product', { slug });
  if (qty > 0) await shop.call('receive_stock', { sku, qty });
}
