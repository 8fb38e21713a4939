/**
 * The birth of a way: its slot, what is published at that moment, its subscription. Workers of PostgreSQL copy table by table, each with a
 * connection and a slot of its own; next to nothing is there when a tenant is new, so it is copied here in one go. The slot is made together
 * with a snapshot: what the snapshot shows is copied, what comes after it is in the slot, and nothing is in neither or in both.
 */
import { escapeIdentifier, type Client } from 'pg';
import type { Queryable } from '../../../../server/registry/schema.ts';
import { inTransaction } from '../cluster.ts';
import { dropSlot, ensureSlot, ensureSubscription, hasSubscription, resync, type SubscriptionSpec } from './ends.ts';

export interface BirthEnds {
  readonly publisher: Client;
  readonly subscriber: Client;
  /** A connection to the publisher's database in replication mode, for this alone. */
  openLog(): Promise<Client>;
}

/** More than this is left to the workers of PostgreSQL, who never hold it in memory. */
const COPY_BYTES_MAX = 8 * 1024 * 1024;

/** Makes the slot and the subscription, or points the subscription that exists to where the publisher is now. Rows that came another way
 * before give way in the transaction that brings the new: who reads meanwhile sees the one or the other.
 * @param spec `schema`: of the published tables, the same at both ends */
export async function beginWay(ends: BirthEnds, spec: SubscriptionSpec & { readonly schema: string }): Promise<void> {
  const { publisher, subscriber } = ends;
  if (await hasSubscription(subscriber, spec.name)) {
    await ensureSlot(publisher, spec.slot);
    await ensureSubscription(subscriber, spec);
    return;
  }
  await dropSlot(publisher, spec.slot); // of an attempt that came no further: nobody has read from it
  const tables = await fewRows(publisher, spec.schema);
  if (tables === null) {
    await resync(ends, spec);
    return;
  }
  const log = await ends.openLog();
  try {
    const rows = await readAll(publisher, await makeSlot(log, spec.slot), tables);
    await inTransaction(subscriber, async () => {
      await replaceAll(subscriber, rows);
      await ensureSubscription(subscriber, { ...spec, copied: true });
    });
  } finally {
    await log.end();
  }
}

/** @returns the name of the snapshot, which holds until the next command on this connection */
async function makeSlot(log: Client, slot: string): Promise<string> {
  const { rows } = await log.query<{ snapshot_name: string }>(
    `CREATE_REPLICATION_SLOT ${escapeIdentifier(slot)} LOGICAL pgoutput (SNAPSHOT 'export')`,
  );
  const name = rows[0]?.snapshot_name ?? '';
  if (!/^[0-9A-F-]+$/.test(name)) throw new Error(`slot ${slot} came without a snapshot`);
  return name;
}

/** Quoted names of the schema's tables; null when they hold more than can be copied in one go, or are not plain tables. */
async function fewRows(publisher: Queryable, schema: string): Promise<readonly string[] | null> {
  const { rows } = await publisher.query<{ tables: string[]; plain: boolean; bytes: number }>(
    `SELECT coalesce(array_agg(format('%I.%I', $1::text, relname) ORDER BY relname), '{}') AS tables,
            coalesce(bool_and(relkind = 'r' AND NOT relispartition), true) AS plain,
            coalesce(sum(pg_table_size(oid)), 0)::float8 AS bytes
     FROM pg_class WHERE relnamespace = $1::text::regnamespace AND relkind IN ('r', 'p')`,
    [schema],
  );
  const found = rows[0];
  return found?.plain === true && found.tables.length > 0 && found.bytes <= COPY_BYTES_MAX ? found.tables : null;
}

type Rows = ReadonlyMap<string, readonly string[]>;

/** Rows as PostgreSQL writes them, by table. */
async function readAll(publisher: Client, snapshot: string, tables: readonly string[]): Promise<Rows> {
  await publisher.query(`BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET TRANSACTION SNAPSHOT '${snapshot}'`);
  try {
    const each = tables.map((table, at) => `SELECT ${at} AS at, t::text AS row FROM ${table} t`);
    const { rows } = await publisher.query<{ at: number; row: string }>(each.join(' UNION ALL '));
    return new Map(tables.map((table, place) => [table, rows.flatMap(({ at, row }) => (at === place ? [row] : []))]));
  } finally {
    await publisher.query('COMMIT');
  }
}

/** As a worker of PostgreSQL would: no trigger fires for what has happened elsewhere already. */
async function replaceAll(subscriber: Queryable, rows: Rows): Promise<void> {
  await subscriber.query('SET LOCAL session_replication_role = replica');
  for (const table of rows.keys()) await subscriber.query(`DELETE FROM ${table}`);
  for (const [table, texts] of rows) {
    if (texts.length === 0) continue;
    const { rowCount } = await subscriber.query(
      `INSERT INTO ${table} SELECT (q.r).* FROM (SELECT text::${table} AS r FROM unnest($1::text[]) text OFFSET 0) q`,
      [texts],
    );
    if (rowCount !== texts.length) throw new Error(`${table} took ${rowCount} of ${texts.length} rows`);
  }
}
