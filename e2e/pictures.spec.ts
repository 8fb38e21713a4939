// What an offering draws of its tenant's business: read through the tenant's API, by kind, in both languages, at any width.
import { AxeBuilder } from '@axe-core/playwright';
import type { PortalApi } from './support/portal-api.ts';
import { callShop, stockProduct } from './support/shop-calls.ts';
import { expect, test } from './support/test.ts';

async function firstShop(api: PortalApi): Promise<string> {
  const { items } = await api.tenants.list.query({ q: 'first-shop' });
  const id = items[0]?.id;
  if (id === undefined) throw new Error('the first shop is missing');
  return id;
}

/** An order of a new product, as a shop's own program places it. */
async function placeOrder(api: PortalApi, tenantId: string): Promise<string> {
  const sku = await stockProduct(api, tenantId);
  const { orderNo } = await callShop(api, tenantId, 'place_order', { channel: 'web', lines: [{ sku, qty: 1 }] });
  return String(orderNo);
}

test('the map of states counts an order, and its way is found by its number, which stays in the address', async ({
  as,
  api,
}) => {
  const tenantId = await firstShop(api);
  const before = await api.tenants.picture.query({ tenantId, name: 'order_states' });
  const waiting = Number(before.rows?.find(({ state }) => state === 'pending_payment')?.['orders']);
  const orderNo = await placeOrder(api, tenantId);

  const page = await as('customer');
  await page.goto(`/tenants/${tenantId}?tab=business`);
  const map = page.getByRole('region', { name: 'Where orders stand' }).first();
  await expect(map.getByRole('listitem').filter({ hasText: 'Waiting for payment' }).first()).toContainText(
    String(waiting + 1),
  );

  const way = page.getByRole('region', { name: 'The way of an order' });
  await expect(way).toContainText('enter one to see it');
  await way.getByLabel('Order number').fill(orderNo);
  await way.getByRole('button', { name: 'Show' }).click();
  await expect(way.getByRole('listitem')).toHaveText([/Waiting for payment/]);
  await expect(page).toHaveURL(new RegExp(`order_history\\.order_no=${orderNo}`));

  await page.reload();
  await expect(way.getByRole('listitem')).toHaveText([/Waiting for payment/]);
  await way.getByLabel('Order number').fill('O-not-there');
  await way.getByRole('button', { name: 'Show' }).click();
  await expect(way).toContainText('Nothing found for this.');
});

test('in Chinese and on a small screen the map is a list, and nothing is cut off', async ({ as, api, portal }) => {
  const tenantId = await firstShop(api);
  const page = await as('customer', { viewport: { width: 360, height: 740 } });
  await page.context().addCookies([{ name: 'locale', value: 'zh', url: portal.url }]);
  await page.goto(`/tenants/${tenantId}?tab=business`);
  const map = page.getByRole('region', { name: '订单所处状态' }).first();
  await expect(map.getByRole('listitem').filter({ hasText: '待支付' }).first()).toBeVisible();
  await expect(map.locator('.react-flow')).toBeHidden();
  const overflow = () =>
    page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  await expect.poll(overflow).toBe(0);
});

test('shows no business data to whoever may not call the API', async ({ as, api }) => {
  const tenantId = await firstShop(api);
  const page = await as('desk');
  await page.goto(`/tenants/${tenantId}?tab=business`);
  await expect(page.getByText('This needs the right tenant:call.')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Where orders stand' })).toHaveCount(0);
});

test('has no violation of WCAG in either theme', async ({ as, api }) => {
  const tenantId = await firstShop(api);
  const page = await as('customer', { reducedMotion: 'reduce', viewport: { width: 1440, height: 900 } });
  await page.goto(`/tenants/${tenantId}?tab=business`);
  await expect(page.locator('.react-flow__node').first()).toBeVisible();
  for (const theme of ['light', 'dark']) {
    await page.evaluate((name) => void (document.documentElement.dataset['theme'] = name), theme);
    const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag22aa']).analyze();
    expect(violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`))).toEqual([]);
  }
});
