/** Processor time of processes, from /proc: what a call costs, however busy the machine is with other things. */
import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';

const TICK_MS = 10;

interface Stat {
  readonly parent: number;
  readonly ticks: number;
}

/** @returns null for a process that is gone */
function statOf(pid: number): Stat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map((field, index) => (index === 0 ? 0 : Number(field)));
    // After the name: state, parent; then user, system, and the same of children that ended.
    return { parent: fields[1]!, ticks: fields[11]! + fields[12]! + fields[13]! + fields[14]! };
  } catch {
    return null;
  }
}

/** Of a process and all below it, those that ended included, ms. */
export function treeCpuMs(root: number): number {
  const stats = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => {
        const stat = statOf(Number(name));
        return stat ? [[Number(name), stat] as const] : [];
      }),
  );
  const below = (pid: number): boolean => {
    for (let at = pid; at > 1; at = stats.get(at)?.parent ?? 0) if (at === root) return true;
    return false;
  };
  let ticks = 0;
  for (const [pid, stat] of stats) if (below(pid)) ticks += stat.ticks;
  return ticks * TICK_MS;
}

/** Busy time of the whole machine since it started, ms over all cores. */
function machineCpuMs(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
}

export interface Cost {
  readonly gatewayMs: number;
  readonly databaseMs: number;
  readonly clientMs: number;
  /** What others used meanwhile, as a share of the machine. */
  readonly othersShare: number;
}

/** Runs `work` and tells what it cost. @param pids of the gateway and of the database server */
export async function withCost<T>(
  pids: { readonly gateway: number; readonly database: number },
  work: () => Promise<T>,
): Promise<{ readonly outcome: T; readonly cost: Cost }> {
  const read = () => ({
    gateway: treeCpuMs(pids.gateway),
    database: treeCpuMs(pids.database),
    client: process.cpuUsage(),
    machine: machineCpuMs(),
    at: performance.now(),
  });
  const before = read();
  const outcome = await work();
  const after = read();
  const gatewayMs = after.gateway - before.gateway;
  const databaseMs = after.database - before.database;
  const clientMs = (after.client.user + after.client.system - before.client.user - before.client.system) / 1_000;
  const wholeMs = (after.at - before.at) * cpus().length;
  const othersMs = Math.max(0, after.machine - before.machine - gatewayMs - databaseMs - clientMs);
  return { outcome, cost: { gatewayMs, databaseMs, clientMs, othersShare: othersMs / wholeMs } };
}
