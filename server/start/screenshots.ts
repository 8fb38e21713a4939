// `npm run screenshots`: draws the pictures in docs/screenshots anew, from a portal of its own.
import path from 'node:path';
import { ensureBrowser } from './browser.ts';
import { ROOT, runCommand } from './run-command.ts';

const { code } = await runCommand(
  [path.join(ROOT, 'node_modules/.bin/playwright'), 'test', '--config', 'playwright.screenshots.config.ts'],
  { stream: true, env: { PLAYWRIGHT_CHROMIUM: await ensureBrowser() } },
);
process.exitCode = code;
