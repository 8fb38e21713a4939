/**
 * From order to the first answer of the tenant's API, through the portal as a customer's program would do it, beside what cannot be
 * avoided, on the same machine in the same run: for a public tenant the bare clone of the template, for a private one initdb, a start and
 * the pack, for both the smoke transaction; a hybrid one is held against a private one of the same plan. New data for a server are made in
 * advance, one set at a time: every order of a tenant with a server finds one, whichever model came before it. The ratios gate; the absolute
 * times depend on the machine. Uses the running installation of this checkout, or starts one of its own.
 */
import { parseArgs } from 'node:util';
import { openPortal } from '../server/cli/portal.ts';
import { DeploymentModel } from '../server/domain/manifest.ts';
import { cloneBare, makeBareInstance, packOf, type BarePack } from './parts/bare.ts';
import { awaitSpareData, openInstallation, type Installation } from './parts/installation.ts';
import { configure, orderOnce, retire, type Ordered } from './parts/order.ts';
import { familyOf, instancePid, memoryOf, pssMib, type ProcessMemory } from './parts/processes.ts';
import { listenForRuns } from './parts/runs.ts';

/** Of what cannot be avoided: how much longer the whole may take. */
const PUBLIC_RATIO_MAX = 3;
const INSTANCE_RATIO_MAX = 1.5;
const HYBRID_TO_PRIVATE_MAX = 2;
const WARM_UP_ORDERS = 2;
/** What a hybrid tenant is held against has its plan. */
const PLANS = { public: 'S', private: 'M', hybrid: 'M' } as const;

const { values: options } = parseArgs({
  options: {
    n: { type: 'string', short: 'n', default: '20' },
    offering: { type: 'string', default: 'ecommerce' },
    model: { type: 'string', default: 'public' },
    json: { type: 'boolean', default: false },
  },
});

interface Sample extends Ordered {
  /** What cannot be avoided, by part. */
  readonly bareMs: Readonly<Record<string, number>>;
  /** Of the tenant's own server; null for a tenant without one. */
  readonly instanceMib: number | null;
}

const median = (values: readonly number[]): number => quantile(values, 0.5);

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

const bareOf = {
  public: async ({ tenantsUrl }: Installation, pack: BarePack) => ({ cloneMs: await cloneBare(tenantsUrl, pack) }),
  private: async (_: Installation, pack: BarePack) => ({ ...(await makeBareInstance(pack)) }),
  hybrid: async () => ({}),
} as const;

/** One order of each model in turn, so that whatever else the machine does falls on all alike. */
async function measure(
  installation: Installation,
  models: readonly DeploymentModel[],
): Promise<ReadonlyMap<DeploymentModel, readonly Sample[]>> {
  const portal = openPortal(installation);
  const runs = await listenForRuns(installation);
  const pack = await packOf(options.offering, PLANS.private);
  const samples = new Map<DeploymentModel, Sample[]>(models.map((model) => [model, []]));
  for (let i = 0; i < WARM_UP_ORDERS + Number(options.n); i++) {
    for (const model of models) {
      const configuration = await configure(portal, options.offering, model, PLANS[model]);
      if (model !== 'public') await awaitSpareData(installation);
      const ordered = await orderOnce(portal, runs, configuration);
      const pid = instancePid(installation.dataDir, ordered.ref);
      const instanceMib = pid === null ? null : pssMib(familyOf(pid));
      const bareMs = await bareOf[model](installation, pack);
      if (i >= WARM_UP_ORDERS) samples.get(model)?.push({ ...ordered, bareMs, instanceMib });
      await retire(portal, runs, ordered);
    }
  }
  runs.close();
  return samples;
}

interface Figures {
  readonly n: number;
  readonly orderToAnswerMs: Readonly<Record<'p50' | 'p95', number>>;
  readonly orderToActiveMs: Readonly<Record<'p50' | 'p95', number>>;
  readonly previewMs: Readonly<Record<'p50' | 'p95', number>>;
  readonly bareMs: Readonly<Record<string, number>>;
  readonly smokeMs: number;
  readonly stepsMs: Readonly<Record<string, number>>;
  readonly instanceMib: number | null;
}

