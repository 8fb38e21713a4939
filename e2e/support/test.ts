// What every browser test gets: pages of signed-in people, and a watch on everything that a page complains about. A
// test fails when a page of it logs an error, throws, breaks the content security policy or is answered 5xx.
import { test as base, expect, type BrowserContextOptions, type Page } from '@playwright/test';
import { portalUnderTest, type PortalUnderTest } from '../../server/testing/browser-setup.ts';
import { cookieHeader, stateOf, type Who } from './people.ts';
import { openApi, withToken, type PortalApi } from './portal-api.ts';

export interface Complaints {
  /** Complaints that match belong to what the test does: a refused call is logged by every browser. */
  expect: (pattern: RegExp) => void;
  /** Watch a page that was opened without `as`. */
  watch: (page: Page) => void;
}

interface Fixtures {
  portal: PortalUnderTest;
  complaints: Complaints;
  /** A page of a browser of its own, signed in as this person. */
  as: (who: Who, options?: BrowserContextOptions) => Promise<Page>;
  /** The portal's API as the customer's command line calls it. */
  api: PortalApi;
  /** The portal's API as this signed-in person's browser calls it. */
  apiAs: (who: Who) => Promise<PortalApi>;
}

export const test = base.extend<Fixtures>({
  portal: async ({ baseURL }, use) => {
    await use({ ...portalUnderTest(), url: baseURL ?? '' });
  },

  complaints: [
    async ({ context }, use) => {
      const heard: string[] = [];
      const expected: RegExp[] = [];
      const watch = (page: Page): void => listen(page, (complaint) => heard.push(complaint));
      context.on('page', watch);
      await use({ expect: (pattern) => expected.push(pattern), watch });
      const unexpected = heard.filter((complaint) => !expected.some((pattern) => pattern.test(complaint)));
      expect(unexpected, 'complaints of the pages').toEqual([]);
    },
    { auto: true },
  ],

  as: async ({ browser, portal, complaints }, use) => {
    const contexts: { close: () => Promise<void> }[] = [];
    await use(async (who, options = {}) => {
      const storageState = await stateOf(browser, portal, who);
      const context = await browser.newContext({ baseURL: portal.url, locale: 'en-GB', storageState, ...options });
      contexts.push(context);
      context.on('page', complaints.watch);
      return context.newPage();
    });
    for (const context of contexts) await context.close();
  },

  api: async ({ portal }, use) => {
    await use(openApi(portal.url, withToken(portal.cliToken)));
  },

  apiAs: async ({ browser, portal }, use) => {
    await use(async (who) => {
      const state = await stateOf(browser, portal, who);
      return openApi(portal.url, { cookie: cookieHeader(state), origin: portal.url });
    });
  },
});

export { expect };

function listen(page: Page, hear: (complaint: string) => void): void {
  page.on('console', (message) => {
    if (message.type() === 'error') hear(`console: ${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => hear(`uncaught: ${error.message}`));
  page.on('response', (response) => {
    if (response.status() >= 500) hear(`${response.status()} ${response.url()}`);
  });
}
