/**
 * From order to the first answer of the tenant's API, through the portal as a customer's program would do it, beside what cannot be
 * avoided: the bare clone of the template and the smoke transaction, on the same clusters in the same run. The ratio gates; the absolute
 * times depend on the machine. Uses the running installation of this checkout, or starts one of its own.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { discoverOfferings } from '../provisioners/kit/discover.ts';
import { loadPack } from '../provisioners/kit/pack/load.ts';
import { bareClone, templateOf } from '../provisioners/targets/local/target.ts';
import { openPortal, type Portal } from '../server/cli/portal.ts';
import type { RunId, TenantId } from '../server/domain/ids.ts';
import { childEnv } from '../server/start/child-env.ts';

const RATIO_MAX = 3;
const WARM_UP_ORDERS = 2;
const WITHIN_MS = 30_000;
const ROOT = path.resolve(import.meta.dirname, '..');

const { values: options } = parseArgs({
  options: {
    n: { type: 'string', short: 'n', default: '20' },
    offering: { type: 'string', default: 'ecommerce' },
    json: { type: 'boolean', default: false },
  },
});

interface Installation {
  readonly url: string;
  readonly token: string;
  readonly supervisorPid: number;
  readonly tenantsUrl: string;
  readonly stop: () => Promise<void>;
}

interface Sample {
  readonly tenantId: TenantId;
  /** From asking for a plan to having it. */
  readonly previewMs: number;
  /** Milliseconds since the order was sent. */
  readonly orderedMs: number;
  readonly activeMs: number;
  readonly answeredMs: number;
  readonly smokeMs: number;
  readonly stepsMs: Readonly<Record<string, number>>;
  readonly bareMs: number;
}

const median = (values: readonly number[]): number => quantile(values, 0.5);

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** The installation that runs on this checkout's data folder, or a new one on a folder of its own. */
async function openInstallation(): Promise<Installation> {
  const dataDir = path.resolve(ROOT, process.env.DATA_DIR || '.data');
  if (existsSync(path.join(dataDir, 'portal.json'))) return describe(dataDir, async () => {});
  const own = mkdtempSync(path.join(tmpdir(), 'industry-bench-'));
  console.error('Starting an installation for the benchmark…');
  const child = spawn(process.execPath, [path.join(ROOT, 'server/start/supervisor.ts'), '--empty'], {
    cwd: ROOT,
    env: childEnv({ DATA_DIR: own, LOG_LEVEL: 'warn' }),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = async () => {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
    rmSync(own, { recursive: true, force: true });
  };
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('ready ')) return describe(own, stop);
  }
  throw new Error('the installation did not start');
}

function describe(dataDir: string, stop: () => Promise<void>): Installation {
  const read = (file: string) => readFileSync(path.join(dataDir, file), 'utf8');
  const { url, pid } = JSON.parse(read('portal.json')) as { url: string; pid: number };
  const { cliToken } = JSON.parse(read('credentials.json')) as { cliToken: string };
  const tenantsUrl = `postgresql://postgres:${read('pg-tenants/password').trim()}@127.0.0.1:${read('pg-tenants/port').trim()}/postgres`;
  return { url, token: cliToken, supervisorPid: pid, tenantsUrl, stop };
}

/** Runs that ended, as the portal's own event stream tells: nothing is polled that would cost what is measured. */
async function listenForRuns({ url, token }: Installation) {
  const ended = new Map<string, { readonly type: string; readonly at: number }>();
  const waiting = new Map<string, (end: { readonly type: string; readonly at: number }) => void>();
  const control = new AbortController();
  const input = encodeURIComponent(JSON.stringify({ json: {} }));
  const answer = await fetch(`${url}/api/trpc/events.subscribe?input=${input}`, {
    headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream' },
    signal: control.signal,
  });
  if (!answer.ok || !answer.body) throw new Error(`the event stream answers ${answer.status}`);
  const lines = async () => {
    let rest = '';
    for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
      const parts = (rest + chunk).split('\n');
      rest = parts.pop() ?? '';
      for (const line of parts) if (line.startsWith('data:')) take(line.slice(5));
    }
  };
  const take = (text: string) => {
    const event = /"type":"(run\.(?:succeeded|failed|cancelled))"/.exec(text);
    const runId = /"runId":"([0-9a-f-]{36})"/.exec(text)?.[1];
    if (!event || !runId) return;
    const end = { type: event[1]!, at: performance.now() };
    ended.set(runId, end);
    waiting.get(runId)?.(end);
  };
  lines().catch(() => undefined);
  return {
    end: (runId: RunId) =>
      new Promise<{ readonly type: string; readonly at: number }>((resolve, reject) => {
        const known = ended.get(runId);
        if (known) return resolve(known);
        setTimeout(
          () => reject(new Error(`run ${runId} did not end within ${WITHIN_MS / 1_000} s`)),
          WITHIN_MS,
        ).unref();
        waiting.set(runId, resolve);
        return undefined;
      }),
    close: () => control.abort(),
  };
}

