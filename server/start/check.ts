// `npm run check`: types, lint with the import boundaries, format, unused code; all at once, the same here and in CI.
import { ROOT, runCommand, seconds } from './run-command.ts';
import path from 'node:path';

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

const startedAt = performance.now();
const failed = (await Promise.all(Object.entries(CHECKS).map(check))).filter((passed) => !passed).length;
console.log(
  `check: ${failed === 0 ? 'clean' : `${failed} of ${Object.keys(CHECKS).length} failed`} in ${seconds(performance.now() - startedAt)}`,
);
process.exitCode = failed === 0 ? 0 : 1;

async function check([name, commands]: [string, string[][]]): Promise<boolean> {
  const began = performance.now();
  for (const command of commands) {
    const { code, output } = await runCommand(command);
    if (code === 0) continue;
    console.log(`✗ ${name.padEnd(18)} ${seconds(performance.now() - began)}\n${output.trim()}`);
    return false;
  }
  console.log(`✓ ${name.padEnd(18)} ${seconds(performance.now() - began)}`);
  return true;
}
