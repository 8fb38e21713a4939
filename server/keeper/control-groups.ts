/**
 * Control groups of Linux (version 2): the kernel holds all processes in a group to a share of the processors and to an amount of memory.
 * Groups are made only below one of our own, and only where somebody has handed the controllers down to where we may make groups.
 */
import { accessSync, constants, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export const CONTROLLERS = ['cpu', 'memory'] as const;
export type Controller = (typeof CONTROLLERS)[number];

/** Length of the span in which a group may use its share, µs. */
const CPU_SPAN_US = 100_000;
const MIB = 2 ** 20;

export interface ControlGroups {
  /** What the kernel holds groups to. */
  readonly controllers: readonly Controller[];
  /** Makes the group unless it is there, and puts processes into it. */
  place(name: string, pids: readonly number[]): void;
  /** null: as much as there is. */
  limit(name: string, bounds: { readonly cpuCores: number | null; readonly memoryMib: number | null }): void;
  /** Removes the group once its processes are gone; fine when it is not there. */
  remove(name: string): void;
  /** Groups that are there. */
  list(): readonly string[];
  /** Removes the group of groups, if nothing is in it. */
  close(): void;
}

export type Found =
  | { readonly groups: ControlGroups; readonly why: string }
  | { readonly groups: null; readonly why: string };

/** Looks where groups can be made whose bounds hold.
 * @param name of our own group, the same for every life of this keeper */
export function findControlGroups(name: string): Found {
  if (process.platform !== 'linux') return { groups: null, why: 'this system has no control groups' };
  const mount = mountOf(read('/proc/self/mountinfo'));
  if (mount === null) return { groups: null, why: 'control groups of version 2 are not mounted' };
  const own = /^0::(.*)$/m.exec(read('/proc/self/cgroup'))?.[1] ?? '/';
  const tried = ancestorsOf(own).map((place) => path.join(mount, place));
  for (const place of tried) {
    const handed = controllersOf(path.join(place, 'cgroup.subtree_control'));
    if (handed.length === 0) continue;
    try {
      accessSync(path.join(place, 'cgroup.procs'), constants.W_OK); // a process is moved through their common ancestor
      return { groups: openControlGroups(path.join(place, name), handed), why: `control groups below ${place}` };
    } catch {
      continue; // not ours to make groups in
    }
  }
  return {
    groups: null,
    why: `no group above this process hands down ${CONTROLLERS.join(' and ')} to where it may make groups`,
  };
}

/** Group of groups at `folder`.
 * @throws Error when it cannot be made */
export function openControlGroups(folder: string, controllers: readonly Controller[]): ControlGroups {
  mkdirSync(folder, { recursive: true });
  if (controllers.length > 0)
    writeFileSync(path.join(folder, 'cgroup.subtree_control'), controllers.map((one) => `+${one}`).join(' '));
  const groupOf = (name: string): string => path.join(folder, name);
  return {
    controllers,
    place(name, pids) {
      mkdirSync(groupOf(name), { recursive: true });
      for (const pid of pids) move(path.join(groupOf(name), 'cgroup.procs'), pid);
    },
    limit(name, bounds) {
      for (const [file, text] of Object.entries(limitFiles(controllers, bounds)))
        writeFileSync(path.join(groupOf(name), file), text);
    },
    remove: (name) => removeGroup(groupOf(name)),
    list: () => readdirSync(folder, { withFileTypes: true }).flatMap((one) => (one.isDirectory() ? [one.name] : [])),
    close: () => removeGroup(folder),
  };
}

/** What is written to bound a group, by file. */
export function limitFiles(
  controllers: readonly Controller[],
  { cpuCores, memoryMib }: { readonly cpuCores: number | null; readonly memoryMib: number | null },
): Readonly<Record<string, string>> {
  const share = cpuCores === null ? 'max' : String(Math.round(cpuCores * CPU_SPAN_US));
  return {
    ...(controllers.includes('cpu') ? { 'cpu.max': `${share} ${CPU_SPAN_US}` } : {}),
    ...(controllers.includes('memory') ? { 'memory.max': memoryMib === null ? 'max' : String(memoryMib * MIB) } : {}),
  };
}

/** Where version 2 is mounted, by /proc/self/mountinfo. */
export function mountOf(mountinfo: string): string | null {
  for (const line of mountinfo.split('\n')) {
    const [before = '', after = ''] = line.split(' - ');
    if (after.startsWith('cgroup2 ')) return before.split(' ')[4] ?? null;
  }
  return null;
}

/** Groups above one, the nearest first; a group with processes in it hands nothing down, unless it is the root. */
export function ancestorsOf(group: string): readonly string[] {
  const parts = group.split('/').filter((part) => part !== '' && part !== '..');
  if (parts.length === 0) return ['/'];
  return parts.map((_, index) => `/${parts.slice(0, parts.length - 1 - index).join('/')}`);
}

function controllersOf(file: string): readonly Controller[] {
  const words = read(file).trim().split(/\s+/);
  return CONTROLLERS.filter((one) => words.includes(one));
}

/** One that has ended meanwhile needs no place. */
function move(file: string, pid: number): void {
  try {
    writeFileSync(file, String(pid));
  } catch (error) {
    if (!hasCode(error, 'ESRCH')) throw error;
  }
}

function removeGroup(folder: string): void {
  try {
    rmdirSync(folder);
  } catch (error) {
    if (!hasCode(error, 'ENOENT') && !hasCode(error, 'EBUSY') && !hasCode(error, 'ENOTEMPTY')) throw error;
  }
}

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
