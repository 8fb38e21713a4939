/** What a database holds, as a transfer compares, empties and counts it: the tables and sequences of the pack's schemas. */
import { escapeIdentifier, type ClientBase } from 'pg';

/** Schemas that are the pack’s, of namespace `n`. */
export const OURS = `n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'ext', 'public')`;

export interface TableFacts {
  /** Quoted, schema.table. */
  readonly name: string;
  /** Names and types in order: both sides must agree. */
  readonly columns: string;
  readonly hasKey: boolean;
}

export async function tablesOf(client: ClientBase): Promise<readonly TableFacts[]> {
  const { rows } = await client.query<TableFacts>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name,
            (SELECT string_agg(format('%I %s', attname, format_type(atttypid, atttypmod)), ', ' ORDER BY attnum)
             FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped) AS columns,
            EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary) AS "hasKey"
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND ${OURS} ORDER BY 1`,
  );
  return rows;
}

export async function schemasOf(client: ClientBase): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(`SELECT n.nspname AS name FROM pg_namespace n WHERE ${OURS}`);
  return rows.map(({ name }) => name);
}

/** Tables without a primary key, quoted. */
export async function keylessOf(client: ClientBase): Promise<readonly string[]> {
  return (await tablesOf(client)).filter(({ hasKey }) => !hasKey).map(({ name }) => name);
}

/** Partitions that a pack's functions made while it ran, such as a day's events: the new side gets them too, owned as their parents are. */
export async function mirrorPartitions(from: ClientBase, to: ClientBase): Promise<void> {
  const { rows } = await from.query<{ name: string; parent: string; bound: string }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name, format('%I.%I', pn.nspname, p.relname) AS parent,
            pg_get_expr(c.relpartbound, c.oid) AS bound
     FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_class p ON p.oid = i.inhparent JOIN pg_namespace pn ON pn.oid = p.relnamespace
     WHERE c.relispartition AND c.relkind = 'r' AND ${OURS} ORDER BY 1`,
  );
  for (const { name, parent, bound } of rows) {
    const { rows: found } = await to.query<{ there: boolean; owner: string }>(
      `SELECT to_regclass($1) IS NOT NULL AS there, pg_get_userbyid(relowner) AS owner FROM pg_class WHERE oid = to_regclass($2)`,
      [name, parent],
    );
    const side = found[0];
    if (side === undefined || side.there) continue;
    await to.query(`CREATE TABLE ${name} PARTITION OF ${parent} ${bound}`);
    await to.query(`ALTER TABLE ${name} OWNER TO ${escapeIdentifier(side.owner)}`);
  }
}

/** The first difference between what two databases hold, in words; null when one can take the other's rows. */
export function difference(from: readonly TableFacts[], to: readonly TableFacts[]): string | null {
  const known = new Map(to.map(({ name, columns }) => [name, columns]));
  for (const { name, columns } of from) {
    const there = known.get(name);
    if (there === undefined) return `the new database has no table ${name}`;
    if (there !== columns) return `table ${name} has other columns in the new database`;
  }
  return null;
}

/** Empties all tables. Triggers that forbid it are not asked: nobody has written there but the pack's own migrations. */
export async function emptyTables(client: ClientBase, tables: readonly TableFacts[]): Promise<void> {
  await client.query('SET session_replication_role = replica');
  await client.query(`TRUNCATE ${tables.map(({ name }) => name).join(', ')}`);
  await client.query('RESET session_replication_role');
}

/** Rows of each table. */
export async function countRows(
  client: ClientBase,
  tables: readonly TableFacts[],
): Promise<ReadonlyMap<string, number>> {
  const selects = tables.map(({ name }, i) => `SELECT ${i} AS i, count(*)::float8 AS rows FROM ${name}`);
  const { rows } = await client.query<{ i: number; rows: number }>(selects.join(' UNION ALL '));
  return new Map(rows.map(({ i, rows: count }) => [tables[i]!.name, count]));
}

/** Sets the sequences of `to` to where those of `from` are: they do not travel with the rows. */
export async function copySequences(from: ClientBase, to: ClientBase): Promise<void> {
  const { rows } = await from.query<{ schema: string; name: string }>(
    `SELECT n.nspname AS schema, c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'S' AND ${OURS}`,
  );
  for (const { schema, name } of rows) {
    const quoted = `${escapeIdentifier(schema)}.${escapeIdentifier(name)}`;
    const { rows: found } = await from.query<{ at: string; called: boolean }>(
      `SELECT last_value::text AS at, is_called AS called FROM ${quoted}`,
    );
    await to.query('SELECT setval($1::regclass, $2, $3)', [quoted, found[0]!.at, found[0]!.called]);
  }
}
