// Types, lint with the import boundaries, format, unused code: what `npm run check` and `npm test` both run.
import path from 'node:path';
import { ROOT, runCommand, seconds } from './run-command.ts';

const bin = (name: string) => path.join(ROOT, 'node_modules/.bin', name);

/** They run side by side. */
const CHECKS: Record<string, string[]> = {
  types: [bin('tsc'), '--noEmit'],
  'lint, boundaries': [bin('oxlint'), '--type-aware', '--deny-warnings'],
  format: [bin('oxfmt'), '--check', '.'],
  'unused code': [bin('knip'), '--no-progress', '--treat-config-hints-as-errors'],
};
/** Pages are typed by their routes: compiler and type-aware linter both need this first. */
const ROUTE_TYPES = [bin('next'), 'typegen'];

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** Run all checks, printing each with its duration and, when it fails, what it found. */
export async function runChecks(): Promise<Counts> {
  const startedAt = performance.now();
  if (!(await check('route types', ROUTE_TYPES))) return { passed: 0, failed: 1, skipped: 0 };
  const outcomes = await Promise.all(Object.entries(CHECKS).map(([name, command]) => check(name, command)));
  const failed = outcomes.filter((passed) => !passed).length;
  const verdict = failed === 0 ? 'clean' : `${failed} of ${outcomes.length} failed`;
  console.log(`check: ${verdict} in ${seconds(performance.now() - startedAt)}`);
  return { passed: outcomes.length - failed, failed, skipped: 0 };
}

async function check(name: string, command: string[]): Promise<boolean> {
  const startedAt = performance.now();
  const { code, output } = await runCommand(command);
  const took = seconds(performance.now() - startedAt);
  console.log(code === 0 ? `✓ ${name.padEnd(18)} ${took}` : `✗ ${name.padEnd(18)} ${took}\n${output.trim()}`);
  return code === 0;
}
