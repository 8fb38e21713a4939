/**
 * Business transactions a second of every offering's pack, through the gateway and straight into the database, on one durable cluster, beside
 * the figures known from elsewhere. Offerings are discovered; each brings its own transactions, and one that brings none has its smoke
 * transaction timed. The absolute figures depend on the machine; what gates is that no call fails and that every rule of the pack holds.
 *
 *   npm run bench -- packs [--seconds 3] [--rounds 1] [--connections 16] [--offering <slug>] [--json]
 */
import { parseArgs } from 'node:util';
import { discoverOfferings } from '../provisioners/kit/discover.ts';
import type { OfferingDefinition } from '../provisioners/kit/offering.ts';
import { stepsFor } from '../provisioners/kit/smoke.ts';
import { contestWrites, type Result } from './support/contest.ts';
import { openDataPlane, type BenchTenant, type DataPlane } from './support/data-plane.ts';
import { rate, tellResult, unpromised } from './support/tell.ts';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '1' },
    connections: { type: 'string', default: '16' },
    offering: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const contest = {
  connections: Number(options.connections),
  forMs: Number(options.seconds) * 1_000,
  rounds: Number(options.rounds),
};

interface PackReport {
  readonly offering: string;
  readonly works: readonly (Result & {
    readonly units: string;
    readonly unitsPerCall: number;
    readonly known: string | null;
  })[];
  /** The smoke transaction, which every pack has: steps and time. */
  readonly smoke: { readonly steps: number; readonly ms: number };
  readonly problems: readonly string[];
}

async function measure(plane: DataPlane, offering: OfferingDefinition): Promise<PackReport> {
  const tenant = await plane.addTenant(offering, contest.connections);
  const smoke = await timeSmoke(tenant, offering);
  const works: PackReport['works'][number][] = [];
  const problems: string[] = [];
  for (const work of offering.bench?.works ?? []) {
    const { units, unitsPerCall, known, refusals } = work;
    const result = await contestWrites(plane, tenant, work, await work.prepare(tenant.client), contest);
    works.push({ ...result, units, unitsPerCall, known });
    for (const [side, outcome] of Object.entries({ gateway: result.gateway, direct: result.direct })) {
      problems.push(...unpromised(outcome, refusals).map((what) => `${work.name}, ${side}: ${what}`));
    }
  }
  const broken = await tenant.sql('SELECT rule, violations FROM api.invariants WHERE violations <> 0');
  problems.push(...broken.map(({ rule, violations }) => `${String(rule)}: ${String(violations)} violations`));
  return { offering: offering.slug, works, smoke, problems };
}

async function timeSmoke(tenant: BenchTenant, { smoke }: OfferingDefinition): Promise<PackReport['smoke']> {
  const memo: Record<string, unknown> = {};
  const startedAt = performance.now();
  const steps = stepsFor(smoke, 'public', []);
  for (const step of steps) await step.run(tenant.client, memo);
  return { steps: steps.length, ms: performance.now() - startedAt };
}

function tell({ offering, works, smoke, problems }: PackReport): string {
  return [
    `── ${offering}: smoke transaction of ${smoke.steps} steps in ${Math.round(smoke.ms)} ms`,
    ...works.flatMap((work) => [
      tellResult(work, work.unitsPerCall),
      `  counted: ${work.units}, ${rate(work.gateway.perSecond * work.unitsPerCall)}${work.known === null ? '' : `; known: ${work.known}`}`,
    ]),
    problems.length === 0 ? '  every rule holds, every call answered as promised' : `  FAILS: ${problems.join('; ')}`,
  ].join('\n');
}

const offerings = (await discoverOfferings()).filter(
  ({ slug, pack, blueprint }) => pack && blueprint && (options.offering === undefined || slug === options.offering),
);
const plane = await openDataPlane();
try {
  const reports: PackReport[] = [];
  for (const offering of offerings) {
    const report = await measure(plane, offering);
    reports.push(report);
    if (!options.json) console.log(tell(report));
  }
  if (options.json)
    console.log(
      JSON.stringify(reports, (_, value: unknown) => (value instanceof Map ? Object.fromEntries(value) : value), 2),
    );
  process.exitCode = reports.length > 0 && reports.every(({ problems }) => problems.length === 0) ? 0 : 1;
} finally {
  await plane.close();
}
