// Access keys of a tenant in a browser: made, used, rotated, revoked.
import { waitFor } from '../server/testing/wait-for.ts';
import { uniqueName } from './support/names.ts';
import { activeShop } from './support/portal-api.ts';
import { expect, test } from './support/test.ts';

test('a key is made, calls the API, is rotated without an overlap, and revoked', async ({ as, api }) => {
  const { tenantId } = await activeShop(api, uniqueName('keys'));
  const { endpoints } = await api.tenants.byId.query({ tenantId });
  const statusOf = async (key: string): Promise<string> => {
    const answer = await fetch(`${endpoints[0]?.url}/invariants`, { headers: { authorization: `Bearer ${key}` } });
    const { code = 'served' } = (await answer.json()) as { code?: string };
    return code;
  };
  const becomes = (key: string, code: string) =>
    waitFor(async () => (await statusOf(key)) === code, { what: `a key that is ${code}`, everyMs: 100 });

  const page = await as('customer');
  await page.goto(`/tenants/${tenantId}?tab=keys`);
  const table = page.getByRole('table', { name: 'Access keys' });
  await expect(table).toContainText('default');

  await page.getByRole('button', { name: 'New key' }).click();
  const dialog = page.getByRole('dialog');
  const make = dialog.getByRole('button', { name: 'Make the key' });
  await expect(make).toHaveAttribute('aria-disabled', 'true');
  await dialog.getByLabel('Name').fill('till-7');
  await page.keyboard.press('Tab');
  await make.click();
  await expect(dialog).toBeHidden();

  const shown = page.getByRole('main').locator('code');
  await page.getByRole('button', { name: 'Show till-7' }).click();
  await expect(page.getByText('Copy the key till-7 now. It is not shown again.')).toBeVisible();
  const first = await shown.innerText();
  await becomes(first, 'served');
  const row = table.getByRole('row', { name: /till-7/ });
  await expect(row).toContainText('Active');

  await row.getByRole('button', { name: 'Rotate…' }).click();
  await dialog.getByLabel('Overlap').fill('0');
  await dialog.getByRole('button', { name: 'Rotate till-7' }).click();
  await page.getByRole('button', { name: 'Show till-7' }).click();
  await expect(shown).not.toHaveText(first);
  const second = await shown.innerText();
  await becomes(second, 'served');
  await becomes(first, 'key_expired');

  await row.getByRole('button', { name: 'Revoke…' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke till-7' }).click();
  await expect(row).toContainText('Revoked');
  await becomes(second, 'unauthorized');
});

test('the last key that may write is revoked with a warning; members only look', async ({ as, api }) => {
  const { tenantId } = await activeShop(api, uniqueName('last'));
  const page = await as('customer');
  await page.goto(`/tenants/${tenantId}?tab=keys`);
  await page
    .getByRole('row', { name: /default/ })
    .getByRole('button', { name: 'Revoke…' })
    .click();
  await expect(page.getByRole('alertdialog')).toContainText('the last key of the tenant that may write');
  await page.keyboard.press('Escape');
  const admin = await as('admin');
  await admin.goto(`/tenants/${tenantId}?tab=keys`);
  await expect(admin.getByRole('row', { name: /default/ })).toBeVisible();
  await expect(admin.getByRole('button', { name: 'New key' })).toHaveAttribute('aria-disabled', 'true');
  await expect(admin.getByRole('button', { name: 'Revoke…' })).toHaveCount(0);
});
