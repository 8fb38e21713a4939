import { expect, test } from 'vitest';
import { axisTop, joinSeries } from './series-rows.ts';

const series = [
  {
    key: 'a',
    label: 'A',
    points: [
      { at: 2, value: 5 },
      { at: 1, value: 4 },
    ],
  },
  {
    key: 'b',
    label: 'B',
    points: [
      { at: 2, value: null },
      { at: 3, value: 1 },
    ],
  },
];

test('moments in order, gaps stay gaps', () => {
  expect(joinSeries(series)).toEqual([
    { at: 1, a: 4, b: null },
    { at: 2, a: 5, b: null },
    { at: 3, a: null, b: 1 },
  ]);
});

test('the axis ends above everything, thresholds included', () => {
  expect(axisTop(series, [])).toBe(6);
  expect(axisTop(series, [9.5])).toBe(15);
  expect(axisTop([], [])).toBe(1);
  expect(axisTop([{ key: 'x', label: '', points: [{ at: 1, value: 0.04 }] }], [])).toBe(0.05);
});
