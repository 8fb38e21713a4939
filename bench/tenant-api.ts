/**
 * The data plane's price: calls a second through the gateway beside the same SQL run directly, in turns, on one cluster of its own, for a
 * business transaction and for a read of one row. The ratio of the transaction gates; the read, where there is little but overhead, is
 * printed beside it. While other programs use much of the machine, the ratio of processor time counts instead. Then the promise under load:
 * many ask for what is scarce, none gets one too many, nobody hears anything but yes or the promised no, and every rule of the pack holds
 * afterwards.
 *
 *   npm run bench -- tenant-api [--seconds 5] [--rounds 3] [--connections 16] [--offering <slug>] [--json] [--cpu-prof <folder>]
 */
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { BenchRace, OfferingBench } from '../provisioners/kit/bench.ts';
import { discoverOfferings } from '../provisioners/kit/discover.ts';
import type { OfferingDefinition } from '../provisioners/kit/offering.ts';
import { contestReads, contestWrites, type Result } from './support/contest.ts';
import { openDataPlane, type BenchTenant, type DataPlane } from './support/data-plane.ts';
import { loadHttp } from './support/load.ts';
import { fairRatio, tellResult, unpromised } from './support/tell.ts';

const RATIO_MIN = 0.8;
const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '16' },
    offering: { type: 'string' },
    json: { type: 'boolean', default: false },
    'cpu-prof': { type: 'string' },
  },
});
const contest = {
  connections: Number(options.connections),
  forMs: Number(options.seconds) * 1_000,
  rounds: Number(options.rounds),
};

type Measured = OfferingDefinition & { readonly bench: OfferingBench };

/** The offering that was asked for, else the first that brings a read and a race. */
async function chooseOffering(): Promise<Measured> {
  const offerings = await discoverOfferings();
  const found = offerings.find(
    ({ slug, bench }) =>
      bench && (options.offering === undefined ? bench.read && bench.race : slug === options.offering),
  );
  if (!found?.bench) throw new Error(`no offering ${options.offering ?? ''} that can be measured`);
  return found as Measured;
}

interface RaceResult {
  readonly name: string;
  readonly won: number;
  readonly refused: number;
  readonly problems: readonly string[];
}

async function race(
  plane: DataPlane,
  tenant: BenchTenant,
  { name, prepare, fn, body, calls, winners, refusal }: BenchRace,
): Promise<RaceResult> {
  const prepared = await prepare(tenant.client);
  const headers = { authorization: `Bearer ${tenant.key}` };
  const load = { connections: contest.connections, forMs: 120_000, callsMax: calls };
  const outcome = await loadHttp(plane, load, (n) => ({
    method: 'POST',
    path: `${tenant.basePath}/${fn}`,
    headers: { ...headers, 'idempotency-key': randomUUID() },
    body: JSON.stringify(body(n, prepared)),
  }));
  const won = outcome.answers.get('ok') ?? 0;
  const refused = outcome.answers.get(refusal) ?? 0;
  return {
    name,
    won,
    refused,
    problems: [
      ...unpromised(outcome, [refusal]),
      ...(won === winners ? [] : [`${won} got one, ${winners} there are`]),
      ...(won + refused === calls ? [] : [`${calls - won - refused} calls had no answer`]),
    ],
  };
}

async function brokenRules(tenant: BenchTenant): Promise<readonly string[]> {
  const rows = await tenant.sql('SELECT rule, violations FROM api.invariants WHERE violations <> 0');
  return rows.map(({ rule, violations }) => `${String(rule)}: ${String(violations)} violations`);
}

const offering = await chooseOffering();
const folder = options['cpu-prof'];
const plane = await openDataPlane(folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${path.resolve(folder)}`]);
try {
  const { works, read, race: scarce } = offering.bench;
  const [work] = works;
  const tenant = await plane.addTenant(offering, contest.connections);
  if (!work) throw new Error(`${offering.slug} brings no work`);
  const prepared = await work.prepare(tenant.client);
  const view = offering.manifest.api?.views.find(({ name }) => name === read?.view);
  const reads = read && view ? await contestReads(plane, tenant, view, read.query(prepared), contest) : null;
  const writes = await contestWrites(plane, tenant, work, prepared, contest);
  const raced = scarce ? await race(plane, tenant, scarce) : null;
  const results = [writes, ...(reads ? [reads] : [])];
  const problems = [
    ...results.flatMap(({ name, gateway, direct }: Result) =>
      [...unpromised(gateway, work.refusals), ...unpromised(direct, work.refusals)].map((what) => `${name}: ${what}`),
    ),
    ...(raced?.problems.map((what) => `${raced.name}: ${what}`) ?? []),
    ...(await brokenRules(tenant)),
    ...(fairRatio(writes) >= RATIO_MIN
      ? []
      : [`ratio of ${writes.name} ${fairRatio(writes).toFixed(2)}, at least ${RATIO_MIN} is asked`]),
  ];
  if (options.json) {
    const plain = results.map(({ gateway, direct, ...rest }) => ({
      ...rest,
      gateway: { ...gateway, answers: Object.fromEntries(gateway.answers) },
      direct: { ...direct, answers: Object.fromEntries(direct.answers) },
    }));
    console.log(
      JSON.stringify({ offering: offering.slug, ...contest, results: plain, race: raced, problems }, null, 2),
    );
  } else {
    console.log(
      `${offering.slug}, ${contest.connections} connections, ${contest.rounds} rounds of ${options.seconds} s a side`,
    );
    for (const result of results) console.log(tellResult(result));
    if (raced) console.log(`${raced.name}: ${raced.won} got one, ${raced.refused} were refused`);
    console.log(problems.length === 0 ? 'holds' : `FAILS: ${problems.join('; ')}`);
  }
  process.exitCode = problems.length === 0 ? 0 : 1;
} finally {
  await plane.close();
}
