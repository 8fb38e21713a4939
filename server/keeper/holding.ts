/**
 * Holds servers to their plan's processors and memory: by the kernel where it lets us, else by priority, which only counts while others want
 * to run. Which of the two it is, is said of every server.
 */
import { createHash } from 'node:crypto';
import { constants, getPriority, setPriority } from 'node:os';
import { messageOf } from '../start/failure.ts';
import type { BoundHold, InstanceBounds } from '../registry/keeper.ts';
import { processesOf } from './children.ts';
import { findControlGroups, type ControlGroups, type Found } from './control-groups.ts';

/** A server that comes up works for us, making or recovering a tenant: for so long no more than its memory is bounded. */
const WHOLE_CORES_MS = 30_000;
/** One step of priority is worth a quarter more or less of the processors (as Linux weighs them). */
const STEP = 1.25;

export type Held = Readonly<Record<'cpu' | 'memory', BoundHold>>;

export interface Holding {
  /** What a new server can be held to here, and why. */
  readonly possible: Held & { readonly why: string };
  /** Holds a server from now on, with all its processes.
   * @param fresh it has just begun */
  hold(name: string, bounds: InstanceBounds, pid: number, fresh: boolean): Held;
  /** The server has ended; it may come again. */
  ended(name: string): void;
  /** The server is gone for good. */
  forget(name: string): void;
  /** Removes groups of instances that are not there any more. */
  sweep(known: ReadonlySet<string>): void;
  /** All servers have ended. */
  close(): void;
}

const ADVISORY: Held = { cpu: 'advisory', memory: 'advisory' };

/** @param folder of all instances; names our group
 * @param found where groups can be made; looked for unless given */
export function openHolding(
  folder: string,
  log: (facts: object, message: string) => void,
  found: Found = findGroupsSafely(folder),
): Holding {
  const { groups, why } = found;
  const waits = new Map<string, NodeJS.Timeout>();
  const stopWaiting = (name: string): void => {
    clearTimeout(waits.get(name));
    waits.delete(name);
  };
  const boundLater = (name: string, work: () => void): void => {
    stopWaiting(name);
    const timer = setTimeout(work, WHOLE_CORES_MS);
    timer.unref();
    waits.set(name, timer);
  };
  return {
    possible: { ...heldBy(groups), why },
    hold(name, bounds, pid, fresh) {
      const held = heldBy(groups);
      try {
        if (groups !== null) {
          groups.place(name, [pid]); // what it begins from here on is in it by birth
          groups.place(name, processesOf(pid));
          groups.limit(name, fresh ? { ...bounds, cpuCores: null } : bounds);
        }
        const share = (): void => {
          if (groups !== null) limitQuietly(groups, name, bounds, log);
          if (held.cpu === 'advisory') yieldTo(bounds.cpuCores, processesOf(pid));
        };
        if (fresh) boundLater(name, share);
        else share();
        return held;
      } catch (error) {
        log({ instance: name, message: messageOf(error) }, 'the kernel does not hold an instance to its plan');
        return ADVISORY;
      }
    },
    ended: stopWaiting,
    forget(name) {
      stopWaiting(name);
      groups?.remove(name);
    },
    sweep(known) {
      for (const name of groups?.list() ?? []) if (!known.has(name)) groups?.remove(name);
    },
    close() {
      for (const name of waits.keys()) stopWaiting(name);
      for (const name of groups?.list() ?? []) groups?.remove(name);
      groups?.close();
    },
  };
}

function findGroupsSafely(folder: string): Found {
  const name = `industry-cloud-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`;
  try {
    return findControlGroups(name);
  } catch (error) {
    return { groups: null, why: messageOf(error) };
  }
}

const heldBy = (groups: ControlGroups | null): Held => ({
  cpu: groups?.controllers.includes('cpu') ? 'enforced' : 'advisory',
  memory: groups?.controllers.includes('memory') ? 'enforced' : 'advisory',
});

function limitQuietly(
  groups: ControlGroups,
  name: string,
  bounds: InstanceBounds,
  log: (facts: object, message: string) => void,
): void {
  try {
    groups.limit(name, bounds);
  } catch (error) {
    log({ instance: name, message: messageOf(error) }, 'the kernel does not hold an instance to its plan');
  }
}

/** Steps of priority behind one that has a core; a server that may use more is not put before us. */
export function niceOf(cpuCores: number): number {
  return Math.max(0, Math.round(Math.log(1 / cpuCores) / Math.log(STEP)));
}

/** Going back up needs a right that we may lack; then it stays where it is, until it begins anew. */
function yieldTo(cpuCores: number, pids: readonly number[]): void {
  const wanted = Math.min(constants.priority.PRIORITY_LOW, getPriority() + niceOf(cpuCores));
  for (const pid of pids) {
    try {
      if (getPriority(pid) !== wanted) setPriority(pid, wanted);
    } catch {
      continue; // it has ended, or may not come before what it is
    }
  }
}
