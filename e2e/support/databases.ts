// SQL beside the browser: what is really there, and faults that no page can make. Superuser on both clusters of the
// portal under test; the product itself is never given these ways in.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Client, type QueryResultRow } from 'pg';

export interface Sql {
  <Row extends QueryResultRow = QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

function clusterUrl(dataDir: string, cluster: 'platform' | 'tenants', database: string): string {
  const read = (file: string) => readFileSync(path.join(dataDir, `pg-${cluster}`, file), 'utf8').trim();
  return `postgresql://postgres:${read('password')}@127.0.0.1:${read('port')}/${database}`;
}

export const tenantsUrl = (dataDir: string, database = 'postgres'): string => clusterUrl(dataDir, 'tenants', database);
export const platformUrl = (dataDir: string): string => clusterUrl(dataDir, 'platform', 'industry_cloud');

/** Run statements on one connection, which is closed afterwards. */
export async function inDatabase<T>(url: string, work: (sql: Sql) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(async (text, values = []) => (await client.query(text, [...values])).rows);
  } finally {
    await client.end();
  }
}

/** Have somebody promise connections of the shared cluster away, all but `left`, while `work` runs. */
export async function withConnectionsLeft(dataDir: string, left: number, work: () => Promise<void>): Promise<void> {
  await inDatabase(tenantsUrl(dataDir), async (sql) => {
    const [room] = await sql<{ free: number }>(
      `SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
                - current_setting('reserved_connections')::int
                - (SELECT coalesce(sum(rolconnlimit), 0)::int FROM pg_roles WHERE rolcanlogin AND rolname ~ '^t_[a-z0-9]{6}_') AS free`,
    );
    await sql(`CREATE ROLE t_xxxxxx_api LOGIN CONNECTION LIMIT ${(room?.free ?? 0) - left}`);
    try {
      await work();
    } finally {
      await sql('DROP ROLE t_xxxxxx_api');
    }
  });
}
