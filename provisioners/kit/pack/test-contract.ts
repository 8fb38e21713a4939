/** What a pack's SQL says of itself, to be held against its description. Only tests import this. */
import type { TestTenant } from './test-tenant.ts';

interface OfModule {
  readonly module: string | null;
}
type Specs<T> = Readonly<Record<string, T>>;

/** The part of a description that a tenant without modules has. */
export const ofCore = <T extends OfModule>(specs: Specs<T>): Record<string, T> =>
  Object.fromEntries(Object.entries(specs).filter(([, { module }]) => module === null));

/** Functions of the API as they are declared in the database: name → whether it writes. */
export async function functionsOf(tenant: TestTenant): Promise<Record<string, boolean>> {
  const rows = await tenant.rows('SELECT name, writes FROM pack.function');
  return Object.fromEntries(rows.map(({ name, writes }) => [String(name), writes === true]));
}

/** The same as a description has it. */
export const writesOf = (specs: Specs<{ readonly writes: boolean }>): Record<string, boolean> =>
  Object.fromEntries(Object.entries(specs).map(([name, { writes }]) => [name, writes]));

/** Views of the API with their columns, in order. */
export async function columnsOf(tenant: TestTenant): Promise<Record<string, string[]>> {
  const rows = await tenant.rows(
    `SELECT table_name::text AS view, array_agg(column_name::text ORDER BY ordinal_position) AS columns
     FROM information_schema.columns WHERE table_schema = 'api' GROUP BY 1`,
  );
  return Object.fromEntries(rows.map(({ view, columns }) => [String(view), columns as string[]]));
}

/** The same as a description has it. */
export const columnNames = (specs: Specs<{ readonly columns: object }>): Record<string, string[]> =>
  Object.fromEntries(Object.entries(specs).map(([name, { columns }]) => [name, Object.keys(columns)]));

/** Functions of the API that the gateway could not call in the one shape, that do not run as the owner, or that anybody may call. */
export async function misshapen(tenant: TestTenant): Promise<string[]> {
  const rows = await tenant.rows(
    `SELECT proname::text AS name FROM pg_proc
     WHERE pronamespace = 'api'::regnamespace AND NOT (prosecdef AND proargnames = '{p}' AND proargtypes = ARRAY['jsonb'::regtype]::oidvector
       AND prorettype = 'jsonb'::regtype AND proconfig @> '{"search_path=pg_catalog, pg_temp"}'
       AND pg_get_userbyid(proowner) = $1 AND NOT has_function_privilege('public', oid, 'EXECUTE'))`,
    [tenant.owner],
  );
  return rows.map(({ name }) => String(name));
}

/** Functions that everybody may call, of every schema but those of PostgreSQL and of extensions. */
export async function openToAll(tenant: Pick<TestTenant, 'rows'>): Promise<string[]> {
  const rows = await tenant.rows(
    `SELECT p.oid::regprocedure::text AS name FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
     WHERE n.nspname NOT IN ('information_schema', 'ext') AND NOT starts_with(n.nspname, 'pg_')
       AND has_function_privilege('public', p.oid, 'EXECUTE')`,
  );
  return rows.map(({ name }) => String(name));
}

/** Tables that the API role may read or write, whatever the schema: it has the API, and nothing else. */
export async function tablesInReach(tenant: TestTenant): Promise<string[]> {
  const rows = await tenant.rows(
    `SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND n.nspname <> 'information_schema' AND NOT starts_with(n.nspname, 'pg_')
       AND has_schema_privilege($1, n.oid, 'USAGE') AND has_table_privilege($1, c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')`,
    [tenant.apiRole],
  );
  return rows.map(({ name }) => String(name));
}

/** Views whose keyset key is shared by two rows or empty in one, as the API role reads them. */
export async function badKeys(
  tenant: TestTenant,
  views: Specs<{ readonly key: readonly string[] }>,
): Promise<string[]> {
  const bad: string[] = [];
  for (const [name, { key }] of Object.entries(views)) {
    const columns = key.map((column) => `"${column}"`).join(', ');
    const { rows } = await tenant.api.query(
      `SELECT 1 FROM api.${name} GROUP BY ${columns} HAVING count(*) > 1 OR num_nulls(${columns}) > 0 LIMIT 1`,
    );
    if (rows.length > 0) bad.push(name);
  }
  return bad;
}

/** Names of the rules, sorted. */
export async function rulesOf(tenant: TestTenant): Promise<string[]> {
  const rows = await tenant.rows('SELECT rule FROM api.invariants');
  return rows.map(({ rule }) => String(rule)).toSorted();
}

/** Figures with their units. */
export async function figuresOf(tenant: TestTenant): Promise<Record<string, string>> {
  const rows = await tenant.rows('SELECT name, unit FROM api.kpis');
  return Object.fromEntries(rows.map(({ name, unit }) => [String(name), String(unit)]));
}
