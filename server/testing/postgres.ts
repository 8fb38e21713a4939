// Real databases for tests. Test files import from here; nothing outside tests does.
// One cluster serves a whole run (TEST_PLATFORM_URL, set by the integration project's setup); a test file run without
// that setup starts a cluster of its own, which ends with the process.
import { randomBytes } from 'node:crypto';
import { escapeIdentifier } from 'pg';
import { describeDatabase, onCluster, testClusterUrl, type TestDatabase } from './shared-cluster.ts';

export { startTestCluster, type TestCluster } from './cluster.ts';
export { createMigratedDatabase, type MigratedDatabase } from './migrated.ts';
export { testClusterUrl, type TestDatabase } from './shared-cluster.ts';
export { waitFor } from './wait-for.ts';
export { getFreePort } from '../start/ports.ts';

/** Make an empty database. @param name default: a random one */
export async function createTestDatabase(name = `test_${randomBytes(6).toString('hex')}`): Promise<TestDatabase> {
  const clusterUrl = await testClusterUrl();
  await onCluster(clusterUrl, `CREATE DATABASE ${escapeIdentifier(name)}`);
  return describeDatabase(clusterUrl, name);
}
