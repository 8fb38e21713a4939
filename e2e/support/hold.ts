// Holding a run in its middle, honestly: the worker waits for a lock on the tenant registry that a superuser's session
// has, as it would for any long transaction there. Database and roles exist by then, route and key do not.
import { Client } from 'pg';
import { tenantsUrl } from './databases.ts';

/** Hold every run that makes a route, until the returned function is called. */
export async function holdRuns(dataDir: string): Promise<() => Promise<void>> {
  const client = new Client({ connectionString: tenantsUrl(dataDir, 'registry') });
  client.on('error', () => {}); // a test may kill the cluster, and the lock with it
  await client.connect();
  await client.query('BEGIN');
  await client.query('LOCK TABLE route, api_key IN EXCLUSIVE MODE');
  let held = true;
  return async () => {
    if (!held) return;
    held = false;
    await client.end(); // and with the session its lock
  };
}
