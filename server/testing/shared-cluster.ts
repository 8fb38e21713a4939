// The cluster that the tests of a run share, and databases on it.
import { setTimeout as delay } from 'node:timers/promises';
import { Client, escapeIdentifier } from 'pg';
import { startTestCluster } from './cluster.ts';

export interface TestDatabase {
  /** With superuser rights. */
  url: string;
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
  /** Drop it, and whoever is still connected to it. */
  drop: () => Promise<void>;
}

let ownCluster: Promise<string> | undefined;

/** Superuser URL of the cluster that tests share. */
export async function testClusterUrl(): Promise<string> {
  const given = process.env.TEST_PLATFORM_URL;
  if (given) return given;
  ownCluster ??= startTestCluster({ max_connections: '300' }).then((cluster) => cluster.url());
  return ownCluster;
}

/** Facts about a database of the cluster, and the way to drop it. */
export function describeDatabase(clusterUrl: string, database: string): TestDatabase {
  const url = new URL(clusterUrl);
  url.pathname = `/${database}`;
  return {
    url: url.href,
    host: url.hostname,
    port: Number(url.port),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database,
    drop: () => dropDatabase(clusterUrl, database),
  };
}

/** Run one statement as superuser. */
export const onCluster = (url: string, sql: string): Promise<void> => withClient(url, (client) => client.query(sql));

const LEAVE_MS_MAX = 1_000;

/** A pool says that it has ended while its connections still end: one that is ended from here meanwhile is an error that nobody listens to. */
async function dropDatabase(clusterUrl: string, database: string): Promise<void> {
  await withClient(clusterUrl, async (client) => {
    const deadline = Date.now() + LEAVE_MS_MAX;
    const connected = async () =>
      (await client.query('SELECT FROM pg_stat_activity WHERE datname = $1 LIMIT 1', [database])).rowCount;
    while ((await connected()) && Date.now() < deadline) await delay(10);
    await client.query(`DROP DATABASE IF EXISTS ${escapeIdentifier(database)} WITH (FORCE)`);
  });
}

async function withClient(url: string, use: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await use(client);
  } finally {
    await client.end();
  }
}
