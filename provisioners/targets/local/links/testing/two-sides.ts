/** Test support: both sides of a hybrid tenant on two real clusters, wired as the target wires them, without engine and gateway. */
import { randomBytes, randomUUID } from 'node:crypto';
import { Pool } from 'pg';
import { discoverOfferings } from '../../../../kit/discover.ts';
import { EDGE_MODULE } from '../../../../kit/offering.ts';
import { loadPack, type LoadedPack, type PackEdge } from '../../../../kit/pack/load.ts';
import { applyMigrations, prepareDatabase } from '../../templates.ts';
import { conninfoOf, ensurePublication, ensureSlot, ensureSubscription, type SubscriptionSpec } from '../ends.ts';

/** A cluster of the test's own; this folder may not import what tests may. */
export interface OwnCluster {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly url: (database?: string) => string;
  readonly stop: () => Promise<void>;
  readonly start: () => Promise<void>;
  readonly remove: () => Promise<void>;
}

export type Json = Record<string, unknown>;

export interface Side {
  readonly pool: Pool;
  /** Calls a function of the pack as the gateway does. */
  call(fn: string, body: Json, key?: string | null): Promise<Json>;
  rows<T extends object = Json>(text: string, values?: readonly unknown[]): Promise<T[]>;
  value<T = unknown>(text: string, values?: readonly unknown[]): Promise<T>;
}

export interface TwoSides {
  readonly ref: string;
  readonly privateCluster: OwnCluster;
  readonly sharedCluster: OwnCluster;
  readonly record: Side;
  readonly dmz: Side;
  readonly edge: Side;
  readonly passwords: { readonly repl: string; readonly intake: string };
  readonly subscriptions: {
    readonly local: SubscriptionSpec;
    readonly outward: SubscriptionSpec;
    readonly inward: SubscriptionSpec;
  };
  /** One round of housekeeping on both sides. @returns requests that wait for an answer */
  settleOnce(): Promise<number>;
  end(): Promise<void>;
}

const PRIVATE = {
  wal_level: 'logical',
  wal_retrieve_retry_interval: '1s',
  max_slot_wal_keep_size: '64MB',
  min_wal_size: '32MB',
  max_wal_size: '64MB',
};
const SHARED = { wal_level: 'logical', wal_retrieve_retry_interval: '1s', max_sync_workers_per_subscription: '1' };

/** @param start makes a cluster with these settings */
export async function openTwoSides(
  start: (settings: Record<string, string>) => Promise<OwnCluster>,
): Promise<TwoSides> {
  const ref = `t_${randomBytes(3).toString('hex')}`;
  const [privateCluster, sharedCluster, pack] = await Promise.all([start(PRIVATE), start(SHARED), shopPack()]);
  const record = await openPackDatabase(privateCluster, ref, pack, [EDGE_MODULE]);
  const edge = await openPackDatabase(sharedCluster, `${ref}_edge`, edgeOf(pack).pack, []);
  await record.pool.query(`CREATE DATABASE ${ref}_dmz`);
  const dmz = sideOf(privateCluster.url(`${ref}_dmz`));
  for (const { sql } of edgeOf(pack).published) await dmz.pool.query(sql);
  for (const [side, name] of [
    [record, ref],
    [dmz, `${ref}_dmz`],
    [edge, `${ref}_edge`],
  ] as const)
    await side.pool.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
  const passwords = { repl: randomBytes(12).toString('hex'), intake: randomBytes(12).toString('hex') };
  await dmz.pool
    .query(`CREATE ROLE ${ref}_repl LOGIN REPLICATION NOINHERIT CONNECTION LIMIT 4 PASSWORD '${passwords.repl}';
    GRANT CONNECT ON DATABASE ${ref}_dmz TO ${ref}_repl; GRANT USAGE ON SCHEMA edge TO ${ref}_repl; GRANT SELECT ON ALL TABLES IN SCHEMA edge TO ${ref}_repl`);
  await edge.pool
    .query(`CREATE ROLE ${ref}_intake LOGIN REPLICATION NOINHERIT CONNECTION LIMIT 4 PASSWORD '${passwords.intake}';
    GRANT CONNECT ON DATABASE ${ref}_edge TO ${ref}_intake; GRANT USAGE ON SCHEMA intake TO ${ref}_intake; GRANT SELECT ON ALL TABLES IN SCHEMA intake TO ${ref}_intake`);
  const at = ({ host, port }: OwnCluster) => ({ host, port, name: ref });
  const superuser = { user: privateCluster.user, password: privateCluster.password };
  const subscriptions: TwoSides['subscriptions'] = {
    local: {
      name: `${ref}_dmz`,
      slot: `${ref}_dmz`,
      publication: 'edge_out',
      origin: 'any',
      conninfo: conninfoOf({ ...at(privateCluster), database: ref, ...superuser }),
    },
    outward: {
      name: `${ref}_edge`,
      slot: `${ref}_edge`,
      publication: 'edge_out',
      origin: 'any',
      conninfo: conninfoOf({
        ...at(privateCluster),
        database: `${ref}_dmz`,
        user: `${ref}_repl`,
        password: passwords.repl,
      }),
    },
    inward: {
      name: `${ref}_intake`,
      slot: `${ref}_intake`,
      publication: 'edge_in',
      origin: 'none',
      conninfo: conninfoOf({
        ...at(sharedCluster),
        database: `${ref}_edge`,
        user: `${ref}_intake`,
        password: passwords.intake,
      }),
    },
  };
  await ensurePublication(record.pool, { name: 'edge_out', schema: 'edge', publish: 'all' });
  await ensurePublication(dmz.pool, { name: 'edge_out', schema: 'edge', publish: 'all' });
  await ensurePublication(edge.pool, { name: 'edge_in', schema: 'intake', publish: 'insert' });
  await connect(record, dmz, subscriptions.local);
  await connect(dmz, edge, subscriptions.outward);
  await connect(edge, record, subscriptions.inward);

  const settleOnce = async (): Promise<number> => {
    await edge.call('acknowledge_allotments', {}, null);
    await record.call('settle_edge', {}, null);
    const waiting = await edge.value(`SELECT count(*) FROM intake.order_request r
      WHERE NOT EXISTS (SELECT FROM edge.order_request_done d WHERE d.request_id = r.request_id)`);
    return Number(waiting);
  };
  return {
    ref,
    privateCluster,
    sharedCluster,
    record,
    dmz,
    edge,
    passwords,
    subscriptions,
    settleOnce,
    end: async () => {
      await Promise.all([record, dmz, edge].map(({ pool }) => pool.end()));
      await Promise.all([privateCluster.remove(), sharedCluster.remove()]);
    },
  };
}

