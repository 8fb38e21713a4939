// Pictures for the documentation: npm run screenshots. Real pages of a real portal, with a shop that has a past.
import path from 'node:path';
import type { Page } from '@playwright/test';
import { waitFor } from '../server/testing/wait-for.ts';
import { orderConfigured, runOver, type PortalApi } from './support/portal-api.ts';
import { expect, test } from './support/test.ts';

const FOLDER = path.resolve(import.meta.dirname, '../docs/screenshots');
const DESK = { width: 1440, height: 900 };

test.describe.configure({ mode: 'serial', timeout: 360_000 });

async function shoot(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  await page.mouse.move(0, 0);
  await page.screenshot({ path: path.join(FOLDER, `${name}.png`), animations: 'disabled', caret: 'hide' });
}

/** The shop of the pictures: plan M with flash sales and a demo past. */
async function shopWithPast(api: PortalApi): Promise<{ tenantId: string; runId: string }> {
  const { items } = await api.tenants.list.query({ q: 'outlet-cn' });
  const known = items[0];
  if (known) {
    const { runs } = await api.tenants.byId.query({ tenantId: known.id });
    return { tenantId: known.id, runId: runs.at(-1)?.id ?? '' };
  }
  const ordered = await orderConfigured(api, {
    name: 'outlet-cn',
    plan: 'M',
    modules: ['flash-sale'],
    params: { sample_data: 'demo', stock_buckets: 16 },
  });
  expect(await runOver(api, ordered.runId, 60_000)).toBe('succeeded');
  return ordered;
}

test('catalogue, in English and Chinese', async ({ as, portal }) => {
  const page = await as('customer', { viewport: DESK });
  await page.goto('/catalogue');
  await expect(page.getByRole('table')).toBeVisible();
  await shoot(page, 'catalogue');
  await page.context().addCookies([{ name: 'locale', value: 'zh', url: portal.url }]);
  await page.reload();
  await expect(page.getByRole('table')).toBeVisible();
  await shoot(page, 'catalogue-zh');
});

test('configure', async ({ as }) => {
  const page = await as('customer', { viewport: DESK });
  await page.goto('/catalogue/ecommerce/configure');
  await page.getByLabel('Name', { exact: true }).fill('shop-eu');
  await page.getByRole('radio', { name: /^M\b/ }).click();
  await page.getByRole('radio', { name: '12 mo', exact: true }).click();
  await expect(page.getByRole('button', { name: /^Order shop-eu/ })).not.toHaveAttribute('aria-disabled', 'true');
  await shoot(page, 'configure');
});

test('a run, a tenant in both themes and on a telephone, and its API by hand', async ({ as, api, portal }) => {
  const { tenantId, runId } = await shopWithPast(api);
  const page = await as('customer', { viewport: DESK });
  await page.goto(`/runs/${runId}`);
  await expect(page.getByText(/is active\. It was built and proved in/)).toBeVisible();
  await shoot(page, 'run');

  await waitFor(
    async () => {
      const { kpis } = await api.tenants.byId.query({ tenantId });
      return kpis.some(({ points }) => points.length >= 2);
    },
    { what: 'samples of the indicators', timeoutMs: 240_000, everyMs: 1_000 },
  );
  await page.goto(`/tenants/${tenantId}`);
  await expect(page.getByRole('region', { name: 'Indicators' })).toBeVisible();
  await shoot(page, 'tenant');
  await page.context().addCookies([{ name: 'theme', value: 'dark', url: portal.url }]);
  await page.reload();
  await shoot(page, 'tenant-dark');
  await page.context().addCookies([{ name: 'theme', value: 'light', url: portal.url }]);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.reload();
  await shoot(page, 'tenant-small');

  await page.setViewportSize(DESK);
  await page.goto(`/tenants/${tenantId}?tab=business`);
  await expect(page.locator('.react-flow__node').first()).toBeVisible();
  await shoot(page, 'business');
  await page.goto(`/tenants/${tenantId}?tab=try`);
  for (let call = 0; call < 6; call += 1) {
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await expect(page.getByRole('button', { name: 'Next call' })).toBeVisible();
    if (call < 5) await page.getByRole('button', { name: 'Next call' }).click();
  }
  await shoot(page, 'try-it');
});

test('a hybrid tenant: what runs where', async ({ as, api }) => {
  const { tenantId, runId } = await orderConfigured(api, { name: 'outlet-edge', model: 'hybrid', plan: 'M' });
  expect(await runOver(api, runId, 120_000)).toBe('succeeded');
  const page = await as('customer', { viewport: DESK });
  await page.goto(`/tenants/${tenantId}`);
  const panel = page.getByRole('region', { name: 'What runs where' }).first();
  await expect(panel.locator('.react-flow__node', { hasText: 'Private instance' })).toBeVisible({ timeout: 90_000 });
  await shoot(page, 'hybrid');
});

test('a change of plan', async ({ as, api }) => {
  const { tenantId } = await shopWithPast(api);
  const page = await as('customer', { viewport: DESK });
  await page.goto(`/tenants/${tenantId}/change`);
  await page.getByRole('radio', { name: /^L\b/ }).click();
  await expect(page.getByRole('button', { name: /^Change outlet-cn/ })).not.toHaveAttribute('aria-disabled', 'true');
  await shoot(page, 'change');
});

test('quote and approvals', async ({ as }) => {
  const [desk, admin] = [await as('desk', { viewport: DESK }), await as('admin', { viewport: DESK })];
  await desk.goto('/catalogue/ecommerce/configure');
  await desk.getByLabel('Name', { exact: true }).fill('shop-sea');
  await desk.getByRole('radio', { name: /^M\b/ }).click();
  await desk.getByLabel('Discount').fill('12');
  await desk.getByLabel('Note to the customer').fill('Prices for the first year, as discussed on Friday.');
  const make = desk.getByRole('button', { name: /^Make a quote for/ });
  await expect(make).not.toHaveAttribute('aria-disabled', 'true');
  await make.click();
  await expect(desk).toHaveURL(/\/desk\/quotes\//);
  await expect(desk.getByText('Waits for approval of the discount')).toBeVisible();
  await shoot(desk, 'quote');
  await admin.goto('/admin/approvals');
  await expect(admin.getByRole('button', { name: /^Approve plan/ })).toBeVisible();
  await shoot(admin, 'approvals');
});

test('audit trail', async ({ as }) => {
  const page = await as('auditor', { viewport: DESK });
  await page.goto('/audit?action=order.place');
  await page.getByRole('button', { name: /Verify/ }).click();
  await expect(page.getByText('The chain holds')).toBeVisible();
  await expect(page.getByText('hash recomputed here, matches')).toBeVisible();
  await shoot(page, 'audit');
});
