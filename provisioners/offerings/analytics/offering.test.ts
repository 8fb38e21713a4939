import { describe, expect, test } from 'vitest';
import type { SmokeClient } from '../../kit/offering.ts';
import { blueprint } from './blueprint.ts';
import { installedModules } from './modules.ts';
import offering from './offering.ts';
import { AnalyticsParams } from './parameters.ts';
import { plans } from './plans.ts';
import { EXPECTED, smokeEvents } from './smoke-events.ts';
import { smoke } from './smoke.ts';

const planOf = (code: string): (typeof plans)[number] => {
  const found = plans.find((plan) => plan.code === code);
  if (found === undefined) throw new Error(`no plan ${code}`);
  return found;
};
const build = (code: string, params: object = {}, modules: readonly string[] = []) =>
  blueprint({ params: AnalyticsParams.parse(params), plan: planOf(code), model: 'public', modules });

describe('blueprint', () => {
  test('plan S: one database with its quotas, one API over it', () => {
    expect(build('S')).toEqual([
      expect.objectContaining({
        kind: 'database',
        name: 'warehouse',
        pack: 'analytics',
        modules: [],
        storageGib: 1,
        seed: null,
      }),
      { kind: 'api', name: 'v1', of: 'warehouse', rps: 20, burst: 40, connections: 5, storageGib: 1 },
    ]);
  });

  test.each([
    ['S', [], []],
    ['S', ['forecast', 'clickhouse'], ['forecast']],
    ['S', ['olap-duckdb'], ['olap-duckdb']],
    ['M', ['forecast'], ['quality', 'catalog-lineage', 'forecast']],
    ['L', [], ['quality', 'catalog-lineage', 'customer-360', 'forecast']],
  ] as const)('plan %s with %j installs %j', (plan, chosen, installed) => {
    expect(build(plan, {}, chosen)[0]).toMatchObject({ modules: installed });
  });

  test('fast scans bring a process, with as much memory as the plan has', () => {
    const processOf = (code: string, params: object = {}) => build(code, params, ['olap-duckdb']).at(-1);
    expect(processOf('S')).toMatchObject({
      kind: 'workload',
      name: 'olap',
      of: 'warehouse',
      memoryMib: 128 + 320,
      settings: { memoryMib: 128, threads: 1, spillMib: 64 },
    });
    expect(processOf('L', { duckdb_memory_mb: 512 })).toMatchObject({ settings: { memoryMib: 512, threads: 2 } });
    expect(processOf('L', { duckdb_memory_mb: 4_096 })).toMatchObject({ settings: { memoryMib: 1_024 } });
    expect(build('L').filter(({ kind }) => kind === 'workload')).toEqual([]);
  });

  test('sample data are the platform’s to make, not the pack’s', () => {
    const [warehouse] = build('M', { sample_data: 'demo' });
    expect(warehouse).toMatchObject({ seed: 'seed_demo' });
    expect(warehouse).not.toHaveProperty('params.sample_data');
  });
});

test.each([
  ['the source of the proof', { sources: ['shop', 'smoke'] }],
  ['fewer than ten people', { k_anonymity: 9 }],
  ['a retention of a day', { event_retention_days: 1 }],
  ['no source at all', { sources: [] }],
  ['a word that is no parameter', { colour: 'red' }],
])('parameters refuse %s', (_what, params) => {
  expect(AnalyticsParams.safeParse(params).success).toBe(false);
});

test('M includes two modules that can be had, L four', () => {
  expect(installedModules([], 'M')).toHaveLength(2);
  expect(installedModules([], 'L')).toHaveLength(4);
});

test('a module costs 15 to 40 % of plan M', () => {
  for (const currency of ['CNY', 'USD', 'EUR'] as const) {
    const priceOf = (sku: string): number =>
      Number(offering.prices.find((price) => price.sku === sku)?.month[currency]);
    for (const { sku } of offering.manifest.modules) {
      const share = priceOf(sku) / priceOf('analytics.plan.M');
      expect(share, `${sku} in ${currency}`).toBeGreaterThanOrEqual(0.15);
      expect(share, `${sku} in ${currency}`).toBeLessThanOrEqual(0.4);
    }
  }
});

test('hybrid: the record publishes, the edge has a database and an API of its own, a link is between them', () => {
  const params = AnalyticsParams.parse({ edge_link: 'push' });
  const hybrid = blueprint({ params, plan: planOf('M'), model: 'hybrid', modules: [] });
  expect(hybrid.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'database warehouse',
    'api v1',
    'database edge',
    'api edge-api',
    'link link',
  ]);
  expect(hybrid[0]).toMatchObject({ side: 'record', modules: ['quality', 'catalog-lineage', 'edge'] });
  expect(hybrid[4]).toMatchObject({ from: 'warehouse', to: 'edge', mode: 'push' });
  expect(JSON.stringify(build('M'))).not.toContain('edge');
});

describe('the proof', () => {
  const answering = (status: number, body: Record<string, unknown>): SmokeClient => {
    const client = { call: async () => ({ status, body }), view: async () => ({ status, items: [] }) };
    return { ...client, edge: client };
  };
  const memo = (): Record<string, unknown> => ({ run: 'r', published: 2 });

  test('sends 100 events, 96 of them good and new', () => {
    const events = smokeEvents('r');
    expect(events).toHaveLength(100);
    expect(new Set(events.map((event) => event['id']).filter((id) => id !== undefined)).size).toBe(96);
    expect(BigInt(EXPECTED.kitchenBeforeMinor) + BigInt(EXPECTED.outdoorAfterMinor)).toBeLessThan(
      BigInt(EXPECTED.revenueMinor),
    );
  });

  test.each(smoke.map((step) => [step.name, step] as const))('%s fails when the API is down', async (_name, step) => {
    await expect(step.run(answering(503, { code: 'tenant_unavailable' }), memo())).rejects.toThrow(
      /expected .*, got 503/,
    );
  });

  test.each(smoke.map((step) => [step.name, step] as const))(
    '%s fails when the API says yes to all',
    async (_name, step) => {
      await expect(step.run(answering(200, {}), memo())).rejects.toThrow(/expected/);
    },
    20_000,
  );

  test('a step says what it lacks when the one before it did not run', async () => {
    await expect(smoke[1]?.run(answering(200, {}), {})).rejects.toThrow('step needs run');
  });
});
