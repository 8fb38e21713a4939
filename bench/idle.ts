/**
 * What idle private tenants cost: memory and processor time of their servers, and of the keeper that runs them, over some minutes with all
 * the probes that the platform makes of every tenant. In an installation of its own unless one runs on this checkout.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openPortal } from '../server/cli/portal.ts';
import { DeploymentModel } from '../server/domain/manifest.ts';
import { openInstallation } from './parts/installation.ts';
import { configure, orderOnce, retire, type Ordered } from './parts/order.ts';
import { cpuSeconds, familyOf, instancePid, memoryOf, pssMib, serverMib } from './parts/processes.ts';
import { listenForRuns } from './parts/runs.ts';

/** For fifty tenants; fewer must do with as much less. */
const FIFTY = { memoryMib: 1_024, cpuPercent: 2 };
/** By then what making them left to do is done, and the platform has seen that nobody calls (the gateway's window is five minutes). */
const SETTLE_MS = 7 * 60_000;
const LOOK_EVERY_MS = 30_000;

const { values: options } = parseArgs({
  options: {
    n: { type: 'string', short: 'n', default: '50' },
    minutes: { type: 'string', default: '10' },
    offering: { type: 'string', default: 'ecommerce' },
    model: { type: 'string', default: 'private' },
    json: { type: 'boolean', default: false },
  },
});

interface Memory {
  /** With the whole of each server's shared memory, used or not. */
  readonly serversMib: number;
  readonly serversPssMib: number;
  /** Of the keeper itself, whose children the servers are. */
  readonly keeperPssMib: number;
}

interface Time {
  readonly serversCpuSeconds: number;
  readonly keeperCpuSeconds: number;
  /** Everything of the installation, servers included. */
  readonly allCpuSeconds: number;
}

interface Idle {
  readonly dataDir: string;
  readonly supervisorPid: number;
  readonly tenants: readonly Ordered[];
}

const postmastersOf = ({ dataDir, tenants }: Idle): readonly number[] =>
  tenants.flatMap(({ ref }) => instancePid(dataDir, ref) ?? []);

const serversOf = (idle: Idle): readonly number[] => postmastersOf(idle).flatMap(familyOf);

const keeperOf = ({ supervisorPid }: Idle): readonly number[] =>
  memoryOf(supervisorPid).flatMap(({ name, pid }) => (name === 'keeper' ? [pid] : []));

const memoryNow = (idle: Idle): Memory => ({
  serversMib: serverMib(postmastersOf(idle)),
  serversPssMib: pssMib(serversOf(idle)),
  keeperPssMib: pssMib(keeperOf(idle)),
});

const timeNow = (idle: Idle): Time => ({
  serversCpuSeconds: cpuSeconds(serversOf(idle)),
  keeperCpuSeconds: cpuSeconds(keeperOf(idle)),
  allCpuSeconds: cpuSeconds(familyOf(idle.supervisorPid)),
});

/** Looks at the memory again and again: somebody is always being visited. */
async function watchMemory(idle: Idle, forMs: number): Promise<readonly Memory[]> {
  const until = performance.now() + forMs;
  const seen: Memory[] = [];
  while (performance.now() < until) {
    seen.push(memoryNow(idle));
    await delay(Math.min(LOOK_EVERY_MS, Math.max(0, until - performance.now())));
  }
  return seen;
}

async function main(): Promise<void> {
  const [count, minutes] = [Number(options.n), Number(options.minutes)];
  const installation = await openInstallation();
  const { dataDir, supervisorPid } = installation;
  try {
    const portal = openPortal(installation);
    const runs = await listenForRuns(installation);
    const configuration = await configure(portal, options.offering, DeploymentModel.parse(options.model));
    const tenants: Ordered[] = [];
    while (tenants.length < count) {
      tenants.push(await orderOnce(portal, runs, configuration));
      if (tenants.length % 10 === 0) console.error(`${tenants.length} of ${count} tenants are active`);
    }
    runs.close();
    await delay(SETTLE_MS);
    const idle = { dataDir, supervisorPid, tenants };
    const [before, beganAt] = [timeNow(idle), performance.now()];
    const memory = await watchMemory(idle, minutes * 60_000);
    const [after, tookMs] = [timeNow(idle), performance.now() - beganAt];
    const percent = (pick: (time: Time) => number) => ((pick(after) - pick(before)) / tookMs) * 100_000;
    const most = (pick: (now: Memory) => number) => Math.max(...memory.map(pick));
    report({
      tenants: count,
      minutes: tookMs / 60_000,
      serversMib: most(({ serversMib }) => serversMib),
      serversPssMib: most(({ serversPssMib }) => serversPssMib),
      serversPssMibLeast: Math.min(...memory.map(({ serversPssMib }) => serversPssMib)),
      serversCpuPercent: percent(({ serversCpuSeconds }) => serversCpuSeconds),
      keeperPssMib: most(({ keeperPssMib }) => keeperPssMib),
      keeperCpuPercent: percent(({ keeperCpuSeconds }) => keeperCpuSeconds),
      installationCpuPercent: percent(({ allCpuSeconds }) => allCpuSeconds),
    });
    const ends = await listenForRuns(installation); // the stream of before may have ended in so long a silence
    for (const tenant of tenants) await retire(portal, ends, tenant);
    ends.close();
  } finally {
    await installation.stop();
  }
}

function report(figures: Readonly<Record<string, number>>): void {
  const { tenants = 0, serversMib = 0, keeperPssMib = 0, serversCpuPercent = 0, keeperCpuPercent = 0 } = figures;
  const share = Math.max(1, tenants) / 50;
  const gates = [
    { what: 'memory, MiB', measured: serversMib + keeperPssMib, max: FIFTY.memoryMib * share },
    { what: 'processor, % of one core', measured: serversCpuPercent + keeperCpuPercent, max: FIFTY.cpuPercent * share },
  ].map((gate) => ({ ...gate, passed: gate.measured <= gate.max }));
  if (options.json) console.log(JSON.stringify({ ...figures, gates }));
  else {
    for (const [name, value] of Object.entries(figures)) console.log(`  ${name.padEnd(24)} ${value.toFixed(2)}`);
    console.log(`  ${'a tenant'.padEnd(24)} ${(serversMib / tenants).toFixed(1)} MiB`);
    for (const { what, measured, max, passed } of gates)
      console.log(`${what}: ${measured.toFixed(2)} of at most ${max.toFixed(2)}: ${passed ? 'passed' : 'FAILED'}`);
  }
  process.exitCode = gates.every(({ passed }) => passed) ? 0 : 1;
}

await main();
