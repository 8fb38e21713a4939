/** Memory and processor time of an installation's processes, from /proc; nothing where the system has none. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Of Linux, everywhere it matters. */
const TICKS_PER_SECOND = 100;

export interface ProcessMemory {
  readonly name: string;
  readonly pid: number;
  readonly rssMib: number;
  readonly pssMib: number;
}

/** A process and all below it, now. */
export function familyOf(pid: number): readonly number[] {
  const children = new Map<number, number[]>();
  for (const [child, parent] of parentsNow()) children.set(parent, [...(children.get(parent) ?? []), child]);
  const below = (one: number): number[] => [one, ...(children.get(one) ?? []).flatMap(below)];
  return below(pid);
}

/** Processes and their parents. */
function parentsNow(): ReadonlyMap<number, number> {
  return new Map(
    readdirSync('/proc')
      .filter((entry) => /^\d+$/.test(entry))
      .flatMap((pid) => {
        const parent = /^\d+ \(.*\) \S (\d+)/s.exec(tryRead(`/proc/${pid}/stat`))?.[1];
        return parent === undefined ? [] : [[Number(pid), Number(parent)] as const];
      }),
  );
}

/** The server process of a tenant's own instance; null when it has none. */
export function instancePid(dataDir: string, ref: string): number | null {
  const pid = Number(tryRead(path.join(dataDir, 'instances', ref, 'data/postmaster.pid')).split('\n')[0]);
  return pid > 0 ? pid : null;
}

/** Proportional share of memory of these processes, MiB. */
export const pssMib = (pids: readonly number[]): number => sumMib(pids, 'Pss');

/** Memory of servers, MiB: what is their processes' own, and the whole of each server's shared segment. Of a page in it the system counts only
 * what a living process has looked at, though it stays taken. */
export function serverMib(postmasters: readonly number[]): number {
  const own = postmasters.flatMap(familyOf).reduce((all, pid) => all + kib(pid, 'Pss') - kib(pid, 'Pss_Shmem'), 0);
  return Math.round(own / 1_024) + postmasters.reduce((all, pid) => all + segmentMib(pid), 0);
}

/** PostgreSQL takes its shared memory as one mapping without a file. */
function segmentMib(postmaster: number): number {
  const mapping = /^([0-9a-f]+)-([0-9a-f]+) rw-s .* \/dev\/zero \(deleted\)$/gm;
  const sizes = [...tryRead(`/proc/${postmaster}/maps`).matchAll(mapping)].map(
    ([, from = '0', to = '0']) => Number.parseInt(to, 16) - Number.parseInt(from, 16),
  );
  return sizes.reduce((all, bytes) => all + bytes, 0) / 1_048_576;
}

const ticks = (pid: number): number => {
  const fields = tryRead(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? [];
  return [11, 12, 13, 14].reduce((all, field) => all + Number(fields[field] ?? 0), 0);
};

/** Processor time that these processes have used since they began, children that have ended included, s. */
export function cpuSeconds(pids: readonly number[]): number {
  return pids.reduce((all, pid) => all + ticks(pid), 0) / TICKS_PER_SECOND;
}

/** Memory of every process of the installation; a cluster's processes as one. Empty where /proc is not there. */
export function memoryOf(supervisorPid: number): readonly ProcessMemory[] {
  if (!existsSync('/proc/self/smaps_rollup')) return [];
  const groups = [...parentsNow()].filter(([, parent]) => parent === supervisorPid).map(([pid]) => pid);
  return [memoryRow('supervisor', [supervisorPid]), ...groups.map((pid) => memoryRow(nameOf(pid), familyOf(pid)))];
}

function memoryRow(name: string, pids: readonly number[]): ProcessMemory {
  return { name, pid: pids[0] ?? 0, rssMib: sumMib(pids, 'Rss'), pssMib: sumMib(pids, 'Pss') };
}

const kib = (pid: number, field: 'Rss' | 'Pss' | 'Pss_Shmem'): number =>
  Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(tryRead(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0);

const sumMib = (pids: readonly number[], field: 'Rss' | 'Pss'): number =>
  Math.round(pids.reduce((all, pid) => all + kib(pid, field), 0) / 1_024);

function nameOf(pid: number): string {
  const command = tryRead(`/proc/${pid}/cmdline`);
  const folder = /pg-(\w+)/.exec(command)?.[1];
  if (folder) return `postgres ${folder}`;
  return /compose\/(\w+)\.ts/.exec(command)?.[1] ?? (command.includes('next') ? 'portal' : `process ${pid}`);
}

function tryRead(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // it has ended
  }
}
