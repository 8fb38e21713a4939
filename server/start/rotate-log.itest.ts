import { closeSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { rotateLog } from './rotate-log.ts';

let folder: string;
let file: string;
let log: number;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'industry-log-'));
  file = path.join(folder, 'worker.log');
  log = openSync(file, 'a', 0o600);
});
afterEach(() => {
  closeSync(log);
  rmSync(folder, { recursive: true });
});
const write = (text: string) => writeSync(log, text);
const read = (name: string) => readFileSync(path.join(folder, name), 'utf8');

test('a small log is left alone, a large one is moved while its writer goes on', () => {
  write('one');
  expect(rotateLog(file, 4)).toBe(false);
  write('two');
  expect(rotateLog(file, 4)).toBe(true);
  write('three');
  expect(read('worker.log')).toBe('three');
  expect(read('worker.log.1')).toBe('onetwo');
});

test('the oldest goes: three are kept', () => {
  for (const text of ['first', 'second', 'third', 'fourth', 'fifth']) {
    write(text);
    rotateLog(file, 1);
  }
  expect(readdirSync(folder).sort()).toEqual(['worker.log', 'worker.log.1', 'worker.log.2', 'worker.log.3']);
  expect([1, 2, 3].map((age) => read(`worker.log.${age}`))).toEqual(['fifth', 'fourth', 'third']);
});

test('there may be no log yet', () => expect(rotateLog(path.join(folder, 'none.log'), 1)).toBe(false));
