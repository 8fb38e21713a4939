// What there is to order, and what is in it.
import { expect, test } from './support/test.ts';

test('four offerings: one open to orders, three as previews that say what they will hold', async ({ as }) => {
  const page = await as('customer');
  await page.goto('/catalogue');
  const rows = page.getByRole('table', { name: 'Catalogue' }).locator('tbody tr');
  await expect(rows).toHaveCount(4);
  await expect(rows.filter({ hasText: 'Preview' })).toHaveCount(3);
  await expect(rows.getByRole('link', { name: 'Configure' })).toHaveCount(1);
  const shop = rows.filter({ hasText: 'E-commerce Cloud' });
  await expect(shop).toContainText('¥399.00');
  await expect(shop.getByRole('link', { name: 'Configure' })).toHaveAttribute('href', '/catalogue/ecommerce/configure');

  await rows.filter({ hasText: 'Logistics' }).getByRole('link', { name: 'What it will hold' }).click();
  await expect(page.getByRole('heading', { level: 1, name: /Logistics/ })).toBeVisible();
  await expect(page.getByText('In preview: not orderable yet')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Configure' })).toHaveCount(0);
  await page.goto('/catalogue/logistics/configure');
  await expect(page.getByText('Not open to orders')).toBeVisible();
});

test('the filters of the catalogue are in its address', async ({ as }) => {
  const page = await as('customer');
  await page.goto('/catalogue');
  await page.getByRole('button', { name: 'Lifecycle' }).click();
  await page.getByRole('checkbox', { name: 'GA' }).click();
  await expect(page).toHaveURL(/lifecycle=ga/);
  await page.keyboard.press('Escape');
  const rows = page.getByRole('table', { name: 'Catalogue' }).locator('tbody tr');
  await expect(rows).toHaveCount(1);
  await page.reload();
  await expect(rows).toHaveCount(1);
  await page.goto('/catalogue?model=hybrid&q=no-such-thing');
  await expect(page.getByText('Nothing has Model Hybrid and “no-such-thing”')).toBeVisible();
  await page.getByRole('button', { name: /^Clear/ }).click();
  await expect(rows).toHaveCount(4);
});

test('the offering: processes, plans, modules, API and versions, each with an address', async ({ as }) => {
  const page = await as('customer');
  await page.goto('/catalogue/ecommerce');
  const tabs = page.getByRole('navigation', { name: 'Parts of the offering' });
  await expect(page.getByRole('table', { name: 'Processes' })).toBeVisible();
  await tabs.getByRole('link', { name: 'Plans and models' }).click();
  await expect(page).toHaveURL(/tab=plans/);
  await expect(page.getByRole('table', { name: 'Plans and models' })).toContainText('¥1,999.00');
  await tabs.getByRole('link', { name: 'Modules' }).click();
  await expect(page.getByRole('table', { name: 'Modules' })).toContainText('flash-sale');
  await tabs.getByRole('link', { name: 'API' }).click();
  await expect(page.getByRole('table', { name: 'Functions' })).toContainText('place_order');
  await tabs.getByRole('link', { name: 'Versions' }).click();
  await expect(page.getByRole('table', { name: 'Versions' })).toContainText('1.0.0');
  await page.reload();
  await expect(page.getByRole('table', { name: 'Versions' })).toBeVisible();
});

test('an offering that is not there is not found, in its own words', async ({ as, complaints }) => {
  complaints.expect(/404/);
  const page = await as('customer');
  const answer = await page.goto('/catalogue/no-such-cloud');
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible();
});
