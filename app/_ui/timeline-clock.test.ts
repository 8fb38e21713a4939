import { expect, test } from 'vitest';
import { layClock, placeBar, type TimelineBar } from './timeline-clock.ts';

const done = (startMs: number, endMs: number): TimelineBar => ({ state: 'done', startMs, endMs });

test('a finished run fills the axis', () => {
  const clock = layClock([done(0, 38), done(38, 440)], 10_000);
  expect(clock).toEqual({ spanMs: 440, ticksMs: [0, 100, 200, 300, 400], openEnd: false });
  expect(placeBar(done(220, 440), clock, 10_000)).toEqual({ left: 50, width: 50 });
});

test('work under way grows with the clock', () => {
  const running: TimelineBar = { state: 'running', startMs: 1000 };
  const clock = layClock([done(0, 1000), running], 4000);
  expect(clock.spanMs).toBe(4000);
  expect(placeBar(running, clock, 4000)).toEqual({ left: 25, width: 75 });
});

test('a wait runs off the right end and does not press the rest together', () => {
  const waiting: TimelineBar = { state: 'waiting', startMs: 2620 };
  const clock = layClock([done(0, 2620), waiting], 140_000);
  expect(clock.openEnd).toBe(true);
  expect(clock.spanMs).toBeCloseTo(3493.3, 1);
  expect(placeBar(waiting, clock, 140_000)).toEqual({ left: 75, width: 25 });
});

test('an approval is not on this clock', () => {
  const approval: TimelineBar = { state: 'done', startMs: 100, endMs: 192_000, offClock: true };
  const clock = layClock([done(0, 100), approval], 192_000);
  expect(clock.spanMs).toBe(100);
  expect(placeBar(approval, clock, 192_000)).toBeNull();
});

test('nothing yet, and what has not begun', () => {
  expect(layClock([], 0)).toEqual({ spanMs: 1, ticksMs: [0], openEnd: false });
  expect(placeBar({ state: 'pending' }, layClock([], 0), 0)).toBeNull();
});

test('a bar too short to see is still a mark', () => {
  const clock = layClock([done(0, 1), done(1, 60_000)], 0);
  expect(placeBar(done(0, 1), clock, 0)?.width).toBe(0.6);
});
