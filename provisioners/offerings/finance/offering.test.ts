import { describe, expect, test } from 'vitest';
import type { SmokeClient } from '../../kit/offering.ts';
import { blueprint } from './blueprint.ts';
import { installedModules } from './modules.ts';
import offering from './offering.ts';
import { FinanceParams, parameterFields } from './parameters.ts';
import { plans } from './plans.ts';
import { smoke } from './smoke.ts';

const planOf = (code: string): (typeof plans)[number] => {
  const found = plans.find((plan) => plan.code === code);
  if (found === undefined) throw new Error(`no plan ${code}`);
  return found;
};
const build = (code: string, params: object = {}, modules: readonly string[] = []) =>
  blueprint({ params: FinanceParams.parse(params), plan: planOf(code), model: 'public', modules });

describe('blueprint', () => {
  test('plan S: one database with its quotas, one API over it', () => {
    expect(build('S')).toEqual([
      expect.objectContaining({
        kind: 'database',
        name: 'ledger',
        pack: 'finance',
        modules: [],
        storageGib: 1,
        apiConnections: 5,
        sqlConnections: 0,
        tempFileMib: 64,
        seed: 'open_chart',
      }),
      { kind: 'api', name: 'v1', of: 'ledger', rps: 20, burst: 40, connections: 5, storageGib: 1 },
    ]);
  });

  test.each([
    ['S', [], []],
    ['S', ['fx'], ['fx']],
    ['M', ['dual-control'], ['payments-iso20022', 'dual-control']],
    ['L', [], ['payments-iso20022', 'dual-control', 'fx']],
  ] as const)('plan %s with %j installs %j', (plan, chosen, installed) => {
    expect(build(plan, {}, chosen)[0]).toMatchObject({ modules: installed });
  });

  test('sample data are the platform’s to make, not the pack’s', () => {
    const [ledger] = build('M', { sample_data: 'demo' });
    expect(ledger).toMatchObject({ seed: 'seed_demo' });
    expect(ledger).not.toHaveProperty('params.sample_data');
  });
});

test('hybrid: the record publishes, the edge has a database and an API of its own, a link is between them', () => {
  const hybrid = blueprint({
    params: FinanceParams.parse({ edge_link: 'push', edge_share_balances: true }),
    plan: planOf('M'),
    model: 'hybrid',
    modules: [],
  });
  expect(hybrid.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'database ledger',
    'api v1',
    'database edge',
    'api edge-api',
    'link link',
  ]);
  expect(hybrid).toMatchObject([
    { side: 'record', modules: ['payments-iso20022', 'edge'], params: { edge_share_balances: true } },
    { of: 'ledger' },
    { side: 'edge', modules: [], params: {} },
    { of: 'edge' },
    { from: 'ledger', to: 'edge', mode: 'push' },
  ]);
  expect(build('M').map(({ kind, name }) => `${kind} ${name}`)).toEqual(['database ledger', 'api v1']);
  expect(build('M')[0]).not.toHaveProperty('params.edge_share_balances');
});

describe('parameters', () => {
  test.each([
    ['an unknown currency', { base_currency: 'XXX' }],
    ['an unknown chart', { chart: 'mine' }],
    ['a year that begins on the 30th', { fiscal_year_start: '02-30' }],
    ['a seal every second', { seal_interval_s: 1 }],
    ['a limit with a point', { dual_control_limit_minor: '100.00' }],
    ['no scheme at all', { payment_schemes: [] }],
    ['a BIC of 9', { institution_bic: 'COBADEFFX' }],
    ['a word that is no parameter', { colour: 'red' }],
  ])('refuse %s', (_what, params) => {
    expect(FinanceParams.safeParse(params).success).toBe(false);
  });

  test('books that have begun keep their currency and their chart', () => {
    const fixed = parameterFields.filter(({ change }) => change === 'fixed').map(({ name }) => name);
    expect(fixed).toEqual(['base_currency', 'chart', 'sample_data']);
  });
});

test('modules that cannot be had are not installed, whatever was asked', () => {
  expect(installedModules(['lending', 'no-such-module'], 'S')).toEqual([]);
});

test('a module costs 15 to 40 % of plan M', () => {
  for (const currency of ['CNY', 'USD', 'EUR'] as const) {
    const priceOf = (sku: string): number =>
      Number(offering.prices.find((price) => price.sku === sku)?.month[currency]);
    for (const { sku } of offering.manifest.modules) {
      const share = priceOf(sku) / priceOf('finance.plan.M');
      expect(share, `${sku} in ${currency}`).toBeGreaterThanOrEqual(0.15);
      expect(share, `${sku} in ${currency}`).toBeLessThanOrEqual(0.4);
    }
  }
});

test('three modules can be chosen; the others say why not', () => {
  const { modules } = offering.manifest;
  expect(modules).toHaveLength(11);
  expect(modules.filter(({ selectable }) => selectable).map(({ code }) => code)).toEqual([
    'payments-iso20022',
    'dual-control',
    'fx',
  ]);
});

describe('the proof', () => {
  const answering = (status: number, body: Record<string, unknown>): SmokeClient => {
    const client: SmokeClient = { call: async () => ({ status, body }), view: async () => ({ status, items: [] }) };
    return { ...client, edge: client };
  };
  const memo = (): Record<string, unknown> => ({ random: 'r', transferId: 't', initiationId: 'i' });
  const steps = smoke.map((step) => [step.name, step] as const);

  test('has thirteen steps for every model, and three for the edge of a hybrid ledger', () => {
    expect(smoke.filter(({ models }) => models === undefined)).toHaveLength(13);
    expect(smoke.filter(({ models }) => models?.includes('hybrid'))).toHaveLength(3);
  });

  test.each(steps)('%s fails when the API is down', async (_name, step) => {
    await expect(step.run(answering(503, { code: 'tenant_unavailable' }), memo())).rejects.toThrow(
      /expected .*, got 503/,
    );
  });

  test.each(steps)('%s fails when the API says yes to all', async (_name, step) => {
    await expect(step.run(answering(201, {}), memo())).rejects.toThrow(/expected/);
  });

  test('a step says what it lacks when the one before it did not run', async () => {
    await expect(smoke[1]?.run(answering(201, {}), {})).rejects.toThrow('step needs random');
  });

  test('a broken rule fails the last step by its name', async () => {
    const client: SmokeClient = {
      call: async () => ({ status: 200, body: {} }),
      view: async () => ({ status: 200, items: [{ rule: 'journals_balance', violations: '2' }] }),
    };
    await expect(smoke.at(-1)?.run(client, memo())).rejects.toThrow('got journals_balance');
  });
});
