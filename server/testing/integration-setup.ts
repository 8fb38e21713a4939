// One cluster for all integration tests of a run, started before the first and removed after the last.
import { startTestCluster } from './cluster.ts';

export async function setup(): Promise<() => Promise<void>> {
  if (process.env.TEST_PLATFORM_URL) return async () => {};
  const cluster = await startTestCluster({ max_connections: '300', shared_buffers: '256MB' });
  process.env.TEST_PLATFORM_URL = cluster.url();
  return cluster.remove;
}
