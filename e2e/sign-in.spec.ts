// Getting in, staying in, getting out.
import { personOf, signInOn } from './support/people.ts';
import { expect, test } from './support/test.ts';

test('a wrong password is refused without saying what was wrong', async ({ page, portal }) => {
  const { email } = personOf(portal, 'desk');
  await page.goto('/sign-in');
  await signInOn(page, { email, password: 'not the password' });
  await expect(page.getByRole('alert').filter({ hasText: 'do not belong together' })).toBeVisible();
  await expect(page.getByLabel('E-mail')).toHaveValue(email);
  await expect(page).toHaveURL(/\/sign-in$/);
  expect((await page.context().cookies()).filter(({ name }) => name.includes('session'))).toEqual([]);
});

test('guessing is slowed down, and the page counts the seconds', async ({ page }) => {
  const guess = { email: `nobody-${Date.now()}@industry-cloud.example`, password: 'guess' };
  await page.goto('/sign-in');
  for (let tries = 0; tries < 5; tries += 1) {
    await signInOn(page, guess);
    await expect(page.getByText('do not belong together')).toBeVisible();
    await expect(page.getByLabel('Password', { exact: true })).toHaveValue('');
  }
  await signInOn(page, guess);
  await expect(page.getByText(/Too many tries. The next one is possible in \d+ s/).first()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Sign in', exact: true })).toHaveAttribute('aria-disabled', 'true');
});

test('signing in leads to the page one wanted; the cookie is out of reach of scripts and other sites', async ({
  page,
  portal,
}) => {
  await page.goto('/tenants?state=active');
  await expect(page).toHaveURL(/\/sign-in\?returnTo=/);
  await signInOn(page, personOf(portal, 'customer'));
  await expect(page).toHaveURL(`${portal.url}/tenants?state=active`);
  await expect(page.getByRole('heading', { name: 'Tenants', level: 1 })).toBeVisible();
  const session = (await page.context().cookies()).filter(({ name }) => name.includes('session'));
  expect(session).toHaveLength(1);
  expect(session[0]).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' });
});

test('a link of another site does not become the page after signing in', async ({ page, portal }) => {
  await page.goto(`/sign-in?returnTo=${encodeURIComponent('//elsewhere.example/steal')}`);
  await signInOn(page, personOf(portal, 'desk'));
  await page.waitForURL((url) => url.pathname !== '/sign-in');
  expect(new URL(page.url()).origin).toBe(portal.url);
});

test('ended everywhere: the other browser is out at its next request', async ({
  browser,
  page,
  portal,
  complaints,
}) => {
  const auditor = personOf(portal, 'auditor');
  const other = await browser.newContext({ baseURL: portal.url, locale: 'en-GB' });
  const otherPage = await other.newPage();
  complaints.watch(otherPage);
  for (const one of [page, otherPage]) {
    await one.goto('/tenants');
    await signInOn(one, auditor);
    await expect(one.getByRole('heading', { name: 'Tenants', level: 1 })).toBeVisible();
  }
  await page.getByRole('button', { name: `Account of` }).click();
  await page.getByRole('menuitem', { name: 'Sign out everywhere' }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  await otherPage.reload();
  await expect(otherPage).toHaveURL(/\/sign-in/);
  const answer = await other.request.get('/api/trpc/account.me');
  expect(answer.status()).toBe(401);
  await other.close();
});

test('signing out ends the session itself, not only the cookie', async ({ page, portal }) => {
  await page.goto('/tenants');
  await signInOn(page, personOf(portal, 'auditor'));
  await expect(page.getByRole('heading', { name: 'Tenants', level: 1 })).toBeVisible();
  const before = await page.context().cookies();
  await page.getByRole('button', { name: `Account of` }).click();
  await page.getByRole('menuitem', { name: 'Sign out', exact: true }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  await page.context().addCookies(before); // as a thief who copied it would
  await page.goto('/tenants');
  await expect(page).toHaveURL(/\/sign-in/);
});
