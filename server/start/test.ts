// `npm test`: check, unit, integration and browser tests, each to its end even when an earlier one failed, then the sum.
// Stages can be named: npm test -- unit integration
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureBrowser } from './browser.ts';
import { build, isBuilt } from './build.ts';
import { runChecks, type Counts } from './checks.ts';
import { messageOf } from './failure.ts';
import { ROOT, runCommand, seconds } from './run-command.ts';
import { countPlaywright, countVitest } from './test-counts.ts';

const reports = mkdtempSync(path.join(tmpdir(), 'industry-test-'));
const bin = (name: string) => path.join(ROOT, 'node_modules/.bin', name);

const STAGES: Record<string, () => Promise<Counts>> = {
  check: runChecks,
  unit: () => vitest('unit'),
  build: buildPortal,
  integration: () => vitest('integration'),
  browser: browserTests,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in STAGES));
if (unknown.length > 0) {
  console.error(`unknown stage ${unknown.join(', ')}; there are ${Object.keys(STAGES).join(', ')}`);
  process.exit(2);
}

const sum: Counts = { passed: 0, failed: 0, skipped: 0 };
const lines: string[] = [];
for (const [name, run] of Object.entries(STAGES)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  console.log(`\n── ${name} ──`);
  const startedAt = performance.now();
  const counts = await run().catch((error: unknown): Counts => {
    console.log(messageOf(error));
    return { passed: 0, failed: 1, skipped: 0 };
  });
  for (const key of ['passed', 'failed', 'skipped'] as const) sum[key] += counts[key];
  lines.push(`${name.padEnd(12)} ${say(counts).padEnd(36)} ${seconds(performance.now() - startedAt).padStart(8)}`);
}
rmSync(reports, { recursive: true, force: true });
console.log(`\n${lines.join('\n')}\n${say(sum)}`);
process.exitCode = sum.failed === 0 ? 0 : 1;

function say({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

async function vitest(project: string): Promise<Counts> {
  const report = path.join(reports, `${project}.json`);
  const { code } = await runCommand(
    [
      bin('vitest'),
      'run',
      `--project=${project}`,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    { stream: true },
  );
  return countVitest(report, code);
}

/** Both the tests of the supervisor and the browser tests run the production build. */
async function buildPortal(): Promise<Counts> {
  if (isBuilt()) console.log('The build is up to date.');
  else await build(new AbortController().signal);
  return { passed: 1, failed: 0, skipped: 0 };
}

async function browserTests(): Promise<Counts> {
  const browser = await ensureBrowser();
  const report = path.join(reports, 'browser.json');
  const { code } = await runCommand([bin('playwright'), 'test', '--reporter=list,json'], {
    stream: true,
    env: { PLAYWRIGHT_JSON_OUTPUT_NAME: report, PLAYWRIGHT_CHROMIUM: browser },
  });
  return countPlaywright(report, code);
}