function figuresOf(samples: readonly Sample[]): Figures {
  const spread = (pick: (sample: Sample) => number) => {
    const values = samples.map(pick);
    return { p50: median(values), p95: quantile(values, 0.95) };
  };
  const each = (pick: (sample: Sample) => Readonly<Record<string, number>>) =>
    Object.fromEntries(
      Object.keys(samples[0] ? pick(samples[0]) : {}).map((key) => [
        key,
        median(samples.map((one) => pick(one)[key] ?? 0)),
      ]),
    );
  const instances = samples.flatMap(({ instanceMib }) => instanceMib ?? []);
  return {
    n: samples.length,
    orderToAnswerMs: spread(({ answeredMs }) => answeredMs),
    orderToActiveMs: spread(({ activeMs }) => activeMs),
    previewMs: spread(({ previewMs }) => previewMs),
    bareMs: each(({ bareMs }) => bareMs),
    smokeMs: median(samples.map(({ smokeMs }) => smokeMs)),
    stepsMs: each(({ stepsMs }) => stepsMs),
    instanceMib: instances.length === 0 ? null : median(instances),
  };
}

interface Gate {
  readonly what: string;
  readonly measuredMs: number;
  readonly maxMs: number;
}

/** What each model is held to; a hybrid tenant needs a private one of the same run. */
function gatesOf(figures: ReadonlyMap<DeploymentModel, Figures>): readonly Gate[] {
  const gates: Gate[] = [];
  const [open, own, both] = DeploymentModel.options.map((model) => figures.get(model));
  if (open) {
    const { cloneMs = Number.NaN } = open.bareMs;
    const maxMs = PUBLIC_RATIO_MAX * (cloneMs + open.smokeMs);
    const what = `public ≤ ${PUBLIC_RATIO_MAX} × (bare clone + smoke transaction)`;
    gates.push({ what, measuredMs: open.orderToAnswerMs.p50, maxMs });
  }
  if (own) {
    const { initdbMs = Number.NaN, startMs = Number.NaN, packMs = Number.NaN } = own.bareMs;
    const maxMs = INSTANCE_RATIO_MAX * (initdbMs + startMs) + packMs + own.smokeMs;
    const what = `private ≤ ${INSTANCE_RATIO_MAX} × (bare initdb + start) + pack + smoke transaction`;
    gates.push({ what, measuredMs: own.orderToAnswerMs.p50, maxMs });
  }
  if (own && both) {
    const maxMs = HYBRID_TO_PRIVATE_MAX * own.orderToAnswerMs.p50;
    gates.push({ what: `hybrid ≤ ${HYBRID_TO_PRIVATE_MAX} × private`, measuredMs: both.orderToAnswerMs.p50, maxMs });
  }
  return gates;
}

function report(figures: ReadonlyMap<DeploymentModel, Figures>, memory: readonly ProcessMemory[]): void {
  const gates = gatesOf(figures).map((gate) => ({ ...gate, passed: gate.measuredMs <= gate.maxMs }));
  if (options.json) console.log(JSON.stringify({ models: Object.fromEntries(figures), gates, memory }));
  else print(figures, gates, memory);
  process.exitCode = gates.every(({ passed }) => passed) ? 0 : 1;
}

function print(
  figures: ReadonlyMap<DeploymentModel, Figures>,
  gates: readonly (Gate & { readonly passed: boolean })[],
  memory: readonly ProcessMemory[],
): void {
  for (const [model, { n, smokeMs, instanceMib, ...times }] of figures) {
    console.log(`${model}: ${n} orders, one after another`);
    for (const [name, value] of Object.entries(times)) console.log(`  ${name.padEnd(18)} ${line(value)}`);
    console.log(`  ${'smokeMs'.padEnd(18)} p50 ${smokeMs.toFixed(1)}`);
    if (instanceMib !== null) console.log(`  ${'own server'.padEnd(18)} ${instanceMib} MiB PSS a tenant`);
  }
  for (const { name, rssMib, pssMib: share } of memory)
    console.log(`  ${name.padEnd(18)} ${rssMib} MiB RSS, ${share} MiB PSS`);
  for (const { what, measuredMs, maxMs, passed } of gates) {
    const numbers = `${measuredMs.toFixed(0)} of at most ${maxMs.toFixed(0)} ms, ${(measuredMs / maxMs).toFixed(2)}`;
    console.log(`${what}: ${numbers}: ${passed ? 'passed' : 'FAILED'}`);
  }
}

const line = (value: unknown): string =>
  Object.entries(value as Record<string, number>)
    .map(([name, ms]) => `${name} ${ms.toFixed(1)}`)
    .join('  ');

async function main(): Promise<void> {
  const models = options.model === 'all' ? DeploymentModel.options : [DeploymentModel.parse(options.model)];
  const installation = await openInstallation();
  try {
    const samples = await measure(installation, models);
    const figures = new Map([...samples].map(([model, taken]) => [model, figuresOf(taken)]));
    report(figures, memoryOf(installation.supervisorPid));
  } finally {
    await installation.stop();
  }
}

await main();
