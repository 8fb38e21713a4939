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

function sumMib(pids: readonly number[], field: 'Rss' | 'Pss'): number {
  const kib = (pid: number) =>
    Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(tryRead(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0);
  return Math.round(pids.reduce((all, pid) => all + kib(pid), 0) / 1_024);
}

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
