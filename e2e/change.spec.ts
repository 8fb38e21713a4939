// Changing what runs: price before and after, the resource diff, and the change itself, from the tenant's page.
import { uniqueName } from './support/names.ts';
import { activeShop } from './support/portal-api.ts';
import { expect, test } from './support/test.ts';

test('a shop grows: the price and the diff first, then the change, and the tenant says so', async ({ as, api }) => {
  const name = uniqueName('grow');
  const { tenantId } = await activeShop(api, name);
  const page = await as('customer');
  await page.goto(`/tenants/${tenantId}`);
  await page.getByRole('link', { name: 'Change…' }).click();
  await expect(page.getByRole('heading', { level: 1, name: `Change ${name}` })).toBeVisible();
  const ask = page.getByRole('button', { name: /^Change / });
  const rail = page.getByRole('complementary', { name: 'Price and change' });
  await expect(ask).toHaveAttribute('aria-disabled', 'true');

  await page.getByRole('radio', { name: /^M\b/ }).click();
  await expect(rail).toContainText('1,999.00');
  await expect(rail).toContainText('399.00');
  const diff = page.getByRole('region', { name: 'Plan diff' });
  await expect(diff).toContainText(/~ \d+ update/);
  await expect(page.getByRole('radio', { name: /^XL/ })).toBeDisabled();
  await expect(ask).not.toHaveAttribute('aria-disabled', 'true');
  await ask.click();
  await expect(page).toHaveURL(/\/runs\//);
  await expect(page.getByText('Succeeded', { exact: true }).first()).toBeVisible({ timeout: 60_000 });
  expect(await api.tenants.byId.query({ tenantId })).toMatchObject({ plan: 'M', state: 'active' });
});

test('what would lose something is refused with the reason, before anything is asked', async ({
  as,
  api,
  complaints,
}) => {
  complaints.expect(/422/);
  const { tenantId } = await activeShop(api, uniqueName('keep'));
  const page = await as('customer');
  await page.goto(`/tenants/${tenantId}/change`);
  await page.getByRole('textbox', { name: 'Stock stripes' }).fill('2');
  await expect(page.getByText('It may only grow from 4 while the tenant runs.')).toBeVisible();
  await expect(page.getByRole('button', { name: /^Change / })).toHaveAttribute('aria-disabled', 'true');
});
