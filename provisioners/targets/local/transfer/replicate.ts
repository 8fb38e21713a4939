/** The way rows take: a publication and a slot on the old side, a subscription on the new one, and a role that exists for as long. */
import { escapeIdentifier, escapeLiteral, type ClientBase } from 'pg';
import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster } from '../cluster.ts';
import { replicationPassword } from '../links/password.ts';
import { keylessOf, schemasOf, type TableFacts } from './tables.ts';

const POLL_MS = 20;
const COPY_WITHIN_MS = 30 * 60_000;

export const wayName = (ref: string): string => `${ref}_move`;

/** Removes whatever an earlier attempt left, on both sides. */
export async function clearWay(from: ClientBase, to: ClientBase, ref: string): Promise<void> {
  await clearNewSide(to, ref);
  await clearOldSide(from, ref);
}

/** The slot is not asked for: the old side drops what it has itself, and may be away. */
async function clearNewSide(to: ClientBase, ref: string): Promise<void> {
  const name = escapeIdentifier(wayName(ref));
  const { rowCount } = await to.query('SELECT FROM pg_subscription WHERE subname = $1', [wayName(ref)]);
  if (rowCount === 0) return;
  await to.query(`ALTER SUBSCRIPTION ${name} DISABLE`);
  await to.query(`ALTER SUBSCRIPTION ${name} SET (slot_name = NONE)`);
  await to.query(`DROP SUBSCRIPTION ${name}`);
}

/** Leaves the old database as it was before rows were copied from it. */
export async function clearOldSide(from: ClientBase, ref: string): Promise<void> {
  const name = escapeIdentifier(wayName(ref));
  const role = await from.query('SELECT FROM pg_roles WHERE rolname = $1', [wayName(ref)]);
  if (role.rowCount !== 0) await from.query(`ALTER ROLE ${name} NOLOGIN`); // the new side tries again and again
  await waitUntil(10_000, 'the slots to be free', () => dropSlots(from));
  const way = await from.query('SELECT FROM pg_publication WHERE pubname = $1', [wayName(ref)]);
  if (way.rowCount !== 0) {
    for (const table of await keylessOf(from)) await from.query(`ALTER TABLE ${table} REPLICA IDENTITY DEFAULT`);
    await from.query(`DROP PUBLICATION ${name}`);
  }
  if (role.rowCount !== 0) await from.query(`DROP OWNED BY ${name}; DROP ROLE ${name}`);
}

/** Nothing but a move reads a public tenant's database by replication; a first copy that was cut short leaves slots with names of its own.
 * @returns whether none is left */
async function dropSlots(from: ClientBase): Promise<boolean> {
  const { rows } = await from.query<{ name: string; pid: number | null }>(
    'SELECT slot_name AS name, active_pid AS pid FROM pg_replication_slots WHERE database = current_database()',
  );
  for (const { name, pid } of rows) {
    if (pid !== null) await from.query('SELECT pg_terminate_backend($1)', [pid]);
    else await from.query('SELECT pg_drop_replication_slot($1)', [name]);
  }
  return rows.length === 0;
}

/** Lets the rows of all tables flow, first those that are there, then those that come; returns when the first copy is done. */
export async function openWay(
  source: Cluster,
  from: ClientBase,
  to: ClientBase,
  way: { readonly ref: string; readonly database: string; readonly envelopeKey: string },
  tables: readonly TableFacts[],
): Promise<void> {
  const { ref, database, envelopeKey } = way;
  const name = escapeIdentifier(wayName(ref));
  const password = replicationPassword(envelopeKey, wayName(ref), 0);
  // It reads the tables of this database and can connect to no other; policies on rows are not for it.
  await from.query(
    `CREATE ROLE ${name} LOGIN REPLICATION BYPASSRLS NOINHERIT CONNECTION LIMIT 6 PASSWORD ${escapeLiteral(password)}`,
  );
  await from.query(`GRANT CONNECT ON DATABASE ${escapeIdentifier(database)} TO ${name}`);
  for (const schema of await schemasOf(from)) {
    const quoted = escapeIdentifier(schema);
    await from.query(
      `GRANT USAGE ON SCHEMA ${quoted} TO ${name}; GRANT SELECT ON ALL TABLES IN SCHEMA ${quoted} TO ${name}`,
    );
  }
  // Without a key a change cannot say which row it means, and the publication would refuse it to the customer.
  const keyless = tables
    .filter(({ hasKey }) => !hasKey)
    .map((table) => `ALTER TABLE ${table.name} REPLICA IDENTITY FULL`);
  const publish = `CREATE PUBLICATION ${name} FOR TABLE ${tables.map((table) => table.name).join(', ')}`;
  await from.query([...keyless, publish].join('; ')); // both or neither
  const dial = `host=${source.host} port=${source.port} dbname=${database} user=${wayName(ref)} password=${password}`;
  await to.query(
    `CREATE SUBSCRIPTION ${name} CONNECTION ${escapeLiteral(dial)} PUBLICATION ${name} WITH (synchronous_commit = on)`,
  );
  await waitUntil(COPY_WITHIN_MS, 'the first copy', async () => {
    const { rows } = await to.query<{ left: number }>(
      `SELECT count(*)::int AS left FROM pg_subscription_rel r JOIN pg_subscription s ON s.oid = r.srsubid
       WHERE s.subname = $1 AND r.srsubstate <> 'r'`,
      [wayName(ref)],
    );
    return rows[0]?.left === 0;
  });
}

/** Waits until everything that was written before this call is on the new side's disk. */
export async function catchUp(from: ClientBase, ref: string, withinMs: number): Promise<void> {
  const { rows } = await from.query<{ at: string }>(`SELECT pg_logical_emit_message(true, 'move', 'mark')::text AS at`);
  await waitUntil(withinMs, 'the new side to catch up', async () => {
    const { rows: found } = await from.query<{ there: boolean | null }>(
      'SELECT confirmed_flush_lsn >= $2::pg_lsn AS there FROM pg_replication_slots WHERE slot_name = $1',
      [wayName(ref), rows[0]!.at],
    );
    return found[0]?.there === true;
  });
}

/** @throws Error naming what did not come in time */
export async function waitUntil(withinMs: number, what: string, done: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await done())) {
    if (performance.now() > deadline) throw new Error(`${what} took longer than ${withinMs / 1_000} s`);
    await delay(POLL_MS);
  }
}
