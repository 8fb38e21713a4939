import { expect, test } from 'vitest';
import { storageLevel } from './storage.ts';

test.each([
  [0, false, 'ok'],
  [79.9, false, 'ok'],
  [80, false, 'warn'],
  [94.9, false, 'warn'],
  [95, false, 'alert'],
  [99.9, false, 'alert'],
  [100, false, 'full'],
  [250, false, 'full'],
  [99.9, true, 'full'],
  [95, true, 'full'],
  [94.9, true, 'warn'],
  [10, true, 'ok'],
] as const)('%d %% used, full before: %s, is %s', (percent, wasFull, level) => {
  expect(storageLevel(percent * 1_000, 100_000, wasFull)).toBe(level);
});
