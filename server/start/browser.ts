// A Chromium for the browser tests: the one that is there, else one that can be installed here.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { chromium } from '@playwright/test';
import { ROOT, runCommand } from './run-command.ts';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** @returns the program to start, '' for Playwright's own, or null when there is none */
export function findBrowser(): string | null {
  const given = process.env.PLAYWRIGHT_CHROMIUM;
  if (given) return existsSync(given) ? given : null;
  return PLACES.find((place) => existsSync(place)) ?? (existsSync(chromium.executablePath()) ? '' : null);
}

/** Find a browser or install one: Playwright's own build, else Debian's package.
 * @throws Error naming what to install by hand */
export async function ensureBrowser(): Promise<string> {
  const found = findBrowser();
  if (found !== null) return found;
  console.log('No Chromium here; installing one…');
  const own = await runCommand([path.join(ROOT, 'node_modules/.bin/playwright'), 'install', 'chromium']);
  if (own.code !== 0 && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    await runCommand(['/usr/bin/apt-get', 'update'], { env });
    await runCommand(['/usr/bin/apt-get', 'install', '-y', '--no-install-recommends', 'chromium'], { env });
  }
  const installed = findBrowser();
  if (installed !== null) return installed;
  throw new Error(
    'The browser tests need Chromium: install it (Debian, Ubuntu: sudo apt-get install chromium; else: npx playwright install chromium) or set PLAYWRIGHT_CHROMIUM to its path',
  );
}
