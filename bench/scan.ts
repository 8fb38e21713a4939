/**
 * Questions over many rows, answered by the database and by the workload of a module, through the gateway, in turns. The figures depend on the
 * machine; what gates is that both come to the same answer.
 *
 *   npm run bench -- scan [--rows 1000000] [--rounds 5] [--offering <slug>] [--json]
 */
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import type { BenchScan } from '../provisioners/kit/bench.ts';
import { discoverOfferings } from '../provisioners/kit/discover.ts';
import type { OfferingDefinition, WorkloadComponent } from '../provisioners/kit/offering.ts';
import { WORKLOAD_VARIABLES, workloadFile, workloadFlags } from '../provisioners/kit/workload.ts';
import { openDataPlane, type BenchTenant } from './support/data-plane.ts';

const CONNECTIONS = 4;
const MIB = 2 ** 20;
/** How long it takes is what is measured. */
const TIMEOUT_MS = 120_000;
const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '5' },
    offering: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const [rows, rounds] = [Number(options.rows), Number(options.rounds)];

interface Choice {
  readonly offering: OfferingDefinition;
  readonly scan: BenchScan;
  readonly workload: WorkloadComponent;
}

/** Plan L: the smallest that a warehouse of this size would have. */
async function choose(): Promise<Choice> {
  for (const offering of await discoverOfferings()) {
    const scan = offering.bench?.scan;
    const plan = offering.manifest.plans.find(({ code }) => code === 'L');
    if (!scan || !plan || !offering.blueprint || (options.offering ?? offering.slug) !== offering.slug) continue;
    const params = offering.params.parse({});
    const components = offering.blueprint({ params, plan, model: 'public', modules: [scan.module] });
    const workload = components.find((component) => component.kind === 'workload');
    if (workload !== undefined) return { offering, scan, workload };
  }
  throw new Error('no offering has questions over many rows');
}

/** The workload as a target runs it. @returns its process, and what ends it */
async function start(tenant: BenchTenant, { offering, workload }: Choice) {
  const folder = await mkdtemp(path.join(tmpdir(), 'industry-bench-scan-'));
  const { host, port, database } = tenant.role;
  const role = `${tenant.ref}_${workload.name}`;
  const password = randomBytes(12).toString('hex');
  await tenant.sql(`CREATE ROLE ${role} LOGIN PASSWORD '${password}'`);
  await tenant.sql(`GRANT CONNECT ON DATABASE ${database} TO ${role}`);
  await tenant.sql(`SELECT ${workload.name}.admit('${role}')`);
  const child = fork(workloadFile(offering.slug, workload.entry), {
    execArgv: [...workloadFlags(offering.slug, folder, workload.memoryMib)],
    env: {
      NODE_ENV: 'production',
      [WORKLOAD_VARIABLES.databaseUrl]: `postgresql://${role}:${password}@${host}:${port}/${database}`,
      [WORKLOAD_VARIABLES.folder]: folder,
      [WORKLOAD_VARIABLES.settings]: JSON.stringify({ ...workload.settings, timeoutMs: TIMEOUT_MS }),
    },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  await once(child, 'message');
  const stop = async (): Promise<void> => {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  return { pid: child.pid ?? 0, stop };
}

const one = async (tenant: BenchTenant, statement: string): Promise<unknown> =>
  Object.values((await tenant.sql(statement))[0] ?? {})[0];

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

async function timed<T>(work: () => Promise<T>): Promise<{ readonly value: T; readonly ms: number }> {
  const startedAt = performance.now();
  return { value: await work(), ms: performance.now() - startedAt };
}

const choice = await choose();
const { scan } = choice;
const plane = await openDataPlane();
try {
  const tenant = await plane.addTenant(choice.offering, CONNECTIONS, [scan.module]);
  await tenant.sql(scan.fill(rows));
  const running = await start(tenant, choice);
  try {
    const copied = await timed(async () => {
      while ((await one(tenant, scan.ready)) !== true) await delay(100);
    });
    const bytes = Number(await one(tenant, scan.bytes));
    const results = [];
    for (const { name, body } of scan.questions) {
      const [database, workload]: [number[], number[]] = [[], []];
      let same = true;
      for (let round = 0; round < rounds; round += 1) {
        const byDatabase = await timed(() => scan.byDatabase(tenant.client, body));
        const byWorkload = await timed(() => scan.byWorkload(tenant.client, body));
        database.push(byDatabase.ms);
        workload.push(byWorkload.ms);
        same &&= isDeepStrictEqual(byDatabase.value, byWorkload.value);
      }
      results.push({ name, databaseMs: median(database), workloadMs: median(workload), same });
    }
    const pages = Number((await readFile(`/proc/${running.pid}/statm`, 'utf8')).split(' ')[1]);
    const report = { rows, copyMs: copied.ms, bytes, residentMib: (pages * 4_096) / MIB, results };
    if (options.json) console.log(JSON.stringify(report, null, 2));
    else {
      console.log(
        `${choice.offering.slug}: ${rows} rows copied in ${(copied.ms / 1_000).toFixed(1)} s (${Math.round((rows / copied.ms) * 1_000)}/s), ${(bytes / MIB).toFixed(1)} MiB of files, process ${Math.round(report.residentMib)} MiB`,
      );
      for (const { name, databaseMs, workloadMs, same } of results)
        console.log(
          `  ${name}: database ${Math.round(databaseMs)} ms, ${choice.workload.name} ${Math.round(workloadMs)} ms, ${(databaseMs / workloadMs).toFixed(1)} times as fast${same ? '' : '; THE ANSWERS DIFFER'}`,
        );
    }
    process.exitCode = results.every(({ same }) => same) ? 0 : 1;
  } finally {
    await running.stop();
  }
} finally {
  await plane.close();
}
