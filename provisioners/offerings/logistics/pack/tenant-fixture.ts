/** A logistics tenant for tests: the pack applied to a real database, with an owner and an API role, as a target applies it. */
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

export interface Tenant {
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

export interface TenantOptions {
  readonly modules?: readonly string[];
  readonly params?: Record<string, unknown>;
  /** The public side of a hybrid tenant instead. */
  readonly side?: 'record' | 'edge';
}

interface Database {
  readonly url: string;
  drop(): Promise<void>;
}

export const PACK = {
  name: 'logistics',
  version: '1.0.0',
  directory: import.meta.dirname,
  extensions: ['btree_gist', 'ltree'],
} as const;

/** Applies the pack to an empty database.
 * @param connect opens a pool on a URL */
export async function openTenant(
  database: Database,
  connect: (url: string) => Sql,
  { modules = [], params = {}, side = 'record' }: TenantOptions = {},
): Promise<Tenant> {
  const admin = quietly(connect(database.url));
  const ref = `t_${randomBytes(5).toString('hex')}`;
  const owner = `${ref}_owner`;
  const apiRole = `${ref}_api`;
  const password = randomBytes(12).toString('hex');
  await admin.query(`CREATE ROLE ${owner} NOLOGIN`);
  await admin.query(`CREATE ROLE ${apiRole} LOGIN PASSWORD '${password}'`);
  await installPack(admin, owner, modules, side);
  await admin.query('SELECT pack.set_params($1)', [JSON.stringify(params)]);
  await admin.query('SELECT pack.grant_to($1, NULL)', [apiRole]);

  const apiUrl = new URL(database.url);
  apiUrl.username = apiRole;
  apiUrl.password = password;
  const api = quietly(connect(apiUrl.href));

  const callWithKey: Tenant['callWithKey'] = async (fn, key, body) => {
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
export async function installPack(
  admin: Sql,
  owner: string,
  modules: readonly string[],
  side: 'record' | 'edge',
): Promise<void> {
  const loaded = await loadPack(PACK);
  const pack = side === 'record' ? loaded : loaded.edge?.pack;
  if (pack === undefined) throw new Error('the pack has no public side');
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

export interface Network {
  readonly shipper: string;
  readonly from: string;
  readonly via: string;
  readonly to: string;
}

/** Three facilities in a row with lanes between them, 600 minutes each, and somebody who ships. */
export async function openNetwork(tenant: Tenant): Promise<Network> {
  const gln = async (fn: string, body: Json): Promise<string> => String((await tenant.call(fn, body))['gln']);
  const shipper = await gln('create_party', { name: 'Qinghe Textiles', role: 'shipper' });
  const [from, via, to] = [
    await gln('create_facility', { name: 'Hub North', kind: 'hub', city: 'Beijing' }),
    await gln('create_facility', { name: 'Hub Centre', kind: 'hub', city: 'Wuhan' }),
    await gln('create_facility', { name: 'Station South', kind: 'station', city: 'Shenzhen' }),
  ];
  await tenant.call('set_lane', { from, to: via, transitMinutes: 600, costMinor: '1200' });
  await tenant.call('set_lane', { from: via, to, transitMinutes: 600, costMinor: '900' });
  return { shipper, from, via, to };
}

export interface Parcel {
  readonly sscc: string;
  readonly epc: string;
  readonly trackToken: string;
  readonly deliverAt: string;
  readonly waybillNo: string;
}

/** Books `count` parcels on one waybill. */
export async function bookParcels(tenant: Tenant, network: Network, count: number): Promise<Parcel[]> {
  const answer = await tenant.call('book', {
    shipper: network.shipper,
    origin: network.from,
    destination: network.to,
    consignee: { name: 'Zhao Wei', phone: '+86 755 0000 0000', address: 'Nanshan 1' },
    parcels: Array.from({ length: count }, () => ({ weightG: 900 })),
  });
  const { deliverAt, waybillNo } = answer as { deliverAt: string; waybillNo: string };
  return (answer['parcels'] as Parcel[]).map((parcel) => ({ ...parcel, deliverAt, waybillNo }));
}

export const linkOf = (gln: string): string => `https://id.gs1.org/414/${gln}`;

/** Minutes from a fixed hour of yesterday, as an EPCIS time. */
export const at = (minutes: number): string =>
  new Date(Math.floor(Date.now() / 86_400_000) * 86_400_000 - 86_400_000 + minutes * 60_000).toISOString();

export const observed = (epcs: readonly string[], minutes: number, members: Json = {}): Json => ({
  type: 'ObjectEvent',
  action: 'OBSERVE',
  eventTime: at(minutes),
  eventTimeZoneOffset: '+08:00',
  epcList: epcs,
  ...members,
});

export const aggregated = (
  action: 'ADD' | 'DELETE' | 'OBSERVE',
  parentID: string,
  childEPCs: readonly string[],
  minutes: number,
  members: Json = {},
): Json => ({
  type: 'AggregationEvent',
  action,
  eventTime: at(minutes),
  eventTimeZoneOffset: '+08:00',
  parentID,
  childEPCs,
  ...members,
});

/** A document of the standard around events. */
export const documentOf = (eventList: readonly Json[], members: Json = {}): Json => ({
  '@context': ['https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld'],
  type: 'EPCISDocument',
  schemaVersion: '2.0',
  creationDate: new Date().toISOString(),
  epcisBody: { eventList },
  ...members,
});
