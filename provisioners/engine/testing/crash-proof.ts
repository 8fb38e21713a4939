/** Holds the ending of every crash against that of a run that nobody disturbed. */
import { isDeepStrictEqual } from 'node:util';
import { crashEverywhere, readEnding, runUndisturbed, type CrashReport, type CrashScenario } from './crash-chain.ts';
import type { TestDatabase } from './postgres.ts';

/** Two chains at once, one for each core. */
const LANES = 2;

export interface CrashProof {
  /** Writes of the state in the run that was killed. */
  readonly writes: number;
  /** Crashes that were finished. */
  readonly crashes: number;
  /** Those that ended otherwise than the undisturbed run, and in what. */
  readonly wrong: readonly string[];
}

/** Kill a scenario's run at every point, each time on a stack of its own, and finish it. */
export async function proveEveryPoint(
  database: TestDatabase,
  name: string,
  scenario: CrashScenario,
): Promise<CrashProof> {
  const calm = `${name}-calm`;
  const writes = await runUndisturbed(database, scenario, calm);
  const expected = await readEnding(database, calm);
  // Going on or going back, the same things exist in the end; only who goes on makes just what the undisturbed run made.
  const sides = [
    'resources',
    'pending',
    'world',
    ...(scenario.after === scenario.to ? ['effects' as const] : []),
  ] as const;
  const wrong: string[] = [];
  let crashes = 0;

  async function check({ stack, ok, errors, calm: quiet }: CrashReport): Promise<void> {
    crashes += 1;
    if (!ok) wrong.push(`${stack} failed: ${errors.join('; ')}`);
    if (!quiet) wrong.push(`${stack} was not finished by one run`);
    const ending = await readEnding(database, stack);
    for (const side of sides) {
      if (isDeepStrictEqual(ending[side], expected[side])) continue;
      wrong.push(`${stack} differs in ${side}: ${describeDifference(expected[side], ending[side])}`);
    }
  }

  const lanes = Array.from({ length: LANES }, (_none, lane) =>
    crashEverywhere(database, scenario, { first: lane, step: LANES, prefix: name }, check),
  );
  await Promise.all(lanes);
  return { writes, crashes, wrong };
}

function describeDifference(expected: readonly unknown[], found: readonly unknown[]): string {
  const [wanted, had] = [expected, found].map((list) => list.map((member) => JSON.stringify(member)));
  const missing = (wanted ?? []).filter((member) => !had?.includes(member)).map((member) => `missing ${member}`);
  const extra = (had ?? []).filter((member) => !wanted?.includes(member)).map((member) => `extra ${member}`);
  return [...missing, ...extra].join(', ') || `${expected.length} and ${found.length} members`;
}
