/** Memory of this process over many runs: a leak shows as growth that does not end. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

export interface Memory {
  /** Resident megabytes, sampled at equal distances. */
  readonly residentMb: readonly number[];
  /** Megabytes of objects that a collection leaves, at the same places. */
  readonly heapMb: readonly number[];
}

const SAMPLES = 20;

function exposeCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}

export async function measureMemory(runs: number, run: (number: number) => Promise<void>): Promise<Memory> {
  const collect = exposeCollector();
  const [residentMb, heapMb]: [number[], number[]] = [[], []];
  const distance = Math.ceil(runs / SAMPLES);
  for (let i = 1; i <= runs; i += 1) {
    await run(i);
    if (i % distance !== 0) continue;
    collect();
    const { rss, heapUsed } = process.memoryUsage();
    residentMb.push(rss / 1e6);
    heapMb.push(heapUsed / 1e6);
  }
  return { residentMb, heapMb };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** How much larger the second half of the samples is than the first, warming up (the first tenth) aside. */
export function growthOf(samples: readonly number[]): number {
  const warm = samples.slice(Math.ceil(samples.length / 10));
  const half = Math.floor(warm.length / 2);
  return mean(warm.slice(half)) / mean(warm.slice(0, half));
}
