// Everything without a mouse.
import type { Page } from '@playwright/test';
import { expect, test } from './support/test.ts';

/** Whether what has the focus is drawn with a ring. */
const ringOf = (page: Page): Promise<boolean> =>
  page.evaluate(() => {
    const style = getComputedStyle(document.activeElement ?? document.body);
    return (
      (style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 1.5) || style.boxShadow !== 'none'
    );
  });

test('Tab begins at the skip link, shows where one is, and reaches the content', async ({ as }) => {
  const page = await as('customer');
  await page.goto('/catalogue');
  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: 'Skip to content' });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  for (let tabs = 0; tabs < 12; tabs += 1) {
    await page.keyboard.press('Tab');
    expect(await ringOf(page), await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 120))).toBe(true);
  }
  await skip.focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.querySelector('main')?.contains(document.activeElement))).toBe(true);
});

test('⌘K finds pages and goes there; Esc closes', async ({ as }) => {
  const page = await as('customer');
  await page.goto('/catalogue');
  await expect(page.getByRole('table', { name: 'Catalogue' })).toBeVisible();
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Find or do anything' });
  await expect(palette).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(palette).toBeHidden();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('runs');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/runs$/);
});

test('j and k move over rows, Enter opens, g t goes to the tenants, / searches, ? lists the keys', async ({ as }) => {
  const page = await as('customer');
  await page.goto('/catalogue');
  const links = page.getByRole('table', { name: 'Catalogue' }).locator('th[scope=row] a');
  await expect(links).toHaveCount(5);
  await page.keyboard.press('j');
  await expect(links.nth(0)).toBeFocused();
  await page.keyboard.press('j');
  await expect(links.nth(1)).toBeFocused();
  await page.keyboard.press('k');
  await expect(links.nth(0)).toBeFocused();
  await page.keyboard.press('/');
  await expect(page.getByRole('searchbox')).toBeFocused();
  await page.keyboard.press('j'); // typed, not a command
  await expect(page.getByRole('searchbox')).toHaveValue('j');
  await page.keyboard.press('Escape');
  await page.goto('/catalogue');
  await expect(links).toHaveCount(5);
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('g');
  await page.keyboard.press('t');
  await expect(page).toHaveURL(/\/tenants$/);
  await expect(page.getByRole('table', { name: 'Tenants' })).toBeVisible();
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/tenants\/[0-9a-f-]{36}$/);
  await page.keyboard.press(']');
  await expect(page).toHaveURL(/tab=business/);
});

test('a tenant can be retired by keyboard alone, up to the last key', async ({ as, api }) => {
  const page = await as('customer');
  const { items } = await api.tenants.list.query({ q: 'first-shop' });
  await page.goto(`/tenants/${items[0]?.id}`);
  const retire = page.getByRole('button', { name: 'Retire…' });
  await retire.focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('alertdialog');
  await expect(dialog.getByLabel(/to confirm/)).toBeFocused();
  await page.keyboard.type('first-shop');
  await expect(dialog.getByRole('button', { name: 'Retire first-shop' })).not.toHaveAttribute('aria-disabled', 'true');
  await page.keyboard.press('Escape');
  await expect(retire).toBeFocused();
});