async function connect(publisher: Side, subscriber: Side, spec: SubscriptionSpec): Promise<void> {
  await ensureSlot(publisher.pool, spec.slot);
  await ensureSubscription(subscriber.pool, spec);
}

async function shopPack(): Promise<LoadedPack> {
  for (const { pack } of await discoverOfferings()) {
    const loaded = pack === null ? null : await loadPack(pack);
    if (loaded?.edge?.published.some(({ sql }) => sql.includes('edge.allotment')) === true) return loaded;
  }
  throw new Error('no offering sells at its edge');
}

function edgeOf({ edge }: LoadedPack): PackEdge {
  if (edge === null) throw new Error('the pack has no edge');
  return edge;
}

async function openPackDatabase(
  cluster: OwnCluster,
  name: string,
  pack: LoadedPack,
  modules: readonly string[],
): Promise<Side> {
  const admin = sideOf(cluster.url());
  await admin.pool.query(`CREATE ROLE ${name}_owner NOLOGIN`);
  await admin.pool.query(`CREATE DATABASE ${name}`);
  await admin.pool.query(`GRANT CREATE ON DATABASE ${name} TO ${name}_owner`);
  await admin.pool.end();
  const side = sideOf(cluster.url(name));
  const client = await side.pool.connect();
  await prepareDatabase(client, pack);
  await applyMigrations(client, pack, modules, `${name}_owner`);
  client.release();
  return side;
}

function sideOf(url: string): Side {
  const pool = new Pool({ connectionString: url, max: 20 });
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  const rows = async <T extends object>(text: string, values?: readonly unknown[]): Promise<T[]> =>
    (await pool.query<T>(text, values as unknown[])).rows;
  return {
    pool,
    rows,
    value: async <T>(text: string, values?: readonly unknown[]) =>
      Object.values((await rows(text, values))[0] ?? {})[0] as T,
    call: async (fn, body, key = randomUUID()) => {
      const [row] = await rows<{ answer: { result: Json } }>('SELECT pack.call($1, $2, $3, $4) AS answer', [
        fn,
        key,
        body,
        { channel: 'api' },
      ]);
      return row?.answer.result ?? {};
    },
  };
}

/** A product on sale with stock on the private side. */
export async function stockProduct({ record }: TwoSides, sku: string, qty: number, priceMinor = '1999'): Promise<void> {
  const slug = `p-${sku.toLowerCase()}`;
  await record.call('create_product', { slug, name: `Product ${sku}`, costMinor: '700' });
  await record.call('create_variant', { slug, sku });
  await record.call('set_offer', { sku, priceMinor });
  await record.call('publish_product', { slug });
  if (qty > 0) await record.call('receive_stock', { sku, qty });
}
