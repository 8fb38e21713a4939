import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { countPlaywright, countVitest } from './test-counts.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'industry-counts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function report(content: unknown): string {
  const file = path.join(folder, 'report.json');
  writeFileSync(file, JSON.stringify(content));
  return file;
}

const vitest = { numPassedTests: 3, numFailedTests: 0, numPendingTests: 1, numTodoTests: 0, testResults: [] };

test('a clean run counts what ran and what was skipped', () => {
  expect(countVitest(report(vitest), 0)).toEqual({ passed: 3, failed: 0, skipped: 1 });
});

test('a file that does not load is a failure, though no test of it failed', () => {
  const testResults = [{ name: 'broken.test.ts', status: 'failed', assertionResults: [] }];
  expect(countVitest(report({ ...vitest, testResults }), 1)).toMatchObject({ failed: 1 });
});

test('an error outside any test is a failure', () => {
  expect(countVitest(report(vitest), 1)).toMatchObject({ passed: 3, failed: 1 });
});

test('no report at all is a failure', () => {
  expect(countVitest(path.join(folder, 'none.json'), 0)).toMatchObject({ failed: 1 });
  expect(countPlaywright(path.join(folder, 'none.json'), 0)).toMatchObject({ failed: 1 });
});

test('a browser test that passes only when repeated has failed', () => {
  const stats = { expected: 4, unexpected: 1, flaky: 1, skipped: 2 };
  expect(countPlaywright(report({ stats }), 1)).toEqual({ passed: 4, failed: 2, skipped: 2 });
});
