// Who uses the portal in browser tests. Signing in goes through the page once per person and run; what it leaves in the
// browser is kept in memory and asked of the portal before it is used again, since a test may end sessions.
import type { Browser, BrowserContext, Page } from '@playwright/test';
import type { PortalUnderTest } from '../../server/testing/browser-setup.ts';
import type { Person } from '../../server/testing/portal.ts';

export type Who = 'customer' | 'desk' | 'admin' | 'auditor';

const ROLE = {
  customer: 'customer_admin',
  desk: 'sales_engineer',
  admin: 'platform_admin',
  auditor: 'auditor',
} as const satisfies Record<Who, string>;

type Stored = Awaited<ReturnType<BrowserContext['storageState']>>;
const kept = new Map<Who, Stored>();

export function personOf(portal: PortalUnderTest, who: Who): Person {
  const person = portal.people.find(({ role }) => role === ROLE[who]);
  if (!person) throw new Error(`the portal has nobody with the role ${ROLE[who]}`);
  return person;
}

/** Fill in the form of the page that is open and send it. */
export async function signInOn(page: Page, person: Pick<Person, 'email' | 'password'>): Promise<void> {
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByLabel('Password', { exact: true }).fill(person.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** @returns cookies and storage of a browser in which this person is signed in */
export async function stateOf(browser: Browser, portal: PortalUnderTest, who: Who): Promise<Stored> {
  const before = kept.get(who);
  if (before && (await isSignedIn(portal, before))) return before;
  const context = await browser.newContext({ baseURL: portal.url, locale: 'en-GB' });
  const page = await context.newPage();
  await page.goto('/sign-in');
  await signInOn(page, personOf(portal, who));
  await page.waitForURL((url) => url.pathname !== '/sign-in');
  const state = await context.storageState();
  await context.close();
  kept.set(who, state);
  return state;
}

/** The Cookie header of such a browser. */
export const cookieHeader = ({ cookies }: Stored): string =>
  cookies.map(({ name, value }) => `${name}=${value}`).join('; ');

async function isSignedIn(portal: PortalUnderTest, state: Stored): Promise<boolean> {
  const answer = await fetch(`${portal.url}/api/trpc/account.me`, { headers: { cookie: cookieHeader(state) } });
  await answer.body?.cancel();
  return answer.ok;
}
