// Price, sizing and plan while one types; what may not be ordered says why.
import type { Page } from '@playwright/test';
import { withConnectionsLeft } from './support/databases.ts';
import { uniqueName } from './support/names.ts';
import { expect, test } from './support/test.ts';

const order = (page: Page) => page.getByRole('button', { name: /^Order / });
const rail = (page: Page) => page.getByRole('complementary', { name: 'Price and order' });

test('the price follows plan, term, currency and modules as one chooses', async ({ as }) => {
  const page = await as('customer');
  await page.goto('/catalogue/ecommerce/configure');
  // Tax included: 6 % on 399.
  await expect(rail(page)).toContainText('¥422.94');
  await page.getByRole('radio', { name: /^M\b/ }).click();
  await expect(rail(page)).toContainText('¥2,118.94');
  await page.getByRole('radio', { name: '12 mo', exact: true }).click();
  await expect(rail(page)).toContainText('1,839.08'); // 8 % off, before tax
  await page.getByRole('radio', { name: /^S\b/ }).click();
  await page.getByRole('radio', { name: '1 mo', exact: true }).click();
  await page.getByRole('checkbox', { name: /Flash sales/ }).click();
  await expect(rail(page)).toContainText('898.00');
  await page.getByRole('radio', { name: 'EUR', exact: true }).click();
  await expect(rail(page)).toContainText('€');
  await expect(page.getByRole('radio', { name: /^XL/ })).toBeDisabled();
  await expect(page.getByText('Plan XL is by quote: talk to us.')).toBeVisible();
});

test('business numbers say at once which plan holds them', async ({ as }) => {
  const page = await as('customer');
  await page.goto('/catalogue/ecommerce/configure');
  const volume = page.getByLabel('Orders', { exact: true });
  await volume.fill('20000');
  await expect(page.getByText(/^Plan S is too small for this volume; [ML] is the smallest/)).toBeVisible();
  await volume.fill('100');
  await expect(page.getByText(/^Plan S holds this volume/)).toBeVisible();
  await volume.fill('9000000');
  await expect(page.getByText(/^No plan on one machine holds this volume/)).toBeVisible();
});

test('the plan is there before anything exists, and follows each change', async ({ as }) => {
  const page = await as('customer');
  await page.goto('/catalogue/ecommerce/configure');
  await expect(order(page)).toHaveAttribute('aria-disabled', 'true');
  await page.getByLabel('Name', { exact: true }).fill(uniqueName('plan'));
  const diff = page.getByRole('region', { name: 'Plan diff' });
  await expect(diff).toContainText(/\+ \d+ create/);
  await expect(diff).toContainText('Database');
  const hash = page.getByTitle(/^[0-9a-f]{64}$/);
  const before = await hash.getAttribute('title');
  await expect(order(page)).not.toHaveAttribute('aria-disabled', 'true');

  await page.getByRole('radio', { name: /^M\b/ }).click();
  await expect(order(page)).toHaveAttribute('aria-disabled', 'true'); // the shown plan is old
  await expect(hash).not.toHaveAttribute('title', before ?? '');
  await expect(order(page)).not.toHaveAttribute('aria-disabled', 'true');

  await diff
    .getByRole('button', { name: /Database/ })
    .first()
    .click();
  await expect(diff).toContainText('urn:pulumi:');
});

test('a name that is taken or not allowed says so beside the field', async ({ as, complaints }) => {
  complaints.expect(/409/);
  const page = await as('customer');
  await page.goto('/catalogue/ecommerce/configure');
  const name = page.getByLabel('Name', { exact: true });
  await name.fill('Not A Name');
  await expect(page.getByText('Begin with a lower-case letter')).toBeVisible();
  await expect(name).toHaveAttribute('aria-invalid', 'true');
  await name.fill('first-shop');
  await expect(page.getByText('first-shop is taken.')).toBeVisible();
  await expect(order(page)).toHaveAttribute('aria-disabled', 'true');
  await name.fill(uniqueName('free'));
  await expect(order(page)).not.toHaveAttribute('aria-disabled', 'true');
});

test('a parameter out of range is marked and nothing can be ordered', async ({ as }) => {
  const page = await as('customer');
  await page.goto('/catalogue/ecommerce/configure');
  await page.getByLabel('Name', { exact: true }).fill(uniqueName('range'));
  const hold = page.getByLabel('Hold stock for');
  await hold.fill('500');
  await expect(page.getByText('From 1 to 120.')).toBeVisible();
  await expect(order(page)).toHaveAttribute('aria-disabled', 'true');
  await hold.fill('20');
  await expect(order(page)).not.toHaveAttribute('aria-disabled', 'true');
});

test('what only a hybrid tenant needs is asked of hybrid ones', async ({ as }) => {
  const page = await as('customer');
  await page.goto('/catalogue/ecommerce/configure');
  await expect(page.getByText('Hold stock for')).toBeVisible();
  await expect(page.getByText('Link to the edge')).toHaveCount(0);
  await page.getByRole('radio', { name: /^Hybrid/ }).click();
  await expect(page.getByText('Link to the edge')).toBeVisible();
  await page.getByRole('radio', { name: /^Private/ }).click();
  await expect(page.getByText('Link to the edge')).toHaveCount(0);
});

test('what the target finds stands beside the plan; what does not fit stops the order and says why', async ({
  as,
  portal,
}) => {
  const page = await as('customer');
  await page.goto('/catalogue/ecommerce/configure');
  const looks = page.getByRole('region', { name: 'Before the order' }).getByRole('listitem');
  const again = page.getByRole('button', { name: 'Compute again' });
  const connections = looks.filter({ hasText: 'Connections' });
  await withConnectionsLeft(portal.dataDir, 4, async () => {
    await page.getByLabel('Name', { exact: true }).fill(uniqueName('full'));
    await expect(connections).toContainText('5 connections asked, 4 free');
    await expect(connections).toContainText('stops the order');
    await expect(connections).toContainText('Choose a smaller plan or another target');
    await expect(page.getByRole('alert').filter({ hasText: 'Connections: 5 connections asked, 4 free' })).toBeVisible();
    await expect(order(page)).toHaveAttribute('aria-disabled', 'true');
    await order(page).hover();
    await expect(page.getByRole('tooltip')).toHaveText('Connections: 5 connections asked, 4 free');
  });
  await withConnectionsLeft(portal.dataDir, 9, async () => {
    await again.click();
    await expect(connections).toContainText('note');
    await expect(connections).toContainText('There is room for this tenant');
    await expect(order(page)).not.toHaveAttribute('aria-disabled', 'true');
  });
  await page.getByRole('radio', { name: /^Private/ }).click();
  await expect(looks.filter({ hasText: 'Keeper of servers' })).toContainText('It answers');
  await expect(looks.filter({ hasText: 'PostgreSQL' })).toContainText(/: passVersion 18/);
});
