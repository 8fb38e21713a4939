// Real processes die; runs go on, and tenants answer. In a file of its own, last of all: it shakes the whole portal.
import { waitFor } from '../server/testing/wait-for.ts';
import { inDatabase, platformUrl, tenantsUrl } from './support/databases.ts';
import { holdRuns } from './support/hold.ts';
import { killNow, pidOf, postmasterOf } from './support/installation.ts';
import { uniqueName } from './support/names.ts';
import { activeShop, orderShop, type Ordered } from './support/portal-api.ts';
import { expect, test } from './support/test.ts';

test.describe.configure({ timeout: 120_000 });

const RECOVERY_MS = 60_000;

/** The run's state as it is stored; the portal need not be there. */
const stateOf = (dataDir: string, runId: string): Promise<string | undefined> =>
  inDatabase(platformUrl(dataDir), async (sql) => {
    const [run] = await sql<{ state: string }>('SELECT state::text AS state FROM "Run" WHERE id = $1', [runId]);
    return run?.state;
  });

const succeeded = (dataDir: string, runId: string) =>
  waitFor(async () => (await stateOf(dataDir, runId)) === 'succeeded', {
    what: `the success of run ${runId}`,
    timeoutMs: RECOVERY_MS,
    everyMs: 100,
  });

/** Until the run has built the database and waits for the lock. */
const inTheMiddle = (dataDir: string, { ref }: Ordered) =>
  waitFor(
    () =>
      inDatabase(tenantsUrl(dataDir), async (sql) => {
        const waiting = await sql(
          `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = 'registry'
             AND EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)`,
          [ref],
        );
        return waiting.length > 0;
      }),
    { what: 'a run in its middle', timeoutMs: RECOVERY_MS, everyMs: 100 },
  );

/** Names of what the tenant has in the cluster: each once. */
const rolesOf = (dataDir: string, ref: string): Promise<string[]> =>
  inDatabase(tenantsUrl(dataDir), async (sql) => {
    const rows = await sql<{ name: string }>('SELECT rolname AS name FROM pg_roles WHERE starts_with(rolname, $1)', [
      ref,
    ]);
    return rows.map(({ name }) => name).sort();
  });

const healthy = (url: string) =>
  waitFor(async () => (await fetch(`${url}/api/health`)).ok, { what: 'a healthy portal', timeoutMs: RECOVERY_MS });

test('the portal is killed in the middle of a run: the run goes on, and the portal is back', async ({
  as,
  api,
  portal,
}) => {
  const { dataDir } = portal;
  const release = await holdRuns(dataDir);
  const ordered = await orderShop(api, uniqueName('noportal'));
  await inTheMiddle(dataDir, ordered);
  killNow(dataDir, 'portal');
  await release();
  await succeeded(dataDir, ordered.runId);
  await healthy(portal.url);
  const page = await as('customer');
  await page.goto(`/runs/${ordered.runId}`);
  await expect(page.getByText(/is active\. It was built and proved in/)).toBeVisible();
});

test('the worker is killed in the middle of a run: another finishes it, and nothing is there twice', async ({
  as,
  api,
  portal,
}) => {
  const { dataDir } = portal;
  const release = await holdRuns(dataDir);
  const ordered = await orderShop(api, uniqueName('noworker'));
  const page = await as('customer');
  await page.goto(`/runs/${ordered.runId}`);
  await inTheMiddle(dataDir, ordered);
  const dead = pidOf(dataDir, 'worker');
  killNow(dataDir, 'worker');
  await waitFor(() => pidOf(dataDir, 'worker') !== dead, { what: 'another worker', timeoutMs: RECOVERY_MS });
  await release();
  await succeeded(dataDir, ordered.runId);
  // The page was open all the time and tells the end.
  await expect(page.getByText(/is active\. It was built and proved in/)).toBeVisible({ timeout: 15_000 });
  const { resources } = await api.tenants.byId.query({ tenantId: ordered.tenantId });
  expect(new Set(resources.map(({ urn }) => urn)).size).toBe(resources.length);
  expect(await rolesOf(dataDir, ordered.ref)).toEqual(
    await rolesOf(dataDir, (await activeShop(api, uniqueName('usual'))).ref).then((names) =>
      names.map((name) => name.replace(/^t_[a-z0-9]+/, ordered.ref)),
    ),
  );
});

test("the tenants' cluster is killed in the middle of a run: the run resumes when it is back", async ({
  api,
  portal,
}) => {
  const { dataDir } = portal;
  const release = await holdRuns(dataDir);
  const ordered = await orderShop(api, uniqueName('nocluster'));
  await inTheMiddle(dataDir, ordered);
  process.kill(postmasterOf(dataDir, 'tenants'), 'SIGKILL'); // the holder's lock dies with it
  await succeeded(dataDir, ordered.runId);
  await release();
});

test('portal, worker and platform database die: the tenant answers every call', async ({ api, portal }) => {
  const { dataDir } = portal;
  const { tenantId } = await activeShop(api, uniqueName('alone'));
  const { apiKey, endpoint } = await api.tenants.revealKey.mutate({ tenantId });
  const write = () =>
    fetch(`${endpoint}/create_product`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${apiKey}`,
        'content-type': 'application/json',
        'idempotency-key': crypto.randomUUID(),
      },
      body: JSON.stringify({ slug: uniqueName('p'), name: 'Made while the platform was down' }),
    });
  expect((await write()).status).toBe(201);
  process.kill(postmasterOf(dataDir, 'platform'), 'SIGKILL');
  killNow(dataDir, 'portal');
  killNow(dataDir, 'worker');
  await expect(fetch(`${portal.url}/api/health`)).rejects.toThrow();
  const statuses = new Set<number>();
  let calls = 0;
  await waitFor(
    async () => {
      statuses.add((await write()).status);
      calls += 1;
      const health = await fetch(`${portal.url}/api/health`).catch(() => null);
      return health?.ok;
    },
    { what: 'the portal to be back', timeoutMs: RECOVERY_MS, everyMs: 200 },
  );
  expect([...statuses]).toEqual([201]);
  expect(calls).toBeGreaterThan(3);
  // And the platform works again, from order to answer.
  await activeShop(api, uniqueName('after'));
});