type Runs = Awaited<ReturnType<typeof listenForRuns>>;

async function configure(portal: Portal, slug: string) {
  const { manifest } = await portal.catalogue.bySlug.query({ slug });
  const schema = manifest.parameters.schema as { properties?: Record<string, { default?: unknown }> };
  const entries = Object.entries(schema.properties ?? {});
  const params = Object.fromEntries(
    entries.flatMap(([name, { default: value }]) => (value === undefined ? [] : [[name, value]])),
  );
  return {
    offering: slug,
    model: 'public',
    plan: 'S',
    modules: [],
    params,
    currency: 'CNY',
    termMonths: 1,
    volume: null,
  } as const;
}

async function orderOnce(
  portal: Portal,
  runs: Runs,
  configuration: Awaited<ReturnType<typeof configure>>,
  bare: () => Promise<number>,
): Promise<Sample> {
  const name = `bench-${Date.now().toString(36)}`;
  const askedAt = performance.now();
  const { previewId } = await portal.previews.create.mutate({ configuration: { ...configuration, modules: [], name } });
  while ((await portal.previews.byId.query({ previewId })).state === 'queued')
    await new Promise((r) => setTimeout(r, 20));
  const previewMs = performance.now() - askedAt;
  const startedAt = performance.now();
  const { runId, tenantId } = await portal.orders.place.mutate({ previewId, idempotencyKey: crypto.randomUUID() });
  const orderedMs = performance.now() - startedAt;
  if (!runId) throw new Error('the order waits for an approval');
  const end = await runs.end(runId);
  if (end.type !== 'run.succeeded') throw new Error(`the run ended with ${end.type}`);
  const { apiKey, endpoint } = await portal.tenants.revealKey.mutate({ tenantId });
  const answer = await fetch(`${endpoint}/invariants`, { headers: { authorization: `Bearer ${apiKey}` } });
  if (!answer.ok) throw new Error(`the tenant's API answers ${answer.status}`);
  const answeredMs = performance.now() - startedAt;
  const { steps } = await portal.runs.byId.query({ runId });
  const stepsMs = Object.fromEntries(
    steps.map(({ name: step, startedAt: from, finishedAt: to }) => [
      step,
      from && to ? to.getTime() - from.getTime() : 0,
    ]),
  );
  const proved = steps.find((step) => step.name === 'prove')?.detail as { ms?: number } | undefined;
  return {
    tenantId,
    previewMs,
    orderedMs,
    activeMs: end.at - startedAt,
    answeredMs,
    smokeMs: proved?.ms ?? 0,
    stepsMs,
    bareMs: await bare(),
  };
}

interface ProcessMemory {
  readonly name: string;
  readonly rssMib: number;
  readonly pssMib: number;
}

/** Memory of every process of the installation; a cluster's processes as one. Empty where /proc is not there. */
function memoryOf(supervisorPid: number): readonly ProcessMemory[] {
  if (!existsSync('/proc/self/smaps_rollup')) return [];
  const parents = new Map(
    readdirSync('/proc')
      .filter((entry) => /^\d+$/.test(entry))
      .flatMap((pid) => {
        const parent = /^\d+ \(.*\) \S (\d+)/s.exec(tryRead(`/proc/${pid}/stat`))?.[1];
        return parent === undefined ? [] : [[Number(pid), Number(parent)] as const];
      }),
  );
  const below = (pid: number): number[] => [
    pid,
    ...[...parents].filter(([, p]) => p === pid).flatMap(([child]) => below(child)),
  ];
  const groups = [...parents].filter(([, parent]) => parent === supervisorPid).map(([pid]) => pid);
  return [memoryRow('supervisor', [supervisorPid]), ...groups.map((pid) => memoryRow(nameOf(pid), below(pid)))];
}

function memoryRow(name: string, pids: readonly number[]): ProcessMemory {
  return { name, rssMib: sumMib(pids, 'Rss'), pssMib: sumMib(pids, 'Pss') };
}

