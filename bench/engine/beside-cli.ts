/**
 * The embedded engine beside the CLI: the same programs through the same port, on the same database, in turn, so that a busy machine slows
 * both. Where no CLI is found it says so, and nothing is held against it.
 */
import { createPulumiEngine } from '../../provisioners/engine/cli/engine.ts';
import { versionOf } from '../../provisioners/engine/cli/command.ts';
import { findCli } from '../../provisioners/engine/cli/find-cli.ts';
import type { Engine, StackRequest } from '../../provisioners/engine/port.ts';
import type { TestDatabase } from '../../provisioners/engine/testing/postgres.ts';
import { inMs, measureMs, median, mustSucceed, printRow, type Gates } from './figures.ts';
import { realNames, realProgram, tenThings } from './programs.ts';

/** How many times faster than the CLI the embedded engine is to be; null where nothing but PostgreSQL decides. */
const AIMS = {
  'up of 10 no-op resources': 80,
  'no-change preview of the same': 60,
  'up of 10 real PostgreSQL resources': null,
  'no-change preview of those': null,
} as const;
type Measured = keyof typeof AIMS;
type Figures = Record<Measured, number[]>;

const noFigures = () => Object.fromEntries(Object.keys(AIMS).map((name) => [name, []])) as unknown as Figures;

/** So short are the embedded engine's that it gets more of them. */
const EMBEDDED_TIMES = 4;

type Base = Omit<StackRequest, 'stack'>;

async function round(engine: Engine, base: Base, tag: string, into: Figures): Promise<void> {
  const measure = async (what: Measured, result: () => Parameters<typeof mustSucceed>[0]) =>
    void into[what].push(await measureMs(() => mustSucceed(result())));
  const things = { ...base, stack: `things-${tag}`, program: tenThings };
  await measure('up of 10 no-op resources', () => engine.up(things));
  await measure('no-change preview of the same', () => engine.preview(things));
  const real = { ...base, stack: `real-${tag}`, program: realProgram(realNames(`bench_${tag}`)) };
  await measure('up of 10 real PostgreSQL resources', () => engine.up(real));
  await measure('no-change preview of those', () => engine.preview(real));
  await mustSucceed(engine.destroy(real));
}

function print(embedded: Figures, cli: Figures, gates: Gates): void {
  printRow('', ['embedded', 'CLI', 'ratio']);
  for (const [what, aim] of Object.entries(AIMS) as [Measured, number | null][]) {
    const [mine, theirs] = [median(embedded[what]), median(cli[what])];
    const ratio = theirs / mine;
    const verdict = aim === null ? '' : gates.hold(ratio >= aim, `≥ ${aim} × faster`);
    printRow(what, [inMs(mine), inMs(theirs), `${ratio.toFixed(0)} ×`], verdict);
  }
}

interface Comparison {
  /** The embedded one, warm. */
  readonly engine: Engine;
  readonly database: TestDatabase;
  readonly base: Base;
  /** Of the CLI. */
  readonly rounds: number;
  readonly gates: Gates;
}

/** Measure both engines in turn and print their medians and ratios. */
export async function compareWithCli({ engine, database, base, rounds, gates }: Comparison): Promise<void> {
  const found = await findCli(process.env).catch((error: Error) => error);
  if (found instanceof Error) return console.log(`\nnot measured beside the CLI: ${found.message}`);
  const cli = createPulumiEngine({ stateUrl: database.url, passphrase: 'bench' });
  const tag = process.pid.toString(36);
  try {
    await round(cli, base, `${tag}v`, noFigures());
    const [mine, theirs] = [noFigures(), noFigures()];
    for (let i = 0; i < rounds; i += 1) {
      await round(cli, base, `${tag}c${i}`, theirs);
      for (let j = 0; j < EMBEDDED_TIMES; j += 1) await round(engine, base, `${tag}e${i}x${j}`, mine);
    }
    const version = await versionOf(found);
    console.log(`\nbeside the CLI ${version}, medians of ${rounds * EMBEDDED_TIMES} and ${rounds} rounds`);
    print(mine, theirs, gates);
  } finally {
    await cli.close();
  }
}
