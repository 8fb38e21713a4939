// From the catalogue to a working tenant, and to its end.
import type { Page } from '@playwright/test';
import { inDatabase, tenantsUrl } from './support/databases.ts';
import { holdRuns } from './support/hold.ts';
import { uniqueName } from './support/names.ts';
import { activeShop, orderShop, runOver } from './support/portal-api.ts';
import { expect, test } from './support/test.ts';

const steps = (page: Page) => page.getByRole('region', { name: 'Steps' });

/** What of a tenant is in the tenants' cluster: database, roles, route, keys. */
async function remains(dataDir: string, ref: string): Promise<string[]> {
  const inCluster = await inDatabase(tenantsUrl(dataDir), (sql) =>
    sql<{ what: string }>(
      `SELECT 'database ' || datname AS what FROM pg_database WHERE starts_with(datname, $1)
       UNION ALL SELECT 'role ' || rolname FROM pg_roles WHERE starts_with(rolname, $1)`,
      [ref],
    ),
  );
  const inRegistry = await inDatabase(tenantsUrl(dataDir, 'registry'), (sql) =>
    sql<{ what: string }>(
      `SELECT 'route' AS what FROM route WHERE ref = $1 UNION ALL SELECT 'key' FROM api_key WHERE ref = $1
       UNION ALL SELECT 'reveal' FROM key_reveal WHERE ref = $1`,
      [ref],
    ),
  );
  return [...inCluster, ...inRegistry].map(({ what }) => what).sort();
}

test('order, watch it being built, and the tenant is there', async ({ as, portal }) => {
  const page = await as('customer');
  const name = uniqueName('shop');
  await page.goto('/catalogue');
  await page
    .getByRole('row', { name: /E-commerce Cloud/ })
    .getByRole('link', { name: 'Configure' })
    .click();
  await page.getByLabel('Name', { exact: true }).fill(name);
  const order = page.getByRole('button', { name: `Order ${name} for ¥422.94 a month` });
  await expect(order).not.toHaveAttribute('aria-disabled', 'true');
  await order.click();

  await expect(page).toHaveURL(/\/runs\//);
  await expect(page.getByRole('heading', { level: 1, name: `Provision ${name}` })).toBeVisible();
  await expect(page.getByText(`${name} is active.`)).toBeVisible({ timeout: 30_000 });
  for (const step of ['Reserve quota and capacity', 'Compute the plan', 'Build', 'Prove it', 'Start metering']) {
    await expect(steps(page).getByRole('listitem').filter({ hasText: step }).first()).toContainText('done');
  }
  await page.getByRole('link', { name: 'Open the tenant' }).first().click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
  await expect(page.getByText('Active', { exact: true })).toBeVisible();
  const ref = new URL(page.url()).pathname.split('/').at(-1);
  expect(ref).toBeTruthy();
  expect(portal.gatewayUrl).toMatch(/^http/);
});

test('a run shows the same in the middle, after a reload, in a second browser, and moves by itself', async ({
  as,
  api,
  portal,
}) => {
  const release = await holdRuns(portal.dataDir);
  try {
    const { runId } = await orderShop(api, uniqueName('held'));
    const [page, other] = [await as('customer'), await as('admin')];
    await page.goto(`/runs/${runId}`);
    await other.goto(`/runs/${runId}`);
    const build = (where: Page) => steps(where).getByRole('listitem').filter({ hasText: 'Build' }).first();
    for (const one of [page, other]) {
      await expect(build(one)).toContainText('running');
      await expect(steps(one).getByText('Database', { exact: true })).toBeVisible();
      await expect(one.getByText('Live', { exact: true })).toBeVisible();
    }
    await page.reload();
    await expect(build(page)).toContainText('running');
    await expect(steps(page).getByText('Database', { exact: true })).toBeVisible();
    await release();
    for (const one of [page, other]) {
      await expect(one.getByText(/is active\. It was built and proved in/)).toBeVisible({ timeout: 30_000 });
    }
    // Durations are the server's; only what each reader's clock adds could differ, and a finished run has none.
    expect(await steps(page).innerText()).toBe(await steps(other).innerText());
  } finally {
    await release();
  }
});

test('retiring asks for the name, and then everything is gone but the history', async ({ as, api, portal }) => {
  const name = uniqueName('ending');
  const { tenantId, ref, orderId } = await activeShop(api, name);
  const { apiKey, endpoint } = await api.tenants.revealKey.mutate({ tenantId: tenantId });
  const ask = () => fetch(`${endpoint}/invariants`, { headers: { authorization: `Bearer ${apiKey}` } });
  expect((await ask()).status).toBe(200);
  expect(await remains(portal.dataDir, ref)).toEqual(
    expect.arrayContaining([`database ${ref}`, `role ${ref}_api`, `role ${ref}_owner`, 'route', 'key']),
  );

  const page = await as('customer');
  await page.goto(`/tenants/${tenantId}`);
  await page.getByRole('button', { name: 'Retire…' }).click();
  const dialog = page.getByRole('alertdialog', { name: `Retire ${name}` });
  await expect(dialog).toContainText(`The database ${ref} and all data in it are deleted for good.`);
  await expect(dialog).toContainText('The subscription ends today.');
  const act = dialog.getByRole('button', { name: `Retire ${name}` });
  await expect(act).toHaveAttribute('aria-disabled', 'true');
  await dialog.getByLabel(/to confirm/).fill(`${name}x`);
  await expect(act).toHaveAttribute('aria-disabled', 'true');
  await dialog.getByLabel(/to confirm/).fill(name);
  await act.click();
  await expect(page).toHaveURL(/\/runs\//);
  await expect(page.getByText(`Retire of ${name} finished in`)).toBeVisible({ timeout: 30_000 });

  expect(await remains(portal.dataDir, ref)).toEqual([]);
  expect((await ask()).status).toBe(404);
  await page.goto(`/tenants/${tenantId}`);
  await expect(page.getByText('Retired', { exact: true }).first()).toBeVisible();
  await expect(page.getByText('The history stays.')).toBeVisible();
  await page.goto(`/tenants/${tenantId}?tab=history`);
  await expect(page.getByRole('table', { name: 'Runs' }).locator('tbody tr')).toHaveCount(2);
  await page.goto(`/tenants/${tenantId}?tab=usage`);
  await expect(page.getByText('Ended', { exact: true })).toBeVisible();
  const { subscription } = await api.orders.byId.query({ orderId: orderId });
  expect(subscription?.endedAt).toBeInstanceOf(Date);
  // The name is free again.
  expect(await runOver(api, (await orderShop(api, name)).runId)).toBe('succeeded');
});
