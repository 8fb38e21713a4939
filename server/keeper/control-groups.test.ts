import { describe, expect, test } from 'vitest';
import { ancestorsOf, limitFiles, mountOf } from './control-groups.ts';
import { niceOf } from './holding.ts';

test('a plan becomes what the kernel reads', () => {
  expect(limitFiles(['cpu', 'memory'], { cpuCores: 0.25, memoryMib: 256 })).toEqual({
    'cpu.max': '25000 100000',
    'memory.max': '268435456',
  });
  expect(limitFiles(['cpu'], { cpuCores: 4, memoryMib: 256 })).toEqual({ 'cpu.max': '400000 100000' });
  expect(limitFiles(['cpu', 'memory'], { cpuCores: null, memoryMib: null })).toEqual({
    'cpu.max': 'max 100000',
    'memory.max': 'max',
  });
});

test('groups are looked for above this process, the nearest first, and never in its own', () => {
  expect(ancestorsOf('/user.slice/user@1.service/app.slice')).toEqual([
    '/user.slice/user@1.service',
    '/user.slice',
    '/',
  ]);
  expect(ancestorsOf('/')).toEqual(['/']);
  expect(ancestorsOf('/../../other')).toEqual(['/']); // outside of what this process sees
});

describe('where version 2 is mounted', () => {
  test.each([
    ['31 23 0:27 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw', '/sys/fs/cgroup'],
    [
      '30 29 0:25 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n40 29 0:35 / /sys/fs/cgroup/unified rw - cgroup2 none rw',
      '/sys/fs/cgroup/unified',
    ],
    ['30 29 0:25 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu', null],
    ['', null],
  ])('%j', (mountinfo, found) => {
    expect(mountOf(mountinfo)).toBe(found);
  });
});

test('without the kernel, a smaller plan comes later: a fourth of the cores is a fourth of the weight', () => {
  expect([0.25, 0.5, 1, 4].map(niceOf)).toEqual([6, 3, 0, 0]);
});
