/**
 * Logical replication between two databases, made by hand so that every step can be repeated: publication, slot, subscription.
 * In: superuser connections to both ends. Out: catalogue objects of PostgreSQL, nothing else. Imports pg only.
 */
import { escapeIdentifier, escapeLiteral } from 'pg';
import type { Queryable } from '../../../../server/registry/schema.ts';

/** Where a subscription finds its publisher. */
export interface Dial {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  /** Shown in the publisher's list of connections. */
  readonly name: string;
}

export interface SubscriptionSpec {
  readonly name: string;
  readonly publication: string;
  readonly slot: string;
  /** How it reaches the publisher, see `conninfoOf`. */
  readonly conninfo: string;
  /**
   * `none` takes only what was written at the publisher itself, so nothing goes round in a circle; `any` also takes what the publisher
   * got by replication, as the edge must from the database between the sides. */
  readonly origin: 'none' | 'any';
  /** Everything published up to the slot is there already; else workers of PostgreSQL copy it first. */
  readonly copied?: boolean;
}

export interface PublicationSpec {
  readonly name: string;
  readonly schema: string;
  /** `insert` for what is only ever added. */
  readonly publish: 'all' | 'insert';
}

/** Publishes every table of a schema, also those to come. */
export async function ensurePublication(db: Queryable, { name, schema, publish }: PublicationSpec): Promise<void> {
  const kinds = publish === 'insert' ? 'insert' : 'insert, update, delete, truncate';
  const { rowCount } = await db.query('SELECT FROM pg_publication WHERE pubname = $1', [name]);
  await db.query(
    rowCount === 0
      ? `CREATE PUBLICATION ${escapeIdentifier(name)} FOR TABLES IN SCHEMA ${escapeIdentifier(schema)} WITH (publish = '${kinds}')`
      : `ALTER PUBLICATION ${escapeIdentifier(name)} SET (publish = '${kinds}')`,
  );
}

export async function dropPublication(db: Queryable, name: string): Promise<void> {
  await db.query(`DROP PUBLICATION IF EXISTS ${escapeIdentifier(name)}`);
}

/**
 * Makes the publisher's slot in a statement of its own. CREATE SUBSCRIPTION would do it too, but to a database of the same cluster it then
 * waits for its own transaction, for ever. */
export async function ensureSlot(publisher: Queryable, slot: string): Promise<void> {
  const { rowCount } = await publisher.query('SELECT FROM pg_replication_slots WHERE slot_name = $1', [slot]);
  if (rowCount === 0) await publisher.query("SELECT pg_create_logical_replication_slot($1, 'pgoutput')", [slot]);
}

/** Ends whoever streams from the slot, and drops it. Fine when it is gone. */
export async function dropSlot(publisher: Queryable, slot: string): Promise<void> {
  // The walsender needs a moment to let go; its end is waited for by the server.
  await publisher.query(
    'SELECT pg_terminate_backend(active_pid, 5000) FROM pg_replication_slots WHERE slot_name = $1 AND active_pid IS NOT NULL',
    [slot],
  );
  await publisher.query('SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = $1', [
    slot,
  ]);
}

/** Makes the subscription, or points the one that exists to where the publisher is now. The slot has to be there.
 * @returns whether it was made now */
export async function ensureSubscription(subscriber: Queryable, spec: SubscriptionSpec): Promise<boolean> {
  const name = escapeIdentifier(spec.name);
  const { rows } = await subscriber.query<{ conninfo: string }>(
    'SELECT subconninfo AS conninfo FROM pg_subscription WHERE subname = $1 AND subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())',
    [spec.name],
  );
  const known = rows[0]?.conninfo;
  if (known === undefined) {
    await subscriber.query(
      `CREATE SUBSCRIPTION ${name} CONNECTION ${escapeLiteral(spec.conninfo)} PUBLICATION ${escapeIdentifier(spec.publication)}
       WITH (create_slot = false, slot_name = ${escapeLiteral(spec.slot)}, copy_data = ${spec.copied !== true}, origin = ${spec.origin})`,
    );
    return true;
  }
  if (known !== spec.conninfo) {
    await subscriber.query(`ALTER SUBSCRIPTION ${name} CONNECTION ${escapeLiteral(spec.conninfo)}`);
  }
  return false;
}

/** Whether this database has the subscription. */
export async function hasSubscription(subscriber: Queryable, subscription: string): Promise<boolean> {
  const { rowCount } = await subscriber.query(
    'SELECT FROM pg_subscription WHERE subname = $1 AND subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())',
    [subscription],
  );
  return rowCount === 1;
}

/** Forgets the subscription without asking the publisher, which may be away; its slot is the caller's to drop. */
export async function dropSubscription(subscriber: Queryable, subscription: string): Promise<void> {
  if (!(await hasSubscription(subscriber, subscription))) return;
  const name = escapeIdentifier(subscription);
  await subscriber.query(`ALTER SUBSCRIPTION ${name} DISABLE`);
  await subscriber.query(`ALTER SUBSCRIPTION ${name} SET (slot_name = NONE)`);
  await subscriber.query(`DROP SUBSCRIPTION ${name}`);
}

/** Copies everything anew after a slot was lost: what the subscriber has is thrown away, then fetched again.
 * @param schema of the subscribed tables */
export async function resync(
  ends: { readonly publisher: Queryable; readonly subscriber: Queryable },
  spec: SubscriptionSpec & { readonly schema: string },
): Promise<void> {
  await dropSubscription(ends.subscriber, spec.name);
  await dropSlot(ends.publisher, spec.slot);
  const { rows } = await ends.subscriber.query<{ tables: string | null }>(
    `SELECT string_agg(format('%I.%I', schemaname, tablename), ', ') AS tables FROM pg_tables WHERE schemaname = $1`,
    [spec.schema],
  );
  if (rows[0]?.tables) await ends.subscriber.query(`TRUNCATE ${rows[0].tables}`);
  await ensureSlot(ends.publisher, spec.slot);
  await ensureSubscription(ends.subscriber, spec);
}

/** The password is quoted as libpq wants it; superusers of the subscriber alone can read it back. */
export function conninfoOf({ host, port, database, user, password, name }: Dial): string {
  return [
    `host=${host} port=${port} dbname=${database} user=${user}`,
    `password=${quoted(password)} application_name=${quoted(name)}`,
    'connect_timeout=5 keepalives_idle=10 keepalives_interval=5 keepalives_count=3 require_auth=scram-sha-256',
  ].join(' ');
}

const quoted = (value: string): string => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
