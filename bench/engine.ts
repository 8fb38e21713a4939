/** What the embedded engine costs: no-op resources, which are nothing but engine, and real ones beside the same SQL without it. */
import { parseArgs } from 'node:util';
import { Pool } from 'pg';
import { createEmbeddedEngine } from '../provisioners/engine/embedded/engine.ts';
import type { Engine, ProgramRequest, PulumiProgram } from '../provisioners/engine/port.ts';
import { prepareStateSchema } from '../provisioners/engine/state/schema.ts';
import { createTestDatabase } from '../provisioners/engine/testing/postgres.ts';
import {
  createDatabaseSql,
  createRoleSql,
  createSamplePackage,
} from '../provisioners/engine/testing/sample-package.ts';
import { Database, Role, Thing } from '../provisioners/engine/testing/sample-resources.ts';

/** Medians of a warm process on two quiet cores, measured when the engine was designed: the absolute times to look at, not to gate on. */
const REFERENCE_MS = { up: 39, preview: 25, real: 169 };
const REAL_RATIO_AIM = 1.5;
const WARM_UP_ROUNDS = 3;
const MANY_STACKS = 20;
/** Stacks per second, of twenty at once, and growth of the memory over many runs. */
const STACKS_AIM = 20;
const GROWTH_MAX = 1.2;

interface Figures {
  readonly up: number[];
  readonly preview: number[];
  readonly real: number[];
  readonly bare: number[];
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

async function measureMs(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** Ten resources without substance; every third needs the one before it. */
const tenThings: PulumiProgram = async () => {
  let last: Thing | undefined;
  for (let i = 0; i < 10; i += 1) last = new Thing(`t${i}`, i % 3 === 2 && last ? { after: last.made } : {});
};

interface RealName {
  readonly role: string;
  readonly database: string | null;
}

/** Six roles, four of which own a database: ten resources. */
function realNames(prefix: string): RealName[] {
  return Array.from({ length: 6 }, (_none, i) => ({
    role: `${prefix}_r${i}`,
    database: i < 4 ? `${prefix}_d${i}` : null,
  }));
}

function realProgram(names: readonly RealName[]): PulumiProgram {
  return async () => {
    for (const { role, database } of names) {
      const owner = new Role(role, { name: role });
      if (database !== null) new Database(database, { name: database, owner: owner.name });
    }
  };
}

/** The same statements in the same order, as parallel as the engine runs them. */
async function runBare(pool: Pool, names: readonly RealName[]): Promise<void> {
  await Promise.all(
    names.map(async ({ role, database }) => {
      await pool.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role]);
      await pool.query(createRoleSql(role));
      if (database === null) return;
      await pool.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
      await pool.query(createDatabaseSql(database, role));
    }),
  );
}

async function dropBare(pool: Pool, names: readonly RealName[]): Promise<void> {
  for (const { database } of names) if (database !== null) await pool.query(`DROP DATABASE ${database}`);
  for (const { role } of names) await pool.query(`DROP ROLE ${role}`);
}

async function mustSucceed(result: Promise<{ ok: boolean; errors: readonly { message: string }[] }>): Promise<void> {
  const { ok, errors } = await result;
  if (!ok) throw new Error(errors.map((error) => error.message).join('; '));
}

async function round(
  engine: Engine,
  pool: Pool,
  base: Omit<ProgramRequest, 'stack' | 'program'>,
  tag: string,
  into: Figures,
) {
  const things: ProgramRequest = { ...base, stack: `things-${tag}`, program: tenThings };
  into.up.push(await measureMs(() => mustSucceed(engine.up(things))));
  into.preview.push(await measureMs(() => mustSucceed(engine.preview(things))));
  const names = realNames(`bench_${tag}`);
  const bare = realNames(`bare_${tag}`);
  const real: ProgramRequest = { ...base, stack: `real-${tag}`, program: realProgram(names) };
  into.bare.push(await measureMs(() => runBare(pool, bare)));
  await dropBare(pool, bare);
  into.real.push(await measureMs(() => mustSucceed(engine.up(real))));
  await mustSucceed(engine.destroy(real));
}

/** Stacks of ten no-op resources, made at once by one engine. @returns stacks per second */
async function measureManyStacks(
  engine: Engine,
  base: Omit<ProgramRequest, 'stack' | 'program'>,
  tag: string,
): Promise<number> {
  const stacks = Array.from({ length: MANY_STACKS }, (_none, i) => `many-${tag}-${i}`);
  const ms = await measureMs(() =>
    Promise.all(stacks.map((stack) => mustSucceed(engine.up({ ...base, stack, program: tenThings })))),
  );
  return (MANY_STACKS * 1000) / ms;
}

