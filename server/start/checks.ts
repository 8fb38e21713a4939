// Types, lint with the import boundaries, format, unused code: what `npm run check` and `npm test` both run.
import path from 'node:path';
import { ROOT, runCommand, seconds } from './run-command.ts';

const bin = (name: string) => path.join(ROOT, 'node_modules/.bin', name);

/** Each is a row of commands; the rows run side by side. */
const CHECKS: Record<string, string[][]> = {
  types: [
    [bin('next'), 'typegen'], // pages are typed by their routes
    [bin('tsc'), '--noEmit'],
  ],
  'lint, boundaries': [[bin('oxlint'), '--type-aware', '--deny-warnings']],
  format: [[bin('oxfmt'), '--check', '.']],
  'unused code': [[bin('knip'), '--no-progress', '--treat-config-hints-as-errors']],
};

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** Run all checks, printing each with its duration and, when it fails, what it found. */
export async function runChecks(): Promise<Counts> {
  const startedAt = performance.now();
  const outcomes = await Promise.all(Object.entries(CHECKS).map(([name, commands]) => check(name, commands)));
  const failed = outcomes.filter((passed) => !passed).length;
  const verdict = failed === 0 ? 'clean' : `${failed} of ${outcomes.length} failed`;
  console.log(`check: ${verdict} in ${seconds(performance.now() - startedAt)}`);
  return { passed: outcomes.length - failed, failed, skipped: 0 };
}

async function check(name: string, commands: string[][]): Promise<boolean> {
  const startedAt = performance.now();
  for (const command of commands) {
    const { code, output } = await runCommand(command);
    if (code === 0) continue;
    console.log(`✗ ${name.padEnd(18)} ${seconds(performance.now() - startedAt)}\n${output.trim()}`);
    return false;
  }
  console.log(`✓ ${name.padEnd(18)} ${seconds(performance.now() - startedAt)}`);
  return true;
}
