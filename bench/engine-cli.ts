/** The embedded engine beside the CLI: the same programs through the same port, on the same database, in turn. Where no CLI is found it says so. */
import { parseArgs } from 'node:util';
import { findCli } from '../provisioners/engine/cli/find-cli.ts';
import { createPulumiEngine } from '../provisioners/engine/cli/engine.ts';
import { versionOf } from '../provisioners/engine/cli/command.ts';
import { createEmbeddedEngine } from '../provisioners/engine/embedded/engine.ts';
import type { Engine, EngineError, PulumiProgram, StackRequest } from '../provisioners/engine/port.ts';
import { prepareStateSchema } from '../provisioners/engine/state/schema.ts';
import { createTestDatabase } from '../provisioners/engine/testing/postgres.ts';
import { createSamplePackage } from '../provisioners/engine/testing/sample-package.ts';
import { Database, Role, Thing } from '../provisioners/engine/testing/sample-resources.ts';

/** How many times faster than the CLI the embedded engine is to be. */
const AIMS = {
  'up of 10 no-op resources': 80,
  'no-change preview of the same': 60,
  'up of 10 real PostgreSQL resources': null,
};
type Measured = keyof typeof AIMS;
type Figures = Record<Measured, number[]>;

const noFigures = (): Figures => ({
  'up of 10 no-op resources': [],
  'no-change preview of the same': [],
  'up of 10 real PostgreSQL resources': [],
});

const tenThings: PulumiProgram = async () => {
  let last: Thing | undefined;
  for (let i = 0; i < 10; i += 1) last = new Thing(`t${i}`, i % 3 === 2 && last ? { after: last.made } : {});
};

/** Six roles, four of which own a database. */
function realThings(prefix: string): PulumiProgram {
  return async () => {
    for (let i = 0; i < 6; i += 1) {
      const owner = new Role(`r${i}`, { name: `${prefix}_r${i}` });
      if (i < 4) new Database(`d${i}`, { name: `${prefix}_d${i}`, owner: owner.name });
    }
  };
}

async function measureMs(work: Promise<{ readonly ok: boolean; readonly errors: readonly EngineError[] }>) {
  const startedAt = performance.now();
  const { ok, errors } = await work;
  if (!ok) throw new Error(errors.map(({ message }) => message).join('; '));
  return performance.now() - startedAt;
}

type Base = Omit<StackRequest, 'stack'>;

async function round(engine: Engine, base: Base, tag: string, into: Figures): Promise<void> {
  const things = { ...base, stack: `things-${tag}`, program: tenThings };
  into['up of 10 no-op resources'].push(await measureMs(engine.up(things)));
  into['no-change preview of the same'].push(await measureMs(engine.preview(things)));
  const real = { ...base, stack: `real-${tag}`, program: realThings(`bench_${tag}`) };
  into['up of 10 real PostgreSQL resources'].push(await measureMs(engine.up(real)));
  await measureMs(engine.destroy(real));
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** @returns false when an aim is missed */
function print(embedded: Figures, cli: Figures): boolean {
  let reached = true;
  console.log(`${''.padEnd(38)}${'embedded'.padStart(12)}${'CLI'.padStart(12)}${'ratio'.padStart(10)}`);
  for (const [what, aim] of Object.entries(AIMS) as [Measured, number | null][]) {
    const [mine, theirs] = [median(embedded[what]), median(cli[what])];
    const ratio = theirs / mine;
    const isMissed = aim !== null && ratio < aim;
    const verdict = aim === null ? '' : `  ${isMissed ? 'missed' : 'reached'}: ≥ ${aim} ×`;
    const columns = [`${mine.toFixed(1)} ms`.padStart(12), `${theirs.toFixed(0)} ms`.padStart(12)];
    console.log(`${what.padEnd(38)}${columns.join('')}${`${ratio.toFixed(0)} ×`.padStart(10)}${verdict}`);
    reached &&= !isMissed;
  }
  return reached;
}

/**
 * Measure both engines and print their medians and ratios.
 * @param args `-n ROUNDS` of the CLI (default 5); the embedded engine, being short, gets four times as many
 */
export async function benchEngineCli(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { n: { type: 'string', short: 'n', default: '5' } } });
  const rounds = Math.max(1, Number(values.n));
  const found = await findCli(process.env).catch((error: Error) => error);
  if (found instanceof Error) return console.log(`not measured: ${found.message}`);
  const database = await createTestDatabase();
  await prepareStateSchema(database.url);
  const options = { stateUrl: database.url, passphrase: 'bench' };
  const [embedded, cli] = [createEmbeddedEngine(options), createPulumiEngine(options)];
  const base = { project: 'bench', fence: 1n, packages: [createSamplePackage({ postgresUrl: database.url })] };
  const tag = process.pid.toString(36);
  try {
    for (let i = 0; i < 3; i += 1) await round(embedded, base, `${tag}w${i}`, noFigures());
    await round(cli, base, `${tag}v`, noFigures());
    const [mine, theirs] = [noFigures(), noFigures()];
    for (let i = 0; i < rounds; i += 1) {
      await round(cli, base, `${tag}c${i}`, theirs);
      for (let j = 0; j < 4; j += 1) await round(embedded, base, `${tag}e${i}x${j}`, mine);
    }
    console.log(
      `embedded engine beside the CLI ${await versionOf(found)}, medians of ${rounds * 4} and ${rounds} rounds`,
    );
    if (!print(mine, theirs)) process.exitCode = 1;
  } finally {
    await Promise.all([embedded.close(), cli.close()]);
    await database.close();
  }
}

if (import.meta.main) await benchEngineCli(process.argv.slice(2));
