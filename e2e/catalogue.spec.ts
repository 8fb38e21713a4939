// What there is to order, and what is in it.
import { ANNOUNCED, withAnnounced } from './support/offerings.ts';
import { expect, test } from './support/test.ts';

const OFFERINGS = ['Data Analysis', 'E-commerce', 'Finance', 'Logistics', 'Zero-carbon Park'];

test('five offerings are open to orders, each with the transaction that proves it and its price', async ({ as }) => {
  const page = await as('customer');
  await page.goto('/catalogue');
  const rows = page.getByRole('table', { name: 'Catalogue' }).locator('tbody tr');
  await expect(rows).toHaveCount(OFFERINGS.length);
  for (const name of OFFERINGS) {
    const row = rows.filter({ hasText: new RegExp(name, 'i') });
    await expect(row.getByRole('link', { name: 'Configure' })).toHaveAttribute(
      'href',
      /^\/catalogue\/[a-z-]+\/configure$/,
    );
    await expect(row).toContainText(/¥\d/);
  }
  await expect(rows.filter({ hasText: 'E-commerce Cloud' })).toContainText('¥399.00');
});

test('an offering that is announced says what it will hold, and cannot be ordered', async ({ as, portal }) => {
  await withAnnounced(portal.dataDir, async () => {
    const page = await as('customer');
    await page.goto('/catalogue');
    const row = page
      .getByRole('table', { name: 'Catalogue' })
      .locator('tbody tr')
      .filter({ hasText: 'Announced Cloud' });
    await expect(row).toContainText('Preview');
    await expect(row.getByRole('link', { name: 'Configure' })).toHaveCount(0);
    await row.getByRole('link', { name: 'What it will hold' }).click();
    await expect(page.getByRole('heading', { level: 1, name: /Announced/ })).toBeVisible();
    await expect(page.getByText('In preview: not orderable yet')).toBeVisible();
    await expect(page.getByRole('link', { name: 'Configure' })).toHaveCount(0);
    await page.goto(`/catalogue/${ANNOUNCED}/configure`);
    await expect(page.getByText('Not open to orders')).toBeVisible();
  });
});

test('the filters of the catalogue are in its address', async ({ as }) => {
  const page = await as('customer');
  await page.goto('/catalogue');
  await page.getByRole('button', { name: 'Lifecycle' }).click();
  await page.getByRole('checkbox', { name: 'Preview' }).click();
  await expect(page).toHaveURL(/lifecycle=preview/);
  await page.keyboard.press('Escape');
  await expect(page.getByText('Nothing has Lifecycle Preview')).toBeVisible();
  await page.goto('/catalogue?q=warehouse+receipts');
  const rows = page.getByRole('table', { name: 'Catalogue' }).locator('tbody tr');
  await expect(rows).toHaveCount(1);
  await page.reload();
  await expect(rows).toHaveCount(1);
  await page.goto('/catalogue?model=hybrid&q=no-such-thing');
  await expect(page.getByText('Nothing has Model Hybrid and “no-such-thing”')).toBeVisible();
  await page.getByRole('button', { name: /^Clear/ }).click();
  await expect(rows).toHaveCount(OFFERINGS.length);
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
  await expect(page.getByRole('table', { name: 'Versions' })).toContainText(/\d+\.\d+\.\d+/);
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

test("an offering's API names the paths of its industry's standards, and what they take", async ({ as }) => {
  const page = await as('customer');
  await page.goto('/catalogue/logistics?tab=api');
  const epcis = page.getByRole('region', { name: /EPCIS 2\.0/ });
  await expect(epcis.getByRole('row').filter({ hasText: 'POST /epcis/v2/capture' })).toContainText(
    'application/ld+json',
  );
  await expect(epcis.getByRole('row').filter({ hasText: 'GET /epcis/v2/events/{eventID}' })).toHaveCount(1);
  await page.goto('/catalogue/ecommerce?tab=api');
  await expect(page.getByRole('region', { name: 'Functions' })).toBeVisible();
  await expect(page.getByRole('region', { name: /EPCIS/ })).toHaveCount(0);
});
