// An order above the threshold waits for an administrator, who approves one plan; an administrator sees every run.
import { inDatabase, tenantsUrl } from './support/databases.ts';
import { holdRuns } from './support/hold.ts';
import { uniqueName } from './support/names.ts';
import { orderShop, placeOrder, planShop, runOver } from './support/portal-api.ts';
import { atRaisedPrices } from './support/price-books.ts';
import { expect, test } from './support/test.ts';

test('an order above ¥20,000 a month waits, is approved on its plan, and is built', async ({ as, portal }) => {
  const [customer, admin] = [await as('customer'), await as('admin')];
  const name = uniqueName('large');
  await atRaisedPrices(portal.dataDir, 60, async () => {
    await customer.goto('/catalogue/ecommerce/configure');
    await customer.getByLabel('Name', { exact: true }).fill(name);
    await expect(
      customer.getByText('Above ¥20,000.00 a month: a platform administrator approves the plan first'),
    ).toBeVisible();
    await customer.getByRole('button', { name: new RegExp(`^Order ${name} for`) }).click();
    await expect(customer).toHaveURL(/\/orders\//);
  });
  await expect(customer.getByText(/^Waiting for approval of plan/)).toBeVisible();
  await expect(customer.getByText('Nothing is built or billed. Price and plan stay as they are here.')).toBeVisible();

  await admin.goto('/admin/approvals');
  await admin
    .getByRole('table', { name: 'Approvals' })
    .getByRole('link', { name: new RegExp(name) })
    .click();
  await expect(admin.getByText('¥23,940.00 a month is above ¥20,000.00').first()).toBeVisible();
  await expect(admin.getByRole('region', { name: 'Plan diff' })).toContainText(/\+ \d+ create/);
  await admin.getByRole('button', { name: /^Approve plan [0-9a-f]{6}$/ }).click();
  await expect(admin.getByText(/^Approved plan/)).toBeVisible();

  // The customer's page hears of it, and of the end.
  await expect(customer.getByText(`${name} was built and proved`)).toBeVisible({ timeout: 30_000 });
  await admin.goto('/admin/approvals?view=decided');
  await expect(admin.getByRole('table', { name: 'Approvals' }).getByText(name)).toBeVisible();
});

test('an administrator sees tenants and runs of all customers, and cancels a run', async ({ as, api, portal }) => {
  const admin = await as('admin');
  await admin.goto('/tenants');
  await expect(admin.getByRole('table', { name: 'Tenants' })).toContainText('Lanhai Retail');
  const name = uniqueName('stopped');
  const release = await holdRuns(portal.dataDir);
  try {
    const { runId } = await orderShop(api, name);
    await admin.goto(`/runs/${runId}`);
    await expect(admin.getByText('Database', { exact: true })).toBeVisible();
    await admin.getByRole('button', { name: /^Cancel/ }).click();
    await admin
      .getByRole('alertdialog')
      .getByRole('button', { name: /^Cancel (the run|and remove)/ })
      .click();
    await expect(admin.getByRole('alertdialog')).toBeHidden();
    await release();
    expect(await runOver(api, runId)).toBe('cancelled');
    await expect(admin.getByText('Everything that had been built was removed, none is left.')).toBeVisible();
    // The order was withdrawn with it: the button stays, and says why not.
    await expect(admin.getByRole('button', { name: 'Run again' })).toHaveAttribute('aria-disabled', 'true');
  } finally {
    await release();
  }
});

test('a run that failed says where and names what is left, and an administrator runs it again', async ({
  as,
  api,
  portal,
}) => {
  const admin = await as('admin');
  const name = uniqueName('blocked');
  const planned = await planShop(api, name);
  // Somebody else's database stands where the tenant's would be.
  const inCluster = (statement: string) => inDatabase(tenantsUrl(portal.dataDir), (sql) => sql(statement));
  await inCluster(`CREATE DATABASE ${planned.ref}`);
  try {
    const { runId } = await placeOrder(api, planned.previewId);
    expect(await runOver(api, runId)).toBe('failed');
    await admin.goto('/runs?state=failed');
    await admin
      .getByRole('table', { name: 'Runs' })
      .getByRole('link', { name: new RegExp(name) })
      .click();
    const outcome = admin.getByRole('alert').filter({ hasText: 'Failed at: Build' });
    await expect(outcome).toContainText('was not made by this resource; it is left as it is');
    await expect(outcome.getByRole('listitem')).toHaveText(`database ${planned.ref}`);
  } finally {
    await inCluster(`DROP DATABASE ${planned.ref}`);
  }
  const failed = admin.url();
  await admin.getByRole('button', { name: 'Run again' }).click();
  await expect(admin).not.toHaveURL(failed);
  await expect(admin.getByText(`${name} is active.`)).toBeVisible({ timeout: 30_000 });
});