function sumMib(pids: readonly number[], field: 'Rss' | 'Pss'): number {
  const kib = (pid: number) =>
    Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(tryRead(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0);
  return Math.round(pids.reduce((all, pid) => all + kib(pid), 0) / 1_024);
}

function nameOf(pid: number): string {
  const command = tryRead(`/proc/${pid}/cmdline`);
  const folder = /pg-(\w+)/.exec(command)?.[1];
  if (folder) return `postgres ${folder}`;
  return /compose\/(\w+)\.ts/.exec(command)?.[1] ?? (command.includes('next') ? 'portal' : `process ${pid}`);
}

function tryRead(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // it has ended
  }
}

async function bareCloneOf(tenantsUrl: string, slug: string): Promise<() => Promise<number>> {
  const offering = (await discoverOfferings()).find((candidate) => candidate.slug === slug);
  if (!offering?.pack) throw new Error(`${slug} has no pack`);
  const template = templateOf(await loadPack(offering.pack), []);
  return () => bareClone(tenantsUrl, template);
}

async function main(): Promise<void> {
  const count = Number(options.n);
  const installation = await openInstallation();
  try {
    const portal = openPortal(installation);
    const runs = await listenForRuns(installation);
    const configuration = await configure(portal, options.offering);
    const bare = await bareCloneOf(installation.tenantsUrl, options.offering);
    const samples: Sample[] = [];
    for (let i = 0; i < WARM_UP_ORDERS + count; i++) {
      const sample = await orderOnce(portal, runs, configuration, bare);
      if (i >= WARM_UP_ORDERS) samples.push(sample);
      const { name } = await portal.tenants.byId.query({ tenantId: sample.tenantId });
      const retire = {
        tenantId: sample.tenantId,
        action: 'retire',
        confirmName: name,
        idempotencyKey: crypto.randomUUID(),
      } as const;
      await runs.end((await portal.tenants.act.mutate(retire)).runId);
    }
    const memory = memoryOf(installation.supervisorPid);
    runs.close();
    report(samples, memory);
  } finally {
    await installation.stop();
  }
}

function report(samples: readonly Sample[], memory: readonly ProcessMemory[]): void {
  const of = (pick: (sample: Sample) => number) => samples.map(pick);
  const unavoidableMs = median(of(({ bareMs }) => bareMs)) + median(of(({ smokeMs }) => smokeMs));
  const answered = of(({ answeredMs }) => answeredMs);
  const ratio = median(answered) / unavoidableMs;
  const passed = ratio <= RATIO_MAX;
  const figures = {
    n: samples.length,
    ratio: Math.round(ratio * 100) / 100,
    ratioMax: RATIO_MAX,
    passed,
    orderToAnswerMs: { p50: median(answered), p95: quantile(answered, 0.95) },
    orderToActiveMs: {
      p50: median(of(({ activeMs }) => activeMs)),
      p95: quantile(
        of(({ activeMs }) => activeMs),
        0.95,
      ),
    },
    previewMs: {
      p50: median(of(({ previewMs }) => previewMs)),
      p95: quantile(
        of(({ previewMs }) => previewMs),
        0.95,
      ),
    },
    orderAcceptedMs: { p50: median(of(({ orderedMs }) => orderedMs)) },
    bareCloneMs: { p50: median(of(({ bareMs }) => bareMs)) },
    smokeMs: { p50: median(of(({ smokeMs }) => smokeMs)) },
    stepsMs: Object.fromEntries(
      Object.keys(samples[0]?.stepsMs ?? {}).map((step) => [step, median(of(({ stepsMs }) => stepsMs[step] ?? 0))]),
    ),
    memory,
  };
  if (options.json) console.log(JSON.stringify(figures));
  else print(figures);
  process.exitCode = passed ? 0 : 1;
}

function print(
  figures: {
    readonly ratio: number;
    readonly ratioMax: number;
    readonly passed: boolean;
    readonly memory: readonly ProcessMemory[];
  } & Record<string, unknown>,
): void {
  const { ratio, ratioMax, passed, memory, stepsMs, n, ...times } = figures;
  console.log(`${String(n)} orders, one after another`);
  for (const [name, value] of Object.entries(times)) console.log(`  ${name.padEnd(18)} ${line(value)}`);
  console.log(`  steps (p50, ms)    ${line(stepsMs)}`);
  for (const { name, rssMib, pssMib } of memory)
    console.log(`  ${name.padEnd(18)} ${rssMib} MiB RSS, ${pssMib} MiB PSS`);
  console.log(
    `order → answer is ${ratio} × (bare clone + smoke transaction); at most ${ratioMax}: ${passed ? 'passed' : 'FAILED'}`,
  );
}

const line = (value: unknown): string =>
  Object.entries(value as Record<string, number>)
    .map(([name, ms]) => `${name} ${ms.toFixed(1)}`)
    .join('  ');

await main();
