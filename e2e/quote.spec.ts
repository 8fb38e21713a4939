// The desk configures and discounts; the customer sees the same and accepts; above the limit somebody else agrees first.
import type { Page } from '@playwright/test';
import { inDatabase, platformUrl } from './support/databases.ts';
import { uniqueName } from './support/names.ts';
import { expect, test } from './support/test.ts';

/** Configure for the customer and make a quote of it. @returns the page of the quote, open */
async function makeQuote(page: Page, name: string, percent: string): Promise<void> {
  await page.goto('/catalogue/ecommerce/configure');
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Customer', { exact: true }).click();
  await page.getByRole('option', { name: 'Lanhai Retail' }).click();
  await page.getByLabel('Discount').fill(percent);
  await page.getByLabel('Note to the customer').fill('As discussed.');
  const make = page.getByRole('button', { name: /^Make a quote for/ });
  await expect(make).not.toHaveAttribute('aria-disabled', 'true');
  await make.click();
  await expect(page).toHaveURL(/\/desk\/quotes\/[0-9a-f-]{36}$/);
}

const hashOn = (page: Page) =>
  page
    .getByTitle(/^[0-9a-f]{64}$/)
    .first()
    .getAttribute('title');

/** Send it. @returns its link */
async function send(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Send to Lanhai Retail' }).click();
  await expect(page.getByText('Copy the link now. It is not shown again.')).toBeVisible();
  return page.getByRole('complementary').locator('code').innerText();
}

async function accept(page: Page, typed: string): Promise<void> {
  await page.getByRole('button', { name: /^Accept for .*…$/ }).click();
  const dialog = page.getByRole('dialog', { name: /^Accept quote/ });
  const act = dialog.getByRole('button', { name: /^Accept for/ });
  await expect(act).toHaveAttribute('aria-disabled', 'true');
  await dialog.getByLabel(/^Type your name/).fill(typed);
  await act.click();
}

