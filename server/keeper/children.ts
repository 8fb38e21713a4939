/** The processes of a server, as Linux tells them; none elsewhere. */
import { readFileSync } from 'node:fs';

/** The server's first process and those that it began. */
export function processesOf(pid: number): readonly number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return [pid, ...children.split(' ').filter(Boolean).map(Number)];
  } catch {
    return [pid];
  }
}

/** Linux counts in these, whatever the hardware does. */
const TICKS_PER_SECOND = 100;
/** In /proc/<pid>/stat behind the name: of the process, and of its children that have ended. */
const FIRST_TIME_FIELD = 11;
const TIME_FIELDS = 4;

/** Processor time that a server has taken since it began, s; null where the system does not say. */
export function cpuSecondsOf(pid: number): number | null {
  if (readFile(`/proc/${pid}/stat`) === null) return null;
  const ticks = processesOf(pid).map((process) => {
    const text = readFile(`/proc/${process}/stat`);
    const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
    const times = fields?.slice(FIRST_TIME_FIELD, FIRST_TIME_FIELD + TIME_FIELDS).map(Number) ?? [];
    return times.reduce((all, time) => all + time, 0);
  });
  return ticks.reduce((all, one) => all + one, 0) / TICKS_PER_SECOND;
}

/** Memory that a server takes, what its processes share counted once, MiB; null where the system does not say. */
export function memoryMibOf(pid: number): number | null {
  const kib = processesOf(pid).map((process) =>
    Number(/^Pss:\s+(\d+) kB/m.exec(readFile(`/proc/${process}/smaps_rollup`) ?? '')?.[1] ?? 0),
  );
  const total = kib.reduce((all, one) => all + one, 0);
  return total === 0 ? null : Math.round(total / 1_024);
}

function readFile(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null; // it has ended meanwhile, or is none of ours
  }
}
