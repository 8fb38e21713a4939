// Every list: what one filtered survives a reload and the way back; empty, without a match, with an address that is wrong.
import type { Who } from './support/people.ts';
import { expect, test } from './support/test.ts';

interface List {
  who: Who;
  path: string;
  /** What finds nothing: a word of the search box, or where there is none, a filter that nothing has. */
  nothing?: string;
  /** A filter as a chip: its label and one of its values, with what the address then says. */
  chip?: { label: string; value: string; says: RegExp };
}

const LISTS: Record<string, List> = {
  Tenants: { who: 'customer', path: '/tenants', chip: { label: 'State', value: 'Active', says: /state=active/ } },
  Orders: { who: 'customer', path: '/orders', chip: { label: 'State', value: 'Fulfilled', says: /state=fulfilled/ } },
  Runs: { who: 'customer', path: '/runs', chip: { label: 'State', value: 'Succeeded', says: /state=succeeded/ } },
  Quotes: { who: 'desk', path: '/desk/quotes', chip: { label: 'State', value: 'Sent', says: /state=sent/ } },
  Customers: { who: 'desk', path: '/desk/customers' },
  Approvals: { who: 'admin', path: '/admin/approvals', nothing: 'kind=run' },
  People: { who: 'admin', path: '/admin/people' },
  'Audit trail': { who: 'auditor', path: '/audit' },
};

for (const [title, { who, path, chip, nothing = 'q=no-such-thing-anywhere' }] of Object.entries(LISTS)) {
  test(`${title}: no match names the search and clears it; a wrong cursor is an error in its place`, async ({ as }) => {
    const page = await as(who);
    await page.goto(`${path}?${nothing}`);
    await expect(
      page.getByText(nothing.startsWith('q=') ? '“no-such-thing-anywhere”' : /^Nothing has Kind Run/),
    ).toBeVisible();
    await page.getByRole('button', { name: /^Clear/ }).click();
    await expect(page).toHaveURL((url) => url.pathname === path && url.search === '');

    await page.goto(`${path}?after=not-a-cursor`);
    await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
    await expect(page.getByRole('alert').filter({ hasText: 'Some fields are not valid' })).toBeVisible();
    await expect(page.getByText(/req_[0-9a-f]{6}/)).toBeVisible();
  });

  if (chip) {
    test(`${title}: the filter is in the address, and survives reload and back`, async ({ as }) => {
      const page = await as(who);
      await page.goto(path);
      await page.getByRole('button', { name: chip.label, exact: true }).click();
      await page.getByRole('checkbox', { name: chip.value, exact: true }).click();
      await expect(page).toHaveURL(chip.says);
      await page.keyboard.press('Escape');
      const remove = page.getByRole('button', { name: `Remove filter ${chip.label}` });
      await expect(remove).toBeVisible();
      await page.reload();
      await expect(remove).toBeVisible();
      await expect(page).toHaveURL(chip.says);
      await page.goBack();
      await expect(page).toHaveURL((url) => url.pathname === path && !url.searchParams.has('state'));
      await expect(remove).toHaveCount(0);
    });
  }
}

test('a list that is empty says what it would hold and what to do', async ({ as }) => {
  const page = await as('customer');
  await page.goto('/quotes');
  await expect(page.getByRole('heading', { name: 'No quotes yet' })).toBeVisible();
  await page.goto('/tenants?state=retired&q=never-was');
  await expect(page.getByText(/State Retired and “never-was”/)).toBeVisible();
});

test('pages are found by mark, forwards and back to the newest', async ({ as, apiAs }) => {
  const api = await apiAs('auditor');
  // More than a page of entries, whatever ran before.
  for (let entries = 0; entries <= 52; entries += 2) {
    const { id } = await api.tokens.create.mutate({
      name: `page-${entries}`,
      scopes: ['audit:read'],
      expiresInDays: 1,
    });
    await api.tokens.revoke.mutate({ tokenId: id });
  }
  const page = await as('auditor');
  await page.goto('/audit');
  const older = page.getByRole('link', { name: 'Older', exact: true });
  await expect(older).toBeVisible();
  const firstRow = page.getByRole('row').nth(1);
  const newest = await firstRow.innerText();
  await older.click();
  await expect(page).toHaveURL(/after=/);
  await expect(firstRow).not.toHaveText(newest);
  await page.getByRole('link', { name: 'Newest', exact: true }).click();
  await expect(page).toHaveURL((url) => !url.searchParams.has('after'));
});
