import { expect, test } from 'vitest';
import { sparkPaths } from './spark-path.ts';

test('a gap stays a gap', () => {
  const { lines, last } = sparkPaths([1, 2, null, 3, 4], 120, 22);
  expect(lines).toHaveLength(2);
  expect(last).toEqual([116, 3]);
});
test('a flat line runs through the middle', () => expect(sparkPaths([5, 5], 120, 22).lines).toEqual(['2,11 116,11']));
test('one point is a mark without a line', () =>
  expect(sparkPaths([5], 120, 22)).toEqual({ lines: [], last: [2, 11] }));
test('nothing is nothing', () => expect(sparkPaths([null], 120, 22)).toEqual({ lines: [], last: null }));