test('a quote with 5 % off: sent as a link, seen alike, accepted by name, active', async ({ as, api, complaints }) => {
  const [desk, customer] = [await as('desk'), await as('customer')];
  const name = uniqueName('quoted');
  await makeQuote(desk, name, '5');
  const price = desk.getByRole('main').getByText('401.79'); // 399 less 5 %, with 6 % tax
  await expect(price.first()).toBeVisible();
  const planned = await hashOn(desk);
  const link = await send(desk);
  expect(link).toMatch(/\/quotes\/view\/[A-Za-z0-9_-]{32}$/);
  await desk.reload();
  await expect(desk.getByText(link)).toHaveCount(0); // shown once

  await customer.goto(link);
  await expect(customer.getByText('As discussed.')).toBeVisible();
  await expect(customer.getByRole('complementary').getByText('¥401.79').first()).toBeVisible();
  expect(await hashOn(customer)).toBe(planned);
  await expect(customer.getByRole('region', { name: 'Plan diff' })).toContainText(/\+ \d+ create/);
  await expect(customer.getByText(/of your/)).toHaveCount(0); // nothing of the desk's limit
  await accept(customer, '  chen   yu ');
  await expect(customer).toHaveURL(/\/runs\//);
  await expect(customer.getByText(`${name} is active.`)).toBeVisible({ timeout: 30_000 });
  const { items } = await api.orders.list.query({ q: name });
  expect(items[0]).toMatchObject({ state: 'fulfilled', monthlyMicro: 379_050_000n });

  await expect(desk.getByText('Accepted by Chen Yu. It is an order now.')).toBeVisible();
  // The link is used up: it shows, and orders nothing more.
  complaints.expect(/409/);
  await customer.goto(link);
  await expect(customer.getByRole('link', { name: 'Open the order' }).first()).toBeVisible();
  await expect(customer.getByRole('button', { name: /^Accept/ })).toHaveCount(0);
});

test('a discount above the limit waits for an administrator, who agrees to this plan', async ({ as }) => {
  const [desk, admin] = [await as('desk'), await as('admin')];
  const name = uniqueName('steep');
  await makeQuote(desk, name, '15');
  await expect(desk.getByText('Waits for approval of the discount')).toBeVisible();
  await expect(desk.getByRole('button', { name: 'Send to Lanhai Retail' })).toHaveAttribute('aria-disabled', 'true');

  await admin.goto('/admin/approvals');
  await admin
    .getByRole('table', { name: 'Approvals' })
    .getByRole('link', { name: new RegExp(name) })
    .click();
  await expect(admin.getByRole('heading', { level: 2, name: new RegExp(name) })).toBeVisible();
  await expect(admin.getByText('15 % discount is above the limit of 10 %').first()).toBeVisible();
  await admin.getByRole('button', { name: /^Approve plan [0-9a-f]{6}$/ }).click();
  await expect(admin.getByText(/^Approved plan/)).toBeVisible();
  await expect(admin.getByRole('table', { name: 'Approvals' }).getByText(name)).toHaveCount(0);

  // The desk's page hears of it by itself.
  await expect(desk.getByRole('button', { name: 'Send to Lanhai Retail' })).not.toHaveAttribute(
    'aria-disabled',
    'true',
  );
  expect(await send(desk)).toContain('/quotes/view/');
});

test('a discount that is rejected says by whom and why, and cannot be sent', async ({ as }) => {
  const [desk, admin] = [await as('desk'), await as('admin')];
  const name = uniqueName('toosteep');
  await makeQuote(desk, name, '40');
  await admin.goto('/admin/approvals');
  await admin
    .getByRole('table', { name: 'Approvals' })
    .getByRole('link', { name: new RegExp(name) })
    .click();
  await expect(admin.getByRole('button', { name: 'Reject…' })).toHaveAttribute('aria-disabled', 'true');
  await admin.getByLabel('Reason').fill('Below cost.');
  await admin.getByRole('button', { name: 'Reject…' }).click();
  await admin
    .getByRole('alertdialog')
    .getByRole('button', { name: /^Reject / })
    .click();
  await expect(admin.getByText(/^Rejected /).first()).toBeVisible();
  await expect(desk.getByText('The discount was rejected by Lin Qiao')).toBeVisible();
  await expect(desk.getByText('“Below cost.”').first()).toBeVisible();
  await expect(desk.getByRole('button', { name: 'Send to Lanhai Retail' })).toHaveCount(0);
  // The way on leads to the same customer.
  await desk.getByRole('link', { name: 'Configure again' }).click();
  await expect(desk.getByLabel('Customer', { exact: true })).toContainText('Lanhai Retail');
});

test('a quote past its date is refused, and a link of nobody is not found', async ({ as, portal, complaints }) => {
  complaints.expect(/404/);
  const [desk, customer] = [await as('desk'), await as('customer')];
  const name = uniqueName('late');
  await makeQuote(desk, name, '0');
  const link = await send(desk);
  await customer.goto(link);
  await expect(customer.getByRole('button', { name: /^Accept for/ })).toBeVisible();
  await inDatabase(platformUrl(portal.dataDir), (sql) =>
    sql(`UPDATE "Quote" SET "validUntil" = now() - interval '1 minute' WHERE configuration ->> 'name' = $1`, [name]),
  );
  complaints.expect(/4\d\d/);
  await accept(customer, 'Chen Yu'); // the page that was open still offers it
  await expect(customer.getByRole('alert').filter({ hasText: 'The quote was valid until' })).toBeVisible();
  await customer.reload();
  await expect(customer.getByText('Cannot be accepted')).toBeVisible();
  await expect(customer.getByRole('button', { name: /^Accept/ })).toHaveCount(0);
  await customer.goto(`${link.slice(0, -4)}AAAA`);
  await expect(customer.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(customer.getByText(name)).toHaveCount(0);
});
