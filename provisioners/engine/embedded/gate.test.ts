import { expect, test } from 'vitest';
import { createLatch } from '../testing/latch.ts';
import { CancelledError, createGate } from './gate.ts';

test('at most as many operations run as there are slots', async () => {
  const gate = createGate(2, undefined);
  const latches = [createLatch(), createLatch(), createLatch()];
  const started: number[] = [];
  const running = latches.map((latch, i) =>
    gate.pass(async () => {
      started.push(i);
      await latch.opened;
    }),
  );
  await Promise.resolve();
  expect(started).toEqual([0, 1]);
  latches[1]?.open();
  await running[1];
  await Promise.resolve();
  expect(started).toEqual([0, 1, 2]);
  for (const latch of latches) latch.open();
  await Promise.all(running);
});

test('a stop lets end what runs, refuses what waits, and keeps its first reason', async () => {
  const gate = createGate(1, undefined);
  const [begun, latch] = [createLatch(), createLatch()];
  const running = gate.pass(async () => {
    begun.open();
    await latch.opened;
  });
  await begun.opened;
  const reason = new Error('first');
  const waiting = Promise.allSettled([gate.pass(async () => 'never')]);
  gate.stop(reason);
  gate.stop(new Error('second'));
  latch.open();
  await running;
  expect(await waiting).toEqual([{ status: 'rejected', reason }]);
  await gate.drained;
  expect(gate.stopped()).toBe(reason);
});

test('an abort is a stop, before or during', async () => {
  const control = new AbortController();
  const gate = createGate(1, control.signal);
  expect(gate.stopped()).toBeUndefined();
  control.abort();
  expect(gate.stopped()).toBeInstanceOf(CancelledError);
  expect(createGate(1, AbortSignal.abort()).stopped()).toBeInstanceOf(CancelledError);
});
