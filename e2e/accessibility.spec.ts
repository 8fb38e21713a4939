// WCAG 2.2 AA on every page, in both themes and both languages; keyboard; small screens and large letters.
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { firstIds, PAGE_NAMES, PAGES, type PageName } from './support/pages.ts';
import { expect, test } from './support/test.ts';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const LANG = { en: 'en', zh: 'zh-CN' } as const;
const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 320, height: 640 };

async function prefer(page: Page, locale: keyof typeof LANG, url: string): Promise<void> {
  await page.context().addCookies([
    { name: 'theme', value: 'light', url },
    { name: 'locale', value: locale, url },
  ]);
}

async function violationsOf(page: Page, rules?: string[]): Promise<string[]> {
  const axe = new AxeBuilder({ page });
  const { violations } = await (rules ? axe.withRules(rules) : axe.withTags(TAGS)).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')}`));
}

/** A theme is colours and nothing else. */
async function violationsInDark(page: Page): Promise<string[]> {
  await page.evaluate(() => void (document.documentElement.dataset['theme'] = 'dark'));
  return violationsOf(page, ['color-contrast']);
}

/** How far the page itself can be moved sideways. */
const overflowOf = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** The page as a reader finds it: drawn, and nothing under way. */
async function visit(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
}

for (const name of PAGE_NAMES) {
  test(`${name}: no violation in any theme and language, nothing cut off at 320 px`, async ({ as, api, portal }) => {
    const page = await as(PAGES[name].who, { reducedMotion: 'reduce', viewport: WIDE });
    const path = PAGES[name].path(await firstIds(api));
    const found: Record<string, string[]> = {};
    for (const locale of ['zh', 'en'] as const) {
      await prefer(page, locale, portal.url);
      await page.setViewportSize(WIDE);
      await visit(page, path);
      await expect(page.locator('html')).toHaveAttribute('lang', LANG[locale]);
      await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
      found[`light ${locale}`] = await violationsOf(page);
      found[`dark ${locale}`] = await violationsInDark(page);
      await page.setViewportSize(NARROW);
      await expect.poll(() => overflowOf(page), `pixels that the page scrolls sideways, ${locale}`).toBe(0);
    }
    found['narrow'] = await violationsOf(page, ['target-size', 'scrollable-region-focusable', 'color-contrast']);
    expect(found).toEqual({ 'light en': [], 'light zh': [], 'dark en': [], 'dark zh': [], narrow: [] });
  });
}

test('the sign-in page too', async ({ page, portal }) => {
  for (const locale of ['en', 'zh'] as const) {
    await prefer(page, locale, portal.url);
    await visit(page, '/sign-in');
    expect(await violationsOf(page)).toEqual([]);
    expect(await violationsInDark(page)).toEqual([]);
  }
  await page.setViewportSize(NARROW);
  expect(await overflowOf(page)).toBe(0);
});

test('open dialogs, menus and the command palette have no violation', async ({ as, api }) => {
  const page = await as('customer', { reducedMotion: 'reduce' });
  const { tenant } = await firstIds(api);
  await visit(page, `/tenants/${tenant}`);
  await page.getByRole('button', { name: 'Retire…' }).click();
  await expect(page.getByRole('alertdialog')).toBeVisible();
  expect(await violationsOf(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('alertdialog')).toBeHidden();
  await expect(page.getByRole('button', { name: 'Retire…' })).toBeFocused();
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog', { name: 'Find or do anything' })).toBeVisible();
  expect(await violationsOf(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /Account of/ }).click();
  await expect(page.getByRole('menu')).toBeVisible();
  // A menu stands beside the page, in no landmark.
  expect((await violationsOf(page)).filter((found) => !found.startsWith('region: '))).toEqual([]);
});

test('200 % zoom: nothing is cut off and the order button is in reach', async ({ as, api }) => {
  // Twice as large letters on a 1280 px screen leave 640 px.
  const page = await as('customer', { viewport: { width: 640, height: 360 }, deviceScaleFactor: 2 });
  const ids = await firstIds(api);
  for (const name of ['catalogue', 'configure', 'tenant', 'run'] satisfies PageName[]) {
    await visit(page, PAGES[name].path(ids));
    expect(await overflowOf(page), name).toBe(0);
  }
  await visit(page, PAGES.configure.path());
  await expect(page.getByRole('button', { name: /^Order / })).toBeInViewport();
});

test('wide tables scroll in a box of their own', async ({ as }) => {
  const page = await as('customer', { viewport: NARROW });
  await visit(page, '/tenants');
  const box = page.getByRole('table', { name: 'Tenants' }).locator('..');
  const [inner, outer] = await box.evaluate((element) => [element.scrollWidth, element.clientWidth] as const);
  expect(inner).toBeGreaterThan(outer);
  expect(await overflowOf(page)).toBe(0);
});
