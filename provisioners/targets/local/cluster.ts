/** A PostgreSQL server as its superuser sees it, shared or of one tenant: small pools, single connections into databases, locks by name. */
import { Client, Pool, type ClientBase, type ClientConfig } from 'pg';
import { REGISTRY_DATABASE } from '../../../server/registry/schema.ts';

export interface Cluster {
  readonly host: string;
  readonly port: number;
  /** Any database; for roles, databases, and what concerns the whole cluster. */
  readonly admin: Pool;
  /** Runs with a connection of its own into one database. */
  inDatabase<T>(database: string, run: (client: Client) => Promise<T>): Promise<T>;
  /** Connects to a database; the caller ends it.
   * @param replication `database`: a connection that makes and reads replication slots */
  open(database: string, replication?: 'database'): Promise<Client>;
  close(): Promise<void>;
}

/** The cluster that public tenants share; the registry lives in it. */
export interface SharedCluster extends Cluster {
  readonly registry: Pool;
}

export function connectShared(adminUrl: string): SharedCluster {
  const cluster = connectCluster(adminUrl);
  const url = new URL(adminUrl);
  url.pathname = `/${REGISTRY_DATABASE}`;
  const registry = openPool(url.href, 4);
  return {
    ...cluster,
    registry,
    close: async () => {
      await Promise.all([cluster.close(), registry.end()]);
    },
  };
}

export function connectCluster(adminUrl: string): Cluster {
  const urlOf = (database: string): string => {
    const url = new URL(adminUrl);
    url.pathname = `/${database}`;
    return url.href;
  };
  const admin = openPool(adminUrl, 6);
  const open = async (database: string, replication?: 'database'): Promise<Client> => {
    const config: ClientConfig & { replication?: string } = {
      connectionString: urlOf(database),
      application_name: 'industry-cloud',
      ...(replication === undefined ? {} : { replication }),
    };
    const client = new Client(config);
    client.on('error', () => {}); // the query under way rejects by itself
    await client.connect();
    return client;
  };
  const address = new URL(adminUrl);
  return {
    host: address.hostname,
    port: Number(address.port || 5432),
    admin,
    open,
    inDatabase: async (database, run) => {
      const client = await open(database);
      try {
        return await run(client);
      } finally {
        await client.end();
      }
    },
    close: () => admin.end(),
  };
}

function openPool(connectionString: string, max: number): Pool {
  const pool = new Pool({ connectionString, min: 0, max, idleTimeoutMillis: 5_000, allowExitOnIdle: true });
  pool.on('error', () => {}); // an idle connection died; the next query opens another and reports what is wrong
  pool.on('connect', (client) => client.on('error', () => {})); // one in use died: its next query rejects
  return pool;
}

/** Runs with a client that holds the cluster-wide advisory lock of this name; others with the same name wait. */
export async function withLock<T>(pool: Pool, name: string, run: (client: ClientBase) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let unlocked = false;
  try {
    await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [name]);
    const result = await run(client);
    await client.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [name]);
    unlocked = true;
    return result;
  } finally {
    client.release(!unlocked); // a destroyed connection gives its locks back
  }
}

/** One transaction; rolled back when `run` throws. */
export async function inTransaction<T>(client: ClientBase, run: () => Promise<T>): Promise<T> {
  await client.query('BEGIN');
  try {
    const result = await run();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

/** SQLSTATE of a PostgreSQL error, or null. */
export function sqlState(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
