// A tenant's page: what it is, how it does, its key once, its API by hand.
import type { Page } from '@playwright/test';
import { uniqueName } from './support/names.ts';
import { activeShop, type Ordered } from './support/portal-api.ts';
import { expect, test } from './support/test.ts';

test('the key is shown once: not again, not after a reload, not in another browser', async ({
  as,
  api,
  complaints,
}) => {
  complaints.expect(/409/);
  const { tenantId } = await activeShop(api, uniqueName('key'));
  const [page, other] = [await as('customer'), await as('customer')];
  await page.goto(`/tenants/${tenantId}`);
  await other.goto(`/tenants/${tenantId}`);
  await page.getByRole('button', { name: 'Show the key' }).click();
  await expect(page.getByText('Copy the key now. It is not shown again.')).toBeVisible();
  const key = await page.getByRole('main').locator('code').innerText();
  const { endpoints } = await api.tenants.byId.query({ tenantId: tenantId });
  const answer = await fetch(`${endpoints[0]?.url}/invariants`, { headers: { authorization: `Bearer ${key}` } });
  expect(answer.status).toBe(200);

  const second = other.getByRole('button', { name: 'Show the key' });
  // The other browser may have heard of it already.
  if (await second.isVisible()) await second.click({ timeout: 2_000 }).catch(() => {});
  await expect(other.getByText(key)).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Show the key' })).toHaveCount(0);
  await expect(page.getByText(key)).toHaveCount(0);
  await expect(api.tenants.revealKey.mutate({ tenantId: tenantId })).rejects.toMatchObject({
    data: { fault: { code: 'key_already_shown' } },
  });
});

test.describe('a shop that is active', () => {
  let shop: Ordered;
  const open = async (page: Page, tab: string): Promise<void> => {
    await page.goto(`/tenants/${shop.tenantId}?tab=${tab}`);
  };

  test.beforeEach(async ({ api }) => {
    const { items } = await api.tenants.list.query({ q: 'first-shop' });
    const first = items[0];
    if (!first) throw new Error('the first shop is missing');
    shop = { tenantId: first.id, ref: first.ref, orderId: '', runId: '' };
  });

  test('overview: indicators, quotas, proof, placement', async ({ as }) => {
    const page = await as('customer');
    await open(page, 'overview');
    await expect(page.getByText('Active', { exact: true })).toBeVisible();
    await expect(page.getByRole('region', { name: 'Indicators' })).toContainText('Orders in all');
    for (const quota of [/^Storage/, /^API rate/, /^API connections/])
      await expect(page.getByText(quota)).toBeVisible();
    await expect(page.getByText(/of 20\srps/)).toBeVisible();
    await expect(page.getByText('Business transaction')).toBeVisible();
    await expect(page.getByText(/\d+ calls, /)).toBeVisible();
    await expect(page.getByText(/\d+ of \d+ hold/)).toBeVisible();
    await expect(page.getByText(`Own database ${shop.ref}`)).toBeVisible();
  });

  test('resources with their URNs and outputs; no secret among them', async ({ as }) => {
    const page = await as('customer');
    await open(page, 'resources');
    const rows = page.getByRole('main').locator('li > button[aria-expanded]');
    await expect(rows.first()).toBeVisible();
    const count = await rows.count();
    expect(count).toBeGreaterThan(5);
    for (let index = 0; index < count; index += 1) await rows.nth(index).click();
    await expect(page.getByText(/^urn:pulumi:/).first()).toBeVisible();
    const text = await page.getByRole('main').innerText();
    expect(text).not.toMatch(/ick_[A-Za-z0-9]{16}|SCRAM-SHA-256\$/);
  });

  test('usage and cost, access keys, history', async ({ as }) => {
    const page = await as('customer');
    await open(page, 'usage');
    await expect(page.getByText('¥399.00')).toBeVisible();
    await page.getByRole('button', { name: 'Show as table' }).first().click();
    await expect(page.getByRole('table').first()).toBeVisible();
    await open(page, 'keys');
    await expect(page.getByRole('table', { name: 'Access keys' })).toContainText('…');
    await expect(page.getByText('The platform keeps only a hash of the key.')).toBeVisible();
    await open(page, 'history');
    await expect(page.getByRole('table', { name: 'Runs' })).toContainText('Provision, run 1');
    await expect(page.getByText('Tenant is now: Active')).toBeVisible();
  });

  test('try it: from an empty shop to a shipped order, and what the API refuses', async ({ as }) => {
    const page = await as('customer');
    await open(page, 'try');
    const answer = page.getByRole('region', { name: 'Answer', exact: true });
    const send = page.getByRole('button', { name: 'Send', exact: true });
    const body = page.getByLabel('Body of the request');
    const call = async (title: string, next = 'Next call'): Promise<void> => {
      await expect(page.getByRole('button', { name: title, exact: true })).toHaveAttribute('aria-current', 'true');
      await send.click();
      await expect(answer.getByText(/^20[01]$/)).toBeVisible();
      if (next) await page.getByRole('button', { name: next }).click();
    };
    for (const title of ['Add a product', 'Add a variant', 'Set its price', 'Receive 50 pieces', 'Put it on sale'])
      await call(title);
    await call('Order two');

    // A wrong amount is refused by the shop, and shown with its reason.
    const right = await body.inputValue();
    await body.fill(right.replace('"3998"', '"1"'));
    await send.click();
    await expect(answer).toContainText('422');
    await expect(answer).toContainText(/amount/i);
    await body.fill('[1, 2]');
    await expect(send).toHaveAttribute('aria-disabled', 'true');
    await body.fill(right);
    await call('Pay');
    await call('Ship');
    await call('See the orders', '');
    await expect(answer).toContainText('shipped');
  });
});