const residentMb = () => Math.round(process.memoryUsage().rss / 1e6);

/** Resident memory after the first tenth of many runs, and after all of them: a leak shows between the two. */
async function measureMemory(
  engine: Engine,
  base: Omit<ProgramRequest, 'stack' | 'program'>,
  tag: string,
  runs: number,
): Promise<{ beforeMb: number; afterMb: number }> {
  let beforeMb = residentMb();
  for (let i = 0; i < runs; i += 1) {
    await mustSucceed(engine.up({ ...base, stack: `memory-${tag}-${i % 10}`, program: tenThings }));
    if (i + 1 === Math.ceil(runs / 10)) beforeMb = residentMb();
  }
  return { beforeMb, afterMb: residentMb() };
}

function row(what: string, ms: number, reference: number | null, note = ''): string {
  const beside = reference === null ? '' : `${reference} ms`;
  return `${what.padEnd(44)}${`${ms.toFixed(1)} ms`.padStart(12)}${beside.padStart(12)}  ${note}`;
}

function print({ up, preview, real, bare }: Figures, rounds: number): void {
  const ratio = median(real) / median(bare);
  const verdict = `${ratio.toFixed(2)} × bare SQL (aim ≤ ${REAL_RATIO_AIM})`;
  console.log(`embedded engine, medians of ${rounds} rounds`);
  console.log(`${''.padEnd(44)}${'here'.padStart(12)}${'reference'.padStart(12)}`);
  console.log(row('up of 10 no-op resources', median(up), REFERENCE_MS.up));
  console.log(row('no-change preview of the same', median(preview), REFERENCE_MS.preview));
  console.log(row('up of 10 real PostgreSQL resources', median(real), REFERENCE_MS.real, verdict));
  console.log(row('the same SQL without the engine', median(bare), null));
  console.log(row('engine alone, per resource', (median(real) - median(bare)) / 10, null));
  console.log(`memory of this process: ${Math.round(process.memoryUsage().rss / 1e6)} MB resident`);
}

/**
 * Measure the embedded engine and print a table.
 * @param args `-n ROUNDS` (default 20), `--runs RUNS` over which the memory is watched (default 1000)
 */
async function benchEngine(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { n: { type: 'string', short: 'n', default: '20' }, runs: { type: 'string', default: '1000' } },
  });
  const rounds = Math.max(1, Number(values.n));
  const database = await createTestDatabase();
  const pool = new Pool({ connectionString: database.url, max: 4 });
  await prepareStateSchema(database.url);
  const engine = createEmbeddedEngine({ stateUrl: database.url, passphrase: 'bench' });
  const packages = [createSamplePackage({ postgresUrl: database.url })];
  const base = { project: 'bench', fence: 1n, packages };
  const tag = process.pid.toString(36);
  try {
    const ignored: Figures = { up: [], preview: [], real: [], bare: [] };
    for (let i = 0; i < WARM_UP_ROUNDS; i += 1) await round(engine, pool, base, `${tag}w${i}`, ignored);
    const figures: Figures = { up: [], preview: [], real: [], bare: [] };
    for (let i = 0; i < rounds; i += 1) await round(engine, pool, base, `${tag}m${i}`, figures);
    print(figures, rounds);
    const rates: number[] = [];
    for (let i = 0; i < 3; i += 1) rates.push(await measureManyStacks(engine, base, `${tag}${i}`));
    console.log(`${MANY_STACKS} stacks at once: ${median(rates).toFixed(1)} stacks/s (aim ≥ ${STACKS_AIM})`);
    const runs = Math.max(10, Number(values.runs));
    const { beforeMb, afterMb } = await measureMemory(engine, base, tag, runs);
    const growth = afterMb / beforeMb;
    console.log(
      `memory over ${runs} runs: ${beforeMb} MB, then ${afterMb} MB, ${growth.toFixed(2)} × (aim ≤ ${GROWTH_MAX})`,
    );
    // These two are ratios, or nearly: a machine of another speed does not move them out of bounds by itself.
    if (growth > GROWTH_MAX || median(figures.real) / median(figures.bare) > REAL_RATIO_AIM) process.exitCode = 1;
  } finally {
    await engine.close();
    await pool.end();
    await database.close();
  }
}

await benchEngine(process.argv.slice(2));
