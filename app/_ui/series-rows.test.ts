import { expect, test } from 'vitest';
import { axisTop, joinSeries, timeTicks, valueTicks } from './series-rows.ts';

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

test('the time axis names round moments of the reader’s clock', () => {
  const at = (text: string): number => Date.parse(text);
  const hour = 3_600_000;
  expect(
    timeTicks(at('2026-11-22T06:03:20Z'), at('2026-11-22T07:02:00Z'), 8 * hour).map((tick) =>
      new Date(tick).toISOString().slice(11, 16),
    ),
  ).toEqual(['06:10', '06:20', '06:30', '06:40', '06:50', '07:00']);
  expect(
    timeTicks(at('2026-11-20T00:00:00Z'), at('2026-11-22T00:00:00Z'), 8 * hour).map((tick) =>
      new Date(tick).toISOString().slice(5, 13),
    ),
  ).toEqual(['11-20T04', '11-20T10', '11-20T16', '11-20T22', '11-21T04', '11-21T10', '11-21T16', '11-21T22']);
  expect(timeTicks(5, 5, 0)).toEqual([5]);
});

test('ticks of values are even and round, up to the end of the axis', () => {
  expect(valueTicks(50_000)).toEqual([0, 10_000, 20_000, 30_000, 40_000, 50_000]);
  expect(valueTicks(0.15)).toEqual([0, 0.03, 0.06, 0.09, 0.12, 0.15]);
  expect([1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].map((top) => valueTicks(top).at(-1))).toEqual([
    1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10,
  ]);
});
