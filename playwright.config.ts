import { defineConfig } from '@playwright/test';

// '' stands for Playwright's own browser.
const executablePath = process.env.PLAYWRIGHT_CHROMIUM;
// The configuration is read again in each worker, after the portal was started.
const portal = process.env.PORTAL_UNDER_TEST;
const baseURL = portal ? (JSON.parse(portal) as { url: string }).url : undefined;

export default defineConfig({
  testDir: 'e2e',
  globalSetup: './server/testing/browser-setup.ts',
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: 'list',
  outputDir: 'test-results',
  use: {
    ...(baseURL === undefined ? {} : { baseURL }),
    browserName: 'chromium',
    locale: 'en-GB',
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      args: ['--no-sandbox', '--disable-background-networking', '--disable-dev-shm-usage', '--no-first-run'],
    },
  },
});
