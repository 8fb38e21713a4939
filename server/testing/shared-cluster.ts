// The cluster that the tests of a run share, and databases on it.
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
    drop: () => onCluster(clusterUrl, `DROP DATABASE IF EXISTS ${escapeIdentifier(database)} WITH (FORCE)`),
  };
}

/** Run one statement as superuser. */
export async function onCluster(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
