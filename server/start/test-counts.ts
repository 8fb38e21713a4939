// What the test runners' JSON reports say, as counts. A run that failed counts as at least one failure: a file that
// does not load, or an error outside any test, is in no runner's count.
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Counts } from './checks.ts';

const VitestReport = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  numTodoTests: z.int(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
});

const PlaywrightReport = z.object({
  stats: z.object({ expected: z.int(), unexpected: z.int(), flaky: z.int(), skipped: z.int() }),
  errors: z.array(z.unknown()).default([]),
});

/** @param exitCode of the runner */
export function countVitest(file: string, exitCode: number): Counts {
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0 };
  const report = VitestReport.parse(JSON.parse(readFileSync(file, 'utf8')));
  const unloaded = report.testResults.filter(
    (result) => result.status === 'failed' && result.assertionResults.length === 0,
  );
  for (const result of report.testResults) {
    for (const test of result.assertionResults) {
      if (test.status !== 'passed' && test.status !== 'failed')
        console.log(`skipped: ${test.fullName} (${result.name})`);
    }
  }
  return atLeastOne(exitCode, {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded.length,
    skipped: report.numPendingTests + report.numTodoTests,
  });
}

/** @param exitCode of the runner */
export function countPlaywright(file: string, exitCode: number): Counts {
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0 };
  const { stats } = PlaywrightReport.parse(JSON.parse(readFileSync(file, 'utf8')));
  return atLeastOne(exitCode, {
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky,
    skipped: stats.skipped,
  });
}

function atLeastOne(exitCode: number, counts: Counts): Counts {
  return exitCode !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}
