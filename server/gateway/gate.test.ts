import { expect, test } from 'vitest';
import { Gate, GateFull } from './gate.ts';

const patient = { lineMax: 10, waitMsMax: 10_000, signal: new AbortController().signal };

test('lets in as many as fit, the others in the order they came', async () => {
  const gate = new Gate(1);
  const order: number[] = [];
  await gate.enter(patient);
  const others = [1, 2].map((n) => gate.enter(patient).then(() => order.push(n)));
  expect([gate.inside, gate.waiting]).toEqual([1, 2]);
  gate.leave();
  gate.leave();
  await Promise.all(others);
  expect(order).toEqual([1, 2]);
  expect([gate.inside, gate.waiting]).toEqual([1, 0]);
});

test('refuses when the line is full, and after a wait', async () => {
  const gate = new Gate(1);
  await gate.enter(patient);
  await expect(gate.enter({ ...patient, lineMax: 0 })).rejects.toThrow(GateFull);
  await expect(gate.enter({ ...patient, waitMsMax: 1 })).rejects.toThrow(GateFull);
  expect([gate.inside, gate.waiting]).toEqual([1, 0]);
});

test('a caller who went away leaves the line', async () => {
  const gate = new Gate(1);
  await gate.enter(patient);
  const caller = new AbortController();
  const gone = gate.enter({ ...patient, signal: caller.signal });
  caller.abort(new Error('gone'));
  await expect(gone).rejects.toThrow('gone');
  expect(gate.waiting).toBe(0);
});

test('a larger plan admits those who wait', async () => {
  const gate = new Gate(1);
  await gate.enter(patient);
  const second = gate.enter(patient);
  gate.resize(2);
  await second;
  expect(gate.inside).toBe(2);
});
