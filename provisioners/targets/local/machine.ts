/** What this machine has: memory, and how many processes one may have, as far as the system says. */
import { readFile } from 'node:fs/promises';

export interface MachineMemory {
  readonly totalMib: number;
  /** What can be had without pushing anything out. */
  readonly availableMib: number;
}

/** Null where the system does not say. */
export async function readMemory(): Promise<MachineMemory | null> {
  const facts = await readFile('/proc/meminfo', 'utf8').catch(() => '');
  const mib = (name: string): number =>
    Math.floor(Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(facts)?.[1]) / 1_024);
  const [totalMib, availableMib] = [mib('MemTotal'), mib('MemAvailable')];
  return Number.isNaN(totalMib) || Number.isNaN(availableMib) ? null : { totalMib, availableMib };
}

/** How many processes the account of this one may run; null where the system does not say, or sets no limit. */
export async function readProcessLimit(pid: number): Promise<number | null> {
  const limits = await readFile(`/proc/${pid}/limits`, 'utf8').catch(() => '');
  const soft = Number(/^Max processes +(\d+)/m.exec(limits)?.[1]);
  return Number.isNaN(soft) ? null : soft;
}
