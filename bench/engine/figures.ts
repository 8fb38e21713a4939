/** Numbers of the engine's benchmarks, and what they are held against. */

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

interface Outcome {
  readonly ok: boolean;
  readonly errors: readonly { readonly message: string }[];
}

/** @throws Error with what the run says when it failed */
export async function mustSucceed(result: Promise<Outcome>): Promise<void> {
  const { ok, errors } = await result;
  if (!ok) throw new Error(errors.map(({ message }) => message).join('; '));
}

export async function measureMs(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

export function printRow(what: string, columns: readonly string[], note = ''): void {
  console.log(`${what.padEnd(44)}${columns.map((column) => column.padStart(13)).join('')}  ${note}`.trimEnd());
}

export const inMs = (ms: number): string => `${ms.toFixed(1)} ms`;
export const inTimes = (ratio: number): string => `${ratio.toFixed(2)} ×`;

/** Collects verdicts; one that is missed makes the benchmark end with 1. */
export interface Gates {
  /** @returns how it is printed */
  hold(isReached: boolean, aim: string): string;
  readonly missed: () => boolean;
}

export function createGates(): Gates {
  let missed = false;
  return {
    hold(isReached, aim) {
      missed ||= !isReached;
      return `${isReached ? 'reached' : 'MISSED'}: ${aim}`;
    },
    missed: () => missed,
  };
}
